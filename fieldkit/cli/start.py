"""Opening the app, for which no command is imported, and how errors become exit codes.

0 done; 1 the answer is no (a check failed, something stayed unsent, the store is locked);
2 wrong usage or bad input; 3 a fault of file, network or engine; 130 interrupted.
"""

import os
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from fieldkit.cli import context
from fieldkit.cli.context import options
from fieldkit.cli.extras import missing_extras_named
from fieldkit.cli.output import write_in_any_encoding
from fieldkit.domain.core.errors import FieldkitError
from fieldkit.i18n import default_lang, say
from fieldkit.systems import usable_terminal

if TYPE_CHECKING:
    from fieldkit.services.home.session import Session


_COMPLETING = "_FIELDKIT_COMPLETE"
"""Set by the shell that asks how a command line may go on; such a call has no arguments, too."""


def only_opens(arguments: list[str], environ: Mapping[str, str]) -> bool:
    """Whether the command line asks for the app and for nothing else: none, or `--home PATH`."""
    if _COMPLETING in environ:
        return False
    return not arguments or (len(arguments) == 2 and arguments[0] == "--home")


def start(arguments: list[str]) -> int:
    """Open the app for arguments that `only_opens` knows. Answers the exit code."""
    options.reset()
    options.home = Path(arguments[1]) if arguments else None
    return ended(open_app)


def ended(call: Callable[[], int]) -> int:
    """The exit code of a call; prints one line for every error."""
    write_in_any_encoding()
    try:
        with missing_extras_named():
            return call()
    except FieldkitError as error:
        context.print_error(error, options.lang or default_lang(os.environ))
        if options.debug:
            raise
        return error.exit_code
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:
        sys.stderr.close()
        return 0
    except OSError as error:
        from fieldkit.store.storage_errors import file_fault

        fault = file_fault(error)
        context.print_error(fault, options.lang or default_lang(os.environ))
        if options.debug:
            raise
        return fault.exit_code
    except Exception as error:
        if options.debug:
            raise
        lang = options.lang or default_lang(os.environ)
        print(say("error.unexpected", lang, kind=type(error).__name__), file=sys.stderr)
        return 3


def open_app() -> int:
    """Open the terminal app on this home. Raises `FieldkitError` without a usable terminal."""
    require_terminal()
    from fieldkit.services.home.session import open_session
    from fieldkit.tui.app import run_app

    def session() -> "Session":
        found = open_session(options.where(), os.environ, os.environ.get(context.PASSPHRASE))
        found.asked_lang = options.asked_lang()
        return found

    return run_app(session)


def require_terminal() -> None:
    """Refuse a dumb terminal, and none at all: the command line does everything, too."""
    at_terminal = sys.stdin.isatty() and sys.stdout.isatty()
    if not (at_terminal and usable_terminal(os.environ)):
        raise FieldkitError("no_terminal")
