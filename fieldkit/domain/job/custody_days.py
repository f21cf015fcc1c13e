"""The day on which a product was taken in, as it is recorded and as it is corrected."""

from fieldkit.domain.core.errors import BadInput, FieldProblem
from fieldkit.domain.job.context import Context
from fieldkit.domain.job.model import Job
from fieldkit.domain.job.step_events import TakenIn


def check_taken_day(job: Job, data: TakenIn, ctx: Context) -> None:
    """Days in custody lengthen the warranty: none is before the report, and none is to come.

    What was reported on a day to come was recorded by a clock that was ahead. Raises `BadInput`.
    """
    if data.on is None:
        return
    if data.on > ctx.today:
        raise BadInput([FieldProblem("on", "in_future")])
    if job.request and data.on < (first := min(job.request.reported_on, ctx.today)):
        raise BadInput([FieldProblem("on", "before_report", {"limit": first.isoformat()})])
    if job.hand_back and data.on > (last := job.hand_back.on):
        raise BadInput([FieldProblem("on", "after_return", {"limit": last.isoformat()})])
