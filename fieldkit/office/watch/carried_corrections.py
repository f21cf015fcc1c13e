"""What one technician corrects of a customer or product reaches the open jobs of the others, too.

The laptop that corrects it carries it on in its own jobs, and the desk in all of them; the rest are
seen by the office alone.
"""

from collections.abc import Iterator

from sqlalchemy import Connection

from fieldkit.domain.core.event import Act, Event
from fieldkit.domain.correcting import in_job
from fieldkit.domain.record_kinds import fold
from fieldkit.domain.records.customer_product import Customer, Product
from fieldkit.office.desk.correct_records import jobs_carrying
from fieldkit.office.ledger.documents import Key, counted
from fieldkit.office.ledger.ledger import OFFICE

CORRECTIONS = ("customer.amended", "product.amended", "product.transferred")


def carried_on(conn: Connection, event: Event) -> Iterator[Act]:
    """What a laptop's correction changes in the open jobs that carry the record and lack it."""
    if event.type not in CORRECTIONS or event.device == OFFICE:
        return
    key = Key(event.kind, event.record)
    events = counted(conn, key)
    place = next((at for at, one in enumerate(events) if one.id == event.id), None)
    if place is None:
        return
    before, now = fold(*key, events[:place]), fold(*key, events)
    if isinstance(before, Customer | Product) and isinstance(now, Customer | Product):
        for job in jobs_carrying(conn, key.kind, key.record):
            yield from in_job(job, now, before)
