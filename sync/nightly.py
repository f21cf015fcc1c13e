#!/usr/bin/env python3
"""The nightly upload: sends what is unsent, fetches what concerns this person, and is quiet.

It is `fieldkit sync --quiet`, made for schedulers: the arguments of `fieldkit` itself
(`--home FOLDER`, `--lang zh`) are passed on. It needs the platform keyring or the key file;
a store that only a passphrase opens is "locked, nothing sent".

Exit codes: 0 all is sent; 1 something stayed unsent or refused, another exchange was running, or
the store is locked; 3 nothing was exchanged: the office was not reached.
"""

import sys

from fieldkit.cli.app import run


def main(arguments: list[str]) -> int:
    """Run the sync. Says one clear line when something did not go, and nothing otherwise."""
    return run([*arguments, "sync", "--quiet"])


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
