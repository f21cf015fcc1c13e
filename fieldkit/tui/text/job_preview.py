"""The job under the cursor of the first screen, in the few lines below the list."""

from collections.abc import Iterator, Sequence
from datetime import date
from typing import TYPE_CHECKING

from fieldkit.i18n import Lang, fit, say, say_date, say_value
from fieldkit.services.jobs.job_rows import JobRow
from fieldkit.tui.text.job_columns import mark_of, say_promise
from fieldkit.tui.text.lines import Line, listed, paragraph

if TYPE_CHECKING:
    from fieldkit.domain.core.catalogue import Catalogue


def preview_lines(
    row: JobRow, missing: Sequence[str], catalogue: "Catalogue", today: date, lang: Lang, cells: int
) -> list[Line]:
    """What the job is about, where, what must be known first, and the steps still `missing`."""
    kind = say_value(row.kind, lang)
    first = " · ".join(part for part in (kind, row.product, row.technician) if part)
    lines = paragraph(first, cells)[:1]
    lines += paragraph(row.address or say("screen.no_address", lang), cells, "muted")[:1]
    if text := " · ".join(_notable(row, catalogue, today, lang)):
        lines += paragraph(text, cells, mark_of(row, today, lang)[1])[:1]
    if missing:
        names = listed([say(f"step.{step}", lang) for step in missing], lang)
        lines.append([(fit(say("screen.still_missing", lang, names=names), cells), "accent")])
    return lines


def _notable(row: JobRow, catalogue: "Catalogue", today: date, lang: Lang) -> Iterator[str]:
    """Return hazards, marks, waiting parts and the promise in words."""
    if row.hazards:
        names = [catalogue.name("hazard", code, lang) for code in row.hazards]
        yield say("screen.hazards", lang, names=listed(names, lang))
    if row.attention:
        yield say("screen.attention_told", lang, count=row.attention)
    if row.awaits:
        yield say("screen.waits", lang)
    if row.awaits == "?":
        yield say("screen.not_expected", lang)
    elif row.awaits:
        when = say_date(date.fromisoformat(row.awaits), lang)
        yield say("screen.expected", lang, date=when)
    if row.promised:
        day = date.fromisoformat(row.promised)
        yield say("screen.promised", lang, date=say_date(day, lang))
        yield say_promise((day - today).days, lang)
