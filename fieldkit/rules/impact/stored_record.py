"""A stored decision about a job, as far as impact reads it.

Impact goes through very many records and needs a third of each, so it decodes only the fields
named here; every other one is skipped without making an object of it.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from functools import cached_property
from typing import Any

import msgspec

from fieldkit.domain.core.decision import Outcome, Scalar
from fieldkit.rules.deciding.facts import CaseFacts, Known, LineFacts, with_dates


class StoredPack(msgspec.Struct, frozen=True):
    """Which pack decided: the SHA-256 over its files, in hex."""

    sha256: str


class StoredHit(msgspec.Struct, frozen=True):
    """A rule that decided, for which line (None: the whole job), and what it gave."""

    table: str
    rule: str
    outcome: dict[str, Outcome]
    line: int | None = None


class StoredLine(msgspec.Struct, frozen=True):
    """The verdict on a line; amounts in fen."""

    line: int
    charge: str
    part_fen: int
    labour_fen: int
    customer_pays_fen: int
    facts: dict[str, Scalar]


class StoredDecision(msgspec.Struct, frozen=True, dict=True):
    """A decision about a job. `recorded` is the case as it was recorded, `agreed` whether both
    engines said the same; amounts in fen. See `fieldkit.domain.core.decision.Decision`."""

    pack: StoredPack
    today_pack: StoredPack
    report_date: date
    today: date
    recorded: dict[str, Any]
    facts: dict[str, Scalar]
    hits: tuple[StoredHit, ...]
    lines: tuple[StoredLine, ...] = ()
    call_out_fen: int = 0
    total_fen: int = 0
    concession_fen: int = 0
    agreed: bool = True

    @cached_property
    def job_facts(self) -> Known:
        """The facts of the job as a whole, days as dates."""
        return with_dates(self.facts)

    @cached_property
    def line_facts(self) -> Mapping[int, Known]:
        """The facts of each line, by its number, days as dates."""
        return {line.line: with_dates(line.facts) for line in self.lines}

    def has_any(self, fields: frozenset[str]) -> bool:
        """Whether the case or a line of it has one of these fields."""
        return not all(
            fields.isdisjoint(each) for each in (self.recorded, *self.recorded.get("lines", ()))
        )

    def has_recorded(self, field: str, value: str | None = None) -> bool:
        """Whether the case or a line of it has this field, and this value if one is given."""
        places = (self.recorded, *self.recorded.get("lines", ()))
        found = [each[field] for each in places if field in each]
        return bool(found) if value is None else value in found

    @cached_property
    def case_facts(self) -> CaseFacts:
        """The facts that it was decided on."""
        lines = tuple(LineFacts(line, facts) for line, facts in self.line_facts.items())
        return CaseFacts("job", self.report_date, self.today, self.job_facts, lines)


class _EventData(msgspec.Struct):
    decision: StoredDecision


class _Event(msgspec.Struct):
    data: _EventData | None = None


_decode_event = msgspec.json.Decoder(_Event).decode
_decode_decision = msgspec.json.Decoder(StoredDecision).decode


def read_decision(text: bytes) -> StoredDecision:
    """The decision in the JSON (UTF-8) of its event, or of the decision alone.

    Raises `msgspec.DecodeError` for a text that is neither.
    """
    event = _decode_event(text)
    return _decode_decision(text) if event.data is None else event.data.decision
