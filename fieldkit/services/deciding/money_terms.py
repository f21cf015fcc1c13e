"""What the rules say of money beside a verdict."""

from datetime import date
from typing import Any

from fieldkit.domain.job.model import Job
from fieldkit.rules.deciding.pack_by_day import PackShelf


def money_terms(shelf: PackShelf, job: Job | None, today: date) -> dict[str, Any]:
    """The tax in every price and what a technician may give away, as a job's `Context` takes them:
    by the rules that decided the job, else by today's; nothing before it is decided, when nobody
    asks for them."""
    if job is None or job.decision is None:
        return {}
    pack = shelf.by_hash(job.decision.pack.sha256) or shelf.on(today)
    return {
        "tax_percent": pack.number("tax_percent"),
        "goodwill_limit_fen": pack.number("technician_limit_fen"),
    }
