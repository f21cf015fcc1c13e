"""Accidents of each kind to each kind of file: nothing is silent, and what lies on whole pages is
kept. `make soak` tries a thousand of each, also with what the first program wrote."""

import shutil
import tarfile
from collections import Counter
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import Any

import pytest

from fieldkit.domain.core.errors import FieldkitError
from fieldkit.services.home.ids import uuid7
from fieldkit.services.home.upkeep import archive_jobs, scrub
from fieldkit.services.jobs import job_commands
from fieldkit.services.jobs.job_rows import all_jobs
from fieldkit.store.care.backup import back_up
from fieldkit.store.care.salvage import salvage
from fieldkit.store.home import keys
from fieldkit.store.home.home import Home
from fieldkit.store.records.migrations import SCHEMA
from fieldkit.store.tinysqlite import TinySQLite, TinySQLiteError
from fieldkit.store.tinysqlite import salvage as salvage_file
from fieldkit.store.tinysqlite.pages import PAGE
from tests.soak import Soak
from tests.store.damage import FIRST, KINDS, Damaged, Documents, documents, places, whole
from tests.store.homes import NOW, acknowledge, cancelled, new_home, one_job, opened

AT_HOME = 10
"""Every so many accidents, the whole home is tried; else the file alone, which is quicker."""

CASES = [(file, kind) for file in ("store.db", "archive.db", "store.db-wal") for kind in KINDS]
PARTS = 10


@dataclass
class Sound:
    """A home as it is before the accidents, and what is in its files."""

    home: Home
    key: bytes
    files: dict[str, bytes]
    truth: dict[str, Documents] = field(default_factory=dict)
    where: dict[str, dict[tuple[str, str], set[tuple[Path, int]]]] = field(default_factory=dict)

    def put(self, name: str = "", damaged: Damaged | None = None) -> None:
        """Put the files back as they were, one of them damaged."""
        for file in self.home.folder.glob("*.db*"):
            file.unlink()
        for file_name, content in self.files.items():
            (self.home.folder / file_name).write_bytes(content)
        if damaged:
            (self.home.folder / name).write_bytes(damaged.content)


@pytest.fixture(scope="module", name="sound")
def _sound(tmp_path_factory: pytest.TempPathFactory) -> Sound:
    """Eight jobs in the archive, twelve that the office has, eight it lacks; two in the log."""
    folder = tmp_path_factory.mktemp("damage")
    home, used = Home(folder / "home"), new_home(folder / "used")
    with opened(used) as session:
        for _ in range(8):
            cancelled(session, one_job(session))
        acknowledge(session)
    with opened(used, 500) as session:
        archive_jobs(session, 1)
    with opened(used) as session:
        for _ in range(12):
            one_job(session)
        acknowledge(session)
        for _ in range(6):
            one_job(session)
        session.store.db.checkpoint()
        for _ in range(2):
            one_job(session)
        shutil.copytree(used.folder, home.folder)
    files = {file.name: file.read_bytes() for file in home.folder.glob("*.db*")}
    made = Sound(home, keys.unlock(home.folder, None), files)
    made.files = {name: data for name, data in files.items() if not name.endswith("-shm")}
    for name in ("store.db", "archive.db"):
        made.put()
        path = home.folder / name
        names = _names(path, made.key)
        made.put()
        made.where[name] = places(path, made.key, names)
        made.truth[name] = documents(path, made.key)
        assert made.where[name].keys() == made.truth[name].keys()
    return made


@pytest.fixture(scope="module", name="first")
def _first(tmp_path_factory: pytest.TempPathFactory) -> Sound:
    """What the first program wrote; its rows do not say of which table they are."""
    folder = tmp_path_factory.mktemp("first")
    with tarfile.open(FIRST / "home.tar.xz") as tar:
        tar.extractall(folder, filter="data")
    home = Home(folder / "home")
    files = {file.name: file.read_bytes() for file in home.folder.glob("*.db*")}
    made = Sound(home, keys.unlock(home.folder, None), files)
    for name in ("store.db", "archive.db"):
        made.truth[name], made.where[name] = documents(home.folder / name, made.key), {}
    return made


def _names(path: Path, key: bytes) -> dict[int, str]:
    db = TinySQLite.open(path, key=key, schema=SCHEMA)
    try:
        with db._storage.reading() as session:
            rows: list[Any] = session.db.execute("SELECT number, name FROM store_tables").fetchall()
            return dict(rows)
    finally:
        db.close()


@pytest.mark.parametrize(("name", "kind"), CASES)
def test_an_accident_costs_what_it_hits_and_is_told(sound: Sound, name: str, kind: str) -> None:
    _accidents(sound, name, kind, range(AT_HOME))


@pytest.mark.parametrize(("name", "kind"), CASES[: -len(KINDS)])
def test_an_accident_to_what_the_first_program_wrote_is_told(
    first: Sound, name: str, kind: str
) -> None:
    _accidents(first, name, kind, range(2))


def test_without_its_first_page_a_first_store_keeps_its_events_and_tells(first: Sound) -> None:
    """The schema is gone, which alone says where its rows belong; those with indexes show it."""
    first.put("store.db", Damaged(bytes(PAGE) + first.files["store.db"][PAGE:], [(0, PAGE)]))
    found = salvage_file(first.home.store, key=first.key, schema=2)
    assert found.uncertain
    kept, truth = documents(first.home.store, first.key), first.truth["store.db"]
    for table in ("events", "outbox"):
        of_table = [one for one in truth if one[0] == table]
        assert of_table
        assert all(kept.get(one) == truth[one] for one in of_table)


@pytest.mark.slow
@pytest.mark.parametrize("part", range(PARTS))
@pytest.mark.parametrize(
    ("made", "name", "kind"),
    [
        *(("sound", *case) for case in CASES),
        *(("first", *case) for case in CASES[: -len(KINDS)]),
    ],
)
def test_many_accidents(
    request: pytest.FixtureRequest, soak: Soak, made: str, name: str, kind: str, part: int
) -> None:
    _accidents(request.getfixturevalue(made), name, kind, soak.seeds(1000 // PARTS))


def _accidents(sound: Sound, name: str, kind: str, numbers: range) -> None:
    counts: Counter[str] = Counter()
    for number in numbers:
        chance = Random(f"{name} {kind} {number}")
        damaged = KINDS[kind](sound.files[name], chance, name.endswith("-wal"))
        seen = f"{name} {kind} {number} {damaged.spans}"
        _one_file(sound, name, damaged, counts, seen)
        if sound.where[name.removesuffix("-wal")] and number % AT_HOME == 0:
            _at_home(sound, name, damaged, counts, seen)
    print(f"{name} {kind}:", dict(counts))


def _one_file(sound: Sound, name: str, damaged: Damaged, counts: Counter[str], seen: str) -> None:
    """The file by itself: shown as it was or called damaged; salvaged, as much as is whole."""
    file = name.removesuffix("-wal")
    path, truth = sound.home.folder / file, sound.truth[file]
    sound.put(name, damaged)
    told = False
    try:
        with TinySQLite.open(path, key=sound.key, schema=SCHEMA) as db:
            told = not db.check().ok
        shown = documents(path, sound.key)
    except TinySQLiteError:
        told, shown = True, {}
    assert told or shown == truth, f"silent: {seen}"
    sound.put(name, damaged)
    found = salvage_file(path, key=sound.key, schema=SCHEMA)
    assert (found.aside.parent / (found.aside.name + name.removeprefix(file))).read_bytes() == (
        damaged.content
    ), seen
    kept = documents(path, sound.key)
    expected = whole(sound.where[file], sound.home.folder / name, damaged)
    lacking = [one for one in expected if kept.get(one) != truth[one]]
    assert not lacking, (seen, lacking)
    is_lost = found.missing or found.uncertain or found.commits_lost or found.commits_lost is None
    assert kept == truth or is_lost, f"a silent salvage: {seen}"
    with TinySQLite.open(path, key=sound.key, schema=SCHEMA) as db:
        assert db.check().ok, f"called damaged: {seen}"
    counts["accidents"] += 1
    counts["of no effect"] += not told
    counts["documents"] += len(truth)
    counts["on whole pages"] += len(expected)
    counts["kept"] += sum(kept.get(one) == row for one, row in truth.items())


def _at_home(sound: Sound, name: str, damaged: Damaged, counts: Counter[str], seen: str) -> None:
    """The home with the damaged file: no command fails but by a sentence, and after a salvage
    all is well."""
    home = sound.home
    sound.put(name, damaged)
    reads = (
        lambda session: list(all_jobs(session)),
        lambda session: job_commands.find_job(session, "261105-XXXXX"),
        lambda session: back_up(session.store, home.folder.with_name("backup.tar")),
        scrub,
    )
    for read in reads:
        with suppress(FieldkitError), opened(home) as session:
            read(session)
    sound.put(name, damaged)
    report = salvage(home, uuid7, NOW)
    kept = documents(home.store, sound.key)
    with opened(home) as session:
        assert [one.key for one in scrub(session).troubles] == [], f"called damaged: {seen}"
        assert scrub(session).losses == ()
    assert not report.lost or kept
    counts["at home"] += 1
