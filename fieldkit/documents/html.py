"""A paper as one HTML page that needs nothing else: styles, QR code and signatures inside."""

from functools import cache
from html import escape
from pathlib import Path

from fieldkit.documents.model import (
    Block,
    Box,
    Cards,
    Checklist,
    Column,
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
from fieldkit.documents.qr_code import qr_squares
from fieldkit.documents.signature_strokes import fitted
from fieldkit.i18n import say

_SIGN_WIDTH, _SIGN_HEIGHT = 220, 56  # CSS pixels: 58 x 15 mm, as on paper


def to_html(paper: Paper) -> str:
    """The page. Printed, it fills A4 sheets with their number at the foot of each."""
    lang = "zh-CN" if paper.lang == "zh" else "en"
    body = "\n".join(_block(block) for block in paper.blocks)
    return (
        f'<!DOCTYPE html>\n<html lang="{lang}">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{escape(paper.running_title)}</title>\n"
        f"<style>\n{_styles()}{_page_margins(paper)}</style>\n</head>\n"
        f'<body>\n<main class="{paper.kind}">\n{_head(paper)}\n{body}\n</main>\n</body>\n</html>\n'
    )


@cache
def _styles() -> str:
    return Path(__file__).with_name("paper.css").read_text(encoding="utf-8")


def _page_margins(paper: Paper) -> str:
    """What stands in the margins of a printed page."""
    page, pages = "\x00", "\x01"
    numbered = _css_text(say("paper.page", paper.lang, page=page, pages=pages))
    numbered = numbered.replace(page, '" counter(page) "').replace(pages, '" counter(pages) "')
    return (
        f"@page {{ @bottom-left {{ content: {_css_text(paper.running_title)} }}\n"
        f"  @bottom-right {{ content: {numbered} }}\n"
        f"  @top-left {{ content: {_css_text(paper.issuer)} }} }}\n"
        '@page :first { @top-left { content: "" } }\n'
    )


def _css_text(text: str) -> str:
    """A CSS string; what could end it or the style sheet is written by number."""
    return '"' + "".join(f"\\{ord(c):x} " if c in '"\\<>&\n' else c for c in text) + '"'


def _head(paper: Paper) -> str:
    return (
        f'<header>\n<div><p class="issuer">{escape(paper.issuer)}</p>'
        f'<p class="contact">{escape(paper.contact)}</p>'
        f'<h1>{escape(paper.title)}</h1><p class="reference">{escape(paper.reference)}</p></div>\n'
        f"<figure>{_qr(paper.payload)}<figcaption>{_lines(paper.fingerprint)}"
        "</figcaption></figure>\n</header>"
    )


def _qr(payload: str) -> str:
    squares = qr_squares(payload)
    side = len(squares)
    path = "".join(
        f"M{x} {y}h1v1h-1z" for y, row in enumerate(squares) for x, dark in enumerate(row) if dark
    )
    return (
        f'<svg class="qr" viewBox="-4 -4 {side + 8} {side + 8}" role="img" aria-label="QR" '
        f'shape-rendering="crispEdges"><path d="{path}"/></svg>'
    )


def _block(block: Block) -> str:
    match block:
        case Cards():
            inner = "".join(_facts(card) for card in block.cards)
            return f'<section class="cards">{inner}</section>'
        case Prose():
            return f"<section>{_heading(block.heading)}<p>{_lines(block.text)}</p></section>"
        case Checklist():
            return _checks(block)
        case PaperTable():
            return _table(block)
        case Totals():
            return _totals(block)
        case Notice():
            items = "".join(f"<li>{escape(item)}</li>" for item in block.items)
            return f'<aside class="notice">{_heading(block.heading)}<ul>{items}</ul></aside>'
        case Signing():
            boxes = "".join(_box(box) for box in block.boxes)
            return (
                f'<section class="signing">{_heading(block.heading)}<p>{_lines(block.text)}</p>'
                f'<div class="boxes">{boxes}</div></section>'
            )
        case Tear():
            return f'<p class="tear"><span>{escape(block.text)}</span></p>'
        case Fine():
            return "".join(f'<p class="fine">{_lines(text)}</p>' for text in block.texts)


def _heading(text: str) -> str:
    return f"<h2>{escape(text)}</h2>" if text else ""


def _lines(text: str) -> str:
    return "<br>".join(escape(line) for line in text.splitlines())


def _facts(card: Facts) -> str:
    items = "".join(
        (f"<dt>{escape(fact.label)}</dt>" if fact.label else "") + f"<dd>{_lines(fact.text)}</dd>"
        for fact in card.facts
    )
    return f"<div>{_heading(card.heading)}<dl>{items}</dl></div>"


def _checks(block: Checklist) -> str:
    items = "".join(
        f'<li class="{"done" if done else "open"}">{escape(item)}</li>'
        for item, done in block.items
    )
    return f'<section>{_heading(block.heading)}<ul class="checks">{items}</ul></section>'


def _table(block: PaperTable) -> str:
    marks = [_mark(column) for column in block.columns]
    widths = "".join(f'<col style="width:{column.share}%">' for column in block.columns)
    titles = "".join(
        f"<th{mark}>{escape(column.title)}</th>"
        for mark, column in zip(marks, block.columns, strict=True)
    )
    rows = []
    for row in block.rows:
        cells = "".join(
            f"<td{mark}>{_lines(cell)}</td>" for mark, cell in zip(marks, row.cells, strict=True)
        )
        below = "".join(f"<p>{_lines(reason)}</p>" for reason in row.reasons)
        below += f'<p class="fine">{escape(row.fine)}</p>' if row.fine else ""
        span = len(block.columns) - 1
        under = f'<tr class="why"><td></td><td colspan="{span}">{below}</td></tr>' if below else ""
        rows.append(f"<tbody><tr>{cells}</tr>{under}</tbody>")
    return (
        f"<section>{_heading(block.heading)}<table><colgroup>{widths}</colgroup>"
        f"<thead><tr>{titles}</tr></thead>{''.join(rows)}</table></section>"
    )


def _mark(column: Column) -> str:
    names = [name for name in ("amount", "strong") if getattr(column, name)]
    return f' class="{" ".join(names)}"' if names else ""


def _totals(block: Totals) -> str:
    parts = "".join(
        f"<dt>{escape(part.label)}</dt><dd>{escape(part.text)}</dd>" for part in block.parts
    )
    total = f"<dt>{escape(block.total.label)}</dt><dd>{escape(block.total.text)}</dd>"
    below = "".join(f"<p>{_lines(reason)}</p>" for reason in block.reasons)
    below += f'<p class="fine">{escape(block.fine)}</p>' if block.fine else ""
    return (
        f'<section class="totals"><dl>{parts}</dl><dl class="total">{total}</dl>'
        f"<div>{below}</div></section>"
    )


def _box(box: Box) -> str:
    lines = fitted(box.strokes, _SIGN_WIDTH, _SIGN_HEIGHT)
    path = "".join("M" + "L".join(f"{x:g} {y:g}" for x, y in line) for line in lines)
    drawn = (
        f'<svg viewBox="0 0 {_SIGN_WIDTH} {_SIGN_HEIGHT}"><path d="{path}"/></svg>' if path else ""
    )
    said = "".join(f"<p>{escape(text)}</p>" for text in (box.name, box.when) if text)
    return (
        f'<div><div class="pad">{drawn}</div>'
        f'<p class="caption">{escape(box.caption)}</p>{said}</div>'
    )
