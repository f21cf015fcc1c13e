"""How far a job is: the furthest of what was recorded of it."""

from fieldkit.domain.job.cancelled_work import waits
from fieldkit.domain.job.model import Job, Status

_MILESTONES: tuple[tuple[str, Status], ...] = (
    ("submission", Status.SUBMITTED),
    ("completion", Status.COMPLETED),
    ("cancellation", Status.CANCELLED),
    ("payment", Status.PAID),
    ("signature", Status.SIGNED),
    ("hand_back", Status.RETURNED),
    ("refund", Status.REFUNDED),
    ("exchange", Status.EXCHANGED),
    ("repair", Status.REPAIRED),
    ("custody", Status.TAKEN_IN),
    ("decline", Status.DECLINED),
    ("acceptance", Status.ACCEPTED),
    ("quote", Status.QUOTED),
    ("decision", Status.DECIDED),
    ("diagnosis", Status.DIAGNOSED),
    ("arrival", Status.ARRIVED),
    ("appointment", Status.SCHEDULED),
    ("dispatch", Status.DISPATCHED),
)


def with_status(job: Job) -> Job:
    """The job with the status that its parts say."""
    status = _milestone(job)
    return job if status is job.status else job.model_copy(update={"status": status})


def _milestone(job: Job) -> Status:
    values = vars(job)
    for name, status in _MILESTONES:
        if values[name] is not None and _reached(job, status):
            paid = status is Status.SIGNED and job.settled  # by deposits alone
            return Status.PAID if paid else status
    return Status.REGISTERED


def _reached(job: Job, status: Status) -> bool:
    """Whether a milestone counts of which the job has the part."""
    if status is Status.SUBMITTED:
        return job.completion is not None
    if status is Status.PAID:
        return job.settled
    return status is not Status.CANCELLED or not waits(job)
