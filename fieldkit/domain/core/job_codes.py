"""The closed sets of values of the work order flow, whatever the trade."""

from enum import StrEnum

SERVICE = "service"
"""The component of a line that is work alone; every trade has it."""


class JobKind(StrEnum):
    """What a job is for."""

    REPAIR = "repair"
    RUN_IN_SERVICE = "run_in_service"
    MAINTENANCE = "periodic_maintenance"
    DELIVERY = "delivery_installation"
    TRAINING = "training"
    INSPECTION = "inspection"
    EXCHANGE_REFUND = "exchange_refund"


class ServiceMode(StrEnum):
    """Where a job is done."""

    HOME_VISIT = "home_visit"
    OUTLET = "outlet"
    REMOTE = "remote"
    OUTSOURCED = "outsourced"


class RequestChannel(StrEnum):
    """How a request came in."""

    PHONE = "phone"
    MESSAGE = "message"
    LETTER = "letter"
    VISIT = "visit"
    OFFICE = "office"


class Reached(StrEnum):
    """How an attempt to contact the customer ended."""

    REACHED = "reached"
    NO_ANSWER = "no_answer"
    WRONG_NUMBER = "wrong_number"
    CALL_LATER = "call_later"


class Remedy(StrEnum):
    """What the customer may choose in the first days (the three guarantees)."""

    REPAIR = "repair"
    EXCHANGE = "exchange_bike"
    REFUND = "refund"


class Consent(StrEnum):
    """How the customer agreed."""

    SIGNED = "signed"
    SPOKEN = "spoken"
    PHONE = "phone"


class PayMethod(StrEnum):
    """How the customer paid."""

    CASH = "cash"
    CARD = "card"
    WECHAT = "wechat"
    ALIPAY = "alipay"
    TRANSFER = "transfer"


class PayTerms(StrEnum):
    """When what is owed is paid, where it is not paid now."""

    LATER = "later"
    ON_ACCOUNT = "on_account"


class DelayCause(StrEnum):
    """By whose fault, or for what, a product stays longer than was promised."""

    REPAIRER = "repairer"
    PARTS = "parts"
    CUSTOMER = "customer"
    OTHER = "other"


class PartSource(StrEnum):
    """Where a part that was fitted or fetched came from."""

    VAN = "van"
    OUTLET = "outlet"


class SettledCharge(StrEnum):
    """What a supervisor may decide about a line that the rules left open."""

    FREE = "free"
    PAID = "paid"
    NOT_A_DEFECT = "not_a_defect"


class Answer(StrEnum):
    """What the approver said."""

    APPROVED = "approved"
    REFUSED = "refused"
