"""What an approver's answer makes of a decision: open lines decided, a refused concession paid."""

from typing import Any

from fieldkit.domain.core.decision import Decision, LineDecision, Text
from fieldkit.domain.core.job_codes import Answer, SettledCharge
from fieldkit.domain.job.side_events import ApprovalAnswered

UNDECIDED = frozenset({"pending", "needs_supervisor"})
"""Charges with which the rules leave a line to a person."""


def undecided(decision: Decision) -> bool:
    """Whether a line is left to a person."""
    return any(line.charge in UNDECIDED for line in decision.lines)


def apply_answer(decision: Decision, answer: ApprovalAnswered) -> Decision:
    """The decision after the answer; the record in the event stays as the rules made it.

    An approval decides every open line by its `charge`. A refused concession leaves the
    customer the full price of what would have been goodwill; a call-out that was waived
    stays waived.
    """
    if answer.answer is Answer.REFUSED:
        if decision.approval != "supervisor" or undecided(decision):
            return decision
        lines = tuple(
            _charged(line, SettledCharge.PAID, answer) if line.charge == "goodwill" else line
            for line in decision.lines
        )
        refused = {"approval": "none", "concession_fen": 0}
        return _with_lines(decision, lines).model_copy(update=refused)
    if answer.charge is None or not undecided(decision):
        return decision
    charge = answer.charge
    lines = tuple(
        _charged(line, charge, answer) if line.charge in UNDECIDED else line
        for line in decision.lines
    )
    return _with_lines(decision, lines)


def _charged(line: LineDecision, charge: SettledCharge, answer: ApprovalAnswered) -> LineDecision:
    pays = charge is SettledCharge.PAID
    work = charge is not SettledCharge.NOT_A_DEFECT
    part, labour = (line.part_fen, line.labour_fen) if pays else (0, 0)
    update: dict[str, Any] = {
        "charge": charge.value,
        "remedy": ("repair" if line.remedy == "none" else line.remedy) if work else "none",
        "part_payable_fen": part,
        "labour_payable_fen": labour,
        "customer_pays_fen": part + labour,
    }
    if answer.reason:
        update["because"] = Text(en=answer.reason, zh=answer.reason)
    return line.model_copy(update=update)


def _with_lines(decision: Decision, lines: tuple[LineDecision, ...]) -> Decision:
    payable = sum(line.customer_pays_fen for line in lines)
    return decision.model_copy(
        update={"lines": lines, "total_fen": payable + decision.call_out_fen}
    )
