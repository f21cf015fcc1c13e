"""Lines of text with a meaning: what lists and pages are drawn from.

A span is a text and its kind (`muted`, `danger` ...). The kind only ever adds to what the words
say: on a screen without colours nothing is lost.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime

from fieldkit.i18n import Lang, fit, width

Span = tuple[str, str]
Line = list[Span]

KINDS = ("muted", "strong", "good", "warn", "danger", "accent", "heading", "alarm")
"""The kinds of span; each has a colour in the style sheet. "" is plain text."""

_NOT_FIRST = frozenset(",.;:!?)]}%…’”、。〉》」』】\uff0c\uff1a\uff1b\uff01\uff1f\uff09℃")
_NOT_LAST = frozenset("([{‘“〈《「『【\uff08¥")


def wrap(text: str, cells: int) -> list[str]:
    """The text in lines of at most `cells` cells.

    Breaks at spaces and between Chinese characters, never before closing or after opening
    punctuation; a word that is longer than a line is cut.
    """
    cells = max(cells, 2)
    lines: list[str] = []
    for paragraph in text.splitlines() or [""]:
        line = ""
        for word in _words(paragraph):
            if width(line + word.rstrip()) <= cells:
                line += word
                continue
            if line.strip():
                lines.append(line.rstrip())
            line = word
            while width(line) > cells:
                head = _head(line, cells)
                lines.append(head)
                line = line[len(head) :]
        lines.append(line.rstrip())
    return lines


def _words(text: str) -> list[str]:
    """Pieces that must not be broken: a Latin word with its spaces, or one Chinese character."""
    words: list[str] = []
    for letter in text:
        last = words[-1][-1] if words else ""
        together = last and (
            letter in _NOT_FIRST
            or last in _NOT_LAST
            or letter == " "
            or (last != " " and width(letter) < 2 and width(last) < 2)
        )
        if together:
            words[-1] += letter
        else:
            words.append(letter)
    return words


def _head(text: str, cells: int) -> str:
    end = 1
    while end < len(text) and width(text[: end + 1]) <= cells:
        end += 1
    return text[:end]


def paragraph(text: str, cells: int, kind: str = "", indent: int = 0) -> list[Line]:
    """A wrapped text as lines, moved in by `indent` cells."""
    margin = " " * indent
    return [[(margin + piece, kind)] for piece in wrap(text, cells - indent)]


def labelled(label: str, text: str, cells: int, column: int, kind: str = "") -> list[Line]:
    """A label in its column and the wrapped text beside it."""
    pieces = wrap(text, cells - column)
    first: Line = [(fit(label, column - 1) + " ", "muted"), (pieces[0], kind)]
    return [first, *([(" " * column + piece, kind)] for piece in pieces[1:])]


def cells_of(line: Iterable[Span]) -> int:
    """The cells that a line takes."""
    return sum(width(text) for text, _ in line)


def columns(parts: Sequence[tuple[str, int, str]]) -> Line:
    """Texts in columns: each part is a text, its cells and its kind; one cell between."""
    line: Line = []
    for text, cells, kind in parts:
        if cells > 0:
            line.append((fit(text, cells) + " ", kind))
    return line


def apart(left: str, right: str, cells: int, kind: str = "", right_kind: str = "") -> Line:
    """Two texts at the two ends of a line; the left one gives way."""
    room = cells - width(right)
    return [(fit(left, max(room - 1, 0)) + " ", kind), (right, right_kind or kind)]


def short_moment(moment: datetime, now: datetime) -> str:
    """`14:30` today, `11-07 14:30` on other days, in the time zone of `now`."""
    local = moment.astimezone(now.tzinfo)
    return f"{local:%H:%M}" if local.date() == now.date() else f"{local:%m-%d %H:%M}"


def listed(names: Iterable[str], lang: Lang) -> str:
    """Names one after the other, with the comma of the language."""
    return ("、" if lang == "zh" else ", ").join(names)
