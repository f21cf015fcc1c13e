"""All kinds of record, by name: how each one's events change its document."""

from collections.abc import Iterable
from typing import Any

from fieldkit.domain.complaints.model import COMPLAINT
from fieldkit.domain.core.event import Event, RecordKind
from fieldkit.domain.core.evolve import Document, Machine
from fieldkit.domain.core.flags import with_flags
from fieldkit.domain.job.fold import JOB
from fieldkit.domain.records.customer_product import CUSTOMER, PRODUCT
from fieldkit.domain.records.follow_up import FOLLOW_UP
from fieldkit.domain.records.van import VAN

MACHINES: dict[str, Machine[Any]] = {
    RecordKind.JOB: JOB,
    RecordKind.CUSTOMER: with_flags(RecordKind.CUSTOMER, CUSTOMER),
    RecordKind.PRODUCT: with_flags(RecordKind.PRODUCT, PRODUCT),
    RecordKind.COMPLAINT: with_flags(RecordKind.COMPLAINT, COMPLAINT),
    RecordKind.FOLLOW_UP: with_flags(RecordKind.FOLLOW_UP, FOLLOW_UP),
    RecordKind.VAN: with_flags(RecordKind.VAN, VAN),
}


def fold(kind: str, record_id: str, events: Iterable[Event]) -> Document | None:
    """The document of a record after its events; None for a kind that this version lacks."""
    machine = MACHINES.get(kind)
    return machine.fold(record_id, events) if machine else None
