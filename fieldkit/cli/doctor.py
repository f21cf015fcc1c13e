"""`fieldkit doctor`: look at the installation and the home folder."""

import os

import typer

from fieldkit.cli.context import PASSPHRASE, options, print_json
from fieldkit.cli.job import Json
from fieldkit.domain.errors import FieldkitError
from fieldkit.i18n import Lang, say, say_error
from fieldkit.services.doctor import Finding, examine


def doctor(as_json: Json = False) -> None:
    """Say whether everything works, and what protects the store. Exits with 1 if not."""
    lang = options.language()
    findings = examine(options.where(), os.environ.get(PASSPHRASE))
    if as_json:
        print_json(
            [{"level": item.level, "key": item.key, "text": _text(item, lang)} for item in findings]
        )
    else:
        for item in findings:
            print(f"{say(f'doctor.level.{item.level}', lang)}  {_text(item, lang)}")
    if any(item.level == "bad" for item in findings):
        raise typer.Exit(1)


def _text(item: Finding, lang: Lang) -> str:
    params = {
        name: say_error(value, lang) if isinstance(value, FieldkitError) else value
        for name, value in item.params.items()
    }
    return say(f"doctor.{item.key}", lang, **params)
