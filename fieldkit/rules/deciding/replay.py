"""Giving a stored decision again from its facts, and saying what came out differently."""

from __future__ import annotations

from dataclasses import dataclass

from fieldkit.domain.core.decision import Decision
from fieldkit.rules.deciding.decider import recorded_outcome
from fieldkit.rules.deciding.facts import CaseFacts, LineFacts, with_dates
from fieldkit.rules.deciding.stages import Evaluate, Judged, judge, options_of, tables_of
from fieldkit.rules.model import semantics
from fieldkit.rules.model.pack import Pack


@dataclass(frozen=True, slots=True)
class Deviation:
    """One thing that is not as it was stored: `line 1 charge`, `total_fen`, `hits`."""

    what: str
    stored: object
    now: object


def stored_facts(record: Decision) -> CaseFacts:
    """The facts of a stored decision, typed as the vocabulary declares them."""
    lines = tuple(LineFacts(line.line, with_dates(line.facts)) for line in record.lines)
    day = record.report_date
    return CaseFacts(record.record, day, record.today, with_dates(record.facts), lines)


def replay(
    record: Decision,
    pack: Pack,
    today_pack: Pack | None = None,
    evaluate: Evaluate = semantics.evaluate,
) -> list[Deviation]:
    """What differs when the stored facts are judged by `pack`; empty for the pack of the record.

    A decision that the engines did not agree on is compared by its hits alone: its amounts were
    withheld.
    """
    judged = judge(stored_facts(record), tables_of(pack, today_pack or pack), evaluate)
    held = [(hit.table, hit.line, hit.rule, hit.outcome) for hit in record.hits]
    given = [(h.table.name, h.line, h.rule.id, recorded_outcome(h.rule)) for h in judged.hits]
    pairs: list[tuple[str, object, object]] = [("hits", held, given)]
    if record.agreed:
        pairs += _amounts(record, judged)
    return [Deviation(what, stored, now) for what, stored, now in pairs if stored != now]


def _amounts(record: Decision, judged: Judged) -> list[tuple[str, object, object]]:
    pairs: list[tuple[str, object, object]] = [
        ("call_out_fen", record.call_out_fen, judged.call_out_fen),
        ("total_fen", record.total_fen, judged.total_fen),
        ("concession_fen", record.concession_fen, judged.conceded_fen),
        ("approval", record.approval, judged.facts.get("approval", "none")),
        ("remedy_options", record.remedy_options, options_of(judged.lines)),
    ]
    for stored, line in zip(record.lines, judged.lines, strict=True):
        name = f"line {stored.line}"
        pairs += [
            (f"{name} charge", stored.charge, line.charge),
            (f"{name} remedy", stored.remedy, line.facts.get("remedy", "none")),
            (f"{name} customer_pays_fen", stored.customer_pays_fen, line.payable_fen),
        ]
    return pairs
