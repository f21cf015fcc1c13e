"""The van of whoever is signed in: what is on board, what came in, what a job is short of."""

import logging
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from itertools import chain
from operator import itemgetter
from typing import Any, NamedTuple

from fieldkit.domain.core.errors import BadInput, FieldkitError, FieldProblem
from fieldkit.domain.core.event import Act, RecordKind
from fieldkit.domain.core.form import read_form
from fieldkit.domain.core.job_codes import PartSource, ServiceMode
from fieldkit.domain.job.model import CLOSED, Job
from fieldkit.domain.job.suggestions import needed_parts
from fieldkit.domain.records.van import (
    Shortage,
    Stock,
    Taking,
    Van,
    VanCounted,
    VanLoaded,
    shortages,
    stock_of,
    van_id,
)
from fieldkit.services.home.session import Session
from fieldkit.store.records.archive import ArchiveFault
from fieldkit.store.records.fast_lists import JOB_ROW

_LOG = logging.getLogger(__name__)

_CLOSED = frozenset(status.value for status in CLOSED)


def van(session: Session) -> Van:
    """The van; an empty one where nothing was ever loaded."""
    record_id = van_id(session.person)
    found: Van | None = session.store.ledger.find(RecordKind.VAN, record_id)
    return found or Van(id=record_id, person=session.person)


def stock(session: Session) -> dict[str, Stock]:
    """What the van holds, by SKU: every part that was ever loaded or counted."""
    known = van(session)
    if not known.shelves:
        return {}
    counted = min(shelf.since for shelf in known.shelves.values())
    return stock_of(known, _takings(session, counted))


def _takings(session: Session, since: datetime) -> Iterator[Taking]:
    person = session.person
    for job in _jobs(session, since):
        yield from _put_back(job, person)
        if job.repaired is not None:
            if job.van == person:
                yield from _used(job.parts, datetime.fromisoformat(job.repaired))
        elif job.fetched and job.status not in _CLOSED:
            for part, quantity in _set_aside(job.fetched, job.unused, person).items():
                yield Taking(part, quantity)


def _put_back(job: "_Taken", person: str) -> Iterator[Taking]:
    """The parts of repairs that were taken back. One that was recorded beside an earlier one,
    which stands, was never counted."""
    stands = datetime.fromisoformat(job.repaired) if job.repaired else None
    for back in job.put_back or ():
        used = datetime.fromisoformat(back["used"])
        if back["van"] == person and (stands is None or used < stands):
            yield from _used(back.get("parts"), used, datetime.fromisoformat(back["at"]))


def _used(
    parts: Iterable[Mapping[str, Any]] | None, moment: datetime, put_back: datetime | None = None
) -> Iterator[Taking]:
    """The parts of a repair that came from the van."""
    for row in parts or ():
        if row.get("source") != PartSource.OUTLET:
            yield Taking(row["part"], row.get("quantity", 1), moment, put_back)


class _Taken(NamedTuple):
    """What of a job says what it took from a van, as it is stored: defaults are left out."""

    id: str
    status: str | None
    fetched: list[dict[str, Any]] | None
    repaired: str | None
    van: str | None
    parts: list[dict[str, Any]] | None
    unused: list[dict[str, Any]] | None
    put_back: list[dict[str, Any]] | None


_FIELDS = (
    "id", "status", "fetched", "repair.stamp.at", "repair.van", "repair.parts", "unused",
    "put_back",
)  # fmt: skip
_take = itemgetter(*map(JOB_ROW.index, _FIELDS))


def _jobs(session: Session, since: datetime) -> Iterator[_Taken]:
    """The jobs in hand and those done since every part on board was counted or loaded, archived
    ones too: the parts in these are gone as well."""
    lists = session.store.lists
    here = set()
    done = (lists.rows_done(status, since=since) for status in CLOSED)
    for values in chain(lists.rows_in_hand(), *done):
        job = _Taken(*_take(values))
        here.add(job.id)
        yield job
    try:
        for status in CLOSED:
            for values in session.store.archive.rows_done(_FIELDS, status, since=since):
                if values[0] not in here:
                    yield _Taken(*values)
    except ArchiveFault as fault:
        _LOG.warning("the stock of the van leaves archived jobs out: %s", fault.key)


def _set_aside(
    fetched: Iterable[Mapping[str, Any]], unused: Iterable[Mapping[str, Any]] | None, person: str
) -> dict[str, int]:
    """What this person fetched from the van for a job and has not put back."""
    own = _fetched_by(person, fetched)
    return _held((one for one in own if one.get("source") != PartSource.OUTLET), unused)


def _fetched_by(person: str, fetched: Iterable[Mapping[str, Any]]) -> Iterator[Mapping[str, Any]]:
    return (one for one in fetched if one["stamp"]["by"] == person)


def _held(
    fetched: Iterable[Mapping[str, Any]], unused: Iterable[Mapping[str, Any]] | None
) -> dict[str, int]:
    """How many of each part are still there for the job."""
    held: dict[str, int] = {}
    for one in fetched:
        held[one["part"]] = held.get(one["part"], 0) + one.get("quantity", 1)
    for one in unused or ():
        if one["part"] in held:
            held[one["part"]] = max(held[one["part"]] - one.get("quantity", 1), 0)
    return held


def job_shortages(session: Session, job: Job) -> list[Shortage]:
    """What this job needs more of than the van holds and was fetched for it, at the outlet too;
    nothing where the van is not recorded, or the work is done at the outlet."""
    on_board = stock(session)
    if not on_board or job.mode is ServiceMode.OUTLET:
        return []
    document = job.model_dump(include={"fetched", "unused"})
    own = _held(_fetched_by(session.person, document["fetched"]), document["unused"])
    wanted = [(line.part, line.quantity) for line in needed_parts(job)]
    return shortages(wanted, on_board, own, session.catalogue)


# -- loading and counting ------------------------------------------------------------------


def load_van(session: Session, values: Mapping[str, Any]) -> Van:
    """Record parts that came on board. Raises `BadInput`."""
    data = read_form(VanLoaded, {**values, "person": session.person})
    for index, row in enumerate(data.parts):
        _check_part(session, f"parts.{index}.part", row.part)
    return _commit(session, "van.loaded", data)


def count_part(session: Session, values: Mapping[str, Any]) -> Van:
    """Record how many of a part were found on board. Raises `BadInput`."""
    data = read_form(VanCounted, {**values, "person": session.person})
    _check_part(session, "part", data.part)
    return _commit(session, "van.counted", data)


def _check_part(session: Session, field: str, sku: str) -> None:
    part = session.catalogue.part(sku)
    if part is None or not part.stocked:
        raise BadInput([FieldProblem(field, "unknown_part", {"part": sku})])


def _commit(session: Session, event: str, data: VanLoaded | VanCounted) -> Van:
    values = data.model_dump(mode="json", exclude_none=True, exclude={"stamp"})
    act = Act(record=van_id(session.person), type=event, data=values)
    session.store.ledger.commit([act], session.author())
    return van(session)


def usual_load(session: Session) -> dict[str, int]:
    """What a van carries in the morning, by SKU; {} where no list of it can be read."""
    from fieldkit.store.files.catalogue import van_stock

    try:
        listed = van_stock(session.trade.data_folder / "catalogue", session.catalogue)
    except FieldkitError as error:
        _LOG.warning("no usual load of a van: %s", error.key)
        return {}
    return listed


def to_load(session: Session) -> dict[str, int]:
    """What is missing to the usual load."""
    on_board = stock(session)
    lacking = {
        sku: usual - on_board.get(sku, Stock(sku)).on_board
        for sku, usual in usual_load(session).items()
    }
    return {sku: count for sku, count in lacking.items() if count > 0}
