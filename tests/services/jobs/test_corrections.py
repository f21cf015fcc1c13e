"""A correction keeps who did a step and when: the van, guarantees, the list, the technician and
the papers go by the first, and who corrected what stands beside it."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from fieldkit.cli.print_job import job_lines
from fieldkit.documents.make_paper import build_paper
from fieldkit.documents.model import PaperKind
from fieldkit.documents.shared_sections import Basis
from fieldkit.domain.core.event import Act
from fieldkit.domain.job.filled_values import signed_digest, superseded
from fieldkit.domain.job.model import Job
from fieldkit.i18n import Lang
from fieldkit.services.home.session import Session
from fieldkit.services.jobs import job_commands, records, van
from fieldkit.store.care.retention import archive_closed
from fieldkit.store.home import keys
from fieldkit.store.records.migrations import SCHEMA
from fieldkit.store.tinysqlite import TinySQLite
from fieldkit.tui.screens.job.job_details import Details
from tests.services.homes import TECHNICIAN, home_at
from tests.store.homes import acknowledge, opened

HALL, COLLEAGUE = "P-HAL", "高梅"


@pytest.fixture(name="session")
def _session(tmp_path: Path) -> Iterator[Session]:
    with home_at(tmp_path, "2026-05-30 09:00") as session:
        van.load_van(session, {"parts": [{"part": HALL, "quantity": 5}]})
        yield session


def _on(session: Session, moment: str) -> None:
    now = datetime.fromisoformat(f"{moment}:00+08:00")
    session.clock = lambda: now


def _later(session: Session) -> None:
    now = session.clock() + timedelta(minutes=5)
    session.clock = lambda: now


def _do(session: Session, job: str, *steps: tuple[str, dict[str, Any]]) -> Job:
    for key, values in steps:
        _later(session)
        suggested = job_commands.form_values(session, job_commands.job(session, job), key)
        job_commands.do_step(session, job, key, suggested | values)
    return job_commands.job(session, job)


def _arrived(session: Session, serial: str = "C24-2604-00001") -> str:
    buyer = records.register_customer(session, {"name": "何青禾", "phone": "000-0000-0101"})
    bike = {"serial": serial, "model": "QL-C24", "purchase_date": "2026-05-01"}
    records.register_product(session, {"serial_confirmed": True, "customer": buyer.id, **bike})
    job = job_commands.register_job(session, {"symptom": "x"}, buyer.id, serial).id
    day = session.today.isoformat()
    _do(session, job, ("dispatch", {"technician": TECHNICIAN}), ("appoint", {"on": day}),
        ("arrive", {"distance_km": 4}))  # fmt: skip
    return job


def _repaired(session: Session, serial: str = "C24-2604-00001") -> str:
    job = _arrived(session, serial)
    line = {"component": "motor_hall_bearing", "part": HALL, "cause": "manufacturing"}
    _do(session, job, ("diagnose", {"lines": [line]}), ("decide", {}),
        ("repair", {"work_done": "fitted", "parts": [{"part": HALL}]}))  # fmt: skip
    return job


def _there(session: Session) -> int:
    return van.stock(session)[HALL].on_board


def test_a_count_of_the_van_stands_when_the_repair_before_it_is_corrected(session: Session) -> None:
    job = _repaired(session)
    _later(session)
    van.count_part(session, {"part": HALL, "quantity": 4})
    _later(session)
    job_commands.amend_step(session, job, "repair", {"work_done": "fitted and tested"})
    assert _there(session) == 4


def test_an_undo_after_a_count_puts_the_parts_back_and_doing_it_again_takes_them(
    session: Session,
) -> None:
    job = _repaired(session)
    _later(session)
    van.count_part(session, {"part": HALL, "quantity": 3})
    _later(session)
    job_commands.undo_step(session, job)
    assert _there(session) == 4
    _do(session, job, ("repair", {"work_done": "fitted", "parts": [{"part": HALL}]}))
    assert _there(session) == 3
    _later(session)
    van.count_part(session, {"part": HALL, "quantity": 3})  # what was undone is over
    assert _there(session) == 3


def test_a_guarantee_runs_from_the_repair_and_not_from_its_correction(session: Session) -> None:
    job = _repaired(session)
    _on(session, "2026-06-13 10:00")
    job_commands.amend_step(session, job, "repair", {"work_done": "fitted and tested"})
    _do(session, job, ("enter_card", {}), ("sign", {"name": "He", "consent": True}),
        ("survey", {"declined": True}), ("complete", {}))  # fmt: skip
    (entry,) = records.product(session, "C24-2604-00001").history
    assert entry.on.isoformat() == "2026-05-30"


def test_a_colleague_who_corrects_the_distance_does_not_become_the_technician(
    session: Session,
) -> None:
    job = _arrived(session)
    session.store.set("person", COLLEAGUE)
    _later(session)
    changed = job_commands.amend_step(session, job, "arrival", {"distance_km": 6})
    assert changed.technician == TECHNICIAN
    assert changed.arrival is not None
    assert changed.arrival.distance_km == 6
    assert [(row.technician) for row in job_commands.list_jobs(session)] == [TECHNICIAN]


def test_after_carrying_forward_a_correction_does_not_stand_in_the_way_of_a_second_visit(
    session: Session,
) -> None:
    job = _arrived(session)
    _do(session, job, ("carry_forward", {"reason": "no part", "until": "2026-06-02"}))
    _later(session)
    job_commands.amend_step(session, job, "arrival", {"distance_km": 6})
    job_commands.amend_step(session, job, "appointment", {"fault_confirmed": "still dead"})
    (row,) = job_commands.list_jobs(session)
    assert row.appointment == "2026-06-02 09:00"
    _on(session, "2026-06-02 09:30")
    second = _do(session, job, ("arrive", {}))
    assert second.arrival is not None
    assert second.arrival.stamp is not None
    assert second.arrival.stamp.at.date().isoformat() == "2026-06-02"


@pytest.mark.parametrize(
    ("lang", "said"),
    [
        ("en", f"{COLLEAGUE} · Arrive: Distance one way (km): 4 → 6"),
        ("zh", f"{COLLEAGUE} · 到达现场：单程距离（公里）：4 → 6"),
    ],
)
def test_a_correction_stands_beside_the_step_in_the_job_and_on_the_report(
    session: Session, lang: Lang, said: str
) -> None:
    job = _arrived(session)
    session.store.set("person", COLLEAGUE)
    _on(session, "2026-06-13 10:00")
    changed = job_commands.amend_step(session, job, "arrival", {"distance_km": 6})
    session.store.set("person", TECHNICIAN)
    line = {"component": "motor_hall_bearing", "part": HALL, "cause": "manufacturing"}
    changed = _do(session, job, ("diagnose", {"lines": [line]}), ("decide", {}))
    (kept,) = changed.corrections
    assert (kept.step, kept.before, kept.changes) == (
        "arrival", {"distance_km": 4}, {"distance_km": 6},
    )  # fmt: skip
    shown = "\n".join(job_lines(changed, session.catalogue, lang))
    details = Details(changed, session.catalogue, lang).lines(200)
    drawn = "\n".join("".join(text for text, _ in line) for line in details)
    paper = build_paper(PaperKind.REPORT, Basis(changed, session.catalogue, lang))
    for text in (shown, drawn, "\n".join(paper.texts())):
        assert said in text


def test_a_correction_that_is_taken_back_is_not_listed_any_more(session: Session) -> None:
    job = _arrived(session)
    _later(session)
    job_commands.amend_step(session, job, "arrival", {"distance_km": 6})
    _later(session)
    undone = job_commands.undo_step(session, job)
    assert undone.corrections == ()
    assert undone.arrival is not None
    assert undone.arrival.distance_km == 4


def test_what_was_signed_after_an_old_correction_is_still_what_was_signed(session: Session) -> None:
    """An older program bound the signature to the stamp of the correction."""
    job = _repaired(session)
    _later(session)
    job_commands.amend_step(session, job, "repair", {"work_done": "fitted and tested"})
    _do(session, job, ("enter_card", {}))
    current = job_commands.job(session, job)
    repair, stamp = current.repair, current.corrections[0].stamp
    assert repair is not None
    then = current.model_copy(update={"repair": repair.model_copy(update={"stamp": stamp})})
    data = {"name": "He", "consent": True, "digest": signed_digest(then)}
    session.store.ledger.commit([Act(record=job, type="job.signed", data=data)], session.author())
    assert not superseded(job_commands.job(session, job))
    job_commands.amend_step(session, job, "repair", {"work_done": "something else"})
    assert superseded(job_commands.job(session, job))


def test_documents_that_an_older_program_folded_are_made_anew_at_opening(tmp_path: Path) -> None:
    """In the store and in the archive."""
    with home_at(tmp_path, "2026-05-30 09:00") as session:
        van.load_van(session, {"parts": [{"part": HALL, "quantity": 5}]})
        kept, closed = _repaired(session), _repaired(session, "C24-2604-00002")
        for job in (kept, closed):
            _later(session)
            job_commands.amend_step(session, job, "repair", {"work_done": "fitted and tested"})
        _do(session, closed, ("cancel", {"reason": "sold"}))
        acknowledge(session)
        assert archive_closed(session.store, datetime.fromisoformat("2026-06-30T00:00+08:00")) == 1
        home = session.store.home
    for file in (home.store, home.archive):
        db = TinySQLite.open(file, key=keys.unlock(home.folder), schema=SCHEMA)
        with db, db.transaction():
            db.table("jobs").update({"corrections": [], "repair": {"work_done": "x"}})
            db.schema = 3
    with opened(home) as session:
        for job in (kept, closed):
            found = job_commands.job(session, job)
            assert found.corrections
            assert found.repair is not None
            assert found.repair.stamp is not None
            assert found.repair.stamp.at.date().isoformat() == "2026-05-30"
        assert session.store.archive.job(closed) is not None
    with opened(home) as session:  # only once
        assert session.store.db.schema == SCHEMA
