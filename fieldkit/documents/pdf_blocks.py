"""The things that a PDF page is put together from: lines of text, check boxes, QR code, pads."""

from typing import Any

from reportlab.platypus import Flowable

from fieldkit.documents.model import Strokes
from fieldkit.documents.pdf_fonts import CHINESE, Style, runs, text_width, wrapped
from fieldkit.documents.qr_code import Squares
from fieldkit.documents.signature_strokes import fitted

INK, QUIET, LINE, ACCENT = "#1b2a33", "#5b6b74", "#cfd8dc", "#14666b"


def draw_text(canvas: Any, x: float, y: float, text: str, style: Style) -> None:
    """Draw one line; `x` is its left end, its right end or its middle, as the style says.

    The Chinese font has no bold: its letters get a thin outline instead.
    """
    if style.align != "left":
        wide = text_width(text, style)
        x -= wide if style.align == "right" else wide / 2
    canvas.saveState()
    canvas.setFillColor(style.colour)
    canvas.setStrokeColor(style.colour)
    canvas.setLineWidth(style.size * 0.03)
    drawn = canvas.beginText(x, y)
    for font, piece in runs(text, style.bold):
        drawn.setFont(font, style.size)
        drawn.setTextRenderMode(2 if style.bold and font == CHINESE else 0)
        drawn.textOut(piece)
    canvas.drawText(drawn)
    canvas.restoreState()


class Lines(Flowable):  # type: ignore[misc]  # reportlab has no types
    """A text in its column; it goes on to the next page where it must."""

    indent = 0.0

    def __init__(self, text: str, style: Style, lines: list[str] | None = None) -> None:
        super().__init__()
        self.text, self.style, self.lines = text, style, lines
        self.spaceBefore = style.before

    def wrap(self, width: float, height: float) -> tuple[float, float]:
        """The size that the text takes."""
        self.width = width
        if self.lines is None:
            self.lines = wrapped(self.text, self.style, width - self.indent)
        self.height = len(self.lines) * self.style.leading
        return width, self.height

    def split(self, width: float, height: float) -> list["Lines"]:
        """The text in two, the first as much as has room."""
        self.wrap(width, height)
        lines = self.lines or []
        fits = int(height // self.style.leading)
        if fits >= len(lines):
            return [self]
        if fits < 2:
            return []
        return [
            Lines(self.text, self.style, lines[:fits]),
            Lines(self.text, self.style, lines[fits:]),
        ]

    def draw(self) -> None:
        """Draw the lines from the top."""
        style = self.style
        x = {"left": self.indent, "right": self.width}.get(style.align, self.width / 2)
        y = self.height - style.leading + (style.leading - style.size) / 2 + style.size * 0.16
        for line in self.lines or []:
            draw_text(self.canv, x, y, line, style)
            y -= style.leading


class Check(Lines):
    """An item with a box that is ticked or not."""

    indent = 13.0

    def __init__(self, text: str, done: bool, style: Style) -> None:
        super().__init__(text, style)
        self.done = done

    def draw(self) -> None:
        """Draw the box beside the first line, then the text."""
        super().draw()
        canvas, side = self.canv, 7.0
        bottom = self.height - (self.style.leading + side) / 2
        canvas.setLineWidth(0.7)
        canvas.setStrokeColor(QUIET)
        canvas.rect(0.5, bottom, side, side)
        if self.done:
            canvas.setStrokeColor(ACCENT)
            canvas.setLineWidth(1.3)
            canvas.lines(
                [(2, bottom + 3.6, 3.6, bottom + 1.8), (3.6, bottom + 1.8, 6.6, bottom + 6)]
            )


class Code(Flowable):  # type: ignore[misc]  # reportlab has no types
    """The QR code, with the quiet zone of four squares that readers ask for."""

    def __init__(self, squares: Squares, side: float) -> None:
        super().__init__()
        self.squares, self.width, self.height = squares, side, side

    def draw(self) -> None:
        """Draw the dark squares, those side by side as one bar."""
        count = len(self.squares)
        unit = self.width / (count + 8)
        path = self.canv.beginPath()
        for down, row in enumerate(self.squares):
            y = self.height - (down + 5) * unit
            start = 0
            while start < count:
                end = start
                while end < count and row[end]:
                    end += 1
                if end > start:
                    path.rect((start + 4) * unit, y, (end - start) * unit, unit)
                start = end + 1
        self.canv.setFillColor("#000000")
        self.canv.drawPath(path, stroke=0, fill=1)


class SignatureLine(Flowable):  # type: ignore[misc]  # reportlab has no types
    """A line to sign on, with the signature where there is one."""

    def __init__(self, strokes: Strokes) -> None:
        super().__init__()
        self.strokes, self.height = strokes, 46.0

    def wrap(self, width: float, height: float) -> tuple[float, float]:
        """The whole width, and a signature's height."""
        self.width = width
        return width, self.height

    def draw(self) -> None:
        """Draw the line and the strokes."""
        canvas = self.canv
        canvas.setStrokeColor(INK)
        canvas.setLineWidth(0.7)
        canvas.line(0, 0, self.width, 0)
        canvas.setLineWidth(1.2)
        canvas.setLineCap(1)
        canvas.setLineJoin(1)
        path = canvas.beginPath()
        for line in fitted(self.strokes, min(self.width, 190), self.height - 6):
            path.moveTo(line[0][0], self.height - line[0][1])
            for x, y in line[1:]:
                path.lineTo(x, self.height - y)
        canvas.drawPath(path)


class TearLine(Flowable):  # type: ignore[misc]  # reportlab has no types
    """The dashed line at which the part below is torn off."""

    def __init__(self, text: str, style: Style) -> None:
        super().__init__()
        self.text, self.style, self.height = text, style, 30.0

    def wrap(self, width: float, height: float) -> tuple[float, float]:
        """The whole width."""
        self.width = width
        return width, self.height

    def draw(self) -> None:
        """Draw the line on both sides of its text."""
        canvas, middle = self.canv, self.width / 2
        gap = text_width(self.text, self.style) / 2 + 8
        canvas.setStrokeColor(QUIET)
        canvas.setDash(3, 3)
        canvas.lines([(0, 15, middle - gap, 15), (middle + gap, 15, self.width, 15)])
        canvas.setDash()
        draw_text(canvas, middle, 12.5, self.text, self.style)
