"""Keys, versions, backup, scrub, salvage, and what a damaged or foreign file leads to."""

from __future__ import annotations

import random
import sqlite3
from pathlib import Path
from typing import Any

import pytest

from fieldkit.store.tinysqlite import (
    DamagedError,
    LostCommitsError,
    NewerVersionError,
    NotAStoreError,
    StoredDocument,
    TinySQLite,
    TinySQLiteError,
    WrongKeyError,
    restore,
    salvage,
)
from tests.soak import Soak

from .conftest import KEY, Opener

SECRET = "Lin Xiuying, 0592-5550100"
SECRET_ZH = "林秀英"


def contents(folder: Path) -> dict[str, bytes]:
    """Every file of the folder, but for SQLite's shared memory, which holds no data."""
    return {p.name: p.read_bytes() for p in folder.iterdir() if not p.name.endswith("-shm")}


def crashed(db: TinySQLite, into: Path) -> Path:
    """The files as a power cut would leave them: the log is not in the main file."""
    into.mkdir()
    source = db.path
    for suffix in ("", "-wal", "-commits"):
        (into / f"store.db{suffix}").write_bytes(Path(f"{source}{suffix}").read_bytes())
    return into / "store.db"


def flip(path: Path, position: int, bit: int = 1) -> None:
    data = bytearray(path.read_bytes())
    data[position] ^= 1 << bit
    path.write_bytes(bytes(data))


# --- keys and versions -----------------------------------------------------------------------


@pytest.mark.parametrize("key", [bytes(32), None])
def test_a_wrong_key_says_so_and_touches_nothing(
    opened: Opener, path: Path, key: bytes | None
) -> None:
    opened().insert({"name": SECRET})
    before = contents(path.parent)
    with pytest.raises(WrongKeyError):
        TinySQLite.open(path, key=key)
    assert contents(path.parent) == before
    opened().close()


def test_a_plain_file_is_not_opened_by_a_key(path: Path) -> None:
    TinySQLite.open(path).close()
    with pytest.raises(WrongKeyError):
        TinySQLite.open(path, key=KEY)


def test_a_key_of_another_length_is_refused(path: Path) -> None:
    with pytest.raises(ValueError, match="32 bytes"):
        TinySQLite.open(path, key=b"short")


def test_no_file_shows_what_it_holds(opened: Opener, path: Path, tmp_path: Path) -> None:
    db = opened(indexes={"jobs": ["name"]})
    for number in range(50):
        db.table("jobs").insert({"name": f"{SECRET} {number}", "zh": SECRET_ZH})
    db.table("jobs").ordered("name")
    db.backup(tmp_path / "backup.db")
    crashed(db, tmp_path / "crashed")
    folders = (tmp_path, tmp_path / "crashed")
    for state in ("in use", "at rest"):
        files = [p for folder in folders for p in folder.iterdir() if p.is_file()]
        assert len(files) >= 6, state
        for file in files:
            data = file.read_bytes()
            for text in ("Xiuying", "5550100", SECRET_ZH, "jobs", "CREATE TABLE"):
                assert text.encode() not in data, (state, file.name, text)
        db.close()


def test_a_newer_schema_is_refused_and_an_older_one_migrated(opened: Opener, path: Path) -> None:
    db = opened(schema=2)
    assert db.schema == 2
    db.insert({"n": 1})
    db.close()
    before = contents(path.parent)
    with pytest.raises(NewerVersionError) as caught:
        opened(schema=1)
    assert (caught.value.found, caught.value.known) == (2, 1)
    assert contents(path.parent) == before
    newer = opened(schema=3)
    assert newer.schema == 2
    with newer.transaction():
        newer.update({"n": 2})
        newer.schema = 3
    newer.close()
    assert opened(schema=3).schema == 3


def test_a_file_of_a_newer_format_or_another_program_is_refused(path: Path) -> None:
    db = TinySQLite.open(path)
    db.insert({"n": 1})
    db.close()
    with sqlite3.connect(path) as raw:
        (application_id,) = raw.execute("PRAGMA application_id").fetchone()
        raw.execute(f"PRAGMA application_id = {application_id + 1}")
    raw.close()
    before = contents(path.parent)
    with pytest.raises(NewerVersionError):
        TinySQLite.open(path)
    foreign = path.with_name("foreign.db")
    with sqlite3.connect(foreign) as raw:
        raw.execute("CREATE TABLE theirs(x)")
    raw.close()
    with pytest.raises(NotAStoreError):
        TinySQLite.open(foreign)
    assert {name: before[name] for name in before if name.startswith("store")} == {
        name: data for name, data in contents(path.parent).items() if name.startswith("store")
    }


# --- backup and scrub ------------------------------------------------------------------------


def test_a_backup_is_whole_while_others_write_and_even_in_a_transaction(
    opened: Opener, path: Path
) -> None:
    db = opened()
    db.table("jobs").insert_multiple({"n": n} for n in range(100))
    with db.transaction():
        db.table("jobs").insert({"n": 100})
        db.backup(path.with_name("backup.db"))
    with TinySQLite.open(path.with_name("backup.db"), key=KEY) as copy:
        assert [doc["n"] for doc in copy.table("jobs")] == list(range(100))
        assert copy.check().ok
    assert not list(path.parent.glob("*.new"))


def test_restoring_a_backup_keeps_what_was_there(opened: Opener, path: Path) -> None:
    db = opened()
    db.insert({"n": 1})
    backup = path.with_name("backup.db")
    db.backup(backup)
    db.insert({"n": 2})
    db.close()
    before = path.read_bytes()
    with pytest.raises(WrongKeyError):
        restore(backup, path, key=bytes(32))
    assert path.read_bytes() == before

    aside = restore(backup, path, key=KEY)

    with opened() as db:
        assert db.all() == [{"n": 1}]
        assert db.check().ok
    assert aside is not None
    with TinySQLite.open(aside, key=KEY) as old:
        assert old.all() == [{"n": 1}, {"n": 2}]
    assert restore(backup, path.with_name("new.db"), key=KEY) is None
    with TinySQLite.open(path.with_name("new.db"), key=KEY) as new:
        assert new.all() == [{"n": 1}]


def test_a_scrub_of_a_sound_store_reads_every_document(db: TinySQLite) -> None:
    db.table("jobs").insert_multiple({"n": n, "state": None} for n in range(30))
    db.insert({"n": 1})
    report = db.check()
    assert (report.ok, report.documents, report.commits) == (True, 31, 2)


VALUES: list[Any] = [
    None,
    True,
    0,
    1,
    1.5,
    2**70,
    "a",
    "1",
    "",
    'say "é"\n',
    "\x01",
    "a\x00",
    [1],
    {"x": 1},
]


@pytest.mark.parametrize("field", ["state", "customer.city"])
def test_a_scrub_finds_every_column_that_is_not_as_its_document(db: TinySQLite, field: str) -> None:
    """Each value in the document, beside the column of each: SQLite and Python judge alike."""
    jobs = db.table("jobs")
    outer, _, inner = field.partition(".")
    documents = [{outer: {inner: v} if inner else v} for v in VALUES] + [
        {outer: {}} if inner else {}
    ]
    jobs.insert_multiple(documents)
    assert db.check().ok
    with db._storage.changing() as session:
        layout = session.layout("jobs")
        assert layout is not None
        place = layout.fields.index(layout.field(tuple(field.split("."))))
        right = [layout.values(document)[place] for document in documents]
        column = layout.fields[place].column
    for given in right:
        with db._storage.changing() as session:
            session.db.execute(f"UPDATE {layout.table} SET {column} = ?", (given,))
        wrong = [n for n, each in enumerate(right, start=1) if each != given]
        found = [int(text.split("row ")[1].split(":")[0]) & 0xFFFF for text in db.check().problems]
        assert found == wrong, given


@pytest.mark.parametrize("body", ["{", "no", b'{"state":1}', ""])
def test_a_scrub_finds_a_body_that_is_no_document(db: TinySQLite, body: str | bytes) -> None:
    db.table("jobs").insert({"state": 1})
    with db._storage.changing() as session:
        layout = session.layout("jobs")
        assert layout is not None
        session.db.execute(f"UPDATE {layout.table} SET body = ?", (body,))
    assert len(db.check().problems) == 1


def test_the_log_is_emptied_on_request_and_at_closing(opened: Opener, path: Path) -> None:
    db = opened()
    db.insert_multiple({"n": "x" * 1000} for _ in range(100))
    log = path.with_name("store.db-wal")
    assert log.stat().st_size > 100_000
    assert db.checkpoint()
    assert log.stat().st_size == 0
    db.insert({})
    db.close()
    assert not log.exists()


# --- damage ----------------------------------------------------------------------------------


def many(db: TinySQLite, count: int) -> list[dict[str, Any]]:
    documents = [{"n": n, "text": f"{n:04d}" * 300} for n in range(count)]
    with db.transaction():
        for document in documents:
            db.table("jobs").insert(StoredDocument(document, doc_id=f"J{document['n']}"))
    return documents


def flip_in_the_file(db: TinySQLite, path: Path, trials: int, chance: random.Random) -> None:
    truth = many(db, 60)
    db.close()
    sound = path.read_bytes()
    noticed = 0
    for _ in range(trials):
        path.write_bytes(sound)
        flip(path, chance.randrange(len(sound)), chance.randrange(8))
        try:
            with TinySQLite.open(path, key=KEY) as damaged:
                shown = [damaged.table("jobs").get(doc_id=f"J{n}") for n in range(60)]
                assert shown == truth
                noticed += not damaged.check().ok
        except TinySQLiteError:
            noticed += 1
    path.write_bytes(sound)
    assert noticed == trials


def test_a_flipped_bit_in_the_file_is_never_shown_as_good(opened: Opener, path: Path) -> None:
    flip_in_the_file(opened(), path, 60, random.Random(5))


@pytest.mark.slow
@pytest.mark.parametrize("part", range(4))
def test_thousands_of_flipped_bits_in_the_file_are_never_shown_as_good(
    opened: Opener, path: Path, part: int, soak: Soak
) -> None:
    trials = soak.count(1250)
    flip_in_the_file(opened(), path, trials, soak.chance)
    print(f"part {part}: {trials} flipped bits")


def flip_in_the_log(db: TinySQLite, folder: Path, trials: int, chance: random.Random) -> None:
    db.checkpoint()
    for n in range(40):
        db.table("jobs").insert({"n": n, "text": "x" * 500})
    sound = crashed(db, folder / "crashed")
    log = sound.with_name("store.db-wal")
    data = log.read_bytes()
    noticed: list[bool] = []
    for _ in range(trials):
        log.write_bytes(data)
        flip(log, chance.randrange(len(data)), chance.randrange(8))
        before = contents(sound.parent)
        try:
            TinySQLite.open(sound, key=KEY).close()
        except LostCommitsError as lost:
            noticed.append(lost.found < lost.expected == 40)
        assert contents(sound.parent) == before
    assert noticed == [True] * trials


def test_a_flipped_bit_in_the_log_is_noticed_at_opening(opened: Opener, tmp_path: Path) -> None:
    flip_in_the_log(opened(), tmp_path, 30, random.Random(5))


@pytest.mark.slow
@pytest.mark.parametrize("part", range(4))
def test_thousands_of_flipped_bits_in_the_log_are_noticed_at_opening(
    opened: Opener, tmp_path: Path, part: int, soak: Soak
) -> None:
    trials = soak.count(1250)
    flip_in_the_log(opened(), tmp_path, trials, soak.chance)
    print(f"part {part}: {trials} flipped bits")


def test_a_torn_tail_without_acknowledgement_is_no_damage(opened: Opener, tmp_path: Path) -> None:
    db = opened()
    for n in range(5):
        db.insert({"n": n})
    copy = crashed(db, tmp_path / "crashed")
    with copy.with_name("store.db-wal").open("ab") as log:
        log.write(b"torn" * 700)
    with TinySQLite.open(copy, key=KEY) as survivor:
        assert [doc["n"] for doc in survivor] == list(range(5))


def test_going_on_after_a_loss_is_a_decision(opened: Opener, tmp_path: Path) -> None:
    db = opened()
    for n in range(5):
        db.insert({"n": n})
    copy = crashed(db, tmp_path / "crashed")
    log = copy.with_name("store.db-wal")
    flip(log, log.stat().st_size - 100)
    with pytest.raises(LostCommitsError):
        TinySQLite.open(copy, key=KEY)
    with TinySQLite.open(copy, key=KEY, accept_loss=True) as survivor:
        assert [doc["n"] for doc in survivor] == list(range(4))
    TinySQLite.open(copy, key=KEY).close()


def test_a_missing_or_emptied_file_is_not_taken_for_a_new_store(opened: Opener, path: Path) -> None:
    db = opened()
    db.insert({"n": 1})
    db.close()
    path.write_bytes(b"")
    for _ in range(2):
        with pytest.raises(LostCommitsError):
            TinySQLite.open(path, key=KEY)
        path.unlink(missing_ok=True)
    assert not path.exists()


def test_a_damaged_first_page_is_told_from_a_wrong_key(opened: Opener, path: Path) -> None:
    db = opened()
    db.insert({"n": 1})
    db.close()
    flip(path, 100)
    with pytest.raises(DamagedError):
        TinySQLite.open(path, key=KEY)
    with pytest.raises(WrongKeyError):
        TinySQLite.open(path, key=bytes(32))
    with pytest.raises(WrongKeyError):
        salvage(path, key=bytes(32))
    result = salvage(path, key=KEY)
    assert (result.recovered, result.missing, result.uncertain) == ({"_default": 1}, {}, False)
    with TinySQLite.open(path, key=KEY) as whole:
        assert whole.all() == [{"n": 1}]
        assert whole.check().ok


def test_a_salvage_keeps_what_is_readable_and_names_the_rest(opened: Opener, path: Path) -> None:
    db = opened()
    truth = many(db, 200)
    db.table("events").insert_multiple({"job": f"J{n}", "position": n} for n in range(50))
    db.table("events").remove(doc_ids=[50])
    db.close()
    pages = path.stat().st_size // 4096
    for page in range(pages // 4, pages * 3 // 4, pages // 8):
        flip(path, page * 4096 + 2000)
    damaged = path.read_bytes()

    result = salvage(path, key=KEY)

    assert result.aside.read_bytes() == damaged
    with opened() as db:
        kept = db.table("jobs").all()
        assert kept == [truth[doc["n"]] for doc in kept]
        assert result.recovered["jobs"] == len(kept) > 150
        lost = {f"J{n}" for n in range(200)} - {doc.doc_id for doc in kept}
        assert lost
        assert len(lost) == result.missing["jobs"] or result.uncertain
        assert db.table("events").ordered("position", limit=1) == [{"job": "J0", "position": 0}]
        assert db.table("events").insert({}) == 51
        assert db.check().ok
    assert sorted(p.name for p in path.parent.iterdir()) == [
        "store.db",
        "store.db-commits",
        "store.db.damaged-1",
        "store.db.damaged-1-commits",
    ]


def test_what_a_log_has_after_a_bad_frame_is_kept(opened: Opener, tmp_path: Path) -> None:
    db = opened()
    for n in range(20):
        db.insert({"n": n})
    copy = crashed(db, tmp_path / "crashed")
    log = copy.with_name("store.db-wal")
    flip(log, log.stat().st_size // 2)
    with pytest.raises(LostCommitsError) as caught:
        TinySQLite.open(copy, key=KEY)
    assert caught.value.found < 12
    result = salvage(copy, key=KEY)
    assert (result.commits_lost, result.missing) == (0, {})
    with TinySQLite.open(copy, key=KEY) as survivor:
        assert [doc["n"] for doc in survivor] == list(range(20))


def test_commits_that_are_in_no_file_any_more_are_counted(opened: Opener, tmp_path: Path) -> None:
    db = opened()
    for n in range(20):
        db.insert({"n": n})
    copy = crashed(db, tmp_path / "crashed")
    log = copy.with_name("store.db-wal")
    with log.open("rb+") as file:
        file.truncate(log.stat().st_size // 2)
    result = salvage(copy, key=KEY)
    assert result.commits_lost
    with TinySQLite.open(copy, key=KEY) as survivor:
        assert [doc["n"] for doc in survivor] == list(range(20 - result.commits_lost))
