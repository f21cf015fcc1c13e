"""What a new pack would have changed, over the decisions of a home or of the office."""

from collections.abc import Callable, Iterable, Iterator
from datetime import date

from fieldkit.domain.core.errors import FieldkitError
from fieldkit.rules.deciding.pack_by_day import PackShelf
from fieldkit.rules.impact.impact import Impact, impact_of
from fieldkit.rules.impact.stored_record import read_decision
from fieldkit.rules.model.pack import Pack
from fieldkit.services.home.session import Session
from fieldkit.services.home.trade import Trade


def home_decisions(session: Session) -> Iterator[tuple[str, bytes]]:
    """The decision in force of each job of this home: the job and the text of its event, the
    newest first."""
    ledger = session.store.ledger
    undone = {event.data.get("event") for event in ledger.events_of_type("job.step_undone")}
    seen: set[str] = set()
    for event_id, job_id, text in ledger.newest_of_type("job.decided"):
        if job_id not in seen and event_id not in undone:
            seen.add(job_id)
            yield job_id, text


def impact(
    trade: Trade,
    shelf: PackShelf,
    new: Pack,
    decisions: Iterable[tuple[str, bytes]],
    since: date,
    until: date,
    progress: Callable[[int], None] = lambda done: None,
) -> Impact:
    """Judge by a new pack what was decided from `since` to `until`, both included.

    `decisions` are jobs with the text of the event or record; `shelf` has their packs.
    """
    stored = (
        (job_id, decision)
        for job_id, text in decisions
        if since <= (decision := read_decision(text)).today <= until
    )

    def at_hand(sha256: str) -> Pack | None:
        try:
            return shelf.by_hash(sha256)
        except FieldkitError:
            return None  # its file was altered: then the stored answer has to do

    holidays = trade.calendar.holidays
    return impact_of(new, stored, at_hand, holidays, progress)
