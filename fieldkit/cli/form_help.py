"""What a form takes on the command line: its fields, and the steps that can be done now."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated

import typer
from pydantic import BaseModel

from fieldkit.domain.core.errors import BadInput, Reason, Refused
from fieldkit.domain.core.event import Role
from fieldkit.domain.core.form import FormField, form_fields
from fieldkit.domain.job.fold import AMENDABLE
from fieldkit.domain.job.steps import BY_KEY, State, actions, path
from fieldkit.i18n import Lang, fit, has, say, say_field, width
from fieldkit.tui.text.lines import wrap
from fieldkit.tui.text.options import options

if TYPE_CHECKING:
    from fieldkit.domain.core.catalogue import Catalogue
    from fieldkit.domain.job.model import Job

Fields = Annotated[
    bool, typer.Option("--fields", help="Only list the fields that --set takes, and their choices.")
]

_CELLS = 80
_OPTIONS_AT_MOST = 40
"""As many as are read through; a catalogue of parts has hundreds."""


def print_fields(
    form: type[BaseModel], scope: str, catalogue: "Catalogue", lang: Lang, *more: str
) -> None:
    """List the fields of a form, what each is called and may hold; `more` are fields that the
    program fills on a screen. `scope` is the step or record that it is the form of."""
    lines = [
        *_lines(form, scope, catalogue, lang),
        *(("  " + name, _said(name, lang)) for name in more),
    ]
    column = max((width(name) for name, _ in lines), default=0) + 2
    print("\n".join(wrap(say("cli.fields" if lines else "cli.no_fields", lang), _CELLS)))
    for name, text in lines:
        first, *others = wrap(text, _CELLS - column)
        print(f"{fit(name, column)}{first}".rstrip())
        for line in others:
            print(" " * column + line)


def _lines(
    form: type[BaseModel], scope: str, catalogue: "Catalogue", lang: Lang, indent: str = "  "
) -> Iterator[tuple[str, str]]:
    for field in form_fields(form):
        own = f"label.{scope}.{field.name}"
        label = say(own if has(own) else f"label.{field.name}", lang)
        needed = say("cli.field_needed", lang) if field.required else ""
        takes = _takes(field, catalogue, lang)
        text = say("cli.field", lang, label=label, needed=needed, takes=takes)
        yield indent + field.name, text
        if field.row:
            yield from _lines(field.row, field.name, catalogue, lang, indent + "  ")


def _said(name: str, lang: Lang) -> str:
    takes = say("cli.takes.text", lang)
    return say("cli.field", lang, label=say_field(name, lang), needed="", takes=takes)


def _takes(field: FormField, catalogue: "Catalogue", lang: Lang) -> str:
    """What a field may hold, as `--set` takes it."""
    if field.ui.widget == "checks":
        points = catalogue.checklists.get(field.ui.group, ())
        found = [(item.code, item.name.say(lang)) for item in points]
    else:
        found = [(option.code, option.name) for option in options(field, catalogue, lang)]
    named = _named(found[:_OPTIONS_AT_MOST], lang)
    if len(found) > _OPTIONS_AT_MOST:
        named += say("cli.takes.more", lang, count=len(found) - _OPTIONS_AT_MOST)
    return say(f"cli.takes.{field.ui.widget}", lang, choices=named)


def _named(pairs: Iterable[tuple[str, str]], lang: Lang) -> str:
    """Codes with their names: `arrive (Arrive), note (Add a note)`."""
    form, comma = ("{}（{}）", "、") if lang == "zh" else ("{} ({})", ", ")
    return comma.join(form.format(code, name) for code, name in pairs)


@contextmanager
def naming_fields(lang: Lang) -> Iterator[None]:
    """Say at the end of an error about wrong fields how to see them all."""
    try:
        yield
    except BadInput as error:
        error.add_note(say("cli.see_fields", lang))
        raise


@contextmanager
def naming_steps(job: "Job", role: Role, lang: Lang) -> Iterator[None]:
    """Say at the end of a refusal which steps the job takes now, by the names that `do` knows."""
    try:
        with naming_fields(lang):
            yield
    except Refused as error:
        views = [*path(job, role), *actions(job, role)]
        now = [view.step.key for view in views if view.state in (State.NEXT, State.OPEN)]
        if now:
            named = _named(((key, say(f"step.{key}", lang)) for key in now), lang)
            error.add_note(say("cli.steps_now", lang, steps=named))
        raise


@contextmanager
def naming_parts(job: "Job", lang: Lang) -> Iterator[None]:
    """Say at the end of a refusal which parts of the job can be corrected."""
    try:
        with naming_fields(lang):
            yield
    except Refused as error:
        parts = ", ".join(sorted(part for part in AMENDABLE if getattr(job, part) is not None))
        error.add_note(say("cli.parts_now", lang, parts=parts))
        raise


def part_form(job: "Job", part: str) -> type[BaseModel]:
    """The form of a part of a job that can be corrected. Raises `Refused`."""
    found = getattr(job, part) if part in AMENDABLE else None
    if not isinstance(found, BaseModel):
        raise Refused(Reason("nothing_to_amend", {"step": part}))
    return type(found)


def step_form(step: str) -> type[BaseModel]:
    """The form of a step. Raises `Refused` (`unknown_step`)."""
    if step not in BY_KEY or step == "register":
        raise Refused(Reason("unknown_step", {"step": step}))
    return BY_KEY[step].form
