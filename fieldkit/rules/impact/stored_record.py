"""A stored decision about a job as it is written: each part of it is read when it is asked for.

Impact goes through very many of them, and asks of most for a few words only.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

from pydantic_core import from_json

from fieldkit.rules.deciding.facts import CaseFacts, Known, LineFacts
from fieldkit.rules.model.fact_vocabulary import FACTS
from fieldkit.rules.model.pack import Value

_DATES = tuple(name for name, fact in FACTS.items() if fact.type == "date")
_TOTAL = re.compile(r'\],"call_out_fen":(\d+),"total_fen":(\d+),"concession_fen":(\d+)')


@dataclass(frozen=True)
class Written:
    """One decision that the engines agreed on. The parts are JSON texts, or read from JSON."""

    pack: str
    today_pack: str
    report_date: date
    today: date
    text: str
    marks: tuple[int, int, int, int, int]
    """Where `recorded`, `facts`, `hits` and `lines` begin, and where `lines` ends."""

    @property
    def recorded(self) -> str:
        """The case."""
        return self.text[self.marks[0] : self.marks[1]]

    @property
    def job_text(self) -> str:
        """The facts of the job as a whole."""
        return self.text[self.marks[1] + 9 : self.marks[2]]

    @cached_property
    def job(self) -> Known:
        """The facts of the job as a whole."""
        return _dated(from_json(self.job_text))

    @property
    def hits_text(self) -> str:
        """Which rules decided."""
        return self.text[self.marks[2] + 8 : self.marks[3] - 9]

    @cached_property
    def hits(self) -> list[dict[str, Any]]:
        """Which rules decided, and what each gave."""
        found: list[dict[str, Any]] = from_json(self.hits_text)
        return found

    @cached_property
    def lines(self) -> list[dict[str, Any]]:
        """The lines as they stand in it."""
        found: list[dict[str, Any]] = from_json(self.text[self.marks[3] : self.marks[4]])
        return found

    @cached_property
    def facts(self) -> CaseFacts:
        """The facts that it was decided on."""
        lines = tuple(LineFacts(line["line"], _dated(dict(line["facts"]))) for line in self.lines)
        return CaseFacts("job", self.report_date, self.today, self.job, lines)

    @cached_property
    def sums(self) -> Mapping[str, int]:
        """What the visit cost, the total, and what the company gave up, in fen."""
        found = _TOTAL.match(self.text, self.marks[4] - 1)
        if found is None:
            raise ValueError("not in the usual order")
        names = ("call_out_fen", "total_fen", "concession_fen")
        return dict(zip(names, map(int, found.groups()), strict=True))


def read_decision(text: str) -> Written | None:
    """Find the places of a record about a job, alone or in its event, in the order in which it is
    always written; None for one that the engines did not agree on.

    A quotation mark within a JSON string is escaped, so none of the patterns can be met in one.
    Raises `ValueError` for a record that is written otherwise.
    """
    pack = text.index('"sha256":"', text.index('"pack":{')) + 10
    today_pack = text.index('"sha256":"', pack) + 10
    report = text.index('"report_date":"', today_pack) + 15
    today = text.index('"today":"', report) + 9
    recorded = text.index('"recorded":', today) + 11
    facts = text.index(',"facts":{', recorded)
    hits = text.index(',"hits":[', facts)
    lines = text.rindex('"lines":[') + 8
    end = text.rindex('],"call_out_fen":') + 1
    if not text.startswith("true", text.rindex('"agreed":') + 9):
        return None
    if not hits < lines < end:
        raise ValueError("not in the usual order")
    return Written(
        pack=text[pack : pack + 64],
        today_pack=text[today_pack : today_pack + 64],
        report_date=date.fromisoformat(text[report : report + 10]),
        today=date.fromisoformat(text[today : today + 10]),
        text=text,
        marks=(recorded, facts, hits, lines, end),
    )


def day_of(text: str) -> str:
    """The day of a stored decision, as ISO text."""
    today = text.index('"today":"', text.index('"report_date":"')) + 9
    return text[today : today + 10]


def _dated(facts: dict[str, Any]) -> Known:
    """Facts of a record with their days as dates."""
    for name in _DATES:
        value: Value | None = facts.get(name)
        if isinstance(value, str):
            facts[name] = date.fromisoformat(value)
    return facts
