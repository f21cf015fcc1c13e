"""The closed sets that every list needs: kinds of records, roles, how far a job is.

They stand apart from the models, so that the first screen can be drawn without loading them.
"""

from enum import StrEnum


class RecordKind(StrEnum):
    """What an event is about. Every kind has the same machinery."""

    JOB = "job"
    CUSTOMER = "customer"
    PRODUCT = "product"
    COMPLAINT = "complaint"
    FOLLOW_UP = "follow_up"
    VAN = "van"


class Role(StrEnum):
    """In which role a person acts."""

    TECHNICIAN = "technician"
    SUPERVISOR = "supervisor"
    DESK = "desk"
    SCRIPT = "script"


class Status(StrEnum):
    """How far a job is: the last milestone of the work order flow."""

    REGISTERED = "registered"
    DISPATCHED = "dispatched"
    SCHEDULED = "scheduled"
    ARRIVED = "arrived"
    DIAGNOSED = "diagnosed"
    DECIDED = "decided"
    QUOTED = "quoted"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    TAKEN_IN = "taken_in"
    REPAIRED = "repaired"
    EXCHANGED = "exchanged"
    REFUNDED = "refunded"
    RETURNED = "returned"
    SIGNED = "signed"
    PAID = "paid"
    COMPLETED = "completed"
    SUBMITTED = "submitted"
    CANCELLED = "cancelled"


CLOSED = frozenset({Status.COMPLETED, Status.SUBMITTED, Status.CANCELLED})
"""Statuses in which a job needs no more of a technician's work."""

VISIT_FROM = "09:00"
"""When a visit begins as its form suggests it; a stored job leaves out what is as suggested."""
