"""Which builder makes which paper, and which renderer sets it."""

from collections.abc import Callable
from enum import StrEnum

from fieldkit.documents.credit_note import credit_note
from fieldkit.documents.custody_receipt import custody_receipt
from fieldkit.documents.invoice import invoice
from fieldkit.documents.model import Paper, PaperKind
from fieldkit.documents.service_report import service_report
from fieldkit.documents.shared_sections import Basis

_BUILDERS: dict[PaperKind, Callable[[Basis], Paper]] = {
    PaperKind.RECEIPT: custody_receipt,
    PaperKind.REPORT: service_report,
    PaperKind.INVOICE: invoice,
    PaperKind.CREDIT_NOTE: credit_note,
}


class PaperFormat(StrEnum):
    """How a paper is set."""

    HTML = "html"
    PDF = "pdf"


def build_paper(kind: PaperKind, basis: Basis) -> Paper:
    """What the paper says. Raises `Refused` where the job is not so far, with the reason."""
    return _BUILDERS[kind](basis)


def render_paper(paper: Paper, form: PaperFormat) -> bytes:
    """The file. The same paper gives the same bytes."""
    if form is PaperFormat.PDF:
        from fieldkit.documents.pdf import to_pdf  # only for a paper that is set

        return to_pdf(paper)
    from fieldkit.documents.html import to_html

    return to_html(paper).encode()
