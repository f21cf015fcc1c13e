"""Random drops, doubles, cuts and restarts: in the end all sides agree, everything once."""

from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from random import Random

import pytest

from fieldkit.domain.event import Role
from fieldkit.office.desk import dispatch, list_jobs, read_history
from fieldkit.sync.errors import Retryable
from tests.sync.exchange import Faulty, Laptop, World, completed, job, note, product, spoilt, world

FAULTS = ["ok", "ok", "ok", "lost", "cut", "twice"]


def damage(random: Random) -> Iterator[str]:
    while True:
        yield random.choice(FAULTS)


def work(here: World, random: Random, jobs: list[str], laptop: Laptop) -> None:
    """One thing that a person does."""
    what = random.choice(["new", "note", "note", "note", "complete", "spoil", "product"])
    if what == "new" or not jobs:
        request = job(f"SN{random.randrange(3)}")
        laptop.act(request)
        jobs.append(request.record)
    elif what == "note":
        laptop.act(note(random.choice(jobs), f"{random.random()}"))
    elif what == "complete":
        laptop.act(completed(random.choice(jobs)))
    elif what == "spoil":
        laptop.act(spoilt(random.choice(jobs)))
    else:
        laptop.act(product(f"SN{random.randrange(3)}"))


def office_acts(here: World, random: Random) -> None:
    """The office restarts, or sends somebody to a job that is open."""
    if random.random() < 0.2:
        here.restart()
    open_jobs = [found for found in list_jobs(here.office, status="registered") if found.request]
    if open_jobs:
        dispatch(here.office, random.choice(open_jobs).id, random.choice(["anna", "bert"]))


def correct_all(laptop: Laptop) -> None:
    """Put a note in the place of every event that was rejected and not corrected yet."""
    for refused in laptop.store.exchange.rejected():
        laptop.act(note(refused.record, "corrected", replaces=refused.event))


def settle(here: World, laptops: list[Laptop]) -> None:
    """A good network: until nobody has anything left to say."""
    for _ in range(6):
        for laptop in laptops:
            correct_all(laptop)
            laptop.sync(here.wire)
    assert [laptop.sync(here.wire).clean for laptop in laptops] == [True] * len(laptops)


def storm(folder: Path, seed: int, steps: int) -> None:
    random = Random(seed)
    with world(folder) as here:
        laptops = [here.laptop("anna"), here.laptop("bert"), here.laptop("mei", Role.DESK)]
        jobs: list[str] = []
        for _ in range(steps):
            laptop = random.choice(laptops)
            work(here, random, jobs, laptop)
            if random.random() < 0.4:
                with suppress(Retryable):  # the network may be too bad this time
                    laptop.sync(Faulty(here.wire, damage(random)))
            if random.random() < 0.1:
                office_acts(here, random)
        settle(here, laptops)
        check(here, laptops)


def check(here: World, laptops: list[Laptop]) -> None:
    """Every event once at the office; every laptop's documents are the office's own."""
    desk = laptops[-1].documents()
    at_office = {
        found.id: found.model_dump(mode="json", exclude_defaults=True)
        for found in list_jobs(here.office)
    }
    assert at_office == {record: desk[record] for record in at_office}
    for laptop in laptops:
        documents = laptop.documents()
        assert documents == {record: desk[record] for record in documents}
        assert laptop.store.exchange.unsent() == 0
    for record in at_office:
        ids = [event.id for event in read_history(here.office, "job", record)]
        assert len(ids) == len(set(ids))
        assert {event.id for event in laptops[-1].store.ledger.history(record)} == set(ids)


@pytest.mark.parametrize("seed", range(6))
def test_all_sides_agree_after_a_storm(tmp_path: Path, seed: int) -> None:
    storm(tmp_path, seed, steps=40)


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(100, 300))
def test_all_sides_agree_after_many_storms(tmp_path: Path, seed: int) -> None:
    storm(tmp_path, seed, steps=120)
