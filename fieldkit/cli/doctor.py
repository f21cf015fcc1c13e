"""`fieldkit doctor`: look at the installation and the home folder."""

import os

import typer

from fieldkit.cli.context import PASSPHRASE, options, print_json
from fieldkit.cli.job import Json
from fieldkit.domain.core.errors import FieldkitError
from fieldkit.i18n import Lang, say, say_error
from fieldkit.services.home.config import read_config
from fieldkit.services.home.doctor import HealthCheck, examine
from fieldkit.store.home.home import Home


def doctor(as_json: Json = False) -> None:
    """Say whether everything works, and what protects the store. Exits with 1 if not."""
    lang = options.language()
    home = options.where()
    checks = [*examine(home, os.environ.get(PASSPHRASE)), *_settings(home)]
    if as_json:
        print_json(
            [{"level": item.level, "key": item.key, "text": _text(item, lang)} for item in checks]
        )
    else:
        for item in checks:
            print(f"{say(f'doctor.level.{item.level}', lang)}  {_text(item, lang)}")
    if any(item.level == "bad" for item in checks):
        raise typer.Exit(1)


def _settings(home: Home) -> list[HealthCheck]:
    """What `config.yaml` asks for and cannot have."""
    try:
        overrides = read_config(home.config).keys
    except FieldkitError as error:
        return [HealthCheck("bad", "config_bad", {"error": error})]
    if not overrides:
        return []
    from fieldkit.tui.keymap import override_keys

    keymap, problems = override_keys(overrides)
    granted = [HealthCheck("ok", "keys", {"count": len(keymap)})] if keymap else []
    return granted + [HealthCheck("warning", "keys_bad", {"error": item}) for item in problems]


def _text(item: HealthCheck, lang: Lang) -> str:
    params = {
        name: say_error(value, lang) if isinstance(value, FieldkitError) else value
        for name, value in item.params.items()
    }
    return say(f"doctor.{item.key}", lang, **params)
