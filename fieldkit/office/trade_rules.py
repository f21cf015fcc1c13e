"""What the office's functions need of the trade; the command line loads it and passes it in."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date

from fieldkit.domain.core.catalogue import Part
from fieldkit.domain.core.complaint_said import ComplaintSaid
from fieldkit.domain.core.decision import Decision
from fieldkit.domain.core.local_time import CallingHours
from fieldkit.domain.job.model import Job


@dataclass(frozen=True)
class TradeRules:
    """`models` are the codes of the catalogue and `parts` its parts by SKU; the functions ask the
    rules about a job or a complaint on a day, and when customers may be called."""

    models: frozenset[str]
    parts: Mapping[str, Part]
    judge_job: Callable[[Job, date], Decision]
    judge_complaint: Callable[[Job, ComplaintSaid, date], Decision]
    calling_hours: Callable[[], CallingHours | None] = lambda: None
