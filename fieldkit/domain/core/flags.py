"""What needs a person is flagged by the office, and resolved by the office: events of every kind of
record."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Annotated, TypeVar

from fieldkit.domain.core.event import Event
from fieldkit.domain.core.evolve import Document, Machine, Special, flag
from fieldkit.domain.core.form import Data, Hidden, Text, Ui

D = TypeVar("D", bound=Document)


class ConflictResolved(Data):
    """The office has looked at what was flagged."""

    flag: Hidden
    note: Text = ""


class Flagged(Data):
    """The office checked an event and found something that needs a person.

    `flag` names the sentence, `cause` the event; `what` says what about it, in codes
    (`line 1 charge`).
    """

    flag: Hidden
    cause: Hidden
    what: Annotated[tuple[str, ...], Ui("rows", hidden=True)] = ()


def apply_flagged(document: D, data: Flagged, event: Event) -> D:
    """Flag what the office found."""
    return flag(document, data.flag, event, cause=data.cause, what=", ".join(data.what))


def apply_resolved(document: D, data: ConflictResolved, event: Event) -> D:
    """Take a flag away that somebody has looked at."""
    rest = tuple(mark for mark in document.attention if mark.key != data.flag)
    return document.model_copy(update={"attention": rest})


def flag_events(kind: str) -> Mapping[str, type[Data]]:
    """The events by which records of a kind are flagged, and flags resolved."""
    return {f"{kind}.flagged": Flagged, f"{kind}.conflict_resolved": ConflictResolved}


def with_flags(kind: str, machine: Machine[D]) -> Machine[D]:
    """The machine of a kind whose records may be flagged."""
    changes: dict[str, Special] = {
        f"{kind}.flagged": apply_flagged,
        f"{kind}.conflict_resolved": apply_resolved,
    }
    return replace(
        machine,
        events={**flag_events(kind), **machine.events},
        special={**changes, **machine.special},
        kept=machine.kept | changes.keys(),
    )
