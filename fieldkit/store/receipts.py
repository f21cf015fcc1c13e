"""What the office said of own events, and what follows from it for their rows and records."""

from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from fieldkit.store.ledger import APPLIED, REJECTED
from fieldkit.store.tinysqlite.table import Document as Row

HELD = "held"
"""The status of an own event that waits at the office until one before it is corrected."""


@dataclass(frozen=True)
class Result:
    """What the office said of one event: applied, duplicate, held or rejected."""

    event: str
    status: str
    position: int | None = None
    reason: str = ""


def kind(row: Row) -> str:
    """The kind of record that an event is about, from its row."""
    return str(row["type"]).partition(".")[0]


def noted(result: Result) -> dict[str, Any]:
    """What the row of an event says after the office's word on it."""
    noted: dict[str, Any] = {"status": APPLIED}
    if result.status == REJECTED:
        noted = {"status": REJECTED, "reason": result.reason}
    elif result.status == HELD:
        noted = {"status": HELD}
    if result.position is not None:
        noted["position"] = result.position
    return noted


def keep_order(settled: list[tuple[Row, Result]], base: int) -> bool:
    """Whether the record's events stand in the same order as before: what waited in the order
    of the chain now has positions in the same order, behind everything else."""
    if any(row.get("position") or '"replaces":' in row["raw"] for row, _ in settled):
        return False
    return ascend([base, *(result.position or 0 for _, result in settled)])


def ascend(positions: list[int]) -> bool:
    """Whether each position is higher than the one before it."""
    return all(one < two for one, two in pairwise(positions))
