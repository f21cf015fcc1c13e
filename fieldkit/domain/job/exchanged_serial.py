"""The serial number of the product that is given in exchange."""

from fieldkit.domain.core.errors import FieldProblem
from fieldkit.domain.core.serial import serial_key, tidy_serial
from fieldkit.domain.job.model import Job
from fieldkit.domain.job.step_events import Exchanged
from fieldkit.domain.records.serial_doubts import Serials, model_doubts, serial_doubts

_PATH = "new_serial"


def exchange_problems(job: Job, data: Exchanged, serials: Serials | None) -> list[FieldProblem]:
    """Why this serial cannot be handed out: it is none, that of the old product, retired, or
    somebody else's; else what is asked back about it, until that is confirmed."""
    key = serial_key(data.new_serial)
    if not key:
        return [FieldProblem(_PATH, "no_serial")]
    if job.product and key == serial_key(job.product.serial):
        return [FieldProblem(_PATH, "old_serial")]
    known = serials.find(data.new_serial) if serials else None
    if known is not None and known.retired_on is not None:
        when: dict[str, object] = {"serial": known.serial, "day": known.retired_on}
        return [FieldProblem(_PATH, "serial_retired", when)]
    own = job.customer.id if job.customer else ""
    if serials and known is not None and known.customer not in ("", own):
        who: dict[str, object] = {"serial": known.serial, "who": serials.name_of(known.customer)}
        return [FieldProblem(_PATH, "serial_owned", who)]
    return [] if data.serial_confirmed else exchange_doubts(job, data, serials)


def exchange_doubts(job: Job, data: Exchanged, serials: Serials | None) -> list[FieldProblem]:
    """What is asked back about the serial of the new product, which is of the old one's model
    unless it says otherwise."""
    if serials is None or job.product is None:
        return []
    model = job.product.model
    if serials.find(data.new_serial) is not None:
        return model_doubts(serials.catalogue, model, data.new_serial, _PATH)
    return serial_doubts(serials, model, data.new_serial, _PATH)


def new_serial(job: Job, data: Exchanged, serials: Serials | None) -> str:
    """The serial as the new product is registered."""
    if serials is None:
        return tidy_serial(data.new_serial)
    known = serials.find(data.new_serial)
    model = job.product.model if job.product else ""
    return known.serial if known else serials.catalogue.serial_of(model, data.new_serial)


def new_model(old: str, data: Exchanged, serials: Serials | None) -> str:
    """The model of the new product: the old one's, unless the serial has the form of one other."""
    fitting = serials.catalogue.models_with(data.new_serial) if serials else []
    return fitting[0] if len(fitting) == 1 and old not in fitting else old
