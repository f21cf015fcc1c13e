"""A paper as PDF on A4. The same paper gives the same bytes."""

from io import BytesIO
from typing import Any

from reportlab.lib.pagesizes import A4
from reportlab.platypus import (
    BaseDocTemplate,
    CondPageBreak,
    Flowable,
    Frame,
    KeepTogether,
    PageTemplate,
    Spacer,
)
from reportlab.platypus import Table as Grid

from fieldkit.documents.model import (
    Block,
    Box,
    Cards,
    Checklist,
    Facts,
    Fine,
    Notice,
    Paper,
    PaperTable,
    Prose,
    Signing,
    Tear,
    Totals,
)
from fieldkit.documents.pdf_blocks import (
    ACCENT,
    LINE,
    QUIET,
    Check,
    Code,
    Lines,
    SignatureLine,
    TearLine,
    draw_text,
)
from fieldkit.documents.pdf_fonts import Style, fonts_ready
from fieldkit.documents.qr_code import qr_squares
from fieldkit.i18n import say

_MM = A4[0] / 210  # points
_SIDE, _TOP, _FOOT = 18 * _MM, 15 * _MM, 18 * _MM  # more than any printer leaves white
_WIDTH = A4[0] - 2 * _SIDE
_SOFT, _WARN = "#eef5f5", "#9a3412"

_TEXT = Style()
_SMALL = Style(8.2, 11.2)
_LABEL = Style(7.2, 9.8, QUIET)
_FINE = Style(6.8, 9.2, QUIET)
_HEADING = Style(8, 12, ACCENT, bold=True)
_ISSUER = Style(11, 14, ACCENT, bold=True)
_TITLE = Style(21, 27, bold=True, before=6)
_REFERENCE = Style(11, 15, QUIET)
_PLAIN: list[tuple[Any, ...]] = [
    ("VALIGN", (0, 0), (-1, -1), "TOP"),
    ("LEFTPADDING", (0, 0), (-1, -1), 0),
    ("RIGHTPADDING", (0, 0), (-1, -1), 0),
    ("TOPPADDING", (0, 0), (-1, -1), 0),
    ("BOTTOMPADDING", (0, 0), (-1, -1), 0),
]


def to_pdf(paper: Paper) -> bytes:
    """The file. It is set twice, because the first page names the number of the last."""
    fonts_ready()
    _, pages = _set(paper, 0)
    return _set(paper, pages)[0]


def _set(paper: Paper, pages: int) -> tuple[bytes, int]:
    """The file, and how many pages it has."""
    file = BytesIO()
    document = BaseDocTemplate(
        file, pagesize=A4, title=paper.running_title, author=paper.issuer, subject=paper.payload,
        creator="fieldkit", lang="zh-CN" if paper.lang == "zh" else "en", invariant=1,
    )  # fmt: skip
    size = (_WIDTH, A4[1] - _TOP - _FOOT)
    frame = Frame(_SIDE, _FOOT, *size, leftPadding=0, rightPadding=0, topPadding=0, bottomPadding=0)

    def margins(canvas: Any, _: Any) -> None:
        _draw_margins(canvas, paper, pages)

    document.addPageTemplates(PageTemplate(frames=[frame], onPage=margins))
    story = _head(paper)
    for block in paper.blocks:
        story += _block(block)
    document.build(story)
    return file.getvalue(), document.page


def _draw_margins(canvas: Any, paper: Paper, pages: int) -> None:
    """The foot of each page, and from the second on whose paper it is."""
    page = canvas.getPageNumber()
    numbered = say("paper.page", paper.lang, page=page, pages=pages)
    draw_text(canvas, _SIDE, 10 * _MM, paper.running_title, _FINE)
    draw_text(canvas, A4[0] - _SIDE, 10 * _MM, numbered, Style(6.8, 9.2, QUIET, align="right"))
    if page > 1:
        draw_text(canvas, _SIDE, A4[1] - 10 * _MM, paper.issuer, _FINE)
        canvas.setStrokeColor(LINE)
        canvas.line(_SIDE, A4[1] - 12 * _MM, A4[0] - _SIDE, A4[1] - 12 * _MM)


def _head(paper: Paper) -> list[Flowable]:
    said = [
        Lines(paper.issuer, _ISSUER),
        Lines(paper.contact, _FINE),
        Lines(paper.title, _TITLE),
        Lines(paper.reference, _REFERENCE),
    ]
    side = 27 * _MM
    mark = Style(6.2, 8, QUIET, align="centre")
    code = [Code(qr_squares(paper.payload), side), Lines(paper.fingerprint, mark)]
    style = [*_PLAIN, ("BOTTOMPADDING", (0, 0), (-1, -1), 8)]
    style.append(("LINEBELOW", (0, 0), (-1, -1), 1.2, ACCENT))
    return [Grid([[said, code]], colWidths=[_WIDTH - side, side], style=style)]


def _block(block: Block) -> list[Flowable]:
    gap = Spacer(0, 4 * _MM)
    match block:
        case Cards():
            return [gap, _cards(block)]
        case Prose():
            return [gap, CondPageBreak(60), *_heading(block.heading), Lines(block.text, _TEXT)]
        case Checklist():
            return [gap, KeepTogether([*_heading(block.heading), _checks(block)])]
        case PaperTable():
            return [gap, CondPageBreak(90), *_heading(block.heading), _table(block)]
        case Totals():
            return [gap, KeepTogether(_totals(block))]
        case Notice():
            return [gap, _notice(block)]
        case Signing():
            said = [*_heading(block.heading), Lines(block.text, _TEXT)]
            return [gap, KeepTogether([*said, Spacer(0, 4), _boxes(block)])]
        case Tear():
            return [Spacer(0, 3 * _MM), CondPageBreak(250), TearLine(block.text, _tear_style())]
        case Fine():
            return [gap, *(Lines(text, _FINE) for text in block.texts)]


def _tear_style() -> Style:
    return Style(7.5, 10, QUIET, align="centre")


def _heading(text: str) -> list[Flowable]:
    return [Lines(text, _HEADING)] if text else []


def _cards(block: Cards) -> Grid:
    gap = 6 * _MM
    wide = (_WIDTH - gap * (len(block.cards) - 1)) / len(block.cards)
    widths = [wide + gap] * (len(block.cards) - 1) + [wide]
    style = [*_PLAIN, ("RIGHTPADDING", (0, 0), (-2, -1), gap)]
    cells = [[_facts(card) for card in block.cards]]
    return Grid(cells, colWidths=widths, style=style, splitInRow=1)


def _facts(card: Facts) -> list[Flowable]:
    said = _heading(card.heading)
    for fact in card.facts:
        said += [Lines(fact.label, _LABEL)] if fact.label else []
        said += [Lines(fact.text, _TEXT), Spacer(0, 2)]
    return said


def _checks(block: Checklist) -> Grid:
    """The items in three columns, each read from top to bottom."""
    rows = -(-len(block.items) // 3)
    cells = [[Check(text, done, _SMALL)] for text, done in block.items]
    cells += [[] for _ in range(rows * 3 - len(cells))]
    columns = [cells[at * rows : (at + 1) * rows] for at in range(3)]
    style = [*_PLAIN, ("RIGHTPADDING", (0, 0), (-1, -1), 8)]
    rows_of_cells = [list(row) for row in zip(*columns, strict=True)]
    return Grid(rows_of_cells, colWidths=[_WIDTH / 3] * 3, style=style)


def _table(block: PaperTable) -> Grid:
    """The rows; the reasons of a row stand below it and stay with it."""
    whole = sum(column.share for column in block.columns)
    widths = [_WIDTH * column.share / whole for column in block.columns]
    aligns = ["right" if column.amount else "left" for column in block.columns]
    titles = [
        Lines(column.title, Style(7.6, 10, ACCENT, bold=True, align=align))
        for column, align in zip(block.columns, aligns, strict=True)
    ]
    styles = [
        Style(8.6, 11.6, bold=column.strong, align=align)
        for column, align in zip(block.columns, aligns, strict=True)
    ]
    cells: list[list[Any]] = [[[title] for title in titles]]
    style: list[tuple[Any, ...]] = [
        *_PLAIN,
        ("LEFTPADDING", (0, 0), (-1, -1), 4),
        ("RIGHTPADDING", (0, 0), (-1, -1), 4),
        ("TOPPADDING", (0, 0), (-1, -1), 4),
        ("BACKGROUND", (0, 0), (-1, 0), _SOFT),
        ("BOTTOMPADDING", (0, 0), (-1, 0), 4),
    ]
    for row in block.rows:
        top = len(cells)
        cells.append([[Lines(text, cell)] for text, cell in zip(row.cells, styles, strict=True)])
        below = [Lines(reason, _SMALL) for reason in row.reasons]
        below += [Lines(row.fine, _FINE)] if row.fine else []
        if below:
            cells.append(["", below, *[""] * (len(block.columns) - 2)])
            style.append(("SPAN", (1, top + 1), (-1, top + 1)))
            style.append(("TOPPADDING", (0, top + 1), (-1, top + 1), 2))
        last = len(cells) - 1
        style += [
            ("NOSPLIT", (0, top), (-1, last)),
            ("BOTTOMPADDING", (0, last), (-1, last), 5),
            ("LINEBELOW", (0, last), (-1, last), 0.5, LINE),
        ]
    return Grid(cells, colWidths=widths, style=style, repeatRows=1)


def _totals(block: Totals) -> list[Flowable]:
    small, big = Style(9, 12.5, align="right"), Style(12, 16, bold=True, align="right")
    labels = Style(9, 12.5, QUIET, align="right")
    strong = Style(11, 16, ACCENT, bold=True, align="right")
    cells = [[[Lines(part.label, labels)], [Lines(part.text, small)]] for part in block.parts]
    cells.append([[Lines(block.total.label, strong)], [Lines(block.total.text, big)]])
    style = [
        *_PLAIN,
        ("RIGHTPADDING", (0, 0), (-1, -1), 4),
        ("BACKGROUND", (0, -1), (-1, -1), _SOFT),
        ("TOPPADDING", (0, -1), (-1, -1), 5),
        ("BOTTOMPADDING", (0, -1), (-1, -1), 5),
    ]
    wide = 34 * _MM
    said: list[Flowable] = [Grid(cells, colWidths=[_WIDTH - wide, wide], style=style), Spacer(0, 4)]
    said += [Lines(reason, _TEXT) for reason in block.reasons]
    return [*said, *([Lines(block.fine, _FINE)] if block.fine else [])]


def _notice(block: Notice) -> Grid:
    title = Lines(block.heading, Style(10.5, 14, _WARN, bold=True))
    said = [title, *(Lines(item, _TEXT) for item in block.items)]
    style = [
        *_PLAIN,
        ("BOX", (0, 0), (-1, -1), 0.8, _WARN),
        ("LINEBEFORE", (0, 0), (0, -1), 4, _WARN, "butt"),
        ("LEFTPADDING", (0, 0), (-1, -1), 12),
        ("RIGHTPADDING", (0, 0), (-1, -1), 10),
        ("TOPPADDING", (0, 0), (-1, -1), 6),
        ("BOTTOMPADDING", (0, 0), (-1, -1), 7),
    ]
    return Grid([[said]], colWidths=[_WIDTH], style=style)


def _boxes(block: Signing) -> Grid:
    gap = 10 * _MM
    wide = (_WIDTH - gap) / 2
    style = [*_PLAIN, ("RIGHTPADDING", (0, 0), (0, -1), gap)]
    return Grid([[_box(box) for box in block.boxes]], colWidths=[wide + gap, wide], style=style)


def _box(box: Box) -> list[Flowable]:
    said = [Lines(box.caption, _LABEL)]
    said += [Lines(text, _TEXT) for text in (box.name, box.when) if text]
    return [SignatureLine(box.strokes), Spacer(0, 2), *said]
