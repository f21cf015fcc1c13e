"""Why a job's verdict is as it is, what would change it, and whether it comes out again."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from fieldkit.clock import Clock
from fieldkit.domain.core.decision import Decision
from fieldkit.domain.core.errors import FieldkitError
from fieldkit.rules.deciding.replay import Deviation, replay
from fieldkit.rules.explaining.counterfactual import Counterfactual, what_would_change
from fieldkit.rules.explaining.trace import Explanation, explain
from fieldkit.rules.impact.stored_inputs import case_of, prices_of
from fieldkit.rules.model.pack import Values
from fieldkit.services.deciding.decide import decide_document
from fieldkit.services.home.session import Session
from fieldkit.services.home.trade import Trade
from fieldkit.services.jobs.job_commands import full_decision, job


@dataclass(frozen=True)
class Explained:
    """A decision explained. `changes` has, by line, what would flip its charge; it is empty where
    the pack is not at hand or the engines differed. `values` names what is of the trade."""

    explanation: Explanation
    changes: Mapping[int, list[Counterfactual]]
    values: Values | None = None


def explain_job(session: Session, job_ref: str) -> Explained:
    """Explain the stored decision of a job. Raises `NotFound`, or `FieldkitError`
    (`not_decided`)."""
    found = job(session, job_ref)
    decision = full_decision(session, found)
    if decision is None:
        raise FieldkitError("not_decided", job=found.number)
    return explain_decision(session.trade, decision)


def explain_document(
    trade: Trade, document: Mapping[str, Any], today: date | None, clock: Clock
) -> Explained:
    """Explain what the rules say of a document, as `decide_document` reads it."""
    return explain_decision(trade, decide_document(trade, document, today, clock))


def explain_decision(trade: Trade, decision: Decision) -> Explained:
    """Explain a decision by its own packs."""
    shelf = trade.decider.shelf
    pack, today_pack = (shelf.by_hash(ref.sha256) for ref in (decision.pack, decision.today_pack))
    explanation = explain(decision, pack, today_pack)
    if pack is None or not decision.agreed:
        return Explained(explanation, {})
    case = case_of(decision)
    prices = prices_of(decision, case, pack)
    holidays = trade.calendar.holidays
    changes = {
        line.line: what_would_change(case, line.line, pack, prices, holidays, decision.today)
        for line in decision.lines
    }
    return Explained(explanation, changes, pack.values)


# -- replay --------------------------------------------------------------------------------


@dataclass(frozen=True)
class Replayed:
    """A stored decision given again. `missing` names the packs (revisions) that are not at hand,
    without which it cannot be; `differences` is empty when the answer is the same."""

    job_id: str
    decision: Decision
    missing: tuple[int, ...] = ()
    differences: tuple[Deviation, ...] = ()


def replay_decisions(trade: Trade, decisions: Iterable[tuple[str, Decision]]) -> Iterator[Replayed]:
    """Give stored decisions (with their job) again, each by its own packs."""
    shelf = trade.decider.shelf
    for name, decision in decisions:
        refs = (decision.pack, decision.today_pack)
        pack, today_pack = (shelf.by_hash(ref.sha256) for ref in refs)
        if pack is None or today_pack is None:
            missing = {ref.revision for ref in refs if shelf.by_hash(ref.sha256) is None}
            yield Replayed(name, decision, missing=tuple(sorted(missing)))
        else:
            yield Replayed(name, decision, differences=tuple(replay(decision, pack, today_pack)))


def stored_decisions(session: Session, job_ref: str | None) -> Iterator[tuple[str, Decision]]:
    """The decision of one job, or one by one those of all jobs; with the id of the job.

    Raises `NotFound`, or `FieldkitError` (`not_decided`, `no_stored_decision`).
    """
    if job_ref is not None:
        found = job(session, job_ref)
        decision = full_decision(session, found)
        if decision is None:
            raise FieldkitError("not_decided", job=found.number)
        yield found.id, decision
        return
    event = None
    for event in session.store.ledger.events_of_type("job.decided"):
        yield event.record, Decision.model_validate(event.data["decision"])
    if event is None:
        raise FieldkitError("no_stored_decision")
