"""The invoice: what was paid, for what, and why."""

from fieldkit.documents.capital_numerals import in_capitals
from fieldkit.documents.charges import charged_lines, totals
from fieldkit.documents.model import Block, Cards, Fact, Facts, Fine, Paper, PaperKind
from fieldkit.documents.shared_sections import Basis, in_columns, paper
from fieldkit.documents.tax_table import tax_table
from fieldkit.domain.core.errors import Reason, Refused
from fieldkit.domain.job.model import Job
from fieldkit.domain.job.money_events import Invoiced
from fieldkit.domain.job.preconditions import pays


def invoice(basis: Basis) -> Paper:
    """The invoice of a paid job. Raises `Refused` before the payment and the invoice's number,
    and where there is nothing to pay."""
    _require(basis.job)
    say = basis.say
    blocks: list[Block] = [
        Cards((seller(basis), buyer(basis, basis.job.invoice), _payment(basis))),
        *in_columns(_service(basis)),
        charged_lines(basis, say("paper.lines_charged")),
        totals(basis, _in_words(basis)),
        *tax_table(basis),
        Fine((say("paper.prices_public", revision=basis.catalogue.revision),)),
    ]
    number = basis.job.invoice.number if basis.job.invoice else ""
    return paper(basis, PaperKind.INVOICE, number, blocks)


def _require(job: Job) -> None:
    if not pays(job) or (job.decision is not None and job.payable_fen == 0):
        raise Refused(Reason("nothing_to_pay"))
    settled = job.payments or job.deferral
    for step, done in (("pay", settled), ("invoice", job.invoice)):
        if not done:
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


def seller(basis: Basis) -> Facts:
    """The company."""
    company = basis.catalogue.company
    facts = () if company is None else (
        Fact(basis.say("paper.name"), company.name.say(basis.lang)),
        basis.fact("tax_id", company.tax_id),
        basis.fact("address", company.address.say(basis.lang)),
    )  # fmt: skip
    return Facts(basis.say("paper.seller"), facts)


def buyer(basis: Basis, issued: Invoiced | None) -> Facts:
    """To whom an invoice was made out."""
    customer = basis.job.customer
    facts = (
        basis.fact("title", issued.title if issued else ""),
        basis.fact("tax_id", issued.tax_id if issued else ""),
        basis.fact("address", customer.address if customer else ""),
        basis.fact("phone", customer.phone if customer else ""),
    )
    return basis.card("paper.buyer", facts)


def _payment(basis: Basis) -> Facts:
    job, issued = basis.job, basis.job.invoice
    if issued is None:
        return Facts(basis.say("paper.payment"), ())
    official = job.official or issued
    methods = dict.fromkeys(basis.value(one.method) for one in job.payments)
    deposit = sum(one.amount_fen for one in job.deposits)
    terms = basis.value(job.deferral.terms) if job.deferral and job.owed_fen else ""
    due = basis.day(job.deferral.due_on) if terms and job.deferral else ""
    issued_on = issued.stamp.at.date() if issued.stamp else None
    facts = (
        Fact(basis.say("paper.invoice_no"), issued.number),
        Fact(basis.say("paper.issued_on"), basis.day(issued_on)),
        basis.fact("official_code", official.official_code),
        basis.fact("official_number", official.official_number),
        basis.fact("method", basis.joined(*methods)),
        Fact(basis.say("paper.deposit"), basis.money(deposit) if deposit else ""),
        Fact(basis.say("paper.received"), basis.money(job.paid_fen)),
        Fact(basis.say("paper.settled"), basis.joined(*filter(None, (terms, due)))),
        Fact(basis.say("paper.owed"), basis.money(job.owed_fen) if job.owed_fen else ""),
    )
    return basis.card("paper.payment", facts)
