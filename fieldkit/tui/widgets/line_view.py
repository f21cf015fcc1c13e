"""A scrolling widget that draws lines of spans, and only those that are visible."""

from collections.abc import Callable

from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.geometry import Size
from textual.scroll_view import ScrollView
from textual.strip import Strip

from fieldkit.tui.text.lines import KINDS, Line


class LineView(ScrollView, can_focus=False):
    """Base of lists and pages: draws `line_at(index, width)` for each visible index."""

    COMPONENT_CLASSES = {f"line--{kind}" for kind in KINDS} | {"line--cursor", "line--idle-cursor"}

    def line_at(self, index: int, cells: int) -> Line | None:
        """The line with this index in so many cells, or None below the last one."""
        raise NotImplementedError

    def cursor_style(self, index: int) -> Style | None:
        """The style of the whole line where it stands out, or None."""
        return None

    @property
    def cells(self) -> int:
        """The cells that a line may take."""
        return self.scrollable_content_region.width

    def set_length(self, lines: int) -> None:
        """Say how many lines there are."""
        self.virtual_size = Size(0, lines)
        self.refresh()

    def render_line(self, y: int) -> Strip:
        """Draw one visible line."""
        index = self.scroll_offset.y + y
        cells = self.size.width
        base = self.rich_style
        line = self.line_at(index, cells)
        if line is None:
            return Strip.blank(cells, base)
        over = self.cursor_style(index)
        segments = [Segment(text, self._style(base, kind, over)) for text, kind in line]
        return Strip(segments).adjust_cell_length(cells, base + over if over else base)

    def _style(self, base: Style, kind: str, over: Style | None) -> Style:
        if over is not None:
            return base + over
        if not kind:
            return base
        return base + self.get_component_rich_style(f"line--{kind}", partial=True)


Build = Callable[[int], list[Line]]


class Page(LineView, can_focus=True):
    """A page of lines, laid out anew for each width."""

    def __init__(self, build: Build | None = None, *, id: str | None = None) -> None:  # noqa: A002
        super().__init__(id=id)
        self._build: Build = build or (lambda cells: [])
        self._lines: list[Line] = []

    def show(self, build: Build) -> None:
        """Show something else; the place on the page is kept."""
        self._build = build
        self._lay_out()

    def on_resize(self, event: events.Resize) -> None:
        """Lay the lines out for the new width."""
        self._lay_out()

    def _lay_out(self) -> None:
        # Two cells are kept free for the scroll bar, so that it cannot change the layout.
        self._lines = self._build(max(self.container_size.width - 2, 10))
        self.set_length(len(self._lines))

    def line_at(self, index: int, cells: int) -> Line | None:
        """The line with this index."""
        return self._lines[index] if index < len(self._lines) else None
