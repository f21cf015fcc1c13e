"""Who must know of a job: what its verdict, its requests for help and its survey card ask for."""

from collections.abc import Iterator
from dataclasses import dataclass

from fieldkit.domain.core.decision import Escalation, recorded_decision
from fieldkit.domain.core.form import Stamp
from fieldkit.domain.job.model import Job

SURVEY = "survey"
"""What a told escalation is about, where the survey card asked for it."""


@dataclass(frozen=True)
class MustKnow:
    """An escalation, when and by whom it was caused, and what it is `about`: "" for the work,
    `survey` for the card. Telling somebody of the one does not tell him of the other."""

    item: Escalation
    since: Stamp
    about: str = ""


def must_know(job: Job) -> list[MustKnow]:
    """Everybody who must know, told or not, each once for the work and once for the card."""
    found: dict[tuple[str, str, str], MustKnow] = {}
    for one in _asked(job):
        found.setdefault((one.item.level, one.item.department, one.about), one)
    return list(found.values())


def not_told(job: Job) -> list[MustKnow]:
    """Those of them of whom nobody has recorded that they were told."""
    told = {(one.level, one.department, one.about) for one in job.told}
    return [
        one
        for one in must_know(job)
        if (one.item.level, one.item.department, one.about) not in told
    ]


def _asked(job: Job) -> Iterator[MustKnow]:
    if job.decision is not None and job.decided is not None and job.decided.stamp is not None:
        yield from (MustKnow(item, job.decided.stamp) for item in job.decision.escalations)
    for request in job.help:
        said = recorded_decision(request.decision)
        if said is not None and request.stamp is not None:
            yield from (MustKnow(item, request.stamp) for item in said.escalations)
    card = recorded_decision(job.survey.decision) if job.survey else None
    if card is not None and job.survey is not None and job.survey.stamp is not None:
        yield from (MustKnow(item, job.survey.stamp, SURVEY) for item in card.escalations)
