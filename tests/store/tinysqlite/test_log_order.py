"""Frames of the log that lie in another order than they were written in."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import apsw
import pytest

from fieldkit.store.tinysqlite import Salvaged, StoredDocument, TinySQLite, salvage

from .conftest import KEY, Opener
from .test_care import crashed

HEAD, FRAME = 32, 24 + 4096
COMMITS = 6


def _frames(log: bytes) -> list[bytes]:
    return [log[at : at + FRAME] for at in range(HEAD, len(log) - FRAME + 1, FRAME)]


def _swapped(one: int, other: int) -> Callable[[list[bytes]], None]:
    def act(frames: list[bytes]) -> None:
        frames[one], frames[other] = frames[other], frames[one]

    return act


def _copied(source: int, target: int) -> Callable[[list[bytes]], None]:
    def act(frames: list[bytes]) -> None:
        frames[target] = frames[source]

    return act


@pytest.fixture(name="store")
def _store(opened: Opener, tmp_path: Path) -> Path:
    """Documents that each of some commits in the log has changed; behind its frames lie those of
    an earlier log, in which the documents were older."""
    db = opened()
    for number in range(-COMMITS, 0):
        _commit(db, number)
    other = db._storage.file.connect(read_only=False)
    other.db.wal_checkpoint(mode=apsw.SQLITE_CHECKPOINT_RESTART)  # the log keeps its size
    other.close()
    for number in range(COMMITS // 2):
        _commit(db, number)
    return crashed(db, tmp_path / "crashed")


def _commit(db: TinySQLite, number: int) -> None:
    with db.transaction():
        for name in ("a", "b"):
            db.table("t").put(StoredDocument({"at": number, "text": "x" * 3000}, doc_id=name))


def _salvaged(store: Path, harm: Callable[[list[bytes]], None]) -> tuple[Salvaged, dict[str, int]]:
    log = Path(f"{store}-wal")
    content = log.read_bytes()
    frames = _frames(content)
    harm(frames)
    log.write_bytes(content[:HEAD] + b"".join(frames))
    found = salvage(store, key=KEY)
    with TinySQLite.open(store, key=KEY) as db:
        assert db.check().ok
        return found, {str(row.doc_id): row["at"] for row in db.table("t")}


def _live(store: Path) -> int:
    """How many frames are of this log."""
    content = Path(f"{store}-wal").read_bytes()
    return sum(frame[8:16] == content[16:24] for frame in _frames(content))


def test_frames_that_were_exchanged_lose_nothing(store: Path, tmp_path: Path) -> None:
    """Some, also with those that an earlier log has left behind the end."""
    last = {"a": COMMITS // 2 - 1, "b": COMMITS // 2 - 1}
    content = {name: Path(f"{store}{name}").read_bytes() for name in ("", "-wal", "-commits")}
    live, every = _live(store), len(_frames(content["-wal"]))
    assert live < every
    for one, other in [(0, 1), (0, live - 1), (2, 5), (3, 4), (0, live), (4, every - 1)]:
        copy = tmp_path / f"{one}-{other}.db"
        for name, data in content.items():
            Path(f"{copy}{name}").write_bytes(data)
        found, kept = _salvaged(copy, _swapped(one, other))
        assert (kept, found.commits_lost) == (last, 0), (one, other)
        assert not found.missing
        assert other >= live or not found.uncertain, (one, other)


def test_an_older_frame_never_wins_over_a_newer_one(store: Path, tmp_path: Path) -> None:
    """A frame lies where a newer one has been: what that held is as it was before, and it is told
    that it is not certain."""
    content = {name: Path(f"{store}{name}").read_bytes() for name in ("", "-wal", "-commits")}
    live, every = _live(store), len(_frames(content["-wal"]))
    for target in range(live):
        for source in {0, live - 2, every - 1} - {target}:
            copy = tmp_path / f"{source}-{target}.db"
            for name, data in content.items():
                Path(f"{copy}{name}").write_bytes(data)
            found, kept = _salvaged(copy, _copied(source, target))
            assert found.uncertain, (source, target)
            assert kept.keys() == {"a", "b"}
            assert min(kept.values()) >= COMMITS // 2 - 2, (source, target, kept)
