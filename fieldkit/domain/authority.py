"""Who may record what: a table of event type, role, and relation to the record.

The office asks it of every event that a laptop sends, at the event's position. A type that does not
stand in it is kept on a record of the laptop's own, and refused on any other. `docs/records.md` has
the same table, and a test compares them. What the office itself records is not judged here:
commands there ask for roles of their own.
"""

from collections.abc import Mapping
from enum import StrEnum

from fieldkit.domain.core.event import Role


class Relation(StrEnum):
    """What a record is to the laptop that sends an event of it; the first that fits counts."""

    MINE = "mine"
    """The record is new, or a laptop of the same person made it."""
    GIVEN = "given"
    """It was ever dispatched or assigned to a person of this laptop, or belongs to a job that
    was."""
    AREA = "area"
    """Its customer lives in the laptop's area."""
    ANYBODY = "anybody"


class Allowance(StrEnum):
    """What becomes of an event: it counts, it counts and is flagged, or it is refused."""

    ALLOW = "allow"
    FLAG = "flag"
    REFUSE = "refuse"


_LETTERS = {"a": Allowance.ALLOW, "f": Allowance.FLAG, "r": Allowance.REFUSE}
Row = tuple[str, str, str]
"""For technician (and script), desk and supervisor: a letter a relation, in their order."""

_ALL = "aaaa"
_NONE: Row = ("rrrr", "rrrr", "rrrr")
_FIELD_WORK: Row = ("aafr", _ALL, _ALL)
_OWN_RECORDS: Row = ("aarr", _ALL, _ALL)
_SEEN_TWICE: Row = ("aaff", _ALL, _ALL)
"""A product that stands before a technician without a network is registered and repaired, whoever
registered it before."""
_OFFICE_WORK: Row = ("rrrr", _ALL, _ALL)

FLAGGED_KINDS = ("job", "customer", "product", "complaint", "follow_up", "van")

ROWS: Mapping[str, Row] = {
    "job.registered": _OWN_RECORDS,
    "job.dispatched": ("afrr", _ALL, _ALL),
    "job.contact_attempted": _FIELD_WORK,
    "job.appointment_made": _FIELD_WORK,
    "job.arrived": _FIELD_WORK,
    "job.diagnosed": _FIELD_WORK,
    "job.decided": _FIELD_WORK,
    "job.approval_requested": _FIELD_WORK,
    "job.approval_answered": ("aarr", "ffff", _ALL),
    "job.quoted": _FIELD_WORK,
    "job.accepted": _FIELD_WORK,
    "job.declined": _FIELD_WORK,
    "job.remedy_chosen": _FIELD_WORK,
    "job.repaired": _FIELD_WORK,
    "job.taken_in": _FIELD_WORK,
    "job.returned": _FIELD_WORK,
    "job.exchanged": _FIELD_WORK,
    "job.refunded": _FIELD_WORK,
    "job.old_received": _FIELD_WORK,
    "job.card_entered": _FIELD_WORK,
    "job.signed": _FIELD_WORK,
    "job.paid": _FIELD_WORK,
    "job.invoiced": _FIELD_WORK,
    "job.deposit_paid": _FIELD_WORK,
    "job.payment_deferred": _FIELD_WORK,
    "job.payment_reversed": _FIELD_WORK,
    "job.refund_reversed": _FIELD_WORK,
    "job.given_away": _FIELD_WORK,
    "job.invoice_credited": _FIELD_WORK,
    "job.official_invoice": _FIELD_WORK,
    "job.surveyed": _FIELD_WORK,
    "job.completed": _FIELD_WORK,
    "job.carried_forward": _FIELD_WORK,
    "job.note_added": _FIELD_WORK,
    "job.attachment_added": _FIELD_WORK,
    "job.part_fetched": _FIELD_WORK,
    "job.part_returned": _FIELD_WORK,
    "job.part_ordered": _FIELD_WORK,
    "job.promise_changed": _FIELD_WORK,
    "job.help_requested": _FIELD_WORK,
    "job.blocker_logged": _FIELD_WORK,
    "job.blocker_resolved": _FIELD_WORK,
    "job.complaint_opened": _FIELD_WORK,
    "job.amended": _OWN_RECORDS,
    "job.customer_corrected": _OWN_RECORDS,
    "job.product_corrected": _OWN_RECORDS,
    "job.step_undone": _OWN_RECORDS,
    "job.cancelled": _OWN_RECORDS,
    "job.escalation_told": _OFFICE_WORK,
    "job.submitted": _NONE,
    "customer.registered": _OWN_RECORDS,
    "customer.amended": _OWN_RECORDS,
    "customer.merged": _OWN_RECORDS,
    "customer.unmerged": _OWN_RECORDS,
    "customer.told_apart": _OWN_RECORDS,
    "customer.change_confirmed": _NONE,
    "customer.change_refused": _NONE,
    "product.registered": _SEEN_TWICE,
    "product.amended": _OWN_RECORDS,
    "product.transferred": _OWN_RECORDS,
    "product.change_confirmed": _NONE,
    "product.change_refused": _NONE,
    "product.exchanged": _SEEN_TWICE,
    "product.paused": _SEEN_TWICE,
    "product.serviced": _SEEN_TWICE,
    "product.restored": _SEEN_TWICE,
    "complaint.recorded": _SEEN_TWICE,
    "complaint.judged": _OWN_RECORDS,
    "complaint.assigned": _OWN_RECORDS,
    "complaint.investigated": _OWN_RECORDS,
    "complaint.proposed": _OWN_RECORDS,
    "complaint.told": _OWN_RECORDS,
    "complaint.settled": _OWN_RECORDS,
    "complaint.improved": _OWN_RECORDS,
    "follow_up.planned": _SEEN_TWICE,
    "follow_up.moved": _OWN_RECORDS,
    "follow_up.done": _OWN_RECORDS,
    "van.loaded": _OWN_RECORDS,
    "van.counted": _OWN_RECORDS,
    **{f"{kind}.conflict_resolved": _OFFICE_WORK for kind in FLAGGED_KINDS},
    "product.conflict_resolved": _NONE,
    **{f"{kind}.flagged": _NONE for kind in FLAGGED_KINDS},
}
"""The table. Field work goes on whatever happens: on a job that was ever dispatched to somebody of
the laptop it is never refused. What is registered twice is kept for the office to settle."""

UNKNOWN: Row = ("aarr", _ALL, _ALL)
"""Types that this version does not know: a laptop may be newer than its office. They are kept, and
change nothing here."""

_COLUMNS = {Role.TECHNICIAN: 0, Role.SCRIPT: 0, Role.DESK: 1, Role.SUPERVISOR: 2}
_RELATIONS = list(Relation)


def allowance(event_type: str, role: Role, relation: Relation) -> Allowance:
    """What becomes of an event of this type, sent in this role, of a record so related."""
    letters = ROWS.get(event_type, UNKNOWN)[_COLUMNS[role]]
    return _LETTERS[letters[_RELATIONS.index(relation)]]
