"""Which attachments are to go to the office, and which are to come from it."""

from collections.abc import Iterable
from typing import Any

from fieldkit.domain.core.event import RecordKind
from fieldkit.domain.job.model import CLOSED
from fieldkit.store.files.attachments import Attachments
from fieldkit.store.records.ledger import TABLES, Ledger
from fieldkit.store.storage_errors import faults
from fieldkit.store.tinysqlite import TinySQLite
from fieldkit.store.tinysqlite.reading import StoredDocument

_CLOSED = frozenset(status.value for status in CLOSED)
_AT_OFFICE, _WANTED = "attachments_sent", "attachments_wanted"
_JOBS = TABLES[RecordKind.JOB]


class Transfers:
    """The attachments of one home on their way. `attachments` has what is here."""

    def __init__(self, db: TinySQLite, ledger: Ledger, attachments: Attachments) -> None:
        self._db = db
        self._ledger = ledger
        self.attachments = attachments

    # -- to the office ---------------------------------------------------------------------

    @faults()
    def outgoing(self, device: str) -> list[str]:
        """What events of this device name and the office is not known to have, in their order."""
        there = {str(row.doc_id) for row in self._db.table(_AT_OFFICE)}
        named = (
            str(event.data.get("sha256", ""))
            for event in self._ledger.events_of_type("job.attachment_added")
            if event.device == device
        )
        return [sha256 for sha256 in dict.fromkeys(named) if sha256 not in there]

    @faults()
    def at_office(self, sent: Iterable[str], lacking: Iterable[str] = ()) -> None:
        """Note which the office has now, and which it lacks whatever was noted before."""
        missing = list(lacking)
        with self._db.transaction():
            for sha256 in set(sent).difference(missing):
                self._db.table(_AT_OFFICE).put(StoredDocument({}, doc_id=sha256))
            self._db.table(_AT_OFFICE).remove(doc_ids=missing)

    # -- from the office -------------------------------------------------------------------

    @faults()
    def wanted(self) -> list[str]:
        """What is to be fetched."""
        return [str(row.doc_id) for row in self._db.table(_WANTED)]

    @faults()
    def want(self, sha256: str, job: str) -> None:
        """Fetch an attachment of a job with the next sync."""
        self._db.table(_WANTED).put(StoredDocument({"job": job}, doc_id=sha256))

    def want_of(self, records: Iterable[str]) -> None:
        """Fetch what open jobs among these records name and is not here."""
        for record in records:
            for sha256 in self._missing(self._job(record)):
                self.want(sha256, record)

    def _missing(self, job: dict[str, Any]) -> set[str]:
        if job.get("status") in _CLOSED:
            return set()
        named = {str(one["sha256"]) for one in job.get("attachments", ())}
        return {sha256 for sha256 in named if not self.attachments.has(sha256)}

    @faults()
    def came(self, sha256: str) -> None:
        """It is here now."""
        self._db.table(_WANTED).remove(doc_ids=self._noted(sha256))

    @faults()
    def not_there(self, sha256: str) -> None:
        """The office does not have it: asked for again as long as its job is open."""
        row = self._db.table(_WANTED).get(doc_id=sha256)
        if row and sha256 not in self._missing(self._job(row["job"])):
            self.came(sha256)

    def _noted(self, sha256: str) -> list[str]:
        return [sha256] if self._db.table(_WANTED).get(doc_id=sha256) is not None else []

    @faults()
    def _job(self, record: str) -> dict[str, Any]:
        return dict(self._db.table(_JOBS).get(doc_id=record) or {})
