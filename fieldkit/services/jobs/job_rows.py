"""The list of jobs: a row for each, made without loading the models."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime
from itertools import chain
from typing import Any, NamedTuple

from fieldkit.domain.core.kinds import CLOSED, VISIT_FROM, RecordKind
from fieldkit.domain.core.local_time import window
from fieldkit.domain.core.searching import query_words
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
    until: str = ""
    """The day and hour at which a visit ends that goes on after midnight; "" for others."""


AT_HAND = 1000
"""As many jobs of each closed status are in the list; older ones are found by typing, and in the
history."""

_BATCH = 200


def list_jobs(session: Session) -> list[JobRow]:
    """The jobs at hand, those with the next appointment first, then by number: all that need
    work, and the last that were closed."""
    lists = session.store.lists
    found = lists.rows_in_hand()
    for status in sorted(CLOSED):
        found += lists.rows_done(status, AT_HAND)
    return sorted((_row(*values) for values in found), key=_order)


def any_older(session: Session) -> bool:
    """Whether jobs are in the store that `list_jobs` leaves out."""
    return any(session.store.lists.count_done(status) > AT_HAND for status in CLOSED)


def older_jobs(session: Session, text: str) -> list[JobRow]:
    """Jobs of the whole store that hold every word of a text in what their rows are made of, the
    last at most `AT_HAND`. It takes as long as reading all rows: some 0.1 s for 10,000."""
    found = session.store.lists.holding(RecordKind.JOB, query_words(text), JOB_ROW, AT_HAND)
    return sorted((_row(*values) for values in found), key=_order)


def all_jobs(session: Session, archived: bool = True) -> Iterator[JobRow]:
    """All jobs in the order of the list, archived ones too, one by one: only what they are
    ordered by is held for all of them.

    Raises `ArchiveFault` where these cannot be read; those in the store can be all the same.
    """
    store = session.store
    places = [_place(_row(*values), "") for values in store.lists.job_rows()]
    if archived:
        here = {place.rpartition("\t")[0].rpartition("\t")[2] for place in places}
        places += [
            _place(_row(*values), "a")
            for values in store.archive.values(*JOB_ROW)
            if values[0] not in here
        ]
    places.sort()
    for start in range(0, len(places), _BATCH):
        batch = [place.split("\t")[-2:] for place in places[start : start + _BATCH]]
        rows = {
            values[0]: _row(*values)
            for values in chain(
                store.lists.job_rows_of(job for job, where in batch if not where),
                store.archive.values_of([job for job, where in batch if where], *JOB_ROW),
            )
        }
        yield from (rows[job] for job, _ in batch if job in rows)


def _order(row: JobRow) -> tuple[str, str]:
    return row.appointment or "9999", row.number


def _place(row: JobRow, where: str) -> str:
    """What a job is ordered by, its id and where it is, in one text: it takes least memory."""
    return "\t".join((*_order(row), row.id, where))


def job_row(document: Mapping[str, Any]) -> JobRow:
    """The row of a stored job document; it is not validated, so that a list stays quick."""
    return _row(*(value_at(document, path) for path in JOB_ROW))


def row_of(values: Sequence[Any]) -> JobRow:
    """The row of a job by its fields `JOB_ROW`."""
    return _row(*values)


def _row(
    id: str | None, number: str | None, status: str | None, kind: str | None,  # noqa: A002
    customer: str | None, address: str | None, model: str | None, serial: str | None,
    visit: str | None, time_from: str | None, arrived: str | None, sent: str | None,
    promises: list[dict[str, Any]] | None, promised: str | None, back: str | None,
    exchanged: str | None, refunded: int | None, reported: list[str] | None,
    found: list[str] | None, attention: list[Any] | None, agreed: str | None,
    carried: list[dict[str, Any]] | None, orders: list[dict[str, Any]] | None,
    fetched: list[dict[str, Any]] | None, repaired: str | None, van: str | None,
    used: list[Any] | None, unused: list[Any] | None, put_back: list[Any] | None,
    time_to: str | None, arrived_at: str | None, sent_at: str | None,
    to_continue: bool | None, sent_again: bool | None,
) -> JobRow:  # fmt: skip
    """The row of the fields `JOB_ROW`; what it took from a van is no part of it."""
    if promised and promises:
        promised = promises[-1].get("promised_on")
    if carried and (not agreed or _moment(carried[-1]) > datetime.fromisoformat(agreed)):
        visit, time_from, time_to = carried[-1]["until"], None, None
    if arrived and sent and carried:
        again = _sent_again(carried[-1], arrived_at, sent_at, to_continue, sent_again)
        arrived = None if again else arrived
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
        _over_midnight(visit, time_from, time_to) if visit and time_from and time_to else "",
    )


def _sent_again(
    carried: dict[str, Any], arrived: str | None, sent: str | None,
    to_continue: bool | None, sent_again: bool | None,
) -> bool:  # fmt: skip
    """Whether somebody was sent after a visit that was carried forward, as `Job.technician` has
    it."""
    if sent_again is not None:
        return sent_again
    if not arrived or not sent:
        return False
    came = datetime.fromisoformat(arrived)
    carried_on = _moment(carried) >= came if to_continue is None else to_continue
    return carried_on and datetime.fromisoformat(sent) > came


def _over_midnight(visit: str, begins: str, ends: str) -> str:
    """When a visit ends that goes on after midnight; "" for others."""
    if ends > begins:
        return ""
    end = window(date.fromisoformat(visit), begins, ends, None)[1]
    return f"{end:%Y-%m-%d %H:%M}"


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
