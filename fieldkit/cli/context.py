"""What every command needs: the home folder, the language, how to print, how to fail."""

import json
import os
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from fieldkit.cli.output import write_utf8
from fieldkit.domain.core.errors import BadInput, FieldkitError
from fieldkit.domain.core.plain_text import one_line
from fieldkit.i18n import Lang, default_lang, say, say_error
from fieldkit.services.home.session import Session, open_session
from fieldkit.store.home.home import Home, find_home

if TYPE_CHECKING:
    from pydantic import BaseModel
    from typer import BadParameter

PASSPHRASE = "FIELDKIT_PASSPHRASE"
PIN = "FIELDKIT_PIN"


@dataclass
class Options:
    """The options that stand before any command."""

    home: Path | None = None
    lang: Lang | None = None
    debug: bool = False
    person: str | None = None

    def reset(self) -> None:
        """Forget what an earlier call in this process was given."""
        self.home, self.lang, self.debug, self.person = None, None, False, None

    def where(self) -> Home:
        """The home folder of this call."""
        return find_home(self.home, os.environ)

    def language(self, session: Session | None = None) -> Lang:
        """`--lang`, else FIELDKIT_LANG, else the home's, else the environment's."""
        asked = self.asked_lang()
        return asked or (session.lang if session else default_lang(os.environ))

    def asked_lang(self) -> Lang | None:
        """The language that this call was asked for: `--lang`, else FIELDKIT_LANG."""
        named = os.environ.get("FIELDKIT_LANG")
        return self.lang or (default_lang({"FIELDKIT_LANG": named}) if named else None)


options = Options()
"""The options of the running process; the command line is one call a process."""


@contextmanager
def opened() -> Iterator[Session]:
    """The session of this home, closed at the end; with `--as`, of the person named there."""
    with open_session(options.where(), os.environ, os.environ.get(PASSPHRASE)) as session:
        if session.store.only_read:
            key = f"cli.store.only_read.{session.store.only_read}"
            print(say(key, options.language(session)), file=sys.stderr)
        if options.person:
            _sign_in(session, options.person)
        yield session


def _sign_in(session: Session, name: str) -> None:
    from fieldkit.services.home.people import people, sign_in

    has_pin = name in [person.name for person in people(session) if person.has_pin]
    pin = os.environ.get(PIN) if has_pin else ""
    if pin is None:
        pin = ask_secret("cli.people.ask_pin", options.language(session))
    sign_in(session, name, pin)


def ask_secret(key: str, lang: Lang, twice: bool = False) -> str:
    """Ask for something that is not shown while it is typed; it may come from a pipe, too.

    Raises `FieldkitError` (`cannot_ask`) where nobody types and nothing comes.
    """
    import warnings
    from getpass import GetPassWarning

    import typer

    again = say("cli.people.ask_again", lang) if twice else False
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", GetPassWarning)  # a pipe shows nothing
        try:
            return str(typer.prompt(say(key, lang), hide_input=True, confirmation_prompt=again))
        except typer.Abort:
            if sys.stdin.isatty():
                raise
            raise FieldkitError("cannot_ask", what=say(key, lang)) from None


def wrong_usage(key: str, option: str | None = None) -> "BadParameter":
    """An error of usage that Typer cannot know of: `usage.<key>` says what is wrong."""
    import typer

    return typer.BadParameter(say(f"usage.{key}", options.language()), param_hint=option)


def needed_option(name: str, value: str) -> str:
    """The value of an option that is needed for all but `--fields`."""
    if not value:
        import typer

        raise typer.BadParameter(say("usage.missing", options.language(), name=name))
    return value


def print_json(value: Any) -> None:
    """Print a result for programs: JSON with two spaces, keys as they are, UTF-8."""
    write_utf8()
    print(json.dumps(value, ensure_ascii=False, indent=2, default=str))


def print_json_rows(rows: Iterable[Any]) -> None:
    """Print a list as `print_json` does, row by row: there may be more than memory holds."""
    write_utf8()
    mark = "["
    for row in rows:
        text = json.dumps(row, ensure_ascii=False, indent=2, default=str)
        print(mark + "\n  " + text.replace("\n", "\n  "), end="")
        mark = ","
    print("[]" if mark == "[" else "\n]")


def print_error(error: FieldkitError, lang: Lang) -> None:
    """What happened, what is safe, what to do next: on stderr; with the names of wrong fields,
    which `--set` and files know them by."""
    text = say_error(error, lang)
    if isinstance(error, BadInput):
        paths = dict.fromkeys(problem.path for problem in error.problems)
        if unnamed := [path for path in paths if path and path not in text]:
            text += say("cli.field_names", lang, names=", ".join(unnamed))
        confirm = dict.fromkeys(problem.confirm for problem in error.problems)
        if all(confirm):
            text += say("cli.confirm", lang, fields=", ".join(f"{name}=true" for name in confirm))
    print(" ".join([text, *getattr(error, "__notes__", ())]), file=sys.stderr)


def emit(key: str, lang: Lang, **params: object) -> None:
    """Print a sentence of the program; at once, for whoever reads the output of a server."""
    print(say(key, lang, **in_one_line(params)), flush=True)


def in_one_line(params: Mapping[str, object]) -> dict[str, object]:
    """What a sentence names, without line breaks: a name would make lines of its own."""
    return {
        name: one_line(value) if isinstance(value, str) else value for name, value in params.items()
    }


def print_done(as_json: bool, key: str, lang: Lang, **fields: object) -> None:
    """Print what was done: its fields as JSON, or the sentence `key` with them."""
    if as_json:
        print_json(fields)
    else:
        emit(key, lang, **fields)


def progress_line(key: str, lang: Lang, every: int = 1, **params: object) -> Callable[[int], None]:
    """A function that shows each `every`th count on one line of stderr, at a terminal only."""

    def show(done: int) -> None:
        if sys.stderr.isatty() and done % every == 0:
            text = say(key, lang, done=done, **params)
            print(f"\r{text}", end="", file=sys.stderr, flush=True)

    return show


def print_made(made: "BaseModel", as_json: bool, key: str, session: Session | None = None) -> None:
    """Print a record that was made: as JSON, or the message `key` with its id, number, serial."""
    fields = made.model_dump(mode="json")
    if as_json:
        print_json(fields)
    else:
        emit(key, options.language(session), **fields)


def read_form_fields(file: Path | None, pairs: list[str] | None) -> dict[str, Any]:
    """The fields of a form: those of `--from FILE`, then those of `--set name=value`."""
    return read_json_file(file) | read_assignments(pairs or [])


def day_option(text: str) -> Any:
    """An option that takes a day, with its help text."""
    import typer

    return typer.Option(parser=read_day, metavar="DATE", help=text)


def read_day(text: str) -> date:
    """A day of the command line: 2026-11-05. Raises `FieldkitError` (`not_a_day`)."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise FieldkitError("not_a_day", text=text) from None


def read_assignments(pairs: list[str]) -> dict[str, Any]:
    """`name=value` pairs of the command line; a value that is JSON is taken as JSON."""
    values: dict[str, Any] = {}
    for pair in pairs:
        name, sign, text = pair.partition("=")
        if not sign or not name:
            raise FieldkitError("not_an_assignment", text=pair)
        values[name.strip()] = _value(text)
    return values


def _value(text: str) -> Any:
    if text[:1] in "[{" or text in ("true", "false", "null"):
        try:
            return json.loads(text)
        except ValueError:
            return text
    return text


def read_json_file(path: Path | None) -> dict[str, Any]:
    """A JSON object from a file, or from standard input for `-`; empty without a path."""
    if path is None:
        return {}
    try:
        text = sys.stdin.read() if str(path) == "-" else path.read_text(encoding="utf-8-sig")
        value = json.loads(text)
    except (OSError, UnicodeDecodeError):
        raise FieldkitError("file_unreadable", file=path.name) from None
    except (ValueError, RecursionError) as error:
        line = getattr(error, "lineno", 1)
        raise FieldkitError("not_json", file=path.name, line=line) from None
    if not isinstance(value, Mapping):
        raise FieldkitError("not_an_object", file=path.name)
    return dict(value)
