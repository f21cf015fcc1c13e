"""The custody receipt: what we took with us, in which state, and by when it comes back."""

from fieldkit.documents.model import (
    Block,
    Box,
    Cards,
    Fact,
    Facts,
    Paper,
    PaperKind,
    Prose,
    Signing,
    Tear,
)
from fieldkit.documents.shared_sections import (
    Basis,
    customer_box,
    customer_card,
    paper,
    product_card,
    taken_in,
    technician_box,
    visit_card,
)
from fieldkit.domain.core.errors import Reason, Refused
from fieldkit.domain.job.step_events import TakenIn

_BLANK = "_" * 20
"""A place to write by hand."""


def custody_receipt(basis: Basis) -> Paper:
    """The receipt that the customer keeps, and the part that is signed at the return.

    Raises `Refused` where nothing was taken in.
    """
    custody = basis.job.custody
    if custody is None:
        raise Refused(Reason("needs_step", {"step": "take_in"}))
    say = basis.say
    boxes = (customer_box(basis), technician_box(basis))
    blocks: list[Block] = [
        Cards((customer_card(basis), product_card(basis), visit_card(basis))),
        Cards((_taken(basis, custody), _with_it(basis, custody), _promised(basis, custody))),
        Prose(say("label.condition"), custody.condition),
        Signing(say("paper.signed_taken"), say("paper.taken_terms"), boxes),
        Tear(say("paper.tear")),
        *_return_part(basis, custody),
    ]
    return paper(basis, PaperKind.RECEIPT, custody.receipt, blocks)


def _taken(basis: Basis, custody: TakenIn) -> Facts:
    stamp = custody.stamp
    facts = (
        basis.fact("on", taken_in(basis, custody)),
        Fact(basis.say("paper.taken_by"), stamp.by if stamp else ""),
    )
    return basis.card("paper.taken_in", facts)


def _with_it(basis: Basis, custody: TakenIn) -> Facts:
    none = basis.value("none")
    facts = (
        Fact(basis.say("paper.reason_taken"), custody.reason),
        basis.fact("accessories", custody.accessories or none),
    )
    return Facts(basis.say("paper.with_it"), facts)


def _promised(basis: Basis, custody: TakenIn) -> Facts:
    """The promise, every change of it with its reason, and what helps until then."""
    facts = [basis.fact("promised_on", basis.day(custody.promised_on))]
    for change in basis.job.promises:
        text = basis.say(
            "paper.new_promise", day=basis.day(change.promised_on), reason=change.reason
        )
        facts.append(Fact(basis.say("paper.promise_changed"), text))
    facts.append(basis.fact("loan_unit", custody.loan_unit or basis.value("none")))
    return Facts(basis.say("paper.promise"), tuple(facts))


def _return_part(basis: Basis, custody: TakenIn) -> list[Block]:
    """What both sign when the product goes back; filled in once it has."""
    say, back = basis.say, basis.job.hand_back
    serial = basis.job.product.serial if basis.job.product else ""
    what = (Fact(say("paper.receipt_no"), custody.receipt), basis.fact("serial", serial))
    whose = (
        basis.fact("customer", basis.job.customer.name if basis.job.customer else ""),
        basis.fact("accessories", custody.accessories or basis.value("none")),
    )
    when: tuple[Fact, ...] = (
        basis.fact("end", basis.day(back.on) if back else _BLANK),
        Fact(say("paper.condition_back"), back.condition if back else _BLANK),
    )
    by = Box(say("paper.sign.receiver"), back.received_by if back else "")
    boxes = (by, technician_box(basis))
    if custody.loan_unit:
        when += (Fact(say("paper.loan_back"), custody.loan_unit),)
    returned = Facts(say("paper.returned"), when)
    return [
        Cards((basis.card("paper.return", what), basis.card("paper.goes_back", whose), returned)),
        Signing(say("paper.signed_back"), say("paper.return_terms"), boxes),
    ]
