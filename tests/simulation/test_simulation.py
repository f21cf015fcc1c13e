"""Thirty bad days, thousands in the long form; what a seed plays is the same every time."""

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import delete, insert, select, update

from fieldkit.domain.core.event import Act, RecordKind
from fieldkit.office.ledger.attachment_manifest import upload_parts
from fieldkit.office.tables import documents, events
from fieldkit.store.records.receipts import EventReceipt
from tests.simulation.checks import check_everything
from tests.simulation.company import Company
from tests.simulation.run import begun, play, settle
from tests.soak import Soak

TOP = Path(__file__).parents[2]
QUICK, LONG = 10, 100
"""Seeds in one test of the short and of the long form."""


@pytest.mark.parametrize("first", range(0, 30, QUICK))
def test_every_promise_is_kept_on_bad_days(first: int) -> None:
    for seed in range(first, first + QUICK):
        play(seed)


@pytest.mark.slow
@pytest.mark.parametrize("part", range(100))
def test_every_promise_is_kept_on_ten_thousand_bad_days(part: int, soak: Soak) -> None:
    for seed in soak.seeds(LONG):
        play(seed)
    print(f"part {part}: {soak.count(LONG)} days")


@pytest.mark.parametrize("seed", range(300, 302))
def test_every_promise_is_kept_on_postgresql(seed: int, server: str) -> None:
    play(seed, server)


@pytest.mark.slow
@pytest.mark.parametrize("part", range(5))
def test_every_promise_is_kept_on_postgresql_for_long(part: int, server: str, soak: Soak) -> None:
    for seed in soak.seeds(LONG):
        play(seed, server)
    print(f"part {part}: {soak.count(LONG)} days")


def test_a_seed_plays_the_same_day_again() -> None:
    """Also where Python orders its sets otherwise."""
    command = [sys.executable, "-m", "tests.simulation", "20", "23"]
    told = [
        subprocess.check_output(command, cwd=TOP, env=os.environ | {"PYTHONHASHSEED": order})
        for order in ("1", "2")
    ]
    stories = [[line for line in text.splitlines() if b"seed " in line] for text in told]
    assert stories[0] == stories[1]
    assert len(stories[0]) == 4


@pytest.mark.parametrize("seed", range(2))
def test_the_office_may_be_stopped_for_a_day(seed: int) -> None:
    """In the middle of everything; the next morning all is there once."""
    with begun(seed) as made:
        made.storm(12)
        made.close_office()
        began = made.world.now
        while (made.world.now - began).total_seconds() < 24 * 3600:
            made.storm(4)
        made.open_office()
        settle(made)
        check_everything(made)


# -- the checks can fail -----------------------------------------------------------------------


def _lose_an_event(made: Company) -> None:
    with made.office.office.db.writing() as writing:
        writing.conn.execute(delete(events).where(events.c.position == writing.position))


def _count_an_event_twice(made: Company) -> None:
    with made.office.office.db.writing() as writing:
        row = writing.conn.execute(select(events).where(events.c.position == 3)).mappings().one()
        counted = {"entry": writing.next_entry(), "position": writing.next_position()}
        again = {**row, **counted, "id": "twice-" + row["id"][6:], "seq": None}
        writing.conn.execute(insert(events).values(again))


def _alter_a_document(made: Company) -> None:
    with made.office.office.db.writing() as writing:
        where = documents.c.kind == "customer"
        writing.conn.execute(update(documents).where(where).values(body='{"id": "other"}'))


def _alter_a_laptops_document(made: Company) -> None:
    ledger = made.laptops["anna"].store.ledger
    row = ledger.rows(RecordKind.CUSTOMER)[0]
    table = made.laptops["anna"].store.db.table("customers")
    table.update({"name": "Somebody Else"}, doc_ids=[row["id"]])


def _alter_an_attachment(made: Company) -> None:
    with made.office.office.db.writing() as writing:
        writing.conn.execute(update(upload_parts).values(data=b"other"))


def _forget_to_send(made: Company) -> None:
    """A laptop that believes a receipt which the office never gave."""
    laptop = made.laptops["anna"]
    act = Act(record="J1", type="job.note_added", data={"text": "never sent"})
    said = laptop.store.ledger.commit([act], laptop.session.author())
    laptop.store.exchange.receipts.record([EventReceipt(said[0].id, "applied", 9_999)])


@pytest.mark.parametrize(
    ("spoil", "why"),
    [
        (_lose_an_event, "trusts"),
        (_count_an_event_twice, "twice"),
        (_alter_a_document, "not the fold"),
        (_alter_a_laptops_document, "not the fold"),
        (_alter_an_attachment, "altered"),
        (_forget_to_send, "trusts"),
    ],
)
def test_the_checks_notice(spoil: Callable[[Company], None], why: str) -> None:
    with begun(14) as made:
        made.storm(20)
        settle(made)
        check_everything(made)
        spoil(made)
        with pytest.raises(AssertionError, match=why):
            check_everything(made)
