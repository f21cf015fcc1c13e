"""The entry point. `--version` is answered before anything heavy is imported."""

import sys


def main() -> None:
    """Run fieldkit with the arguments of the process; exits with its exit code."""
    arguments = sys.argv[1:]
    if arguments in (["--version"], ["-V"]):
        from fieldkit import __version__

        print(f"fieldkit {__version__}")
        return
    from fieldkit.cli.app import run

    sys.exit(run(arguments))


if __name__ == "__main__":
    main()
