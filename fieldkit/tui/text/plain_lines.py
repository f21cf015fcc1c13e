"""The last thing before the terminal: no control character of a name or a note gets there."""

from rich.segment import Segment
from textual.color import Color
from textual.filter import LineFilter

from fieldkit.domain.core.plain_text import without_controls


class PlainLines(LineFilter):
    """Takes out of every drawn line what a terminal would obey.

    Such letters have no width, so the columns stay where they are.
    """

    def apply(self, segments: list[Segment], background: Color) -> list[Segment]:
        """The segments, without control characters; those that have none stay as they are."""
        if all(segment.text.isprintable() for segment in segments):
            return segments
        return [
            segment
            if segment.control or segment.text.isprintable()
            else Segment(without_controls(segment.text), segment.style)
            for segment in segments
        ]
