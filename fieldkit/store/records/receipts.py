"""What the office said of own events, and what follows from it for their rows and records."""

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, NamedTuple

from fieldkit.store.records.ledger import APPLIED, REJECTED, place

HELD = "held"
"""The status of an own event that waits at the office until one before it is corrected."""


@dataclass(frozen=True)
class Result:
    """What the office said of one event: applied, duplicate, held or rejected."""

    event: str
    status: str
    position: int | None = None
    reason: str = ""


class Pending(NamedTuple):
    """One own event: its place in its epoch's chain, its exact bytes, and what it is about.

    `position` is the one that the office gave it before, if any.
    """

    id: str
    epoch: str
    seq: int
    raw: bytes
    record: str
    kind: str
    status: str
    position: int | None


def as_pending(event: object, row: Mapping[str, Any]) -> Pending:
    """An own event from its id and its row."""
    epoch, seq = place(row["turn"])
    return Pending(
        id=str(event),
        epoch=epoch,
        seq=seq,
        raw=row["raw"].encode(),
        record=row["record"],
        kind=row["type"].partition(".")[0],
        status=row["status"],
        position=row.get("position"),
    )


def noted(event: Pending, result: Result) -> dict[str, str | int]:
    """What changes in the row of an event by the office's word on it."""
    status = result.status if result.status in (REJECTED, HELD) else APPLIED
    changes: dict[str, str | int] = {} if status == event.status else {"status": status}
    if status == REJECTED:
        changes["reason"] = result.reason
    if result.position not in (None, event.position):
        changes["position"] = result.position
    return changes


def keep_order(settled: list[tuple[Pending, Result]], base: int) -> bool:
    """Whether the record's events stand in the same order as before: what waited in the order
    of the chain now has positions in the same order, behind everything else."""
    if any(event.position or b'"replaces":' in event.raw for event, _ in settled):
        return False
    return ascend([base, *(result.position or 0 for _, result in settled)])


def ascend(positions: list[int]) -> bool:
    """Whether each position is higher than the one before it."""
    return all(one < two for one, two in pairwise(positions))
