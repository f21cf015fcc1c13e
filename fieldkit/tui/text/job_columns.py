"""The columns of the job list: their widths, what a row shows in them, what they sort by."""

from collections.abc import Callable
from datetime import date

from fieldkit.domain.core.kinds import CLOSED, Status
from fieldkit.i18n import Lang, say
from fieldkit.services.jobs.job_rows import JobRow
from fieldkit.tui.text.lines import Line, columns

COLUMNS = ("when", "number", "customer", "address", "product", "status", "mark")
"""The columns from left to right; the list can be sorted by each that is shown."""

_CLOSED = frozenset(status.value for status in CLOSED)
_ORDER = {status.value: place for place, status in enumerate(Status)}


def widths(cells: int) -> dict[str, int]:
    """The cells of each column in a list of this width; 0 where there is no room for it."""
    if cells >= 100:
        return {"when": 11, "number": 12, "customer": 16, "address": cells - 95, "product": 23,
                "status": 13, "mark": 12}  # fmt: skip
    return {"when": 11, "number": 12, "customer": 12, "address": 0, "product": 15,
            "status": 11, "mark": cells - 67}  # fmt: skip


def row_line(row: JobRow, today: date, lang: Lang, cells: int) -> Line:
    """A job in one line."""
    room = widths(cells)
    mark, kind = mark_of(row, today, lang)
    product = row.product if room["address"] else row.product.rpartition(" ")[2]
    texts = {
        "when": (_when(row, today), ""),
        "number": (row.number, "muted"),
        "customer": (row.customer, "strong"),
        "address": (row.address, "muted"),
        "product": (product, ""),
        "status": (say(f"status.{row.status}", lang), "muted"),
        "mark": (mark, kind),
    }
    return columns([(text, room[name], kind) for name, (text, kind) in texts.items()])


def _when(row: JobRow, today: date) -> str:
    return (
        row.appointment[11:] if row.appointment[:10] == today.isoformat() else row.appointment[5:]
    )


def mark_of(row: JobRow, today: date, lang: Lang) -> tuple[str, str]:
    """The one thing to know first, in a word, and the kind of its span."""
    if row.status in _CLOSED:
        return "", ""
    if row.hazards:
        return say("screen.danger", lang), "danger"
    if row.attention:
        return say("screen.attention", lang), "warn"
    if row.awaits:
        return say("screen.waits", lang), "warn"
    if row.promised:
        days = (date.fromisoformat(row.promised) - today).days
        return say_promise(days, lang), "danger" if days < 0 else "warn"
    return "", ""


def say_promise(days: int, lang: Lang) -> str:
    """How many days are left until a promised day."""
    if days < 0:
        return say("screen.promise_late", lang, days=-days)
    key = "screen.promise_in" if days else "screen.promise_today"
    return say(key, lang, days=days)


_SORTS: dict[str, Callable[[JobRow], tuple[object, ...]]] = {
    "when": lambda row: (not row.appointment, row.appointment),
    "number": lambda row: (row.number,),
    "customer": lambda row: (row.customer.casefold(),),
    "address": lambda row: (not row.address, row.address.casefold()),
    "product": lambda row: (row.product.rpartition(" ")[2],),
    "status": lambda row: (_ORDER.get(row.status, 0),),
    "mark": lambda row: (
        row.status in _CLOSED, not row.hazards, not row.attention, not row.awaits,
        not row.promised, row.promised,
    ),
}  # fmt: skip


def sort_key(column: str) -> Callable[[JobRow], tuple[object, ...]]:
    """What the rows are sorted by; what is empty comes last, what is urgent first."""
    return _SORTS[column]
