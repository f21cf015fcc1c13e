"""The list of jobs: a row for each, made without loading the models."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, NamedTuple

from fieldkit.domain.core.kinds import VISIT_FROM
from fieldkit.domain.core.stored_json import value_at
from fieldkit.services.home.session import Session
from fieldkit.store.records.fast_lists import JOB_ROW


class JobRow(NamedTuple):
    """A job as a list shows it."""

    id: str
    number: str
    status: str
    kind: str
    customer: str
    address: str
    product: str
    appointment: str
    """The day and hour of the visit; the day to which it was carried forward since."""
    promised: str
    technician: str
    hazards: tuple[str, ...]
    attention: int
    awaits: str = ""
    """When the last part that was ordered should come; "?" if nobody knows; "" for none."""


def list_jobs(session: Session, archived: bool = False) -> list[JobRow]:
    """All jobs, those with the next appointment first, then the newest; archived ones if asked.

    Raises `ArchiveFault` where these cannot be read; those in the store can be all the same.
    """
    rows = [_row(*values) for values in session.store.lists.job_rows()]
    if archived:
        here = {row.id for row in rows}
        rows += [job_row(old) for old in session.store.archive.rows() if old["id"] not in here]
    return sorted(rows, key=lambda row: (row.appointment or "9999", row.number))


def job_row(document: Mapping[str, Any]) -> JobRow:
    """The row of a stored job document; it is not validated, so that a list stays quick."""
    return _row(*(value_at(document, path) for path in JOB_ROW))


def _row(
    id: str | None, number: str | None, status: str | None, kind: str | None,  # noqa: A002
    customer: str | None, address: str | None, model: str | None, serial: str | None,
    visit: str | None, time_from: str | None, arrived: str | None, sent: str | None,
    promises: list[dict[str, Any]] | None, promised: str | None, back: str | None,
    exchanged: str | None, refunded: int | None, reported: list[str] | None,
    found: list[str] | None, attention: list[Any] | None, agreed: str | None,
    carried: list[dict[str, Any]] | None, orders: list[dict[str, Any]] | None,
    fetched: list[dict[str, Any]] | None, repaired: str | None, *_taken: Any,
) -> JobRow:  # fmt: skip
    """The row of the fields `JOB_ROW`; what it took from a van is no part of it."""
    if promised and promises:
        promised = promises[-1].get("promised_on")
    if carried and (not agreed or _moment(carried[-1]) > datetime.fromisoformat(agreed)):
        visit, time_from = carried[-1]["until"], None
    in_custody = back is None and exchanged is None and refunded is None
    return JobRow(
        id or "",
        number or "",
        status or "registered",
        kind or "repair",
        customer or "",
        address or "",
        f"{model or ''} {serial or ''}".strip(),
        f"{visit} {time_from or VISIT_FROM}" if visit else "",
        promised if promised and in_custody else "",
        arrived or sent or "",
        tuple(dict.fromkeys((reported or []) + (found or []))) if reported or found else (),
        len(attention or ()),
        _awaits(orders, fetched or []) if orders and not repaired else "",
    )


def _awaits(orders: list[dict[str, Any]], fetched: list[dict[str, Any]]) -> str:
    """The last day on which an ordered part should come that has not been fetched since."""
    came = {one["part"]: _moment(one) for one in fetched}
    last = {order["part"]: order for order in orders}
    waiting = [
        str(order.get("expected_on") or "?")
        for part, order in last.items()
        if part not in came or came[part] < _moment(order)
    ]
    return max(waiting, default="")


def _moment(recorded: dict[str, Any]) -> datetime:
    return datetime.fromisoformat(recorded["stamp"]["at"])
