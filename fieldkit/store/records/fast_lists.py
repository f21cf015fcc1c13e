"""What lists and the status bar show, read without the models: the first screen waits for it."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from typing import Any

from tinydb import where

from fieldkit.domain.core.kinds import CLOSED, RecordKind, Status
from fieldkit.domain.core.searching import holds_words, search_text
from fieldkit.store.records.device import set_aside_elsewhere
from fieldkit.store.storage_errors import faults
from fieldkit.store.tinysqlite import SQLiteTable, TinySQLite

TABLES: dict[str, str] = {
    RecordKind.JOB: "jobs",
    RecordKind.CUSTOMER: "customers",
    RecordKind.PRODUCT: "products",
    RecordKind.COMPLAINT: "complaints",
    RecordKind.FOLLOW_UP: "follow_ups",
    RecordKind.VAN: "vans",
}
"""The table that holds the documents of each kind of record."""

JOB_ROW = (
    "id", "number", "status", "kind", "customer.name", "customer.address", "product.model",
    "product.serial", "appointment.on", "appointment.time_from", "arrival.stamp.by",
    "dispatch.technician", "promises", "custody.promised_on", "hand_back.on", "exchange.on",
    "refund.amount_fen", "request.hazards", "diagnosis.hazards", "attention",
    "appointment.stamp.at", "carried", "orders", "fetched", "repair.stamp.at", "repair.van",
    "repair.parts", "unused", "put_back", "appointment.time_to", "arrival.stamp.at",
    "dispatch.stamp.at", "to_continue", "sent_again",
)  # fmt: skip
"""The fields of a job that its row in a list is made of, and what it took from a van."""

JOB_RANK = f"""CASE WHEN {{status}} IN ({", ".join(f"'{status}'" for status in sorted(CLOSED))})
 AND ({{custody.promised_on}} IS NULL
  OR coalesce({{hand_back.on}}, {{exchange.on}}, {{refund.amount_fen}}) IS NOT NULL)
 THEN {{status}} || ' ' || coalesce(
  {{submission.stamp.at}}, {{completion.stamp.at}}, {{cancellation.stamp.at}}, '') END"""
"""Where a job is done with, its status and when that came about, in the time of whoever did it;
nothing as long as it needs work or its product is with us. So what is in hand, and the last of
what is done, are read without the rest of the history."""

FLAGGED_RANK = "CASE WHEN {attention} IS NOT NULL THEN 'flagged' END"
"""Which products need a person, found without a look at the others."""

DONE_RANK = """CASE WHEN {done} IS NOT NULL OR {due} IS NULL OR {planned} IS NULL
 THEN 'done' END"""
"""Which follow-ups are no call to make any more, so that the open ones are read without them."""

_ZONES = timedelta(hours=26)
"""The most that two local times of one moment differ by."""

APPLIED, REJECTED, HELD = "applied", "rejected", "held"
"""The status of an event that counts here, and of an own one that the office refused, or holds
until one before it is corrected."""


def rows_done(
    jobs: SQLiteTable, fields: Sequence[str], status: str, limit: int, since: datetime | None
) -> list[list[Any]]:
    """See `Lists.rows_done`; the archive is read the same way."""
    first = (since - _ZONES).replace(tzinfo=None).isoformat() if since else ""
    bounds = {"at_least": f"{status} {first}", "below": f"{status}!"}
    return jobs.ranked(*fields, limit=limit, newest=True, **bounds)


def holding(
    table: SQLiteTable, words: Iterable[Sequence[str]], fields: Sequence[str], limit: int
) -> list[list[Any]]:
    """See `Lists.holding`; the archive is searched the same way."""
    asked = [tuple(forms) for forms in words]

    def test(values: list[Any]) -> bool:
        return holds_words(search_text(each for each in values if type(each) is str), asked)

    return table.holding(test, *fields, limit=limit)


class Lists:
    """A quick look at the store."""

    def __init__(self, db: TinySQLite) -> None:
        self._db = db

    @property
    def _jobs(self) -> SQLiteTable:
        return self._db.table(TABLES[RecordKind.JOB])

    def job_rows(self) -> Iterator[list[Any]]:
        """The fields `JOB_ROW` of all jobs, in the order of their ids, as plain JSON; what is
        absent or null is None."""
        with faults():
            yield from self._jobs.values(*JOB_ROW)

    @faults()
    def job_rows_of(self, ids: Iterable[str], fields: Sequence[str] = JOB_ROW) -> list[list[Any]]:
        """The same, or other fields, of the jobs with these ids that are here, in their order."""
        return self._jobs.values_of(ids, *fields)

    @faults()
    def rows_in_hand(self) -> list[list[Any]]:
        """The same of the jobs that need work, or whose product is with us."""
        return self._jobs.ranked(*JOB_ROW)

    @faults()
    def rows_done(
        self, status: Status, limit: int = -1, since: datetime | None = None
    ) -> list[list[Any]]:
        """The same of the others with this status, the last that were done first; `since`: about
        from then on, which may be a day too many."""
        return rows_done(self._jobs, JOB_ROW, status, limit, since)

    @faults()
    def count_done(self, status: Status) -> int:
        """How many there are of these."""
        return self._jobs.count_ranked(f"{status} ", f"{status}!")

    @faults()
    def done_before(self, moment: datetime) -> list[str]:
        """The ids of the jobs that were done before a moment, the first of each status first;
        some may be of a day after it."""
        end = (moment + _ZONES).replace(tzinfo=None).isoformat()
        return [
            job
            for status in sorted(CLOSED)
            for job, _ in self._jobs.ranked(
                "id", "number", at_least=f"{status} ", below=f"{status} {end}"
            )
        ]

    @faults()
    def flagged_products(self) -> list[str]:
        """The ids of the products that need a person."""
        products = self._db.table(TABLES[RecordKind.PRODUCT])
        return [
            row[0] for row in products.ranked("id", "serial", at_least="flagged", below="flagged!")
        ]

    def parts(self, kind: RecordKind, *fields: str) -> Iterator[dict[str, Any]]:
        """All documents of a kind in the order of the table, each with these fields
        alone, as plain JSON. `customer.name` leads into an object; what is absent is left out."""
        with faults():
            yield from self._db.table(TABLES[kind]).parts(*fields)

    @faults()
    def holding(
        self, kind: RecordKind, words: Iterable[Sequence[str]], fields: Sequence[str], limit: int
    ) -> list[list[Any]]:
        """These fields of the documents that hold every word in them, in one of its forms as
        `query_words` gives them, the last that came first: without a word the last of all."""
        return holding(self._db.table(TABLES[kind]), words, fields, limit)

    @faults()
    def values_of(
        self, kind: RecordKind, ids: Iterable[str], fields: Sequence[str]
    ) -> list[list[Any]]:
        """Some fields of the documents of a kind that have these ids, in the order of the ids."""
        return self._db.table(TABLES[kind]).values_of(ids, *fields)

    @faults()
    def has(self, kind: RecordKind, record: str) -> bool:
        """Whether a document is here."""
        return self._db.table(TABLES[kind]).text(record) is not None

    @faults()
    def open_calls(self) -> Iterator[tuple[str, str, dict[str, Any]]]:
        """The id, the moment and the plan of each follow-up that is open."""
        table = self._db.table(TABLES[RecordKind.FOLLOW_UP])
        yield from map(tuple, table.ranked("id", "due", "planned"))

    @faults()
    def count(self, kind: RecordKind) -> int:
        """How many documents of a kind there are."""
        return len(self._db.table(TABLES[kind]))

    @faults()
    def enrolled(self) -> bool:
        """Whether an office knows this device."""
        return bool(self._db.table("device").get(doc_id="office"))

    @faults()
    def unsent(self) -> int:
        """How many own events have no receipt."""
        return len(self._db.table("outbox"))

    @faults()
    def set_aside_elsewhere(self) -> int:
        """How many events of this device the office refuses or holds that are not here any more."""
        return set_aside_elsewhere(self._db)

    @faults()
    def any_rejected(self) -> bool:
        """Whether the office has ever refused an event that is here."""
        return self._db.table("events").get(where("status") == REJECTED) is not None

    @faults()
    def any_held(self) -> bool:
        """Whether the office holds back an event that is here."""
        return self._db.table("events").get(where("status") == HELD) is not None
