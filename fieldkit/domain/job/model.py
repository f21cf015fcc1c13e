"""The job document: the state of one job."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from pydantic import AwareDatetime

from fieldkit.domain.core.base_model import Model
from fieldkit.domain.core.decision import Decision, LineDecision
from fieldkit.domain.core.evolve import Aside, Document
from fieldkit.domain.core.form import Stamp
from fieldkit.domain.core.job_codes import Answer, JobKind, Remedy, ServiceMode
from fieldkit.domain.core.kinds import CLOSED as CLOSED
from fieldkit.domain.core.kinds import Status as Status
from fieldkit.domain.job import money_events as money
from fieldkit.domain.job import side_events as side
from fieldkit.domain.job import step_events as ev
from fieldkit.domain.job.fitted import Foreseen, unfitted
from fieldkit.domain.job.row_forms import PartUse, QuoteLine
from fieldkit.domain.records.customer_product import Customer, Product

WORKED = "cancelled_although_worked"
"""The flag of a job on which somebody worked while somebody else cancelled it."""


class Correction(Model):
    """A correction that stands: which fields of which part, what they held before and hold since.

    `stamp` says who corrected and when; the part itself keeps the stamp of whoever did the step.
    """

    step: str
    before: dict[str, Any]
    changes: dict[str, Any]
    stamp: Stamp | None = None


class PutBack(Model):
    """The parts of a repair that was taken back: `used` is when it was recorded, `at` when it was
    undone, `van` whose van the parts are in again."""

    event: str
    van: str
    used: AwareDatetime
    at: AwareDatetime
    parts: tuple[PartUse, ...] = ()


class ReversedPayment(Model):
    """A payment or deposit that was taken back: as it was recorded, and the reversal."""

    paid: ev.Paid
    reversal: money.PaymentReversed


class ReversedRefund(Model):
    """A refund that was taken back: as it was recorded, and the reversal."""

    refund: ev.Refunded
    reversal: money.RefundReversed


class CreditNote(Model):
    """An invoice that does not stand any more, and the note that says so."""

    invoice: money.Invoiced
    note: money.InvoiceCredited


class Job(Document):
    """One job. Each part is the data of the event that recorded it, with its stamp.

    `customer` and `product` are snapshots, so that the job can be done with no network.
    `decision` is the decision record without its facts and hits (they are in the event), with
    what an approver decided about its open lines. `approvals` and `answers` are about it.
    """

    number: str = ""
    kind: JobKind = JobKind.REPAIR
    mode: ServiceMode = ServiceMode.HOME_VISIT
    status: Status = Status.REGISTERED
    customer: Customer | None = None
    product: Product | None = None
    request: ev.Registered | None = None
    dispatch: ev.Dispatched | None = None
    contacts: tuple[ev.ContactAttempted, ...] = ()
    appointment: ev.AppointmentMade | None = None
    arrival: ev.Arrived | None = None
    diagnosis: ev.Diagnosed | None = None
    decision: Decision | None = None
    decided: ev.Decided | None = None
    approvals: tuple[side.ApprovalRequested, ...] = ()
    answers: tuple[side.ApprovalAnswered, ...] = ()
    quote: ev.Quoted | None = None
    acceptance: ev.Accepted | None = None
    decline: ev.Declined | None = None
    repair: ev.Repaired | None = None
    custody: ev.TakenIn | None = None
    hand_back: ev.Returned | None = None
    remedy: ev.RemedyChosen | None = None
    exchange: ev.Exchanged | None = None
    refund: ev.Refunded | None = None
    old_product: ev.OldReceived | None = None
    card: ev.CardEntered | None = None
    signature: ev.Signed | None = None
    payment: ev.Paid | None = None
    deposits: tuple[money.DepositPaid, ...] = ()
    more_payments: tuple[ev.Paid, ...] = ()
    deferral: money.PaymentDeferred | None = None
    reversals: tuple[ReversedPayment, ...] = ()
    given: tuple[money.GivenAway, ...] = ()
    invoice: money.Invoiced | None = None
    credited: tuple[CreditNote, ...] = ()
    official: money.OfficialInvoice | None = None
    reversed_refunds: tuple[ReversedRefund, ...] = ()
    survey: ev.Surveyed | None = None
    completion: ev.Completed | None = None
    submission: ev.Submitted | None = None
    cancellation: side.Cancelled | None = None
    notes: tuple[side.NoteAdded, ...] = ()
    attachments: tuple[side.AttachmentAdded, ...] = ()
    fetched: tuple[side.PartFetched, ...] = ()
    unused: tuple[side.PartReturned, ...] = ()
    orders: tuple[side.PartOrdered, ...] = ()
    promises: tuple[side.PromiseChanged, ...] = ()
    help: tuple[side.HelpRequested, ...] = ()
    blockers: tuple[side.BlockerLogged, ...] = ()
    resolved: tuple[side.BlockerResolved, ...] = ()
    complaints: tuple[side.ComplaintOpened, ...] = ()
    carried: tuple[side.CarriedForward, ...] = ()
    told: tuple[side.EscalationTold, ...] = ()
    corrections: tuple[Correction, ...] = ()
    put_back: tuple[PutBack, ...] = ()
    to_continue: bool | None = None
    """Whether the job was carried forward after the last arrival, where the stamps say otherwise:
    a clock was wrong, and the order of the record counts."""
    sent_again: bool | None = None
    """Whether somebody was sent after it was carried forward, likewise."""
    aside: tuple[Aside, ...] = ()

    @property
    def technician(self) -> str:
        """Who has the job: whoever arrived, else whoever was sent. After a visit that was
        carried forward the office may send somebody else."""
        arrived = self.arrival.stamp if self.arrival else None
        sent = self.dispatch.stamp if self.dispatch else None
        again = bool(self.carried_on and arrived and sent and sent.at > arrived.at)
        if arrived and not (again if self.sent_again is None else self.sent_again):
            return arrived.by
        return self.dispatch.technician if self.dispatch else ""

    @property
    def carried_on(self) -> bool:
        """Whether the job was carried forward after the last arrival."""
        if self.to_continue is not None:
            return self.to_continue
        arrived = self.arrival.stamp if self.arrival else None
        carried = self.carried[-1].stamp if self.carried else None
        return bool(arrived and carried and carried.at >= arrived.at)

    @property
    def taken_on(self) -> date | None:
        """The day on which the product was taken in."""
        if self.custody is None:
            return None
        return self.custody.on or (self.custody.stamp.at.date() if self.custody.stamp else None)

    @property
    def promised_on(self) -> date | None:
        """The day on which the product was promised back, after all changes."""
        if self.custody is None or not self.in_custody:
            return None
        return self.promises[-1].promised_on if self.promises else self.custody.promised_on

    @property
    def in_custody(self) -> bool:
        """Whether the customer's product is with us and still hers."""
        gone = self.hand_back or self.exchange or self.refund
        return self.custody is not None and gone is None

    @property
    def awaited(self) -> tuple[side.PartOrdered, ...]:
        """The ordered parts that have not come: neither fetched since nor fitted by now."""
        if self.repair is not None or self.status in CLOSED:
            return ()
        last = {order.part: order for order in self.orders}
        return tuple(order for order in last.values() if not self._has_come(order))

    def _has_come(self, order: side.PartOrdered) -> bool:
        asked = order.stamp.at if order.stamp else None
        return any(
            one.part == order.part and asked and one.stamp and one.stamp.at >= asked
            for one in self.fetched
        )

    @property
    def open_blockers(self) -> tuple[side.BlockerLogged | side.HelpRequested, ...]:
        """What still holds the job up behind the front line: blockers, then requests for help,
        of each the oldest first."""
        gone = {one.blocker for one in self.resolved}
        every: tuple[side.BlockerLogged | side.HelpRequested, ...] = (*self.blockers, *self.help)
        return tuple(one for one in every if one.stamp is None or one.stamp.event not in gone)

    @property
    def replaced(self) -> bool:
        """Whether the customer chose a new product or her money instead of a repair."""
        return self.remedy is not None and self.remedy.remedy is not Remedy.REPAIR

    @property
    def work_lines(self) -> tuple[LineDecision, ...]:
        """The decided lines on which something is to be done: what the customer did not decline,
        and what costs her nothing."""
        lines = self.decision.lines if self.decision else ()
        return tuple(line for line in lines if line.remedy != "none" and self.takes(line.line))

    @property
    def foreseen(self) -> list[Foreseen]:
        """The work lines, each with what was found; without those that nobody diagnosed."""
        found = {line.line: line for line in self.diagnosis.lines} if self.diagnosis else {}
        return [(line, found[line.line]) for line in self.work_lines if line.line in found]

    @property
    def held_parts(self) -> dict[str, int]:
        """The parts that were fetched and are still here: neither returned nor fitted."""
        held: dict[str, int] = {}
        for got in self.fetched:
            held[got.part] = held.get(got.part, 0) + got.quantity
        gone = [(one.part, one.quantity) for one in self.unused]
        gone += [(one.part, one.quantity) for one in (self.repair.parts if self.repair else ())]
        for part, count in gone:
            if part in held:
                held[part] = max(held[part] - count, 0)
        return {part: count for part, count in held.items() if count}

    def takes(self, number: int) -> bool:
        """Whether the customer wants what a line is about, as far as she has said."""
        verdicts = self.decision.lines if self.decision else ()
        line = next((one for one in verdicts if one.line == number), None)
        if line is not None and line.charge != "paid" and line.customer_pays_fen == 0:
            return True
        if self.acceptance is not None and self.acceptance.lines:
            return str(number) in self.acceptance.lines
        return self.decline is None

    @property
    def priced_fen(self) -> int:
        """What the work costs the customer, by the quote, else by the decision."""
        if self.quote is not None:
            return self.quote.total_fen
        return self.decision.total_fen if self.decision else 0

    @property
    def payable_fen(self) -> int:
        """What the customer pays for the whole job: nothing where the work is not done."""
        undone = self.decline or self.replaced or self.called_off
        return 0 if undone else max(self.done_fen - self.given_fen, 0)

    @property
    def taken_fen(self) -> int:
        """The price of what the customer takes of the quote, before anything is given away."""
        if self.quote is None or self.acceptance is None or not self.acceptance.lines:
            return self.priced_fen
        taken = (line.pays_fen for line in self.quote.lines if self.takes(line.line))
        return sum(taken) + self.quote.call_out_fen

    @property
    def done_fen(self) -> int:
        """The price of what she takes, without the parts that were not fitted."""
        return self.taken_fen - sum(self.unfitted_fen.values())

    @property
    def unfitted(self) -> dict[int, int]:
        """How many of the quoted parts were not fitted, by line; none before the repair."""
        return unfitted(self.foreseen, self.repair.parts) if self.repair else {}

    @property
    def unfitted_fen(self) -> dict[int, int]:
        """What is not charged of each line because quoted parts were not fitted."""
        quoted = {line.line: line for line in self.quote.lines} if self.quote else {}
        missing = {number: count for number, count in self.unfitted.items() if number in quoted}
        return {number: _share(quoted[number], count) for number, count in missing.items()}

    @property
    def given_fen(self) -> int:
        """What was taken off the price as goodwill."""
        return sum(one.amount_fen for one in self.given)

    @property
    def payments(self) -> tuple[ev.Paid | money.DepositPaid, ...]:
        """Every payment that stands, deposits first."""
        return (*self.deposits, *((self.payment,) if self.payment else ()), *self.more_payments)

    @property
    def paid_fen(self) -> int:
        """What was paid and not taken back."""
        return sum(one.amount_fen for one in self.payments)

    @property
    def called_off(self) -> bool:
        """Whether the job was cancelled and the cancellation counts: see `cancelled_work`."""
        if self.cancellation is None or self.completion is not None:
            return False
        return all(mark.key != WORKED for mark in self.attention)

    @property
    def settled(self) -> bool:
        """Whether the customer has paid all that she pays. Of jobs that an earlier program quoted
        the first payment counts as all."""
        if self.payment is not None and (self.quote is None or self.quote.tax_percent is None):
            return True
        return bool(self.payments) and self.owed_fen == 0

    @property
    def owed_fen(self) -> int:
        """What the customer still has to pay."""
        return max(self.payable_fen - self.paid_fen, 0)

    @property
    def work_begun(self) -> bool:
        """Whether something was done that the diagnosis and the decision must stand for."""
        return any((self.repair, self.exchange, self.refund, self.signature, self.payment))

    @property
    def verdict_requests(self) -> tuple[side.ApprovalRequested, ...]:
        """The requests to approve what the verdict says."""
        return tuple(one for one in self.approvals if not one.about)

    def answer_to(self, request: side.ApprovalRequested) -> side.ApprovalAnswered | None:
        """The answer to a request; of several the first."""
        asked = request.stamp.event if request.stamp else None
        return next((one for one in self.answers if asked and one.request == asked), None)

    @property
    def approval_answer(self) -> side.ApprovalAnswered | None:
        """The answer to the last request about the verdict."""
        asked = self.verdict_requests
        return self.answer_to(asked[-1]) if asked else None

    @property
    def open_approval(self) -> side.ApprovalRequested | None:
        """The request that no answer has come for: of each kind only the last one counts."""
        last = {one.about: one for one in self.approvals}
        waiting = [one for one in self.approvals if one is last[one.about]]
        return next((one for one in reversed(waiting) if self.answer_to(one) is None), None)

    @property
    def approved(self) -> bool:
        """Whether the last request about the verdict was answered with yes."""
        answer = self.approval_answer
        return answer is not None and answer.answer is Answer.APPROVED

    def approved_fen(self, about: str) -> int:
        """The greatest amount that was approved of this kind; 0 for none."""
        asked = (one for one in self.approvals if one.about == about)
        return max(
            (
                one.amount_fen
                for one in asked
                if (answer := self.answer_to(one)) and answer.answer is Answer.APPROVED
            ),
            default=0,
        )


def _share(line: QuoteLine, count: int) -> int:
    """What so many of a line's part cost the customer, rounded half up to the fen."""
    whole = line.quantity or 1
    return (2 * (line.with_part_fen or 0) * count + whole) // (2 * whole)


def _kept_facts(line: Mapping[str, Any]) -> dict[str, Any]:
    """Of what stands beside the facts the guarantee of the part, which the papers print."""
    facts = line.get("facts")
    if not isinstance(facts, dict) or "guarantee_days" not in facts:
        return {}
    return {"guarantee_days": facts["guarantee_days"]}


def brief(recorded: Mapping[str, Any]) -> Decision:
    """A stored decision record without its case, facts and hits: what the job carries of it.

    Only what is kept is read. Raises `pydantic.ValidationError`.
    """
    lines = recorded.get("lines")
    kept = {**recorded, "recorded": {}, "facts": {}, "hits": ()}
    if isinstance(lines, list):
        kept["lines"] = [
            {**line, "facts": _kept_facts(line)} if isinstance(line, dict) else line
            for line in lines
        ]
    return Decision.model_validate(kept)
