"""What is paid, deferred, given away, taken back and invoiced: one data model each, which is also
the step's form. Nothing is overwritten: each correction is an event of its own."""

from typing import Annotated

from pydantic import Field

from fieldkit.domain.core.form import Code as Code
from fieldkit.domain.core.form import Count, Data, Day, Fen, FormRow, Hidden, NeededText, Text, Ui
from fieldkit.domain.core.job_codes import PayMethod, PayTerms


class DepositPaid(Data):
    """Money received before the work is done, on account of an accepted quote."""

    amount_fen: Fen
    method: Annotated[PayMethod, Ui("choice", "enum")] = PayMethod.WECHAT


class PaymentDeferred(Data):
    """What is still owed is paid later, or goes on the customer's account."""

    terms: Annotated[PayTerms, Ui("choice", "enum")] = PayTerms.LATER
    due_on: Day | None = None
    account: Text = ""
    note: Text = ""


class PaymentReversed(Data):
    """A payment or deposit that does not stand: a wrong amount or method, or money given back.
    `payment` is its event, the last one unless it is named."""

    reason: NeededText
    payment: Hidden = ""


class RefundReversed(Data):
    """A refund that was not made, or was made wrongly: the product is the customer's again."""

    reason: NeededText


class GivenPart(FormRow):
    """A part that was fitted beyond the quote, and is not charged."""

    part: Annotated[Code, Field(min_length=1), Ui("choice", "part")]
    quantity: Count = 1


class GivenAway(Data):
    """Goodwill: so much off what the customer pays, and parts beyond the quote, and why.

    `worth_fen` is all of it at list prices; `limit_fen` what a technician might give away by the
    rules of that day.
    """

    amount_fen: Fen = 0
    parts: Annotated[tuple[GivenPart, ...], Field(max_length=40), Ui("rows")] = ()
    reason: NeededText
    worth_fen: Annotated[int, Ui("money", hidden=True)] = 0
    limit_fen: Annotated[int, Ui("money", hidden=True)] = 0


class Invoiced(Data):
    """The formal invoice. `official_code` and `official_number` are those of the tax office's
    invoice; net and tax are what the gross `amount_fen` is made of (None: from before)."""

    number: Hidden = ""
    title: Text = ""
    tax_id: Text = ""
    official_code: Text = ""
    official_number: Text = ""
    amount_fen: Annotated[int, Ui("money", hidden=True)] = 0
    net_fen: Annotated[int | None, Ui("money", hidden=True)] = None
    tax_fen: Annotated[int | None, Ui("money", hidden=True)] = None


class OfficialInvoice(Data):
    """The code and number of the tax office's invoice, where it was issued after ours; one that
    has no code is told by its number."""

    official_code: Text = ""
    official_number: NeededText


class InvoiceCredited(Data):
    """A credit note over the whole invoice: it does not stand any more, and a right one may be
    made out. `invoice` is the number of the one that it credits."""

    reason: NeededText
    official_code: Text = ""
    official_number: Text = ""
    number: Hidden = ""
    invoice: Hidden = ""
    amount_fen: Annotated[int, Ui("money", hidden=True)] = 0
