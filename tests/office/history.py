"""The events of a record at the office."""

from fieldkit.domain.core.event import Event
from fieldkit.office.ledger.documents import Key, counted
from fieldkit.office.office import Office


def read_history(office: Office, kind: str, record_id: str) -> list[Event]:
    """The events of a record that count, by position."""
    with office.db.reading() as conn:
        return counted(conn, Key(kind, record_id))
