"""A row of a table in one line."""

from typing import Any

from fieldkit.domain.core.catalogue import Catalogue
from fieldkit.domain.core.form import FormField, form_fields
from fieldkit.i18n import Lang, say

_SHOWN = ("component", "fault", "cause", "part", "quantity", "note")


def row_text(field: FormField, row: dict[str, Any], catalogue: Catalogue, lang: Lang) -> str:
    """The named codes of a row, and its quantity where it is more than one."""
    if field.row is None:
        return ""
    sources = {item.name: item.ui.source for item in form_fields(field.row)}
    words = []
    for name in _SHOWN:
        value = row.get(name)
        if value in (None, "", 1):
            continue
        if name == "quantity":
            words.append(f"× {value}")
            continue
        source = sources.get(name, "")
        words.append(catalogue.name(source, str(value), lang) if source else str(value))
    return " · ".join(words) or say("screen.empty_row", lang)
