"""The rows of the first screen: found by typing, by day or sorted by a column."""

from datetime import datetime

from fieldkit.i18n import Lang, say
from fieldkit.services.day.today import SECTIONS, section
from fieldkit.services.jobs.job_rows import JobRow
from fieldkit.tui.text.job_columns import sort_key
from fieldkit.tui.text.search import Search
from fieldkit.tui.widgets.long_list import Entry, sections


class JobTable:
    """Jobs in the order of the store; `sort` is a column, or "" for the sections of the day."""

    def __init__(self) -> None:
        self.rows: list[JobRow] = []
        self.shown = 0
        self.sort = ""
        self.descending = False
        self._entries: list[tuple[str, Entry]] = []
        self._search = Search([])
        self._lang: Lang = "en"

    def load(self, rows: list[JobRow], now: datetime, lang: Lang) -> None:
        """Take the rows, and do once what a search would do at each key."""
        self.rows, self._lang = rows, lang
        self._entries = [(section(row, now), Entry(row.id, row)) for row in rows]
        self._search = Search([_words(row, say(f"status.{row.status}", lang)) for row in rows])

    def find(self, text: str) -> list[Entry]:
        """The entries for a text, those that are only similar at the end."""
        exact, nearly = self._search.find(text)
        self.shown = len(exact) + len(nearly)
        entries = self._sorted(exact) if self.sort else self._by_day(exact)
        similar = [self._entries[index][1] for index in nearly]
        return entries + sections({"similar": similar}, self._lang)

    def _by_day(self, found: list[int]) -> list[Entry]:
        grouped: dict[str, list[Entry]] = {name: [] for name in SECTIONS}
        for index in found:
            name, entry = self._entries[index]
            grouped[name].append(entry)
        return sections(grouped, self._lang)

    def _sorted(self, found: list[int]) -> list[Entry]:
        key = sort_key(self.sort)
        entries = [self._entries[index][1] for index in found]
        return sorted(entries, key=lambda entry: key(entry.data), reverse=self.descending)


def _words(row: JobRow, status: str) -> str:
    """Everything that a job can be found by."""
    kept = (row.number, row.customer, row.address, row.product, row.technician, row.appointment)
    return "\n".join((*kept, row.status, status))
