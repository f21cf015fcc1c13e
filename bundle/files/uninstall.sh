#!/bin/sh
# Removes the program that lies in the folder of this script, and its command. Homes and offices are
# never touched: what was recorded stays where it is.
#
#   uninstall.sh --only-program FOLDER    removes nothing; fails if anything else lies in FOLDER
set -eu

say() { # the sentence in English, and in Chinese
  case "${LC_ALL:-${LC_MESSAGES:-${LANG:-}}}" in
    zh*) echo "$2" ;;
    *) echo "$1" ;;
  esac
}

# In a function, which the shell has read whole before this file goes.
uninstall() {
  to=$(cd "${2:-$(dirname "$0")}" && pwd)
  others=$(ls -A "$to" | grep -vxF -e .gitignore -e .lock -e CACHEDIR.TAG -e LICENSES -e bin \
    -e include -e lib -e lib64 -e pyvenv.cfg -e share -e uninstall.sh || true)
  if [ -n "$others" ] || [ ! -e "$to/pyvenv.cfg" ] || [ ! -e "$to/LICENSES/LIST.txt" ]; then
    say "$to holds other files than the program. Nothing was removed." \
      "$to 中有程序以外的文件。未删除任何内容。" >&2
    exit 1
  fi
  [ "${1:-}" != --only-program ] || exit 0
  link=$HOME/.local/bin/fieldkit
  [ "$(readlink "$link" 2>/dev/null)" != "$to/bin/fieldkit" ] || rm "$link"
  rm -rf "$to"
  say "fieldkit was removed from $to. What you recorded stays where it is." \
    "fieldkit 已从 $to 移除。您的记录保留在原处。"
  exit 0
}

uninstall "$@"
