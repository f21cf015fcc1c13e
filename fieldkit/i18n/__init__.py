"""Everything that fieldkit says, in English and Simplified Chinese.

Each module of `texts` holds `MESSAGES`: key -> (English, Chinese), with named placeholders
such as `{step}`. They are merged when a sentence is asked for. Dates and
amounts are set by the few functions below: two languages need so little that a library of all
the world's locales would only slow the start.
"""

from collections.abc import Mapping
from datetime import date, datetime
from functools import cache
from importlib import import_module
from typing import Literal

from fieldkit.domain.core.errors import BadInput, FieldkitError, FieldProblem, Reason, Refused
from fieldkit.i18n.cell_width import fit as fit
from fieldkit.i18n.cell_width import width as width
from fieldkit.i18n.texts import FIRST, LATER
from fieldkit.systems import system_language

Lang = Literal["en", "zh"]
LANGS: tuple[Lang, ...] = ("en", "zh")


@cache
def _merged(modules: tuple[str, ...]) -> Mapping[str, tuple[str, str]]:
    merged: dict[str, tuple[str, str]] = {}
    for module in modules:
        merged.update(import_module(f"{__name__}.texts.{module}").MESSAGES)
    return merged


def _find(key: str) -> tuple[str, str] | None:
    """The message with this key, in both languages: those of the list of jobs are read first."""
    return _merged(FIRST).get(key) or _merged(LATER).get(key)


def messages() -> Mapping[str, tuple[str, str]]:
    """All messages."""
    return {**_merged(FIRST), **_merged(LATER)}


class _Keys:
    """What `{key:app.sync}` in a message becomes: the key that is bound to this name."""

    def __init__(self) -> None:
        self.own: Mapping[str, str] = {}

    def __format__(self, name: str) -> str:
        from fieldkit.i18n.texts.screens.key_names import USUAL_KEYS

        return self.own.get(name) or USUAL_KEYS[name]


_keys = _Keys()


def name_keys(own: Mapping[str, str]) -> None:
    """Let messages name these keys, as they are written, in place of the usual ones."""
    _keys.own = own


class _Params(dict[str, object]):
    """Placeholders that were not given stay as they are: half a sentence beats none."""

    def __missing__(self, name: str) -> object:
        return _keys if name == "key" else f"{{{name}}}"


def has(key: str) -> bool:
    """Whether there is a message with this key."""
    return _find(key) is not None


def say(key: str, /, lang: Lang, **params: object) -> str:
    """The message in one language. Never raises: an unknown key comes back as `[key]`."""
    both = _find(key)
    if both is None:
        return f"[{key}]"
    return both[LANGS.index(lang)].format_map(_Params(params))


def say_value(value: str, lang: Lang, field: str = "") -> str:
    """What a value of the code's own lists is called; some mean more in a certain field."""
    special = f"value.{field}.{value}"
    return say(special if field and has(special) else f"value.{value}", lang)


# -- errors --------------------------------------------------------------------------------


def say_reason(reason: Reason, lang: Lang) -> str:
    """Why a step is not allowed now."""
    return say(f"why.{reason.key}", lang, **_spoken(reason.params, lang))


def say_flag(flag: str, params: Mapping[str, object], lang: Lang) -> str:
    """What needs a person; what a newer program flagged, by its key.

    A flag is kept as JSON, so that its days come as text such as 2026-11-29.
    """
    key = f"flag.{flag}"
    if not has(key):
        return flag
    return say(key, lang, **_spoken({name: _kept_day(name, params[name]) for name in params}, lang))


def _kept_day(name: str, value: object) -> object:
    try:
        return date.fromisoformat(str(value)) if name == "on" else value
    except ValueError:  # whatever a newer program keeps there
        return value


def say_problem(problem: FieldProblem, lang: Lang) -> str:
    """What is wrong with one field, the field's label first."""
    steps = problem.path.split(".")
    name = next((step for step in reversed(steps) if not step.isdigit()), problem.path)
    label = name if problem.params.get("name") == name else say_field(name, lang)
    rows = [int(step) + 1 for step in steps if step.isdigit()]
    where = say("field.in_row", lang, label=label, row=rows[-1]) if rows else label
    return say("field.named", lang, label=where, text=say_wrong(problem, lang))


def say_field(name: str, lang: Lang) -> str:
    """The name of a field: its label, else what the rules call it, else the field's own name."""
    keys = (f"label.{name}", f"input.{name}")
    return next((say(key, lang) for key in keys if has(key)), name)


def say_wrong(problem: FieldProblem, lang: Lang) -> str:
    """What is wrong with one field, for a place that stands beside its label."""
    key = f"field.{problem.key}" if has(f"field.{problem.key}") else "field.other"
    return say(key, lang, **_spoken(problem.params, lang))


def say_error(error: FieldkitError, lang: Lang) -> str:
    """The whole sentence for an error: what happened, what is safe, what to do next."""
    if isinstance(error, Refused):
        return say_reason(error.reason, lang)
    if isinstance(error, BadInput):
        listed = [say_problem(problem, lang) for problem in error.problems]
        return say("error.bad_input", lang, problems=" ".join(listed))
    return say(f"error.{error.key}", lang, **_spoken(error.params, lang))


def _spoken(params: Mapping[str, object], lang: Lang) -> dict[str, object]:
    """The values of an error as a person reads them: named codes, dates, amounts, no None."""
    return {name: _spoken_value(name, value, lang) for name, value in params.items()}


def _spoken_value(name: str, value: object, lang: Lang) -> object:
    kind = {"remedy": "value"}.get(name, name)
    if name in {"step", "complaint_step", "role", "remedy", "office_task"}:
        return say(f"{kind}.{value}", lang) if has(f"{kind}.{value}") else value
    if name == "field" and isinstance(value, str):
        return say_field(value, lang)
    if name.endswith("_fen") and isinstance(value, int):
        return say_money(value, lang)
    if name == "office_roles" and isinstance(value, tuple):
        return ("、" if lang == "zh" else ", ").join(
            say(f"office_role.{one}", lang) for one in value
        )
    if isinstance(value, FieldProblem):
        return say_wrong(value, lang)
    if isinstance(value, date):
        return say_date(value, lang)
    return say("value.none", lang) if value is None else value


# -- dates and money -----------------------------------------------------------------------


def say_date(day: date, lang: Lang) -> str:
    """A day: `5 Nov 2026`, `2026年11月5日`."""
    month = say(f"month.{day.month}", lang)
    return say("format.date", lang, year=day.year, month=month, day=day.day)


def say_moment(moment: datetime, lang: Lang) -> str:
    """A day and a time, in the zone that the moment already has."""
    return say("format.moment", lang, date=say_date(moment, lang), time=f"{moment:%H:%M}")


def say_weekday(day: date, lang: Lang) -> str:
    """The short name of the weekday."""
    return say(f"weekday.{day.weekday()}", lang)


def say_money(fen: int, lang: Lang) -> str:
    """An amount of fen in yuan: `¥1,280.00`."""
    yuan, cents = divmod(abs(fen), 100)
    text = say("format.money", lang, amount=f"{yuan:,}.{cents:02}")
    return f"-{text}" if fen < 0 else text


def say_size(size: int) -> str:
    """A number of bytes as people read it: `812 B`, `48 kB`, `2.4 MB`."""
    if size < 1000:
        return f"{size} B"
    return f"{size / 1e3:.0f} kB" if size < 999_500 else f"{size / 1e6:.1f} MB"


# -- which language ------------------------------------------------------------------------


def default_lang(environ: Mapping[str, str]) -> Lang:
    """The language that the environment asks for, else the system's; English where that is none
    of ours."""
    asked = map(environ.get, ("FIELDKIT_LANG", "LC_ALL", "LC_MESSAGES", "LANG"))
    wanted = next(filter(None, asked), None) or system_language()
    return "zh" if wanted.lower().startswith("zh") else "en"
