"""Restored and salvaged laptops and a real office: nothing is lost, nothing counts twice."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from random import Random

import pytest

from fieldkit.cli.app import run
from fieldkit.domain.core.event import Act, Role
from fieldkit.office.devices.enrol import create_enrolment
from fieldkit.services.home.ids import uuid7
from fieldkit.store.care.backup import back_up, restore
from fieldkit.store.care.retention import archive_closed
from fieldkit.store.care.salvage import salvage
from fieldkit.store.care.scrub import check
from fieldkit.store.home.home import Home
from fieldkit.store.records.salvages import untold
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


def damage(path: Path, chance: Random) -> None:
    """Cut the end off, or spoil every third page."""
    content = bytearray(path.read_bytes())
    if chance.randrange(3):
        for page in range(len(content) // 4096):
            content[page * 4096 + 50] ^= chance.randrange(3) == 0
    else:
        del content[chance.randrange(len(content)) :]
    path.write_bytes(content)


@pytest.mark.parametrize("seed", range(8))
def test_after_a_salvage_the_next_sync_brings_back_what_the_office_has(
    here: World, seed: int
) -> None:
    anna = here.laptop("anna")
    closed, jobs = job(), [job() for _ in range(30)]
    anna.act(closed, Act(record=closed.record, type="job.cancelled", data={"reason": "tired"}))
    anna.act(*jobs, *(note(one.record, "before") for one in jobs))
    anna.sync(here.wire)
    assert archive_closed(anna.store, here.clock.now + timedelta(days=1)) == 1
    at_office = anna.documents()
    anna.act(*(note(one.record, "unsent") for one in jobs), *(job() for _ in range(5)))
    home = anna.store.home
    anna.store.close()
    chance = Random(seed)
    for path in (home.store, home.archive):
        damage(path, chance)
    report = salvage(home, uuid7, MORNING)
    anna = reopened(here, "anna")
    assert [loss.events for loss in check(anna.store).losses] == [report.events]
    if not report.enrolled:
        anna.enrol(here.wire, create_enrolment(here.office, "anna", Role.TECHNICIAN))

    synced = anna.sync(here.wire)
    synced = anna.sync(here.wire) if synced.unsent else synced

    assert (synced.unsent, synced.rejected, synced.held) == (0, 0, 0)
    after = anna.documents()
    assert at_office.keys() <= after.keys()
    assert anna.store.archive.job(closed.record) or closed.record in after
    for one in jobs:
        texts = [each["text"] for each in after[one.record]["notes"]]
        assert texts in (["before"], ["before", "unsent"])
    found = check(anna.store)
    assert found.ok
    assert all(loss.events <= report.events for loss in found.losses)
    assert anna.sync(here.wire).clean
    other = here.laptop("mei")  # what the office has now is whole
    other.sync(here.wire)
    office = other.documents()
    assert {one: after[one] for one in office.keys() & after.keys()} == office


def test_check_and_doctor_tell_once_what_a_salvage_has_lost(
    here: World, capsys: pytest.CaptureFixture[str]
) -> None:
    anna = here.laptop("anna")
    jobs = [job() for _ in range(30)]
    anna.act(*jobs)
    anna.sync(here.wire)
    anna.act(*(note(one.record, "unsent") for one in jobs))
    home = anna.store.home
    anna.store.close()
    content = bytearray(home.store.read_bytes())
    for page in range(20, len(content) // 4096):
        content[page * 4096 + 50] ^= 1
    home.store.write_bytes(content)
    at = ["--home", str(home.folder), "--lang", "en"]

    def tell(*command: str) -> tuple[int, str]:
        code = run([*at, *command])
        said = [line for line in capsys.readouterr().out.splitlines() if "alvaged on" in line]
        return code, said[0] if said else ""

    assert run([*at, "store", "salvage"]) == 1
    lost = salvages_in(home)
    assert lost > 0
    for command in (("store", "check"), ("doctor",)):
        code, said = tell(*command)
        assert (code, f"{lost} events lost" in said) == (0, True)
        assert tell(*command) == (0, "")
    anna = reopened(here, "anna")
    anna.sync(here.wire)
    anna.sync(here.wire)
    anna.store.close()
    left = salvages_in(home)
    assert left < lost
    for command in (("store", "check"), ("doctor",)):
        code, said = tell(*command)
        assert (code, f"{left} events lost" in said) == (0, True)
        assert tell(*command) == (0, "")
    anna = reopened(here, "anna")


def salvages_in(home: Home) -> int:
    """How many events the salvages of a home have lost."""
    with open_store(home, uuid7) as store:
        return sum(loss.events for loss in untold(store.db, store.archive, "a test"))
