"""The credit note: which invoice does not stand any more, over how much, and why."""

from fieldkit.documents.invoice import buyer, seller
from fieldkit.documents.model import Block, Cards, Fact, Facts, Paper, PaperKind
from fieldkit.documents.shared_sections import Basis, paper
from fieldkit.domain.core.errors import Reason, Refused
from fieldkit.domain.job.model import CreditNote


def credit_note(basis: Basis) -> Paper:
    """All credit notes of a job, the last one first. Raises `Refused` where nothing was
    credited."""
    notes = basis.job.credited
    if not notes:
        raise Refused(Reason("needs_step", {"step": "credit_invoice"}))
    last = notes[-1]
    blocks: list[Block] = [Cards((seller(basis), buyer(basis, last.invoice)))]
    blocks += [Cards((_credited(basis, one),)) for one in reversed(notes)]
    return paper(basis, PaperKind.CREDIT_NOTE, last.note.number, blocks)


def _credited(basis: Basis, one: CreditNote) -> Facts:
    note, invoice, say = one.note, one.invoice, basis.say
    on = note.stamp.at.date() if note.stamp else None
    amounts = [Fact(say("paper.credited"), basis.money(-note.amount_fen))]
    if invoice.net_fen is not None and invoice.tax_fen is not None:
        amounts = [
            Fact(say("label.net"), basis.money(-invoice.net_fen)),
            Fact(say("label.tax"), basis.money(-invoice.tax_fen)),
            Fact(say("label.gross"), basis.money(-note.amount_fen)),
        ]
    facts = (
        Fact(say("paper.credit_no"), note.number),
        Fact(say("paper.issued_on"), basis.day(on)),
        basis.fact("official_code", note.official_code),
        basis.fact("official_number", note.official_number),
        Fact(say("paper.credits"), basis.joined(*filter(None, (
            invoice.number, invoice.official_code, invoice.official_number
        )))),
        *amounts,
        basis.fact("reason", note.reason),
    )  # fmt: skip
    return basis.card("paper.title.credit_note", facts)
