"""Impact: stored decisions judged by a new pack, beside a loop that a person would write by hand.

Run: `python -m pytest tests/benchmarks/bench_impact.py -s` (`--quick` for one small round). The
full form makes 100,000 jobs, stores their decisions in a home and in an office, and gives its part
of `docs/benchmarks-rules.md`; it needs some minutes and 2 GB of disk. The hand-written loop knows
the one number that changed and nothing else; it reads the whole record, as anybody would, and finds
the same jobs.
"""

from __future__ import annotations

import json
import time
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from itertools import islice
from pathlib import Path

import pytest

from fieldkit.domain.core.event import Act, Author, Role
from fieldkit.office.desk.history import decided_events
from fieldkit.office.office import Office, init_office, open_office
from fieldkit.office.tables import events
from fieldkit.rules import Pack, load_pack
from fieldkit.rules.impact.impact import Impact
from fieldkit.services.deciding.impact import home_decisions, impact
from fieldkit.services.demo.generated_home import BATCH, generate_decisions
from fieldkit.services.home.ids import uuid7
from fieldkit.services.home.session import Session
from tests.benchmarks.page import Page
from tests.rules.small import copy_of_default
from tests.services.homes import home_at

DAY = date(2026, 11, 22)
JOBS = 100_000
LIMIT = 10.0  # seconds of CPU time for so many
SINCE = date(2020, 1, 1)


def number(name: str, before: int, after: int) -> dict[str, tuple[str, str]]:
    """The edit of a number of params.yaml."""
    return {"params": (f"{name}:\n  {{value: {before}", f"{name}:\n  {{value: {after}")}


GOODWILL = number("goodwill_days", 30, 45)
_WORN = "      system: {is_not: battery}\n    then: {coverage: "
_MORE = """  - id: vip-worn
    when: {coverage: worn, customer_tier: vip}
    then: {charge: goodwill, customer_pays_part_percent: 50, customer_pays_labour_percent: 0}
    because: {en: "A gift.", zh: "优惠。"}
    source: "benchmark"
"""
CHANGES = {
    "goodwill 30 -> 45 days": GOODWILL,
    "terms 12 -> 15 months": {"terms": ("months: 12", "months: 15")},
    "terms 12 -> 9 months": {"terms": ("months: 12", "months: 9")},
    "visit 20 -> 25": number("call_out_base_fen", 2000, 2500),
    "a minute of labour 1.00 -> 1.20": number("labour_fen_per_minute", 100, 120),
    "run-in 21 -> 7 days": number("run_in_days", 21, 7),
    "technician's limit 100 -> 40": number("technician_limit_fen", 10000, 4000),
    "outcome of a rule": {"coverage": (f"{_WORN}worn", f"{_WORN}unclear")},
    "one rule more": {
        "charge": ("  - id: goodwill-just-expired", f"{_MORE}  - id: goodwill-just-expired")
    },
}


def fill(session: Session, count: int) -> None:
    """Store the decisions of generated jobs, without the other steps of each job."""
    author = Author(by=session.person, role=Role.SCRIPT, at=session.clock())
    decisions = generate_decisions(session.trade, count, 11, DAY)
    acts = (
        Act(record=job, type="job.decided", data={"decision": record})
        for job, _, decision in decisions
        if (record := decision.model_dump(mode="json", exclude_none=True))
    )
    while batch := list(islice(acts, BATCH)):
        session.store.ledger.commit(batch, author)


_ROW = {
    "device": "", "epoch": "", "kind": "job", "type": "job.decided", "status": "applied",
    "received_at": 0,
}  # fmt: skip


def copy_to(office: Office, session: Session) -> None:
    """Put the same decisions into the office."""
    rows = (
        {
            **dict.fromkeys(("entry", "turn", "position", "seq"), 10 * JOBS - at),
            **_ROW,
            "id": str(at),
            "record": job,
            "raw": text,
        }
        for at, (job, text) in enumerate(home_decisions(session), start=1)
    )
    while batch := list(islice(rows, BATCH)):
        with office.db.writing() as writing:
            writing.conn.execute(events.insert(), batch)


def by_hand(decisions: Iterable[tuple[str, bytes]]) -> set[str]:
    """Goodwill for 45 days instead of 30, and nothing else that could have changed."""
    flipped = set()
    for job, text in decisions:
        record = json.loads(text)["data"]["decision"]
        for line in record["lines"]:
            facts = line["facts"]
            if (
                line["coverage"] == "expired"
                and 30 < facts["days_past_expiry"] <= 45
                and record["facts"].get("customer_tier") in ("vip", "loyal")
            ):
                flipped.add(job)
    return flipped


@dataclass(frozen=True)
class Timed:
    """One impact and the CPU seconds that it took."""

    result: Impact
    seconds: float


def timed(session: Session, new: Pack, decisions: Iterable[tuple[str, bytes]]) -> Timed:
    """The impact of a pack, with progress told, as the command asks for it."""
    done: list[int] = []
    shelf = session.decider.shelf
    started = time.process_time()
    result = impact(session.trade, shelf, new, decisions, SINCE, DAY, done.append)
    seconds = time.process_time() - started
    assert done == list(range(1, result.jobs + 1))
    return Timed(result, seconds)


def test_impact_of_stored_decisions(
    tmp_path: Path, request: pytest.FixtureRequest, page: Page
) -> None:
    quick = request.config.getoption("--quick")
    count = 200 if quick else JOBS
    most = 0.0
    columns = ["change", "at the", "jobs", "changed", "seconds", "us a job", "x by hand"]
    init_office(tmp_path / "office")
    with (
        home_at(tmp_path, "2026-11-22 09:00") as session,
        open_office(tmp_path / "office", uuid7) as office,
    ):
        fill(session, count)
        copy_to(office, session)
        started = time.process_time()
        hand = by_hand(home_decisions(session))
        by_hand_takes = time.process_time() - started
        for at, (what, change) in enumerate(CHANGES.items()):
            new = load_pack(copy_of_default(tmp_path / str(at), **change))
            at_laptop = timed(session, new, home_decisions(session))
            at_office = timed(session, new, decided_events(office))
            assert at_laptop.result == at_office.result
            if change is GOODWILL:
                assert {job.job_id for job in at_laptop.result.changed} == hand
            for place, each in (("laptop", at_laptop), ("office", at_office)):
                changed, us = len(each.result.changed), each.seconds / count * 1e6
                figures = [f"{count:,}", f"{changed:,}", f"{each.seconds:.2f}", f"{us:.0f}"]
                ratio = f"{each.seconds / by_hand_takes:.2f}"
                page.row("impact", columns, [what, place, *figures, ratio])
                most = max(most, each.seconds)
                assert (each.result.jobs, each.result.packs_missing) == (count, 0)
    assert quick or most <= LIMIT
