"""The titles of a list's columns: a click on one sorts by it."""

from collections.abc import Callable, Mapping

from textual.content import Content
from textual.widgets import Static

from fieldkit.i18n import fit


class ColumnTitles(Static):
    """One line above a list. `show_titles` draws it; a click runs `screen.sort('<column>')`."""

    def show_titles(
        self,
        room: Callable[[int], Mapping[str, int]],
        names: Mapping[str, str],
        sort: str,
        down: bool,
    ) -> None:
        """Show the titles in the widths that `room` gives; `sort` is the column sorted by."""
        cells = (self.size.width or self.app.size.width - 2) - self.gutter.width
        parts: list[Content] = []
        for column, wide in room(max(cells, 20)).items():
            if wide <= 0:
                continue
            here = column == sort
            title = fit(names[column] + (" v" if down else " ^") * here, wide) + " "
            style = "bold $accent" if here else "$muted"
            parts.append(
                Content.from_markup(
                    f"[{style} @click=screen.sort('{column}')]$title[/]", title=title
                )
            )
        self.update(Content("").join(parts))
