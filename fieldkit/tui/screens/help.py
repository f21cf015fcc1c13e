"""What the keys do here: generated from the keys themselves, so that it is never wrong."""

from textual.app import ComposeResult
from textual.binding import Binding

from fieldkit.i18n import has
from fieldkit.tui.screens.base import BaseScreen
from fieldkit.tui.text.lines import Line, labelled, paragraph
from fieldkit.tui.widgets.bars import key_name
from fieldkit.tui.widgets.line_view import Page


class HelpScreen(BaseScreen[None]):
    """The keys of the screen below, with a sentence each."""

    BEGIN = "#help"

    def __init__(self, about: str, bindings: list[Binding]) -> None:
        super().__init__()
        self._about = about
        self._listed = bindings

    def heading(self) -> str:
        """The title bar, left: help for which screen."""
        return f"{self.t('key.help')} · {self._about}"

    def body(self) -> ComposeResult:
        """One page."""
        yield Page(self._lines, id="help")

    def _lines(self, cells: int) -> list[Line]:
        lines: list[Line] = []
        for binding in self._listed:
            own = f"help.{binding.description.removeprefix('key.')}"
            text = self.t(own if has(own) else binding.description)
            lines += labelled(key_name(binding.key), text, cells, 10)
        lines.append([])
        lines += paragraph(self.t("help.safe"), cells, "muted")
        return lines
