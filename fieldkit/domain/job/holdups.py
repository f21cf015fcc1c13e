"""What holds a job up behind the front line: blockers, requests for help, parts on order."""

from dataclasses import dataclass
from datetime import date

from fieldkit.domain.core.form import Stamp
from fieldkit.domain.job.model import CLOSED, Job
from fieldkit.domain.job.side_events import BlockerLogged, HelpRequested


@dataclass(frozen=True)
class HoldUp:
    """One thing. A part on order has `part` and `quantity`, and `expected_on` if anybody knows; a
    blocker has a `department`; of a request for `help` the office says who gives it. `ended` and
    `how` say who ended it, and in what way; an `open` one still holds its job up."""

    logged: Stamp
    text: str
    open: bool
    department: str = ""
    help: bool = False
    part: str = ""
    quantity: int = 0
    expected_on: date | None = None
    ended: Stamp | None = None
    how: str = ""


def hold_ups(job: Job) -> list[HoldUp]:
    """Everything that ever held the job up, in the order in which it was recorded."""
    found = [*_blockers(job), *_orders(job)]
    return sorted(found, key=lambda one: one.logged.at)


def _blockers(job: Job) -> list[HoldUp]:
    ends = {one.blocker: one for one in job.resolved}
    going_on = job.status not in CLOSED
    found = []
    every: tuple[BlockerLogged | HelpRequested, ...] = (*job.blockers, *job.help)
    for one in every:
        if one.stamp is None:
            continue
        end = ends.get(one.stamp.event)
        found.append(
            HoldUp(
                logged=one.stamp,
                text=one.text,
                open=going_on and end is None,
                department=one.department if isinstance(one, BlockerLogged) else "",
                help=isinstance(one, HelpRequested),
                ended=end.stamp if end else None,
                how=end.how if end else "",
            )
        )
    return found


def _orders(job: Job) -> list[HoldUp]:
    waiting = job.awaited
    return [
        HoldUp(
            logged=order.stamp,
            text=order.note,
            open=order in waiting,
            part=order.part,
            quantity=order.quantity,
            expected_on=order.expected_on,
        )
        for order in job.orders
        if order.stamp is not None
    ]
