"""From a case to flat, typed facts. The only place where the rules do arithmetic on dates."""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from fieldkit.domain.core.decision import Scalar
from fieldkit.domain.core.errors import BadInput, FieldkitError
from fieldkit.domain.core.money import PartPrice
from fieldkit.domain.core.warranty import Term, claim_until, extended, month_number, term_end
from fieldkit.rules.loading.node_readers import parse_date
from fieldkit.rules.loading.trade_values import unknown_values
from fieldkit.rules.model.case import SERVICE, Case, CaseLine
from fieldkit.rules.model.fact_vocabulary import FACTS
from fieldkit.rules.model.pack import Pack, Value

Known = dict[str, Value]
_DATES = frozenset(name for name, fact in FACTS.items() if fact.type == "date")

ASKED_FOR: Mapping[str, tuple[str, str | None] | None] = {
    "no_proof_days": None,
    "refurbished_months": ("refurbished", None),
    "call_out_included_km": ("distance_km", None),
    "heat_celsius": ("temperature_c", None),
    "run_in_days": None,
    "run_in_labour_minutes": ("job_kind", "run_in_service"),
    "maintenance_labour_minutes": ("job_kind", "periodic_maintenance"),
    "labour_fen_per_minute": None,
    "fitted_part_days": ("part_fitted_free_on", None),
    "sold_part_days": ("part_sold_on", None),
    "repair_holds_days": ("previous_repair_date", None),
}
"""The params that facts are made with, and the field that a case or a line of it must have recorded
for each to matter, with this value if one is named (None: it matters to any case); a case without
it gives the same facts whatever the param is. No other param makes a fact."""


@dataclass(frozen=True, slots=True)
class LineFacts:
    """The facts of one line, without those of its job."""

    line: int
    facts: Known


@dataclass(frozen=True, slots=True)
class CaseFacts:
    """The facts of a record, and of each of its lines."""

    record: str
    report_date: date
    today: date
    facts: Known
    lines: tuple[LineFacts, ...]


@dataclass(frozen=True, slots=True)
class _World:
    pack: Pack
    prices: Mapping[str, PartPrice]
    holidays: Collection[date]
    today: date
    report_date: date
    start: date | None


def derive(
    case: Case, pack: Pack, prices: Mapping[str, PartPrice], holidays: Collection[date], today: date
) -> CaseFacts:
    """All facts of a case on the day `today` (the case's own `today` is for who asks).

    A part that the price list lacks raises `FieldkitError`, a value that the pack does not know
    `BadInput`.
    """
    unknown = unknown_values(case, pack.values)
    if unknown:
        raise BadInput(unknown)
    report_date = case.report_date or case.submitted or today
    world = _World(pack, prices, holidays, today, report_date, _start(case, pack))
    lines: tuple[LineFacts, ...] = ()
    if case.record == "job":
        facts = _job(case, world)
        lines = tuple(
            LineFacts(line.line, _line(case, line, world)) for line in _lines(case, facts)
        )
        facts["line_count"] = len(lines)
    elif case.record == "complaint":
        facts = _complaint(case, world)
    else:
        facts = _survey(case)
    return CaseFacts(case.record, report_date, today, facts, lines)


def with_dates(stored: Mapping[str, Scalar]) -> Known:
    """Facts as a record has them, with the days as dates again, as the vocabulary declares."""
    known: Known = dict(stored)
    for name in stored.keys() & _DATES:
        known[name] = parse_date(stored[name]) or stored[name]
    return known


def _known(**values: Any) -> Known:
    return {name: value for name, value in values.items() if value is not None}


def _start(case: Case, pack: Pack) -> date | None:
    """The day the clock starts: exchange, else invoice, else manufacture plus days. An invoice that
    was not handed over with the product is none for its next owner."""
    if case.exchanged_on is not None:
        return case.exchanged_on
    if case.proof != "none" and not (case.second_owner and not invoice_handed_over(case)):
        return case.purchase_date
    if case.manufacture_date is None:
        return None
    return case.manufacture_date + timedelta(days=pack.number("no_proof_days"))


def _lines(case: Case, facts: Known) -> tuple[CaseLine, ...]:
    """The lines as recorded; a service that is a job in itself is one line."""
    if case.lines or facts.get("job_kind") in (None, "repair", "inspection", "exchange_refund"):
        return case.lines
    return (CaseLine(line=1, component=SERVICE),)


def invoice_handed_over(case: Case) -> bool:
    """As recorded, else whether there is a proof at all."""
    handed = case.invoice_handed_over
    return case.proof != "none" if handed is None else handed


def _job(case: Case, world: _World) -> Known:
    facts = _known(
        job_kind=case.job_kind,
        customer_tier=case.customer_tier,
        service_mode=case.service_mode,
        proof=case.proof,
        use=case.use,
        household=is_household(case.use),
        extra_km=extra_km(case.distance_km, world.pack.number("call_out_included_km")),
        exchanged=case.exchanged_on is not None,
        second_owner=case.second_owner,
        invoice_handed_over=invoice_handed_over(case),
        serial_mismatch=case.serial_mismatch,
        clearance_goods=case.clearance_goods,
        refurbished=case.refurbished is True,
        serial_in_recall=case.serial_in_recall is True,
        recall_named=case.serial_in_recall is True and case.recall_component is not None,
        measured_speed_kmh=case.measured_speed_kmh,
        mileage_km=case.mileage_km,
        charger=case.charger,
        temperature_c=case.temperature_c,
        heat_rising=_heat_rising(case, world.pack),
        papers_in_doubt=case.proof == "altered_card" or case.serial_mismatch is True,
        most_failed_repairs=_most_failed_repairs(case, world.pack),
        outlet_cannot_solve=case.outlet_cannot_solve,
        waits_for_part=case.waits_for_part,
        repair_days_by_repairer=_stay(case, world, case.repair_days_by_repairer, "repairer"),
        parts_waiting_days=_stay(case, world, case.parts_waiting_days, "parts"),
        same_model_available=case.same_model_available,
        run_in_already_done=case.run_in_already_done,
    )
    if case.promised_date is not None and case.taken_back_on is not None:
        facts["promised_days"] = (case.promised_date - case.taken_back_on).days
    if case.promised_date is not None and case.returned_on is None:
        facts["days_past_promise"] = (world.today - case.promised_date).days
    if world.start is not None:
        facts["start_date"] = world.start
        facts["days_since_start"] = (world.report_date - world.start).days
        facts["month_of_ownership"] = month_number(world.start, world.report_date)
        last = claim_until(run_in_end(world.start, world.pack), world.holidays)
        asked = min(world.report_date, case.run_in_booked_on or world.report_date)
        facts["run_in_in_time"] = asked <= last
    facts.update(world.pack.nothing_seen)
    facts.update({f"hazard.{name}": True for name in case.hazards})
    facts.update({f"modification.{name}": True for name in case.modifications})
    return facts


def extra_km(distance_km: float | None, included: int) -> int | None:
    """The started kilometres beyond those that the price of a visit includes."""
    return None if distance_km is None else max(0, math.ceil(distance_km - included))


def _heat_rising(case: Case, pack: Pack) -> bool:
    if case.temperature_rising is False:
        return False
    hot = case.temperature_c is not None and case.temperature_c > pack.number("heat_celsius")
    return hot or not pack.values.emergency("while_rising").isdisjoint(case.hazards)


def _stay(case: Case, world: _World, recorded: int | None, cause: str) -> int | None:
    """Days of delay by one cause: as recorded, else the stay that the recorded cause explains,
    which is this job's own, or the longest one before it."""
    if recorded is not None or case.delay_cause != cause:
        return recorded
    if case.taken_back_on is not None:
        return max(0, ((case.returned_on or world.today) - case.taken_back_on).days)
    return max(((end - begin).days for begin, end in case.repair_periods), default=None)


def _most_failed_repairs(case: Case, pack: Pack) -> int | None:
    counts = (
        line.failed_warranty_repairs
        for line in case.lines
        if line.failed_warranty_repairs is not None and pack.components[line.component].main
    )
    return max(counts, default=None)


def run_in_end(start: date, pack: Pack) -> date:
    """The last day of the free run-in service."""
    return start + timedelta(days=pack.number("run_in_days"))


def _line(case: Case, line: CaseLine, world: _World) -> Known:
    component = world.pack.components[line.component]
    part, labour = _price(case, line, world)
    facts = _known(
        component=line.component,
        system=component.system,
        main_component=component.main,
        component_remedy=component.remedy,
        has_term=component.term != Term(),
        part_recorded=line.part is not None,
        cause=line.cause,
        measured_capacity_percent=line.measured_capacity_percent,
        charge_cycles=line.charge_cycles,
        under_recall=_under_recall(case, line),
        previous_repair_date=line.previous_repair_date,
        part_sold_on=line.part_sold_on,
        part_price_fen=part,
        labour_price_fen=labour,
        **{name: getattr(line, name) for name in _COPIED},
        **line.findings,
    )
    ends = _ends(case, line, component.term, world)
    if line.previous_repair_date is not None:
        last = claim_until(ends.get("workmanship", date.min), world.holidays)
        facts["repair_guarantee_open"] = world.report_date <= last
    if line.part_sold_on is not None:
        last = claim_until(ends.get("part_sold", date.min), world.holidays)
        facts["sold_part_open"] = world.report_date <= last
    if ends:
        facts.update(expiry(ends, world.report_date, world.holidays))
    return facts


def expiry(ends: Mapping[str, date], report_date: date, holidays: Collection[date]) -> Known:
    """What the rules know of the end of cover; `ends` has the last covered day by each promise."""
    by = max(ends, key=lambda name: ends[name])
    last = claim_until(ends[by], holidays)
    facts: Known = {
        "covered_by": by,
        "covered_until": ends[by],
        "claim_until": last,
        "claim_open": report_date <= last,
    }
    # The time that a repair must hold does not stretch a warranty that ended before it.
    others = [end for name, end in ends.items() if name != "workmanship"]
    if report_date > last and others:
        last = claim_until(max(others), holidays)
    facts["days_past_expiry"] = max(0, (report_date - last).days)
    return facts


def _ends(case: Case, line: CaseLine, term: Term, world: _World) -> dict[str, date]:
    """The last covered day by every promise that applies to the line."""
    number, start = world.pack.number, world.start
    ends: dict[str, date] = {}
    if start is not None and line.component == SERVICE:
        if case.job_kind == "run_in_service":
            ends["run_in"] = run_in_end(start, world.pack)
    elif start is not None and term != Term():
        end = term_end(start, term_for(case.use, sold_with(case, term, world.pack)))
        pauses = (*case.repair_periods, *case.parts_waiting_periods)
        ends["term"] = extended(start, end, pauses)
    for by, since, days in (
        ("part_fitted", line.part_fitted_free_on, number("fitted_part_days")),
        ("part_sold", line.part_sold_on, number("sold_part_days")),
        (
            "workmanship",
            line.previous_repair_date if line.same_fault else None,
            number("repair_holds_days"),
        ),
    ):
        if since is not None and since <= world.report_date:
            ends[by] = since + timedelta(days=days)
    return ends


def term_for(use: object, term: Term) -> Term:
    """The term of a component in a product of this use."""
    return term if is_household(use) else term.halved()


def is_household(use: object) -> bool:
    """Whether it is used by a household; so is what no use is recorded of."""
    return use in (None, "household")


def sold_with(case: Case, term: Term, pack: Pack) -> Term:
    """The term that a component was sold with: of refurbished goods at most that on their card,
    which is the pack's where the card says none."""
    if not case.refurbished or not term.months:
        return term
    months = case.refurbished_months or pack.number("refurbished_months")
    return Term(months=min(term.months, months), days=term.days)


def _under_recall(case: Case, line: CaseLine) -> bool:
    """A recall covers the component that it names, whatever happened to it."""
    return case.serial_in_recall is True and line.component == case.recall_component


def _price(case: Case, line: CaseLine, world: _World) -> tuple[int, int]:
    """Full price of parts and labour in fen."""
    listed = None
    if line.part is not None:
        listed = world.prices.get(line.part)
        if listed is None:
            raise FieldkitError("part_without_price", part=line.part)
    minutes = line.labour_minutes
    if minutes is None and listed is not None:
        minutes = listed.labour_minutes * line.quantity
    elif minutes is None and case.job_kind == "run_in_service":
        minutes = world.pack.number("run_in_labour_minutes")
    elif minutes is None and case.job_kind == "periodic_maintenance" and line.component == SERVICE:
        minutes = world.pack.number("maintenance_labour_minutes")
    part = listed.price_fen * line.quantity if listed else 0
    return part, (minutes or 0) * world.pack.number("labour_fen_per_minute")


def _complaint(case: Case, world: _World) -> Known:
    rising = _heat_rising(case, world.pack)
    grave = world.pack.values.emergency("always")
    return _known(
        complaint_class=case.complaint_class,
        complaint_cause=case.cause,
        threat_to_publish=case.threat_to_publish,
        threat_to_authority=case.threat_to_authority,
        safety=rising or not grave.isdisjoint(case.hazards),
    )


def _survey(case: Case) -> Known:
    answers = (case.attitude, case.skill, case.punctuality, case.service_item)
    scores = [score for score in answers if score is not None]
    facts: Known = {"scores_given": len(scores)}
    if scores:
        facts["lowest_score"] = min(scores)
        facts["mean_score_percent"] = sum(scores) * 100 // len(scores)
    return facts


_COPIED = ("previous_repair_paid", "same_fault", "failed_warranty_repairs")
