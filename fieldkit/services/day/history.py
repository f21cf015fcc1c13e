"""Earlier work by serial number and by customer: own jobs, archived ones, and what came along.

A dispatched job brings the history of its product; what other laptops did is known from there.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from heapq import nlargest
from typing import Any

from fieldkit.domain.core.kinds import CLOSED, RecordKind
from fieldkit.domain.core.searching import holds_words, query_words, search_text
from fieldkit.services.day.later_names import LaterNames
from fieldkit.services.home.session import Session
from fieldkit.services.jobs.job_rows import AT_HAND, row_of
from fieldkit.store.records.fast_lists import JOB_ROW


@dataclass(frozen=True)
class Visit:
    """One earlier piece of work. `job_id` is "" where the job is not on this laptop: then
    `component` and `paid` are what is known of it. `text` is the symptom, `owner` the customer;
    `also` are later names of customer and product: it is found by these, too."""

    day: date | None
    serial: str
    model: str
    customer: str
    phone: str
    job_id: str = ""
    number: str = ""
    kind: str = ""
    status: str = ""
    text: str = ""
    archived: bool = False
    component: str = ""
    part: str = ""
    paid: bool = False
    owner: str = ""
    also: tuple[str, ...] = ()


_FIELDS = (*JOB_ROW, "request.reported_on", "request.symptom", "customer.phone", "customer.id")
"""The fields of a job that a visit is made of."""


def visits(session: Session, archived: bool = True) -> list[Visit]:
    """What was done last, the newest first: the jobs at hand, of the store and the archive the
    last `AT_HAND` that were closed in each way, and as many repairs by others; without what is
    archived if `archived` is False. Older ones are found by `older_visits`.

    Raises `ArchiveFault` where the archive cannot be read.
    """
    lists, archive = session.store.lists, session.store.archive
    here = [values[0] for values in lists.rows_in_hand()]
    old: list[str] = []
    for status in sorted(CLOSED):
        here += [values[0] for values in lists.rows_done(status, AT_HAND)]
        if archived:
            old += [values[0] for values in archive.rows_done(("id", "number"), status, AT_HAND)]
    rows = lists.job_rows_of(here, _FIELDS), archive.values_of(old, *_FIELDS)
    return _newest(session, *rows, archived, lambda visit: True)


def older_visits(session: Session, text: str, archived: bool = True) -> list[Visit]:
    """Of all that there is what holds every word of a text, at most `AT_HAND` of the store, the
    archive and others' repairs; raises as `visits` does. It takes as long as reading all of it."""
    store = session.store
    words = [tuple(forms) for forms in query_words(text)]
    here: dict[str, list[Any]] = {}
    old: dict[str, list[Any]] = {}
    for sought in (words, *map(query_words, LaterNames.read(session).earlier(words))):
        found = store.lists.holding(RecordKind.JOB, sought, _FIELDS, AT_HAND)
        here |= {row[0]: row for row in found}
        found = store.archive.holding(sought, _FIELDS, AT_HAND) if archived else []
        old |= {row[0]: row for row in found}

    def wanted(visit: Visit) -> bool:
        names = (visit.serial, visit.customer, visit.phone, *visit.also)
        return holds_words(search_text(names), words)

    return _newest(session, [*here.values()], [*old.values()], archived, wanted)


def _newest(
    session: Session, here: list[list[Any]], old: list[list[Any]], archived: bool,
    wanted: Callable[[Visit], bool],
) -> list[Visit]:  # fmt: skip
    later = LaterNames.read(session)

    def named(visit: Visit) -> Visit:
        return replace(visit, also=later.of(visit.serial, visit.owner))

    known = {values[0] for values in here}
    found = [_own(values, False) for values in here]
    found += [_own(values, True) for values in old if values[0] not in known]
    elsewhere = map(named, _elsewhere(session, archived))
    other = nlargest(AT_HAND, filter(wanted, elsewhere), key=_day)
    return sorted([*map(named, found), *other], key=_day, reverse=True)


def _day(visit: Visit) -> date:
    return visit.day or date.min


def _own(values: Sequence[Any], archived: bool) -> Visit:
    *of_row, reported_on, symptom, phone, owner = values
    row = row_of(of_row)
    model, serial = (of_row[JOB_ROW.index(f"product.{field}")] for field in ("model", "serial"))
    day = reported_on or row.appointment[:10]
    return Visit(
        day=date.fromisoformat(day) if day else None,
        serial=serial or "",
        model=model or "",
        customer=row.customer,
        phone=phone or "",
        job_id=row.id,
        number=row.number,
        kind=row.kind,
        status=row.status,
        text=symptom or "",
        archived=archived,
        owner=owner or "",
    )


def _elsewhere(session: Session, archived: bool) -> Iterator[Visit]:
    """What products brought with them of jobs that are not on this laptop, one by one."""
    lists, archive = session.store.lists, session.store.archive
    known: dict[str, list[Any]] = {}
    for product in lists.parts(RecordKind.PRODUCT, "id", "serial", "model", "customer", "history"):
        for entry in product.get("history", ()):
            job = entry.get("job", "")
            if job and (lists.has(RecordKind.JOB, job) or (archived and archive.has(job))):
                continue
            owner = product.get("customer", "")
            if owner not in known:
                asked = lists.values_of(RecordKind.CUSTOMER, [owner], ("name", "phone"))
                known = {owner: asked[0] if asked else [None, None]}
            name, phone = known[owner]
            yield Visit(
                day=date.fromisoformat(entry["on"]) if entry.get("on") else None,
                serial=product.get("serial", ""),
                model=product.get("model", ""),
                customer=name or "",
                phone=phone or "",
                component=entry.get("component", ""),
                part=entry.get("part", ""),
                paid=bool(entry.get("paid")),
                owner=owner,
            )
