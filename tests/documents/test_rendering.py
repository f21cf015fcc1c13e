"""HTML and PDF of the same paper: the same words, nothing lost, the same bytes each time."""

import re
from collections import Counter
from io import BytesIO

import pytest
import segno
from hypothesis import given
from hypothesis import strategies as st
from pypdf import PdfReader
from syrupy.assertion import SnapshotAssertion
from syrupy.extensions.single_file import SingleFileSnapshotExtension, WriteMode

from fieldkit.documents.make_paper import PaperFormat, build_paper, render_paper
from fieldkit.documents.model import Paper, PaperKind
from fieldkit.documents.pdf_blocks import SignatureLine
from fieldkit.documents.pdf_fonts import Style, clean, text_width, wrapped
from fieldkit.documents.signature_strokes import fitted
from fieldkit.domain.job.model import Job
from fieldkit.i18n import LANGS, Lang, say
from tests.documents.build import (
    LINES,
    STROKES,
    basis,
    credited,
    html,
    html_text,
    invoiced,
    pdf_pages,
    signed,
    squeezed,
    taken_in,
    visit,
)
from tests.domain.build import decision, verdict


def _job(kind: PaperKind) -> Job:
    if kind is PaperKind.INVOICE:
        return invoiced()
    if kind is PaperKind.CREDIT_NOTE:
        return credited()
    return taken_in().job if kind is PaperKind.RECEIPT else signed(strokes=STROKES).job


def _paper(kind: PaperKind, lang: Lang) -> Paper:
    return build_paper(kind, basis(_job(kind), lang))


EACH = [(kind, lang) for kind in PaperKind for lang in LANGS]


@pytest.mark.parametrize(("kind", "lang"), EACH)
def test_both_files_say_what_the_paper_says_and_nothing_else(kind: PaperKind, lang: Lang) -> None:
    paper = _paper(kind, lang)
    said = squeezed("".join(paper.texts()))
    assert squeezed(html_text(paper)) == said
    pages = pdf_pages(paper)
    margins = ""
    for page in range(1, len(pages) + 1):
        margins += paper.running_title + say("paper.page", lang, page=page, pages=len(pages))
        margins += paper.issuer if page > 1 else ""
    # A table that goes on tells its titles again.
    extra = Counter("".join(pages)) - Counter(said + squeezed(margins))
    titles = {say(f"paper.column.{name}", lang) for name in ("no", "what", "verdict")}
    assert not extra or (len(pages) > 1 and set("".join(titles)) <= set(extra))
    assert not Counter(said + squeezed(margins)) - Counter("".join(pages))


@pytest.mark.parametrize(("kind", "lang"), EACH)
def test_the_same_paper_gives_the_same_bytes(kind: PaperKind, lang: Lang) -> None:
    for form in PaperFormat:
        assert render_paper(_paper(kind, lang), form) == render_paper(_paper(kind, lang), form)


class _Text(SingleFileSnapshotExtension):
    _write_mode = WriteMode.TEXT
    file_extension = "txt"


@pytest.mark.parametrize(("kind", "lang"), EACH)
def test_the_words_of_the_page(kind: PaperKind, lang: Lang, snapshot: SnapshotAssertion) -> None:
    hexes = re.compile(r"\b[0-9a-f]{32}\b|\b(?:[0-9A-F]{4} ){3}[0-9A-F]{4}\b")
    words = hexes.sub("<digest>", html_text(_paper(kind, lang)))
    assert words + "\n" == snapshot(extension_class=_Text)


# -- many lines, long texts ------------------------------------------------------------------


@pytest.mark.parametrize("lang", LANGS)
def test_forty_lines_fill_pages_that_are_numbered_and_headed(lang: Lang) -> None:
    verdicts = [verdict(number, "paid") for number in range(1, 41)]
    walk = visit(decision(*verdicts), lines=[LINES[number % 2] for number in range(40)])
    walk.to("quote")
    pages = pdf_pages(build_paper(PaperKind.REPORT, basis(walk.job, lang)))
    assert len(pages) >= 5
    because, rule = (
        ("因为。", "charge/rule-paid") if lang == "zh" else ("Because.", "charge/rule-paid")
    )
    assert "".join(pages).count(because) == 40
    title = squeezed(say("paper.column.verdict", lang) + say("label.part_fen", lang))
    for number, page in enumerate(pages, start=1):
        assert squeezed(say("paper.page", lang, page=number, pages=len(pages))) in page
        assert page.count(because) == page.count(rule), "a row is parted from its reason"
        assert page.count(because) == 0 or title in page


def test_a_long_text_goes_on_over_pages_and_loses_nothing() -> None:
    long = "".join(f"第{number}步：拆下控制器，检查霍尔线。" for number in range(180))[:3990]
    walk = visit()
    walk.to("accept")
    walk.do("repair", {"work_done": long})
    paper = build_paper(PaperKind.REPORT, basis(walk.job, "zh"))
    pages = pdf_pages(paper)
    assert len(pages) >= 3
    assert not Counter(long) - Counter("".join(pages))
    assert long in squeezed(html_text(paper))


def test_a_promise_that_was_changed_many_times_fills_more_than_a_page() -> None:
    walk = taken_in()
    for number in range(60):
        reason = f"reason {number}: " + "no part " * 15
        walk.do("change_promise", {"promised_on": "2026-11-09", "reason": reason})
    pages = pdf_pages(build_paper(PaperKind.RECEIPT, basis(walk.job)))
    assert len(pages) > 3
    lacking = [number for number in range(60) if f"reason{number}:" not in "".join(pages)]
    assert lacking == []


_LETTERS = st.text(st.sampled_from("ab Wi-1 ，。（）控制器é¥“”"), max_size=80)


@given(_LETTERS, st.integers(30, 200))
def test_lines_fit_their_column_and_keep_every_letter(text: str, width: int) -> None:
    style = Style()
    lines = wrapped(text, style, width)
    assert all(text_width(line, style) <= width for line in lines)
    assert squeezed("".join(lines)) == squeezed(text)


def test_a_line_begins_with_no_closing_punctuation_and_keeps_words_whole() -> None:
    text = "更换控制器，车架号C24-2512-00417，试车正常（无异响）。" * 4
    lines = wrapped(text, Style(), 130)
    assert len(lines) > 4
    assert not [line for line in lines if line[0] in "，。）" or line[-1] == "（"]
    assert "".join(lines).count("C24-2512-00417") == sum(
        line.count("C24-2512-00417") for line in lines
    )


def test_a_letter_that_the_font_lacks_is_marked() -> None:
    assert clean("𠮷\t野") == "〓 野"


# -- HTML ------------------------------------------------------------------------------------


def test_what_a_person_typed_never_becomes_markup() -> None:
    nasty = """</style><script>alert("x")</script>&amp;'"""
    job = invoiced(title=nasty)
    named = job.model_copy(update={"number": '"}</style>\\'})
    paper = build_paper(PaperKind.REPORT, basis(named))
    invoice = build_paper(PaperKind.INVOICE, basis(job))
    assert "<script" not in html(invoice)
    assert nasty in html_text(invoice)
    assert html(paper).count("</style>") == 1
    assert "alert" not in html(paper)


@pytest.mark.parametrize("kind", PaperKind)
def test_a_page_needs_nothing_from_elsewhere(kind: PaperKind) -> None:
    assert not re.search(r"https?:|<link|<img|<script|url\(|@import", html(_paper(kind, "zh")))


# -- QR code and signature -------------------------------------------------------------------


@pytest.mark.parametrize("kind", PaperKind)
def test_the_qr_code_holds_job_number_and_digest(kind: PaperKind) -> None:
    paper = _paper(kind, "en")
    payload = f"FIELDKIT:{paper.number}:{kind}:EN:{paper.digest}".upper()
    matrix = segno.make(payload, error="m", micro=False).matrix
    expected = {(x, y) for y, row in enumerate(matrix) for x, dark in enumerate(row) if dark}
    assert {
        (int(x), int(y)) for x, y in re.findall(r"M(\d+) (\d+)h1v1h-1z", html(paper))
    } == expected
    assert _pdf_squares(paper, len(matrix)) == expected


def _pdf_squares(paper: Paper, count: int) -> set[tuple[int, int]]:
    """The dark squares among the rectangles of the first page: those as high as one of them."""
    page = PdfReader(BytesIO(render_paper(paper, PaperFormat.PDF))).pages[0]
    contents = page.get_contents()
    assert contents is not None
    number = r"([\d.]+)"
    found = re.findall(
        f"{number} {number} {number} {number} re", contents.get_data().decode("latin1")
    )
    unit = 27 / 210 * 595.2755905511812 / (count + 8)
    squares = set()
    for left, bottom, wide, high in (tuple(map(float, one)) for one in found):
        if abs(high - unit) < 0.01:
            x, y = round(left / unit) - 4, count + 3 - round(bottom / unit)
            squares |= {(x + step, y) for step in range(round(wide / unit))}
    return squares


def test_a_digest_tells_papers_apart() -> None:
    papers = [_paper(kind, lang) for kind, lang in EACH]
    other = build_paper(PaperKind.REPORT, basis(signed(name="Qian").job))
    assert len({paper.digest for paper in [*papers, other]}) == len(papers) + 1


def test_a_signature_is_drawn_as_lines_in_its_box() -> None:
    paper = _paper(PaperKind.REPORT, "en")
    assert re.search(r'<svg viewBox="0 0 220 56"><path d="M[\d. ]+L[\d. ]+L[\d. ]+M', html(paper))
    lines = fitted(tuple(tuple(map(float, stroke)) for stroke in STROKES), 100, 20)
    points = [point for line in lines for point in line]
    assert all(0 <= x <= 100 and 0 <= y <= 20 for x, y in points)
    (left, top), (middle, low), _ = lines[0]
    assert (middle - left) / (low - top) == pytest.approx(40 / 30, abs=0.01)
    assert len(lines[1]) == 2, "a dot is drawn, too"


def test_no_signature_is_no_drawing() -> None:
    assert fitted((), 100, 20) == ()
    assert fitted(((5.0, 5.0),), 100, 20) == (((50.0, 10.0), (50.0, 10.0)),)
    assert SignatureLine(()).wrap(200, 100) == (200, 46.0)
