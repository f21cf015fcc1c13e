"""Saved filters: apply one, save the current one under a name, delete one."""

from typing import Any, ClassVar

from textual.binding import Binding, BindingType

from fieldkit.domain.core.form import read_form
from fieldkit.i18n import say
from fieldkit.services.day.saved_filters import (
    Filter,
    FilterName,
    drop_filter,
    save_filter,
    saved_filters,
)
from fieldkit.tui.forms.form_spec import FormSpec, Values
from fieldkit.tui.screens.base import BaseScreen
from fieldkit.tui.screens.pick import Codes, PickScreen
from fieldkit.tui.text.options import Option
from fieldkit.tui.widgets.search_list import Finder

SAVE = "+"
"""The code of the first option: save what is shown now."""
_ALL = "*"
"""The code of the option that takes the filter away."""


class FiltersScreen(PickScreen):
    """The filters by name; F6 deletes the one under the cursor."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("f6", "forget", "key.forget", id="filters.forget")
    ]

    def action_forget(self) -> None:
        """Delete the filter under the cursor."""
        entry = self.query_one(Finder).listing.current
        if entry is None or entry.key in (SAVE, _ALL):
            return
        drop_filter(self.session, entry.key)
        self._options.pop(entry.key)
        self.query_one(Finder).refill()
        self.show_message(self.t("screen.filter_forgotten", name=entry.key))


def open_filters(screen: BaseScreen[Any], now: Filter, take: Any) -> None:
    """Offer the saved filters; `take` is called with the one that was chosen.

    `now` is what is shown at present; where that is all jobs by day there is nothing to save.
    """
    found: list[Option] = []
    if now.text or now.sort:
        found.append(
            Option(SAVE, screen.t("screen.filter_save", what=_about(screen, now)), words="+")
        )
        found.append(Option(_ALL, screen.t("screen.filter_none"), words="*"))
    saved = {one.name: one for one in saved_filters(screen.session)}
    found += [
        Option(name, name, _about(screen, one), f"{name}\n{one.text}")
        for name, one in saved.items()
    ]
    if not found:
        screen.show_message(screen.t("empty.filters"))
        return

    def chosen(codes: Codes | None) -> None:
        if codes is None:
            return
        if codes[0] == SAVE:
            _ask_name(screen, now)
        else:
            take(saved.get(codes[0], Filter("", "")))

    screen.app.push_screen(FiltersScreen(screen.t("screen.filters"), found), chosen)


def _about(screen: BaseScreen[Any], one: Filter) -> str:
    parts = [f"“{one.text}”"] if one.text else []
    if one.sort:
        column = screen.t(f"column.{one.sort}")
        key = "screen.sorted_down" if one.down else "screen.sorted"
        parts.append(screen.t(key, column=column))
    return " · ".join(parts)


def _ask_name(screen: BaseScreen[Any], now: Filter) -> None:
    def save(values: Values) -> Filter:
        name = read_form(FilterName, values).name
        kept = Filter(name, now.text, now.sort, now.down)
        save_filter(screen.session, kept)
        return kept

    spec = FormSpec(
        title=lambda lang: say("screen.filters", lang),
        model=FilterName,
        values={"name": now.text},
        keep=lambda typed: None,  # a name is typed in a moment: there is no draft of it
        submit=save,
        done=lambda lang: say("screen.filter_saved", lang),
        scope="filter",
    )
    screen.open_form(spec)
