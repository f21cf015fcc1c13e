"""What an earlier check found right is not folded again, and everything else is."""

from pathlib import Path
from typing import Any

import pytest

from fieldkit.services.home.upkeep import scrub
from fieldkit.services.jobs import job_commands
from fieldkit.store.care.found_right import FoundRight, program
from fieldkit.store.home.home import Home
from fieldkit.store.tinysqlite.reading import StoredDocument
from tests.store.homes import new_home, one_job, opened

KEY, PROGRAM = bytes(32), b"a program"
EVENTS = [("e1", b"applied", b"1", "hash of e1"), ("e2", b"applied", None, "hash of e2")]


def _kept(file: Path) -> bytes:
    """The mark of a record that is kept in a file as right."""
    right = FoundRight(file, KEY, PROGRAM)
    mark = right.mark("r", {"job": "{}"}, EVENTS)
    right.add(mark)
    right.save()
    return mark


@pytest.mark.parametrize(
    "other",
    [
        {"record": "s"},
        {"texts": {"job": "{ }"}},
        {"texts": {"job": None}},
        {"texts": {"customer": "{}"}},
        {"texts": {"job": "{}", "customer": None}},
        {"events": EVENTS[::-1]},
        {"events": EVENTS[:1]},
        {"events": [EVENTS[0], ("e2", b"rejected", None, "hash of e2")]},
        {"events": [EVENTS[0], ("e2", b"applied", b"2", "hash of e2")]},
        {"events": [EVENTS[0], ("e2", b"applied", None, "hash of another")]},
        {"events": [EVENTS[0], ("e3", b"applied", None, "hash of e2")]},
    ],
)
def test_whatever_differs_makes_another_mark(tmp_path: Path, other: dict[str, Any]) -> None:
    mark = _kept(tmp_path / "file")
    again = FoundRight(tmp_path / "file", KEY, PROGRAM)
    same: dict[str, Any] = {"record": "r", "texts": {"job": "{}"}, "events": EVENTS}
    assert again.mark(**same) == mark
    assert mark in again
    assert again.mark(**same | other) not in again


def test_the_marks_of_another_program_or_key_or_a_damaged_file_are_none(tmp_path: Path) -> None:
    file = tmp_path / "file"
    _kept(file)
    for key, program_ in ((KEY, b"another"), (bytes([1] * 32), PROGRAM)):
        found = FoundRight(file, key, program_)
        assert found.mark("r", {"job": "{}"}, EVENTS) not in found
    whole = file.read_bytes()
    for harmed in (whole[:-1], whole[:40], b"", bytes([whole[0] ^ 1]) + whole[1:]):
        file.write_bytes(harmed)
        found = FoundRight(file, KEY, PROGRAM)
        assert found.mark("r", {"job": "{}"}, EVENTS) not in found
    assert program() == program() != b""


def _marks(home: Home, key: bytes) -> FoundRight:
    return FoundRight(home.found_right, key, program())


def test_a_check_keeps_what_is_right_and_nothing_that_is_wrong(tmp_path: Path) -> None:
    home = new_home(tmp_path / "home")
    with opened(home) as session:
        job = one_job(session)
        assert scrub(session).ok
        first = home.found_right.read_bytes()
        assert scrub(session).ok
        assert home.found_right.read_bytes() == first  # nothing is written where nothing is new
        job_commands.do_step(session, job.id, "note", {"text": "seen"})
        assert scrub(session).ok
        assert home.found_right.read_bytes() != first

        jobs = session.store.db.table("jobs")
        (right,) = jobs.all()
        jobs.put(StoredDocument(dict(right) | {"number": "X"}, doc_id=right.doc_id))
        for _ in range(2):  # the second finds it as the first did
            assert [one.key for one in scrub(session).troubles] == ["document"]
        jobs.put(StoredDocument(dict(right), doc_id=right.doc_id))
        assert scrub(session).ok

        home.found_right.write_bytes(b"damaged")
        assert scrub(session).ok
        assert len(home.found_right.read_bytes()) == len(first)


def test_an_event_changed_in_a_record_that_was_right_is_found(tmp_path: Path) -> None:
    """Each event of a job in turn, by its bytes, its status and its position."""
    with opened(new_home(tmp_path / "home")) as session:
        job = one_job(session)
        for text in ("one", "two"):
            job_commands.do_step(session, job.id, "note", {"text": text})
        assert scrub(session).ok
        table = session.store.db.table("events")
        rows = [each for each in table if each["record"] == job.id]
        assert len(rows) == 3
        for row in rows:
            raw = row["raw"]
            for harm in (
                {"raw": raw.replace('"data"', '"date"')},
                {"raw": raw[:-1]},
                {"status": "rejected"},
                {"type": "customer.registered", "raw": raw.replace('"data"', '"date"')},
            ):
                table.put(StoredDocument(dict(row) | harm, doc_id=row.doc_id))
                assert not scrub(session).ok, harm
                table.put(row)
                assert scrub(session).ok
