"""The closed set of job events: one data model each, which is also the step's form. Those of the
service flow are here, those that may happen at any time in `side_events`.

Values that belong to a trade (components, faults, causes, hazards, modifications, checklists)
are codes of the catalogue, never enums of the code.
"""

from typing import Annotated, Any

from pydantic import Field, FiniteFloat

from fieldkit.domain.core.flags import ConflictResolved, Flagged
from fieldkit.domain.core.form import (
    Clock,
    Code,
    Data,
    Day,
    EndOfWindow,
    Fen,
    Hidden,
    Km,
    LongText,
    NeededLongText,
    NeededText,
    Score,
    Text,
    Ui,
    Yes,
)
from fieldkit.domain.core.job_codes import (
    Consent,
    JobKind,
    PayMethod,
    Reached,
    Remedy,
    RequestChannel,
    ServiceMode,
)
from fieldkit.domain.core.kinds import VISIT_FROM
from fieldkit.domain.job import money_events as money
from fieldkit.domain.job import side_events as side
from fieldkit.domain.job.row_forms import FaultLine, PartUse, QuoteLine
from fieldkit.domain.records.customer_product import Customer, Product

# -- the service flow ----------------------------------------------------------------------


class Registered(Data):
    """The Customer Service Request Form. `customer` and `product` are snapshots."""

    number: Hidden
    kind: Annotated[JobKind, Ui("choice", "enum")] = JobKind.REPAIR
    mode: Annotated[ServiceMode, Ui("choice", "enum")] = ServiceMode.HOME_VISIT
    customer: Annotated[Customer | None, Ui("text", hidden=True)] = None
    product: Annotated[Product | None, Ui("text", hidden=True)] = None
    channel: Annotated[RequestChannel, Ui("choice", "enum")] = RequestChannel.PHONE
    reported_on: Day
    symptom: NeededLongText
    hazards: Annotated[tuple[Code, ...], Ui("many", "hazard")] = ()
    distance_km: Km | None = None
    owner: Hidden = ""


class Dispatched(Data):
    """Who is sent. `product` refreshes the snapshot, with its history."""

    technician: NeededText
    note: Text = ""
    product: Annotated[Product | None, Ui("text", hidden=True)] = None


class ContactAttempted(Data):
    """A call to the customer before the visit, whether or not it got through."""

    outcome: Annotated[Reached, Ui("choice", "enum")] = Reached.REACHED
    note: Text = ""


class AppointmentMade(Data):
    """The agreed time, and what the customer said when the fault was checked again."""

    on: Day
    time_from: Clock = VISIT_FROM
    time_to: EndOfWindow = "12:00"
    fault_confirmed: Text = ""


class Arrived(Data):
    """The greeting checklist, and the distance actually driven."""

    checklist: Annotated[tuple[Code, ...], Ui("checks", group="arrival")] = ()
    distance_km: Km | None = None


class Diagnosed(Data):
    """What was found: hazards, modifications, measurements and the lines to decide.

    `same_model_available`: whether the same model could be had, where an exchange is due.
    """

    hazards: Annotated[tuple[Code, ...], Ui("many", "hazard")] = ()
    modifications: Annotated[tuple[Code, ...], Ui("many", "modification")] = ()
    measured_speed_kmh: Annotated[int, Field(ge=0, le=200), Ui("int")] | None = None
    mileage_km: Annotated[int, Field(ge=0, le=1_000_000), Ui("int")] | None = None
    temperature_c: Annotated[int, Field(ge=-60, le=1500), Ui("int")] | None = None
    temperature_rising: Yes | None = None
    serial_mismatch: Yes = False
    charger: Annotated[Code, Ui("choice", "charger")] = ""
    lines: Annotated[tuple[FaultLine, ...], Field(max_length=40), Ui("rows")] = ()
    findings: LongText = ""
    booked_run_in_on: Day | None = None
    same_model_available: Yes | None = None


class Decided(Data):
    """The decision record of the rules (`fieldkit.domain.core.decision.Decision`), whole."""

    decision: Annotated[dict[str, Any], Ui("text", hidden=True)] = Field(default_factory=dict)


class Quoted(Data):
    """The quote before the work. It stands even if prices or rules change later."""

    lines: Annotated[tuple[QuoteLine, ...], Ui("rows", hidden=True)] = ()
    call_out_fen: Annotated[int, Ui("money", hidden=True)] = 0
    total_fen: Annotated[int, Ui("money", hidden=True)] = 0
    pack_revision: Annotated[int, Ui("int", hidden=True)] = 0
    valid_until: Day | None = None
    note: Text = ""
    tax_percent: Annotated[int | None, Ui("int", hidden=True)] = None


class Accepted(Data):
    """The customer's consent to the quote: to all of it, or to the lines with these numbers."""

    by_name: NeededText
    consent: Annotated[Consent, Ui("choice", "enum")] = Consent.SPOKEN
    lines: Annotated[tuple[Code, ...], Ui("many", "quoted_line")] = ()


class Declined(Data):
    """The customer does not want the work at this price."""

    reason: NeededText


class Repaired(Data):
    """The work done and the parts used; `van` is whose van those came from that it says.

    `serials_confirmed` says that the parts' serial numbers were confirmed when they were asked
    back, `serials_elsewhere` which of them stand in another product; `serials_missing` are parts
    that have one which was not recorded.
    """

    work_done: NeededLongText
    parts: Annotated[tuple[PartUse, ...], Field(max_length=40), Ui("rows")] = ()
    labour_minutes: Annotated[int, Field(ge=0, le=6000), Ui("int")] | None = None
    tested: Yes = False
    tidy: Yes = False
    van: Annotated[str | None, Ui("text", hidden=True)] = None
    serials_confirmed: Annotated[bool, Ui("bool", hidden=True)] = False
    serials_missing: Annotated[tuple[str, ...], Ui("many", hidden=True)] = ()
    serials_elsewhere: Annotated[tuple[str, ...], Ui("many", hidden=True)] = ()


class TakenIn(Data):
    """The custody receipt: condition, accessories and the promised date.

    `on` is the day of the take-in where it is not that of the record: the clock was wrong.
    """

    receipt: Hidden = ""
    reason: NeededText
    condition: NeededLongText
    accessories: Text = ""
    promised_on: Day
    loan_unit: Text = ""
    on: Day | None = None


class Returned(Data):
    """The product handed back against the custody receipt."""

    condition: NeededText
    received_by: NeededText
    on: Day


class RemedyChosen(Data):
    """What the customer chose of the remedies that the decision offers."""

    remedy: Annotated[Remedy, Ui("choice", "remedy_option")]
    note: Text = ""


class Exchanged(Data):
    """A new product for the old one: the new serial's clock starts on this day. `serial_typed` is
    what was typed where the serial is written otherwise; see `ProductData` for the rest."""

    new_serial: NeededText
    on: Day
    serial_typed: Hidden = ""
    serial_confirmed: Annotated[bool, Ui("bool", hidden=True)] = False
    serial_doubts: Annotated[tuple[str, ...], Ui("many", hidden=True)] = ()


class Refunded(Data):
    """The money given back."""

    amount_fen: Fen
    method: Annotated[PayMethod, Ui("choice", "enum")] = PayMethod.TRANSFER


class OldReceived(Data):
    """The old product taken back after an exchange or refund."""

    condition: NeededText
    accessories: Text = ""


class CardEntered(Data):
    """The entry in the customer's warranty card: when, and what was done."""

    on: Day
    content: NeededLongText


class Signed(Data):
    """The customer's signature, bound to the digest of what was signed.

    `strokes` holds vectors: lists of x, y pairs; empty where a typed name with consent
    stands for it.
    """

    name: NeededText
    consent: Yes = False
    strokes: Annotated[tuple[tuple[FiniteFloat, ...], ...], Ui("strokes")] = ()
    digest: Hidden = ""


class Paid(Data):
    """A payment received, of all that is owed or of a part of it."""

    amount_fen: Fen
    method: Annotated[PayMethod, Ui("choice", "enum")] = PayMethod.WECHAT


class Surveyed(Data):
    """The survey card: four scores of 1 to 5 and the open questions, or declined."""

    attitude: Score | None = None
    skill: Score | None = None
    punctuality: Score | None = None
    service_item: Score | None = None
    suggestions: LongText = ""
    other_needs: LongText = ""
    declined: Yes = False
    decision: Annotated[dict[str, Any] | None, Ui("text", hidden=True)] = None


class Completed(Data):
    """The job is done. `attachments` is the manifest: SHA-256 digests."""

    summary: LongText = ""
    attachments: Annotated[tuple[str, ...], Ui("rows", hidden=True)] = ()


class Submitted(Data):
    """The office has the completed job and all of its attachments."""

    received_on: Day


JOB_EVENTS: dict[str, type[Data]] = {
    "job.registered": Registered,
    "job.dispatched": Dispatched,
    "job.contact_attempted": ContactAttempted,
    "job.appointment_made": AppointmentMade,
    "job.arrived": Arrived,
    "job.diagnosed": Diagnosed,
    "job.decided": Decided,
    "job.approval_requested": side.ApprovalRequested,
    "job.approval_answered": side.ApprovalAnswered,
    "job.quoted": Quoted,
    "job.accepted": Accepted,
    "job.declined": Declined,
    "job.repaired": Repaired,
    "job.taken_in": TakenIn,
    "job.returned": Returned,
    "job.remedy_chosen": RemedyChosen,
    "job.exchanged": Exchanged,
    "job.refunded": Refunded,
    "job.old_received": OldReceived,
    "job.card_entered": CardEntered,
    "job.signed": Signed,
    "job.paid": Paid,
    "job.deposit_paid": money.DepositPaid,
    "job.payment_deferred": money.PaymentDeferred,
    "job.payment_reversed": money.PaymentReversed,
    "job.refund_reversed": money.RefundReversed,
    "job.given_away": money.GivenAway,
    "job.invoiced": money.Invoiced,
    "job.official_invoice": money.OfficialInvoice,
    "job.invoice_credited": money.InvoiceCredited,
    "job.surveyed": Surveyed,
    "job.completed": Completed,
    "job.submitted": Submitted,
    "job.note_added": side.NoteAdded,
    "job.attachment_added": side.AttachmentAdded,
    "job.part_fetched": side.PartFetched,
    "job.part_returned": side.PartReturned,
    "job.part_ordered": side.PartOrdered,
    "job.promise_changed": side.PromiseChanged,
    "job.help_requested": side.HelpRequested,
    "job.blocker_logged": side.BlockerLogged,
    "job.blocker_resolved": side.BlockerResolved,
    "job.complaint_opened": side.ComplaintOpened,
    "job.carried_forward": side.CarriedForward,
    "job.cancelled": side.Cancelled,
    "job.amended": side.Amended,
    "job.customer_corrected": side.CustomerCorrected,
    "job.product_corrected": side.ProductCorrected,
    "job.step_undone": side.StepUndone,
    "job.conflict_resolved": ConflictResolved,
    "job.flagged": Flagged,
    "job.escalation_told": side.EscalationTold,
}
"""Every type of job event and the model of its data."""
