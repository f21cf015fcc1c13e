"""On PostgreSQL a batch is judged and folded ahead of its turn: what happens in between counts."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event, select

from fieldkit.domain.core.event import Role
from fieldkit.domain.job.model import Job
from fieldkit.domain.record_kinds import MACHINES
from fieldkit.office.devices.enrol import Caller
from fieldkit.office.errors import Denied
from fieldkit.office.exchange.intake import accept
from fieldkit.office.ledger.documents import Key, counted, load
from fieldkit.office.office import Office, open_office
from fieldkit.office.tables import documents, events
from fieldkit.services.home.ids import uuid7
from fieldkit.sync.client.send_events import make_batch
from fieldkit.sync.protocol.messages import Batch, Outcome, Receipt, Rejected, from_wire
from tests.sync.exchange import Laptop, World, job, note, spoilt, world


@dataclass
class Two:
    """Two processes of one office, as two connections to its database."""

    here: World
    beside: Office

    def between(self, act: Callable[[], object]) -> None:
        """Do this when the first process has judged its next batch, before it may write."""
        waiting = [act]

        def at(conn: Any, cursor: Any, statement: str, *_: Any) -> None:
            if "FOR UPDATE" in statement and waiting:
                waiting.pop()()

        event.listen(self.here.office.db.engine, "before_cursor_execute", at)


@pytest.fixture(name="two")
def _two(tmp_path: Path, database: str) -> Iterator[Two]:
    with world(tmp_path, database) as here, open_office(tmp_path / "office", uuid7) as beside:
        yield Two(here, beside)


def _batch(laptop: Laptop, after: int = 0) -> Batch:
    device = laptop.store.exchange.device.read()
    own = laptop.store.exchange.outbox.own(device["epoch"], after, 100)
    return make_batch(device["id"], device["epoch"], own)


def _send(office: Office, laptop: Laptop, batch: Batch) -> Receipt:
    return accept(office, Caller(batch.device, laptop.person, laptop.role, b""), batch)


def _places(receipt: Receipt) -> list[int | None]:
    return [result.position for result in receipt.results]


def _check_folds(office: Office) -> None:
    with office.db.reading() as conn:
        keys = [Key(*row) for row in conn.execute(select(documents.c.kind, documents.c.record))]
        for key, stored in load(conn, keys).items():
            assert stored.document == MACHINES[key.kind].fold(key.record, counted(conn, key))
        places = conn.scalars(select(events.c.position).order_by(events.c.entry)).all()
    assert places == list(range(1, len(places) + 1))


def test_two_technicians_on_one_job_at_the_same_moment_lose_nothing(two: Two) -> None:
    anna, bob = two.here.laptop("anna"), two.here.laptop("anna", name="bob")
    request = job()
    anna.act(request)
    _send(two.beside, anna, _batch(anna))
    anna.act(note(request.record, "by anna"), job())
    bob.act(note(request.record, "by bob"))
    early: list[Receipt] = []
    two.between(lambda: early.append(_send(two.beside, bob, _batch(bob))))
    late = _send(two.here.office, anna, _batch(anna, after=1))
    assert (_places(early[0]), _places(late)) == ([2], [3, 4])
    with two.here.office.db.reading() as conn:
        (stored,) = load(conn, [Key("job", request.record)]).values()
    assert isinstance(stored.document, Job)
    assert [said.text for said in stored.document.notes] == ["by bob", "by anna"]
    assert stored.position == 3
    _check_folds(two.here.office)


def test_a_batch_that_came_twice_at_the_same_moment_counts_once(two: Two) -> None:
    anna = two.here.laptop("anna")
    request = job()
    anna.act(request, note(request.record))
    batch = _batch(anna)
    two.between(lambda: _send(two.beside, anna, batch))
    again = _send(two.here.office, anna, batch)
    assert [result.status for result in again.results] == [Outcome.DUPLICATE] * 2
    assert _places(again) == [1, 2]
    _check_folds(two.here.office)


def test_an_id_that_two_laptops_claim_at_the_same_moment_is_the_first_ones(two: Two) -> None:
    anna, bob = two.here.laptop("anna"), two.here.laptop("bob")
    anna.act(job())
    bob.act(job())
    batch = _batch(bob)
    bobs, annas = (from_wire(_batch(each).events[0]) for each in (bob, anna))
    forged = bobs.replace(_id_of(bobs), _id_of(annas))
    batch = batch.model_copy(update={"events": [forged.decode()]})
    two.between(lambda: _send(two.beside, anna, _batch(anna)))
    receipt = _send(two.here.office, bob, batch)
    assert [result.reason for result in receipt.results] == [Rejected.SAME_ID]
    _check_places_given(two, [1, None])


def _id_of(raw: bytes) -> bytes:
    return raw.partition(b'"id":"')[2].partition(b'"')[0]


def _check_places_given(two: Two, expected: list[int | None]) -> None:
    with two.here.office.db.reading() as conn:
        found = conn.scalars(select(events.c.position).order_by(events.c.entry)).all()
    assert found == expected


def test_what_waits_for_a_correction_is_counted_in_its_order(two: Two) -> None:
    """Rejected, held and released, all with numbers that are only known in turn."""
    anna, bob = two.here.laptop("anna"), two.here.laptop("bob")
    request = job()
    wrong = anna.act(request, spoilt(request.record), note(request.record, "held"))[1]
    bob.act(job())
    two.between(lambda: _send(two.beside, bob, _batch(bob)))
    first = _send(two.here.office, anna, _batch(anna))
    assert [result.status.value for result in first.results] == ["applied", "rejected", "held"]
    anna.act(note(request.record, "instead", replaces=wrong.id))
    bob.act(job())
    two.between(lambda: _send(two.beside, bob, _batch(bob, after=1)))
    second = _send(two.here.office, anna, _batch(anna, after=3))
    assert _places(second) == [4]
    with two.here.office.db.reading() as conn:
        raws = counted(conn, Key("job", request.record))
        turns = conn.scalars(select(events.c.turn).order_by(events.c.entry)).all()
    assert [said.data.get("text") for said in raws] == [None, "instead", "held"]
    assert turns == [1, 2, 3, 4, 5, 3]


def test_a_fork_that_shows_in_turn_is_told_and_kept(two: Two) -> None:
    anna = two.here.laptop("anna", Role.TECHNICIAN)
    anna.act(job())
    batch = _batch(anna)
    other = batch.model_copy(update={"events": [batch.events[0].replace("dead", "dumb")]})
    two.between(lambda: _send(two.beside, anna, other))
    with pytest.raises(Denied, match="forked"):
        _send(two.here.office, anna, batch)
