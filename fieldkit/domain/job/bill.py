"""What the customer pays, line by line with the tax in it: every face and paper reads it here.

Prices include the tax. A quote keeps the tax of its day, and what is given away lowers it.
"""

from dataclasses import dataclass

from fieldkit.domain.core.job_codes import SERVICE
from fieldkit.domain.core.money import tax_in
from fieldkit.domain.job.model import Job


@dataclass(frozen=True)
class BillLine:
    """One line of a bill. `line` is 0 for the call-out and for what was given away; `gross_fen`
    is what the customer pays for it, 0 where she does not want it. `unfitted` says how many of
    its part were quoted and not fitted, `unfitted_fen` how much less it costs for that."""

    kind: str
    gross_fen: int
    tax_percent: int | None
    line: int = 0
    component: str = ""
    part: str = ""
    taken: bool = True
    unfitted: int = 0
    unfitted_fen: int = 0

    @property
    def tax_fen(self) -> int:
        """The tax in it; 0 where nobody recorded how much."""
        return tax_in(self.gross_fen, self.tax_percent or 0)

    @property
    def net_fen(self) -> int:
        """What is left without the tax."""
        return self.gross_fen - self.tax_fen


@dataclass(frozen=True)
class Bill:
    """The lines, and what they add up to. `taxed`: the tax is known."""

    lines: tuple[BillLine, ...]
    paid_fen: int

    @property
    def gross_fen(self) -> int:
        """What the customer pays."""
        return max(sum(line.gross_fen for line in self.lines), 0)

    @property
    def tax_fen(self) -> int:
        """The tax in it."""
        return sum(line.tax_fen for line in self.lines)

    @property
    def net_fen(self) -> int:
        """What is left without the tax."""
        return self.gross_fen - self.tax_fen

    @property
    def taxed(self) -> bool:
        """Whether the tax was recorded."""
        return all(line.tax_percent is not None for line in self.lines)

    @property
    def owed_fen(self) -> int:
        """What is still to be paid."""
        return max(self.gross_fen - self.paid_fen, 0)


def bill_of(job: Job) -> Bill:
    """The bill of a job, by its quote, else by its decision; of a job whose work the customer does
    not pay for, every line is there and costs nothing."""
    found = {line.line: line for line in job.diagnosis.lines} if job.diagnosis else {}
    quote, decision = job.quote, job.decision
    priced: list[tuple[int, int, int | None]] = []
    if quote is not None:
        priced = [(line.line, line.pays_fen, line.tax_percent) for line in quote.lines]
    elif decision is not None:
        priced = [(line.line, line.customer_pays_fen, None) for line in decision.lines]
    nothing = job.payable_fen == 0 and job.given_fen == 0
    missing, less = job.unfitted, job.unfitted_fen
    rows = []
    for number, pays, percent in priced:
        own = found.get(number)
        taken = job.takes(number) and not job.replaced
        done = pays - less.get(number, 0)
        rows.append(
            BillLine(
                "line", 0 if nothing or not taken else done, percent, number,
                own.component if own else SERVICE, own.part if own else "", taken,
                missing.get(number, 0), less.get(number, 0),
            )
        )  # fmt: skip
    percent = quote.tax_percent if quote else None
    call_out = quote.call_out_fen if quote else decision.call_out_fen if decision else 0
    if call_out:
        rows.append(BillLine("call_out", 0 if nothing else call_out, percent))
    if job.given_fen and not nothing:
        given = min(job.given_fen, job.done_fen)
        rows.append(BillLine("given", -given, percent))
    return Bill(tuple(rows), job.paid_fen)
