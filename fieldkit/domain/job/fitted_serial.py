"""Serial numbers of fitted components: missed where the catalogue says that a part has one, and
asked back where another product has the same."""

from collections.abc import Callable
from typing import Any

from fieldkit.domain.core.errors import BadInput, FieldProblem
from fieldkit.domain.core.event import Event
from fieldkit.domain.core.evolve import flag
from fieldkit.domain.job.context import Context
from fieldkit.domain.job.model import Job

ELSEWHERE = "component_elsewhere"
"""The flag of a part that stands in two products."""
CONFIRM = "serials_confirmed"
"""The field by which a person says that the parts' serials are right, or cannot be read."""


def check_serials(job: Job, data: Any, ctx: Context) -> None:
    """Raises `BadInput` with what is asked back, until it is confirmed. A serial that is missing
    can wait: the job is flagged."""
    if data.serials_confirmed:
        return
    doubts = []
    for row, used in enumerate(data.parts):
        path = f"parts.{row}.new_serial"
        if other := _stands_in(job, used.new_serial, ctx):
            params: dict[str, object] = {"serial": used.new_serial, "product": other}
            doubts.append(FieldProblem(path, "part_serial_elsewhere", params, CONFIRM))
    if doubts:
        raise BadInput(doubts)


def without_serial(data: Any, ctx: Context) -> tuple[str, ...]:
    """The fitted parts that have a serial number by the catalogue, which was not recorded."""
    having = {sku for sku, part in (ctx.parts or {}).items() if part.has_serial}
    return tuple(used.part for used in data.parts if used.part in having and not used.new_serial)


def standing_elsewhere(job: Job, data: Any, ctx: Context) -> tuple[str, ...]:
    """The serials of fitted parts that stand in another product too, with that product."""
    pairs = ((used.new_serial, _stands_in(job, used.new_serial, ctx)) for used in data.parts)
    return tuple(f"{serial} ({other})" for serial, other in pairs if other)


def needing_a_look(apply: Callable[[Job, Any, Event], Job]) -> Callable[[Job, Any, Event], Job]:
    """A repair whose parts lack serials, or have one of another product, needs a look: a part was
    moved, or one of the two serials is wrong."""

    def applied(job: Job, data: Any, event: Event) -> Job:
        changed = apply(job, data, event)
        if data.serials_missing:
            missing = ", ".join(data.serials_missing)
            changed = flag(changed, "component_without_serial", event, what=missing)
        if data.serials_elsewhere:
            elsewhere = ", ".join(data.serials_elsewhere)
            changed = flag(changed, ELSEWHERE, event, what=elsewhere)
        return changed

    return applied


def _stands_in(job: Job, serial: str, ctx: Context) -> str:
    own = job.product.id if job.product else ""
    return ctx.serials.fitted_in(serial, own) if serial and ctx.serials else ""
