"""What the office's functions need of the trade; the command line loads it and passes it in."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from fieldkit.domain.core.catalogue import Catalogue, Part
from fieldkit.domain.core.complaint_said import ComplaintSaid
from fieldkit.domain.core.decision import Decision
from fieldkit.domain.core.local_time import CallingHours
from fieldkit.domain.job.model import Job
from fieldkit.domain.job.step_events import Surveyed


@dataclass(frozen=True)
class TradeRules:
    """`parts` are the catalogue's parts by SKU; the functions ask the rules about a job, a
    complaint or a survey card on a day, when customers may be called, and for the tax and the
    limit of goodwill of a job on a day, as its `Context` takes them."""

    catalogue: Catalogue
    parts: Mapping[str, Part]
    judge_job: Callable[[Job, date], Decision]
    judge_complaint: Callable[[Job, ComplaintSaid, date], Decision]
    judge_survey: Callable[[Job, Surveyed, date], Decision]
    calling_hours: Callable[[], CallingHours | None] = lambda: None
    money_terms: Callable[[Job, date], dict[str, Any]] = lambda job, day: {}
