"""What not to do with a customer who complains, as a page."""

from textual.app import ComposeResult

from fieldkit.tui.screens.base import BaseScreen
from fieldkit.tui.text.lines import Line, paragraph
from fieldkit.tui.widgets.line_view import Page


class DontsScreen(BaseScreen[None]):
    """What not to do with a customer who is not satisfied, one line each."""

    BEGIN = "#donts"

    def heading(self) -> str:
        """The title bar, left: what this reminds of."""
        return self.t("screen.donts")

    def body(self) -> ComposeResult:
        """One page."""
        yield Page(id="donts")

    def reload(self) -> None:
        """Lay the page out."""
        self.query_one("#donts", Page).show(self._lines)

    def _lines(self, cells: int) -> list[Line]:
        items = self.session.catalogue.checklists.get("complaint_donts", ())
        lines = paragraph(self.t("screen.donts_why"), cells, "muted")
        lines.append([])
        for number, item in enumerate(items, start=1):
            lines.append([(f"{number:>2}. ", "muted"), (item.name.say(self.lang), "warn")])
        return lines
