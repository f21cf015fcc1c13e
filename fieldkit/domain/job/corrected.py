"""What of a job can be corrected, what of it the rules judge, and what an undo puts back."""

from collections.abc import Iterable

from fieldkit.domain.core.event import Event
from fieldkit.domain.job import step_events as ev
from fieldkit.domain.job.model import Job, PutBack
from fieldkit.domain.records.customer_product import (
    CUSTOMER_COSTLY,
    PRODUCT_COSTLY,
    CustomerAmended,
    ProductAmended,
)

AMENDABLE = frozenset(
    {"request", "appointment", "arrival", "diagnosis", "repair", "card", "custody"}
)
"""The parts of a job that a correction may change."""

_RECEIPT = frozenset({"on"})


def receipt_stands(part: str, changes: Iterable[str]) -> bool:
    """Whether a correction would change what the customer holds a receipt of; the day alone may
    be corrected, because a clock may have been wrong."""
    return part == "custody" and not _RECEIPT.issuperset(changes)


_JUDGED = {
    "request": frozenset({"kind", "mode", "reported_on", "hazards", "distance_km"}),
    "arrival": frozenset({"distance_km"}),
    "diagnosis": frozenset(ev.Diagnosed.model_fields) - {"findings", "stamp"},
    "customer": CUSTOMER_COSTLY,
    "product": PRODUCT_COSTLY | {"modifications"},
}


def is_judged(part: str, changes: Iterable[str]) -> bool:
    """Whether a correction changes what the rules judge, so that they must be asked again."""
    return not _JUDGED.get(part, frozenset()).isdisjoint(changes)


CORRECTED: dict[str, frozenset[str]] = {
    "customer": frozenset(CustomerAmended.model_fields) - {"stamp"},
    "product": frozenset(ProductAmended.model_fields) - {"stamp", "serial_doubts"},
}
"""The fields of the records that a job carries, as far as they are corrected."""


UNCONFIRMED = "unconfirmed"
"""The flag of a job whose customer or product was corrected in what costs money."""


def taken_back(job: Job, undone: Event, undo: Event) -> Job:
    """The parts of a repair that was taken back are in the van again, also in one that has been
    counted since."""
    if undone.type != "job.repaired" or any(one.event == undone.id for one in job.put_back):
        return job
    try:
        repair = ev.Repaired.model_validate(undone.data)
    except ValueError:
        return job
    back = PutBack(
        event=undone.id,
        van=repair.van or "",
        used=undone.local_at,
        at=undo.local_at,
        parts=repair.parts,
    )
    return job.model_copy(update={"put_back": (*job.put_back, back)})
