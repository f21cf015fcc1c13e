"""All kinds of record, by name: how each one's events change its document."""

from collections.abc import Iterable
from typing import Any

from fieldkit.domain.complaint import COMPLAINT
from fieldkit.domain.event import Event, RecordKind
from fieldkit.domain.evolve import Document, Machine
from fieldkit.domain.follow_up import FOLLOW_UP
from fieldkit.domain.job_machine import JOB
from fieldkit.domain.records import CUSTOMER, PRODUCT
from fieldkit.domain.van import VAN

MACHINES: dict[str, Machine[Any]] = {
    RecordKind.JOB: JOB,
    RecordKind.CUSTOMER: CUSTOMER,
    RecordKind.PRODUCT: PRODUCT,
    RecordKind.COMPLAINT: COMPLAINT,
    RecordKind.FOLLOW_UP: FOLLOW_UP,
    RecordKind.VAN: VAN,
}


def fold(kind: str, record: str, events: Iterable[Event]) -> Document | None:
    """The document of a record after its events; None for a kind that this version lacks."""
    machine = MACHINES.get(kind)
    return machine.fold(record, events) if machine else None
