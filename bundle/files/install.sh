#!/bin/sh
# Installs fieldkit from this folder for the person who runs it, or puts it in the place of an
# earlier one. It needs CPython @PYTHON@, and neither network nor compiler nor root, and asks nothing.
#
#   ./install.sh            into ~/.local/lib/fieldkit, with the command in ~/.local/bin
#   ./install.sh FOLDER     into FOLDER, without a command elsewhere
#
# PYTHON=/path/to/python names a Python that is not on PATH.
set -eu

here=$(cd "$(dirname "$0")" && pwd)
to=${1:-$HOME/.local/lib/fieldkit}

say() { # the sentence in English, and in Chinese
  case "${LC_ALL:-${LC_MESSAGES:-${LANG:-}}}" in
    zh*) echo "$2" ;;
    *) echo "$1" ;;
  esac
}

fail() {
  say "$1" "$2" >&2
  exit 1
}

is_right() {
  [ "$("$1" -c 'import sys; print(sys.implementation.name, "%d.%d" % sys.version_info[:2])' \
    2>/dev/null)" = "cpython @PYTHON@" ]
}

python=
[ -n "${PYTHON:-}" ] || for candidate in python@PYTHON@ python3 python \
  "${PYENV_ROOT:-$HOME/.pyenv}"/versions/@PYTHON@.*/bin/python; do
  if is_right "$candidate"; then
    python=$candidate
    break
  fi
done
if [ -n "${PYTHON:-}" ] && is_right "$PYTHON"; then
  python=$PYTHON
fi
[ -n "$python" ] || fail \
  "This archive needs CPython @PYTHON@, which was not found here. Nothing was changed. Install it, name it (PYTHON=/path/to/python $0), or take the archive for the Python that you have." \
  "本安装包需要 CPython @PYTHON@，但未找到。未作任何改动。请安装它，或指明路径（PYTHON=/路径/python $0），或改用与现有 Python 相符的安装包。"

# Only what an installer made is ever replaced.
if [ -e "$to" ] && [ -n "$(ls -A "$to")" ]; then
  "$here/uninstall.sh" --only-program "$to" || fail \
    "$to holds other files than the program. Nothing was changed. Choose another folder: $0 FOLDER" \
    "$to 中有程序以外的文件。未作任何改动。请另选文件夹：$0 文件夹"
fi

mkdir -p "$(dirname "$to")"
new=$(mktemp -d "$to.XXXXXX")
trap 'rm -rf "$new"' EXIT
uv() {
  "$here/uv" --quiet --no-config --no-cache --offline --no-python-downloads "$@"
}
uv venv --relocatable --allow-existing --python "$python" "$new"
uv pip install --no-index --no-deps --python "$new" "$here"/wheels/*.whl
cp -R "$here/uninstall.sh" "$here/LICENSES" "$new"
chmod 755 "$new"
"$new/bin/fieldkit" --version >/dev/null

# The new one stands beside the old one until here, and works.
old=
if [ -e "$to" ]; then
  old=$(mktemp -d "$to.XXXXXX")
  mv "$to" "$old"
fi
mv "$new" "$to"
[ -z "$old" ] || rm -rf "$old"

command=$to/bin/fieldkit
if [ $# -eq 0 ]; then
  mkdir -p "$HOME/.local/bin"
  ln -sf "$command" "$HOME/.local/bin/fieldkit"
  case ":$PATH:" in
    *":$HOME/.local/bin:"*) command=fieldkit ;;
    *) command=$HOME/.local/bin/fieldkit ;;
  esac
fi
say "fieldkit is installed in $to. See a demo day:  $command demo" \
  "fieldkit 已安装到 $to。查看演示：$command demo"
