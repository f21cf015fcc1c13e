"""The lines of a job with their verdict, price and reason, and what they add up to."""

from dataclasses import dataclass
from datetime import date, timedelta

from fieldkit.documents.model import Column, Fact, PaperTable, TableRow, Totals
from fieldkit.documents.shared_sections import Basis
from fieldkit.domain.core.decision import LineDecision
from fieldkit.domain.job.bill import BillLine, bill_of
from fieldkit.domain.job.model import Job
from fieldkit.domain.job.row_forms import FaultLine, QuoteLine
from fieldkit.i18n.money import say_not_fitted


@dataclass(frozen=True)
class _Charged:
    """One line: what was found, what was decided, and the price: a quote stands, whatever is
    decided after it. `billed` is what is left of it to pay."""

    verdict: LineDecision
    found: FaultLine | None
    price: QuoteLine | LineDecision
    billed: BillLine | None

    @property
    def pays_fen(self) -> int:
        price = self.price
        return price.pays_fen if isinstance(price, QuoteLine) else price.customer_pays_fen


def charged_lines(basis: Basis, heading: str) -> PaperTable:
    """Every decided line: part and labour at the public price, what the customer pays, and why."""
    say = basis.say
    columns = (
        Column(say("paper.column.no"), 5),
        Column(say("paper.column.what"), 38),
        Column(say("paper.column.verdict"), 15, strong=True),
        Column(say("label.part_fen"), 14, amount=True),
        Column(say("label.labour_fen"), 13, amount=True),
        Column(say("label.pays_fen"), 15, amount=True, strong=True),
    )
    return PaperTable(heading, columns, tuple(_row(basis, line) for line in _lines(basis)))


def _lines(basis: Basis) -> list[_Charged]:
    job = basis.job
    found = {line.line: line for line in job.diagnosis.lines} if job.diagnosis else {}
    quoted = {line.line: line for line in job.quote.lines} if job.quote else {}
    billed = {line.line: line for line in bill_of(job).lines if line.kind == "line"}
    verdicts = job.decision.lines if job.decision else ()
    return [
        _Charged(
            verdict,
            found.get(verdict.line),
            quoted.get(verdict.line, verdict),
            billed.get(verdict.line),
        )
        for verdict in verdicts
    ]


def _row(basis: Basis, line: _Charged) -> TableRow:
    cells = (
        str(line.verdict.line),
        _what(basis, line.found),
        basis.value(line.price.charge, "charge"),
        basis.money(line.price.part_fen),
        basis.money(line.price.labour_fen),
        basis.money(line.pays_fen),
    )
    reasons = [line.verdict.because.say(basis.lang)]
    if line.verdict.remedy not in ("none", "customer_choice"):
        remedy = basis.value(line.verdict.remedy, "remedy")
        reasons.append(basis.say("paper.remedy", remedy=remedy))
    accepted = basis.job.acceptance
    if accepted is not None and accepted.lines and not basis.job.takes(line.verdict.line):
        reasons.append(basis.say("paper.not_taken"))
    if line.billed and line.billed.unfitted_fen:
        reasons.append(say_not_fitted(line.billed, basis.catalogue, basis.lang))
    fine = _rule(basis, f"coverage/{line.verdict.coverage_rule}, charge/{line.price.rule}")
    if guaranteed := _guaranteed_until(basis.job, line):
        fine = basis.say("paper.guaranteed_until", day=basis.day(guaranteed)) + fine
    elif basis.job.decision and (last := basis.job.decision.told_until(line.verdict)):
        fine = basis.say("paper.covered_until", day=basis.day(last)) + fine
    return TableRow(cells, tuple(reasons), fine)


def _guaranteed_until(job: Job, line: _Charged) -> date | None:
    """The last day of the guarantee of the part that was fitted, where that is what counts: of a
    part that was sold always, of one that was fitted free where it is the later one."""
    days, repair, found = line.verdict.facts.get("guarantee_days"), job.repair, line.found
    if not isinstance(days, int) or found is None or repair is None or repair.stamp is None:
        return None
    if all(used.part != found.part for used in repair.parts):
        return None
    until = repair.stamp.at.date() + timedelta(days=days)
    covered = line.verdict.covered_until
    return None if line.verdict.charge == "free" and covered and covered >= until else until


def _what(basis: Basis, found: FaultLine | None) -> str:
    """Component, fault, cause, and the part with its quantity, each on a line."""
    if found is None:
        return ""
    seen = basis.listed("finding", found.findings)
    texts = [
        basis.named("component", found.component),
        basis.named("fault", found.fault),
        basis.say("paper.cause", cause=basis.named("cause", found.cause)) if found.cause else "",
        basis.say("paper.seen", seen=seen) if seen else "",
        found.note,
    ]
    if found.measured_capacity_percent is not None:
        texts.append(basis.say("paper.capacity", percent=found.measured_capacity_percent))
    if found.part:
        name = basis.named("part", found.part)
        texts.append(basis.say("paper.part", part=name, sku=found.part, quantity=found.quantity))
    return "\n".join(text for text in texts if text)


def _rule(basis: Basis, source: str) -> str:
    decision = basis.job.decision
    if decision is None:
        return ""
    quote = basis.job.quote
    revision = quote.pack_revision if quote else decision.pack.revision
    return basis.say("paper.rule", rule=source, pack=decision.pack.name, revision=revision)


def totals(basis: Basis, in_words: str = "") -> Totals:
    """What the lines and the call-out add up to, and why the visit costs what it costs."""
    job, say = basis.job, basis.say
    call_out = job.quote.call_out_fen if job.quote else 0
    if job.quote is None and job.decision:
        call_out = job.decision.call_out_fen
    parts = [
        Fact(say("paper.sum"), basis.money(sum(line.pays_fen for line in _lines(basis)))),
        Fact(say("label.call_out_fen"), basis.money(call_out)),
    ]
    reasons, fine = _visit_reason(basis)
    payable = bill_of(job).gross_fen
    done = job.done_fen if payable or job.given_fen else payable
    if job.priced_fen != done:
        parts.append(Fact(say("paper.not_done"), basis.money(done - job.priced_fen)))
    if payable != done:
        parts.append(Fact(say("paper.given"), basis.money(payable - done)))
    if in_words:
        reasons = (in_words, *reasons)
    total = Fact(say("paper.total"), basis.money(payable))
    return Totals(tuple(parts), total, reasons, fine)


def _visit_reason(basis: Basis) -> tuple[tuple[str, ...], str]:
    """Why the call-out costs what it costs, and the rule that says so."""
    hit = next((hit for hit in basis.hits if hit.table == "call_out"), None)
    if hit is None:
        return (), ""
    reason = basis.say("paper.call_out", reason=hit.because.say(basis.lang))
    return (reason,), _rule(basis, f"call_out/{hit.rule}")
