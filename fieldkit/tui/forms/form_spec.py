"""What the one form screen needs to know of a form."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from pydantic import BaseModel

from fieldkit.domain.core.form import FormField, form_fields
from fieldkit.i18n import Lang, has, say
from fieldkit.tui.text.lines import Line
from fieldkit.tui.text.options import Option

Values = dict[str, Any]


Follow = Callable[[str, Values], Values]
"""What a field that was filled in, and all values so far, suggest for the empty fields."""


def no_more(name: str, values: Values) -> Values:
    """A field that speaks for no other."""
    return {}


@dataclass(frozen=True)
class FormSpec:
    """A form: its model, what it starts with, and where its values go.

    `keep` saves what is typed, durably; `submit` does what the form is for, and raises
    `BadInput` for wrong fields; `done` is the message then. `scope` is the step
    whose own words for a field are used where it has them (`label.<scope>.<field>`).
    The cursor begins in `start`, else in the first field that is needed and empty.
    `note` stands above the fields. `offers` narrows a source to some of its options, `listed` has
    those of a source that is no list of the catalogue, and
    `said` is what the customer said, which faults are likened to; `stock` is what stands beside
    a part that is chosen. With `goes_on` there is a key that saves and begins what comes next.
    `follow` is about the fields of this form, `row_follow` about those of its rows.
    """

    title: Callable[[Lang], str]
    model: type[BaseModel]
    values: Values
    keep: Callable[[Values], None]
    submit: Callable[[Values], Any]
    done: Callable[[Lang], str]
    scope: str = ""
    start: str = ""
    note: Callable[[Lang, int], list[Line]] = lambda lang, cells: []
    offers: Mapping[str, frozenset[str]] = field(default_factory=dict)
    said: str = ""
    listed: Mapping[str, tuple[Option, ...]] = field(default_factory=dict)
    stock: Callable[[Lang], Mapping[str, str]] = lambda lang: {}
    goes_on: bool = False
    follow: Follow = no_more
    row_follow: Follow = no_more

    def fields(self) -> list[FormField]:
        """The fields that are drawn."""
        return form_fields(self.model)

    def label(self, name: str, lang: Lang) -> str:
        """What a field is called here."""
        own = f"label.{self.scope}.{name}"
        return say(own if has(own) else f"label.{name}", lang)

    def allowed(self, source: str, found: list[Option]) -> list[Option]:
        """The options that are offered here."""
        if source in self.listed:
            return list(self.listed[source])
        wanted = self.offers.get(source)
        return found if wanted is None else [option for option in found if option.code in wanted]


def filled(values: Values) -> Values:
    """The values without those that were left empty, so that the model's defaults hold."""
    return {name: value for name, value in values.items() if value not in (None, "")}
