"""Restored and salvaged laptops and a real office: nothing is lost, nothing counts twice."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from fieldkit.services.home.ids import uuid7
from fieldkit.store.care.backup import back_up, restore
from fieldkit.store.care.salvage import salvage
from fieldkit.store.home.home import Home
from fieldkit.store.store import open_store
from tests.sync.exchange import MORNING, Laptop, World, job, note, world


def reopened(here: World, name: str) -> Laptop:
    """The laptop with the store that is now in its home."""
    old = here.laptops[name]
    here.laptops[name] = Laptop(open_store(Home(here.folder / name), uuid7), old.person)
    return here.laptops[name]


@pytest.fixture(name="here")
def _here(tmp_path: Path) -> Iterator[World]:
    with world(tmp_path) as made:
        yield made


def test_a_restored_laptop_sends_what_waited_and_fetches_what_it_had_sent(here: World) -> None:
    anna = here.laptop("anna")
    first, waiting, later = job(), job(), job()
    anna.act(first)
    anna.sync(here.wire)
    anna.act(waiting, note(waiting.record, "before the backup"))
    back_up(anna.store, here.folder / "backup.tar")
    anna.act(later, note(first.record, "after the backup"))
    anna.sync(here.wire)  # all of it is at the office
    at_office = anna.documents()
    anna.store.close()
    restore(Home(here.folder / "anna"), here.folder / "backup.tar", uuid7)
    anna = reopened(here, "anna")
    assert later.record not in anna.documents()
    anna.act(note(first.record, "after the restore"))
    report = anna.sync(here.wire)
    assert (report.unsent, report.rejected, report.held) == (0, 0, 0)
    assert anna.documents().keys() == at_office.keys()
    texts = [one["text"] for one in anna.documents()[first.record]["notes"]]
    assert texts == ["after the backup", "after the restore"]
    assert anna.sync(here.wire).clean
    other = here.laptop("mei")
    assert other.sync(here.wire).unsent == 0


def test_a_salvaged_laptop_is_whole_again_after_the_next_sync(here: World) -> None:
    anna = here.laptop("anna")
    jobs = [job() for _ in range(20)]
    anna.act(*jobs)
    anna.sync(here.wire)
    unsent = job()
    anna.act(unsent)
    before = anna.documents()
    path = anna.store.home.store
    anna.store.close()
    content = bytearray(path.read_bytes())
    pages = len(content) // 4096
    for page in range(pages // 2, pages // 2 + 5):
        content[page * 4096 + 50] ^= 1
    path.write_bytes(content)
    report = salvage(Home(here.folder / "anna"), uuid7, MORNING)
    assert report.missing or report.uncertain
    anna = reopened(here, "anna")
    if not report.enrolled:
        pytest.skip("the enrolment was on the damaged pages")
    anna.sync(here.wire)
    after = anna.documents()
    assert {record: after.get(record) for record in before if record != unsent.record} == {
        record: row for record, row in before.items() if record != unsent.record
    }
