"""The entry point. `--version` is answered before anything heavy is imported, and the app is
opened without the commands."""

import gc
import os
import sys


def main() -> None:
    """Run fieldkit with the arguments of the process; exits with its exit code."""
    arguments = sys.argv[1:]
    if arguments in (["--version"], ["-V"]):
        from fieldkit import __version__

        print(f"fieldkit {__version__}")
        return
    # What is imported stays: to look through it for garbage again and again takes a tenth of the
    # start.
    gc.set_threshold(50_000)
    from fieldkit.cli.output import print_plain
    from fieldkit.cli.start import only_opens, start

    print_plain()
    if only_opens(arguments, os.environ):
        sys.exit(start(arguments))
    from fieldkit.cli.app import run

    sys.exit(run(arguments))


if __name__ == "__main__":
    main()
