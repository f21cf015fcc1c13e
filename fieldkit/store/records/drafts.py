"""Drafts: what is being typed, saved as each field is left, until the step is submitted."""

from typing import Any

from fieldkit.store.storage_errors import faults
from fieldkit.store.tinysqlite import TinySQLite
from fieldkit.store.tinysqlite.reading import StoredDocument


class Drafts:
    """The values of forms that are not submitted yet, by record and step."""

    def __init__(self, db: TinySQLite) -> None:
        self._db = db

    @faults()
    def load(self, record: str, step: str) -> dict[str, Any]:
        """The saved values; empty if there are none."""
        row = self._db.table("drafts").get(doc_id=f"{record}/{step}")
        return dict(row["values"]) if row else {}

    @faults()
    def save(self, record: str, step: str, values: dict[str, Any]) -> None:
        """Save the values durably."""
        self._db.table("drafts").put(StoredDocument({"values": values}, doc_id=f"{record}/{step}"))

    @faults()
    def drop(self, record: str, step: str) -> None:
        """Forget the values: the step was submitted, or the person discarded it."""
        key = f"{record}/{step}"
        if self._db.table("drafts").get(doc_id=key) is not None:
            self._db.table("drafts").remove(doc_ids=[key])

    @faults()
    def steps(self, record: str) -> set[str]:
        """The steps of a record that have a draft."""
        keys = (str(row.doc_id) for row in self._db.table("drafts").all())
        return {key.partition("/")[2] for key in keys if key.startswith(f"{record}/")}
