#!/usr/bin/env python3
"""The nightly upload, `fieldkit sync --nightly`, under the name that schedules of earlier versions
start. The arguments of `fieldkit` itself (`--home FOLDER`, `--lang zh`) are passed on.
"""

import sys

from fieldkit.cli.app import run

if __name__ == "__main__":
    sys.exit(run([*sys.argv[1:], "sync", "--nightly"]))
