"""The invoice: what was paid, for what, and why."""

from fieldkit.documents.capital_numerals import in_capitals
from fieldkit.documents.charges import charged_lines, totals
from fieldkit.documents.model import Block, Cards, Fact, Facts, Fine, Paper, PaperKind
from fieldkit.documents.shared_sections import Basis, in_columns, paper
from fieldkit.domain.core.errors import Reason, Refused
from fieldkit.domain.job.model import Job
from fieldkit.domain.job.preconditions import pays


def invoice(basis: Basis) -> Paper:
    """The invoice of a paid job. Raises `Refused` before the payment and the invoice's number,
    and where there is nothing to pay."""
    _require(basis.job)
    say = basis.say
    blocks: list[Block] = [
        Cards((_seller(basis), _buyer(basis), _payment(basis))),
        *in_columns(_service(basis)),
        charged_lines(basis, say("paper.lines_charged")),
        totals(basis, _in_words(basis)),
        Fine((say("paper.prices_public", revision=basis.catalogue.revision),)),
    ]
    number = basis.job.invoice.number if basis.job.invoice else ""
    return paper(basis, PaperKind.INVOICE, number, blocks)


def _require(job: Job) -> None:
    if not pays(job) or (job.decision is not None and job.payable_fen == 0):
        raise Refused(Reason("nothing_to_pay"))
    for step, done in (("pay", job.payment), ("invoice", job.invoice)):
        if done is None:
            raise Refused(Reason("needs_step", {"step": step}))


def _in_words(basis: Basis) -> str:
    """The amount in capital numerals, on a Chinese invoice."""
    if basis.lang != "zh":
        return ""
    return basis.say("paper.in_words", words=in_capitals(basis.job.payable_fen))


def _service(basis: Basis) -> tuple[Fact, ...]:
    """Which service was paid for."""
    job = basis.job
    product = job.product
    return (
        basis.fact("model", basis.named("model", product.model) if product else ""),
        basis.fact("serial", product.serial if product else ""),
        basis.fact("job", basis.joined(job.number, basis.value(job.kind))),
    )


def _seller(basis: Basis) -> Facts:
    company = basis.catalogue.company
    facts = () if company is None else (
        Fact(basis.say("paper.name"), company.name.say(basis.lang)),
        basis.fact("tax_id", company.tax_id),
        basis.fact("address", company.address.say(basis.lang)),
    )  # fmt: skip
    return Facts(basis.say("paper.seller"), facts)


def _buyer(basis: Basis) -> Facts:
    issued, customer = basis.job.invoice, basis.job.customer
    facts = (
        basis.fact("title", issued.title if issued else ""),
        basis.fact("tax_id", issued.tax_id if issued else ""),
        basis.fact("address", customer.address if customer else ""),
        basis.fact("phone", customer.phone if customer else ""),
    )
    return basis.card("paper.buyer", facts)


def _payment(basis: Basis) -> Facts:
    paid, issued = basis.job.payment, basis.job.invoice
    if paid is None or issued is None:
        return Facts(basis.say("paper.payment"), ())
    issued_on = issued.stamp.at.date() if issued.stamp else None
    facts = (
        Fact(basis.say("paper.invoice_no"), issued.number),
        Fact(basis.say("paper.issued_on"), basis.day(issued_on)),
        basis.fact("method", basis.value(paid.method)),
        Fact(basis.say("paper.received"), basis.money(paid.amount_fen)),
    )
    return basis.card("paper.payment", facts)
