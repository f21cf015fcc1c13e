"""Jobs for papers, and what the papers of both kinds say, for tests to read."""

import re
from collections.abc import Mapping
from functools import cache
from html.parser import HTMLParser
from io import BytesIO
from typing import Any

from pypdf import PdfReader

from fieldkit.documents.make_paper import PaperFormat, render_paper
from fieldkit.documents.model import Paper
from fieldkit.documents.shared_sections import Basis
from fieldkit.domain.core.catalogue import Catalogue
from fieldkit.domain.core.decision import Decision, Hit, Text
from fieldkit.domain.job.model import Job
from fieldkit.i18n import Lang
from fieldkit.shipped import shipped_data
from fieldkit.store.files.catalogue import load_catalogue
from tests.domain.build import Walk, customer, decision, product, verdict

CALL_OUT = Hit(
    table="call_out", for_each="job", rule="far-away", conditions=(), outcome={}, source="test",
    because=Text(en="The way is eight kilometres.", zh="路程八公里。"),
)  # fmt: skip
STROKES = [[0, 0, 40, 30, 80, 0], [20, 40]]
LINES = [
    {"component": "controller", "fault": "E28", "cause": "manufacturing", "part": "P-CTL350"},
    {"component": "wearing", "fault": "Y07", "cause": "wear", "part": "P-PAD", "note": "squeals"},
]


@cache
def catalogue() -> Catalogue:
    return load_catalogue(shipped_data() / "catalogue")


def basis(job: Job, lang: Lang = "en") -> Basis:
    """The job of a customer with an address, with the reason of its call-out."""
    whose = customer(phone="000-0000-0199", address="Room 3, Heron Court", area="Outlet Yuewan")
    job = job.model_copy(update={"customer": whose})
    return Basis(job, catalogue(), lang, (CALL_OUT,))


def mixed() -> Decision:
    """A free line in warranty, a paid one, and a call-out."""
    day = "2027-02-10"
    free = verdict(1, "free").model_dump() | {"covered_until": day, "claim_until": day}
    return decision(verdict(1).model_validate(free), verdict(2, "paid"), call_out_fen=2_900)


def visit(decided: Decision | None = None, **diagnosis: Any) -> Walk:
    """A visit as far as the diagnosis."""
    walk = Walk(decision=decided or mixed(), product=product(model="QL-C24"))
    walk.to("arrive")
    walk.do("diagnose", {"lines": LINES, "findings": "no output", **diagnosis})
    return walk


def signed(walk: Walk | None = None, **signature: Any) -> Walk:
    """A visit that the customer has signed."""
    walk = walk or visit()
    walk.to("enter_card")
    walk.do("sign", signature)
    return walk


def invoiced(**values: Any) -> Job:
    """A visit that is paid for."""
    walk = signed()
    walk.to("pay")
    return walk.do("invoice", values)


def credited() -> Job:
    """A visit whose invoice was made out to the wrong tax number, and again to the right one."""
    walk = signed()
    walk.to("pay")
    walk.do("invoice", {"title": "Heron Couriers", "tax_id": "91310000WRONG"})
    walk.do("official_invoice", {"official_code": "011002600111", "official_number": "20260001"})
    walk.do("credit_invoice", {"reason": "税号有误", "official_number": "20260002"})
    return walk.do("invoice", {"title": "Heron Couriers", "tax_id": "91310000RIGHT"})


def taken_in(values: Mapping[str, Any] | None = None) -> Walk:
    """A visit from which the product was taken along."""
    walk = visit()
    walk.do("take_in", {"accessories": "one key", "loan_unit": "bike 2", **(values or {})})
    return walk


class _Words(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.words: list[str] = []
        self.hidden = 0

    def handle_starttag(self, tag: str, attrs: object) -> None:
        self.hidden += tag in ("style", "title")

    def handle_endtag(self, tag: str) -> None:
        self.hidden -= tag in ("style", "title")

    def handle_data(self, data: str) -> None:
        if not self.hidden and data.strip():
            self.words.append(data)


def html(paper: Paper) -> str:
    return render_paper(paper, PaperFormat.HTML).decode()


def html_text(paper: Paper) -> str:
    """What a reader of the page sees, a piece on each line."""
    words = _Words()
    words.feed(html(paper))
    return "\n".join(words.words)


def pdf_pages(paper: Paper) -> list[str]:
    """What is on each page, without white space, because lines break anywhere."""
    reader = PdfReader(BytesIO(render_paper(paper, PaperFormat.PDF)))
    return [squeezed(page.extract_text()) for page in reader.pages]


def squeezed(text: str) -> str:
    return re.sub(r"\s", "", text)
