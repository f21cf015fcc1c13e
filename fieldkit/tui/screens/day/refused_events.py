"""What the office refused, corrected where it is listed: recorded again with other values, or given
up with a note in its place. Nothing of it is changed; the next sync sends what takes its place."""

from collections.abc import Callable
from typing import Any

from pydantic import BaseModel

from fieldkit.domain.core.form import form_fields, read_form
from fieldkit.domain.job.commands import step_of
from fieldkit.domain.job.side_events import NoteAdded
from fieldkit.domain.record_kinds import MACHINES
from fieldkit.i18n import Lang, has, say
from fieldkit.services.exchange.refused_events import correct, rejected, withdraw
from fieldkit.store.records.receipts import RejectedEvent
from fieldkit.tui.forms.form_spec import FormSpec, Values
from fieldkit.tui.screens.base import BaseScreen
from fieldkit.tui.text.lines import Line, paragraph

_DONE = {"correction": "screen.refused_corrected", "withdrawal": "screen.refused_withdrawn"}


def open_correction(screen: BaseScreen[Any], event: str) -> None:
    """Offer the values of a refused event to be corrected; for one without any, show the
    command that gives it up."""
    refused = _refused(screen, event)
    if refused is None:
        return
    session = screen.session
    before = session.store.ledger.event(event)
    machine = MACHINES.get(before.kind)
    model = machine.events.get(before.type) if machine else None
    fields = form_fields(model) if model else []
    if model is None or not fields:
        screen.show_message(screen.t("screen.refused_command", event=event), wrong=True)
        return
    empty = {field.name: field.default for field in fields if not field.required}

    names = {field.name for field in fields}
    known = {name: value for name, value in before.data.items() if name in names}
    _open(
        screen, refused, "correction", step_of(before.type), model, known,
        lambda typed: correct(session, event, empty | typed), lambda lang: _what(refused, lang),
    )  # fmt: skip


def open_withdrawal(screen: BaseScreen[Any], event: str) -> None:
    """Give a refused event of a job up; a note says why."""
    refused = _refused(screen, event)
    if refused is None:
        return
    if not refused.type.startswith("job."):
        screen.show_message(screen.t("screen.refused_no_job"), wrong=True)
        return
    _open(
        screen, refused, "withdrawal", "withdraw", NoteAdded, {},
        lambda typed: withdraw(screen.session, event, read_form(NoteAdded, typed).text),
        lambda lang: say("key.withdraw", lang),
    )  # fmt: skip


def _open(
    screen: BaseScreen[Any], refused: RejectedEvent, draft: str, scope: str,
    model: type[BaseModel], values: Values, action: Callable[[Values], object],
    title: Callable[[Lang], str],
) -> None:  # fmt: skip
    """Open a form about a refused event; its draft ends together with the action."""
    store = screen.session.store

    def submit(typed: Values) -> object:
        with store.writing():
            made = action(typed)
            store.drafts.drop(refused.event, draft)
        return made

    spec = FormSpec(
        title=lambda lang: f"{say('screen.refused', lang)} › {title(lang)}",
        model=model,
        values=values | store.drafts.load(refused.event, draft),
        keep=lambda typed: store.drafts.save(refused.event, draft, typed),
        submit=submit,
        done=lambda lang: say(_DONE[draft], lang),
        scope=scope,
        note=lambda lang, cells: _note(refused, lang, cells),
    )
    screen.open_form(spec)


def _refused(screen: BaseScreen[Any], event: str) -> RejectedEvent | None:
    found: list[RejectedEvent] = []
    with screen.showing_errors():
        found = [one for one in rejected(screen.session) if one.event == event]
    return found[0] if found else None


def _what(refused: RejectedEvent, lang: Lang) -> str:
    """The step that it recorded, else its type."""
    key = f"step.{step_of(refused.type)}"
    return say(key, lang) if has(key) else refused.type


def _note(refused: RejectedEvent, lang: Lang, cells: int) -> list[Line]:
    """Why it was refused, what is safe, and the command that does the same."""
    reason = f"sync.reason.{refused.reason}"
    why = say(reason, lang) if has(reason) else refused.reason
    command = say("screen.refused_same", lang, event=refused.event)
    return [*paragraph(why, cells, "warn"), *paragraph(command, cells, "muted")]
