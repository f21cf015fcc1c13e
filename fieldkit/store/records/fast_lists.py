"""What lists and the status bar show, read without the models: the first screen waits for it."""

from collections.abc import Iterator
from typing import Any

from tinydb import where

from fieldkit.domain.core.kinds import RecordKind
from fieldkit.store.storage_errors import faults
from fieldkit.store.tinysqlite import TinySQLite

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
    "repair.parts", "unused",
)  # fmt: skip
"""The fields of a job that its row in a list is made of, and what it took from a van."""

APPLIED, REJECTED = "applied", "rejected"
"""The status of an event that counts here, and of an own one that the office refused."""


class Lists:
    """A quick look at the store."""

    def __init__(self, db: TinySQLite) -> None:
        self._db = db

    def job_rows(self) -> Iterator[list[Any]]:
        """The fields `JOB_ROW` of all jobs, in the order in which they were made, as plain JSON;
        what is absent or null is None."""
        with faults():
            yield from self._db.table(TABLES[RecordKind.JOB]).values(*JOB_ROW)

    def parts(self, kind: RecordKind, *fields: str) -> Iterator[dict[str, Any]]:
        """All documents of a kind in the order in which they were made, each with these fields
        alone, as plain JSON. `customer.name` leads into an object; what is absent is left out."""
        with faults():
            yield from self._db.table(TABLES[kind]).parts(*fields)

    @faults()
    def enrolled(self) -> bool:
        """Whether an office knows this device."""
        return bool(self._db.table("device").get(doc_id="office"))

    @faults()
    def unsent(self) -> int:
        """How many own events have no receipt."""
        return len(self._db.table("outbox"))

    @faults()
    def any_rejected(self) -> bool:
        """Whether the office has ever refused an event that is here."""
        return self._db.table("events").get(where("status") == REJECTED) is not None
