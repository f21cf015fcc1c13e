"""A job that was cancelled by somebody who did not know that work was done on it.

The cancellation waits until the office has settled it: until then the job stands as the work left
it, on its technician's list. A cancellation of an earlier program does not say what was known, and
counts at once.
"""

from collections.abc import Callable
from typing import Any

from fieldkit.domain.core.event import Event
from fieldkit.domain.core.evolve import flag
from fieldkit.domain.job.model import WORKED as WORKED
from fieldkit.domain.job.model import Job
from fieldkit.domain.job.side_events import Cancelled

Apply = Callable[[Job, Any, Event], Job]


def waits(job: Job) -> bool:
    """Whether the cancellation does not count yet."""
    return any(mark.key == WORKED for mark in job.attention)


def cancelled(job: Job, data: Cancelled, event: Event) -> Job:
    """Cancel a job; work that was not known of needs a person."""
    changed = job.model_copy(update={"cancellation": data})
    if job.completion is not None:
        return flag(changed, "completed_although_cancelled", event)
    return _flagged(changed, event)


def worked(apply: Apply) -> Apply:
    """Work, which may have been done while somebody else cancelled the job."""
    return lambda job, data, event: _flagged(apply(job, data, event), event)


def _flagged(job: Job, event: Event) -> Job:
    done = job.repair or job.exchange or job.refund
    said = job.cancellation
    if done is None or said is None or said.knew_work is not False or waits(job):
        return job
    who = done.stamp.by if done.stamp else event.by
    return flag(job, WORKED, event, by=who)


def completed(job: Job) -> Job:
    """Completed work counts, and the flag of that says so."""
    rest = tuple(mark for mark in job.attention if mark.key != WORKED)
    return job.model_copy(update={"attention": rest})
