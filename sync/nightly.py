#!/usr/bin/env python3
"""The nightly upload: sends what is unsent, fetches what concerns this person, and is quiet.

It is `fieldkit sync --quiet` and then, unless today's check was done, `fieldkit store check
--daily`, made for schedulers: the arguments of `fieldkit` itself (`--home FOLDER`, `--lang zh`)
are passed on. It needs the platform keyring or the key file; a store that only a passphrase
opens is "locked, nothing sent".

Exit codes: 0 all is sent and good; 1 something stayed unsent, refused or is damaged, another
exchange was running, or the store is locked; 3 nothing was exchanged: the office was not reached.
"""

import sys

from fieldkit.cli.app import run


def main(arguments: list[str]) -> int:
    """Run the sync, then the check. Says one clear line when something did not go, and nothing
    otherwise."""
    sent = run([*arguments, "sync", "--quiet"])
    checked = run([*arguments, "store", "check", "--daily"])
    return sent or checked


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
