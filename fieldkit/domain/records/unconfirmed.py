"""What a technician corrected and costs money: it stands, and waits for the desk's word.

Who corrects it from the desk has said that word already. A refusal brings back what was there
before, unless something else was recorded since.
"""

from collections.abc import Callable, Mapping
from typing import Any

from pydantic import AwareDatetime

from fieldkit.domain.core.base_model import Model
from fieldkit.domain.core.event import Event, Role
from fieldkit.domain.core.evolve import Document
from fieldkit.domain.core.form import Data, Hidden, Text

SETTLES = frozenset({Role.DESK, Role.SUPERVISOR})
"""In these roles somebody may set what costs money; what others set waits for their word."""


class Unconfirmed(Model):
    """A correction that waits: the event that made it, what was there and what is, as JSON."""

    event: str
    by: str
    at: AwareDatetime
    before: dict[str, Any]
    changes: dict[str, Any]


class ChangeSettled(Data):
    """The desk's word on a correction; `change` is the event that made it."""

    change: Hidden
    reason: Text = ""


Apply = Callable[[Any, Any, Event], Any]


def waiting(apply: Apply, costly: frozenset[str]) -> Apply:
    """What a correction does to a record, and that its costly fields wait for the desk."""

    def applied(document: Any, data: Data, event: Event) -> Any:
        changed = apply(document, data, event)
        before, after = _values(document, costly), _values(changed, costly)
        differing = [name for name in costly if before[name] != after[name]]
        if event.role in SETTLES:
            return _with(changed, _without_fields(changed.unconfirmed, differing))
        if not differing:
            return changed
        one = Unconfirmed(
            event=event.id,
            by=event.by,
            at=event.local_at,
            before={name: before[name] for name in sorted(differing)},
            changes={name: after[name] for name in sorted(differing)},
        )
        return _with(changed, (*changed.unconfirmed, one))

    return applied


def confirmed(document: Any, data: ChangeSettled, event: Event) -> Any:
    """The desk agrees: the correction stands."""
    return _with(document, (one for one in document.unconfirmed if one.event != data.change))


def refused(document: Any, data: ChangeSettled, event: Event) -> Any:
    """The desk disagrees: what was there before is there again, and what was corrected once more
    since goes back to that."""
    found = next((one for one in document.unconfirmed if one.event == data.change), None)
    if found is None:
        return document
    rest = [one for one in document.unconfirmed if one is not found]
    back = dict[str, Any]()
    for name, value in found.changes.items():
        later = next(
            (at for at, one in enumerate(rest) if one.before.get(name, _NOTHING) == value), None
        )
        if later is not None:
            before = rest[later].before | {name: found.before[name]}
            rest[later] = rest[later].model_copy(update={"before": before})
        elif _values(document, (name,))[name] == value:
            back[name] = found.before[name]
    return _with(restored(document, back), rest)


_NOTHING = object()


def restored(document: Any, values: Mapping[str, Any]) -> Any:
    """The document with these fields, given as JSON; as it was where they cannot be read."""
    try:
        return type(document).model_validate(document.model_dump() | values)
    except ValueError:
        return document


def _values(document: Document, names: Any) -> dict[str, Any]:
    dumped = document.model_dump(mode="json", include=set(names))
    return {name: dumped.get(name) for name in names}


def _with(document: Any, waiting_now: Any) -> Any:
    return document.model_copy(update={"unconfirmed": tuple(waiting_now)})


def _without_fields(found: tuple[Unconfirmed, ...], names: list[str]) -> list[Unconfirmed]:
    """What waits without the fields that the desk has set itself."""
    rest = []
    for one in found:
        changes = {name: value for name, value in one.changes.items() if name not in names}
        before = {name: one.before[name] for name in changes}
        if changes:
            rest.append(one.model_copy(update={"changes": changes, "before": before}))
    return rest
