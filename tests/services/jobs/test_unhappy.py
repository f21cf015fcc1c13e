"""An unhappy customer and a technician who needs help are heard of at once, and by others."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from fieldkit.cli.app import run
from fieldkit.domain.complaints.steps import routing
from fieldkit.domain.core.errors import Refused
from fieldkit.domain.core.event import RecordKind
from fieldkit.domain.due_dates import complaint_duties, job_duties
from fieldkit.domain.job.model import Job
from fieldkit.domain.records.follow_up import FollowUp
from fieldkit.i18n import LANGS, say_error
from fieldkit.services.day.follow_ups import finish_follow_up
from fieldkit.services.day.today import due_calls
from fieldkit.services.home.session import Session
from fieldkit.services.jobs import complaints, job_commands
from fieldkit.services.jobs.blockers import list_blockers
from tests.services.homes import home_at
from tests.services.jobs.test_product_gone import MOTOR, TECHNICIAN, bought, finish, visited

SCORES = {"attitude": 1, "skill": 4, "punctuality": 2, "service_item": 5}
WORDS = "He came two hours late and shouted."


@pytest.fixture(name="session")
def _session(tmp_path: Path) -> Iterator[Session]:
    with home_at(tmp_path, "2026-11-05 09:00") as opened:
        yield opened


def _surveyed(session: Session, **card: object) -> Job:
    job = visited(session, bought(session, purchase_date="2026-03-01"), MOTOR)
    return finish(
        session, job, repair={"work_done": "x"}, enter_card={}, sign={"consent": True},
        survey={**SCORES, **card},
    )  # fmt: skip


def test_the_complaint_carries_scores_and_words_and_is_routed(session: Session) -> None:
    job = _surveyed(session, suggestions=WORDS)
    [row] = complaints.list_complaints(session)
    assert (row.text, row.complaint_class, row.department) == (WORDS, "service", "after_sales")
    found = complaints.complaint(session, row.id)
    assert found.recorded is not None
    assert found.recorded.scores == SCORES
    assert (found.recorded.cause, found.recorded.channel) == ("staff", "survey")
    assert routing(found) is not None
    kinds = {duty.kind for duty in complaint_duties(found, session.clock())}
    assert kinds == {"reply", "solve"}
    with pytest.raises(Refused, match="complained_about"):
        complaints.do_complaint_step(session, row.id, "judged", {"founded": False, "answer": "no"})
    assert job.technician == TECHNICIAN


def test_without_words_the_scores_speak(session: Session) -> None:
    _surveyed(session)
    assert [row.text for row in complaints.list_complaints(session)] == ["1/5 · 4/5 · 2/5 · 5/5"]


def test_who_was_scored_does_not_call(session: Session) -> None:
    _surveyed(session, suggestions=WORDS)
    rows = session.store.ledger.rows(RecordKind.FOLLOW_UP)
    calls = [FollowUp.model_validate(row) for row in rows]
    [call] = [one for one in calls if one.planned and one.planned.reason == "recovery_call"]
    assert call.planned is not None
    assert (call.planned.assigned_to, call.planned.not_by) == ("outlet", TECHNICIAN)
    assert "recovery_call" not in [one.reason for one in due_calls(session)]
    with pytest.raises(Refused, match="call_about_you") as caught:
        finish_follow_up(session, call.id, {"outcome": "satisfied"})
    for lang in LANGS:
        assert "call_about_you" not in say_error(caught.value, lang)


def test_the_outlet_must_know_of_the_card_within_24_hours(
    session: Session, capsys: pytest.CaptureFixture[str]
) -> None:
    job = _surveyed(session, suggestions=WORDS)
    assert job.survey is not None
    assert job.survey.stamp is not None
    [duty] = [one for one in job_duties(job, session.clock()) if one.kind == "escalation"]
    assert (duty.level, duty.who) == ("L1", "outlet")
    assert duty.due == job.survey.stamp.at + timedelta(hours=24)
    home = str(session.store.home.folder)
    session.close()
    assert run(["--home", home, "job", "show", job.number]) == 0
    assert "^ L1" in capsys.readouterr().out


def test_a_request_for_help_is_on_the_lists_at_once(session: Session) -> None:
    job = visited(session, bought(session, purchase_date="2026-03-01"), MOTOR)
    asked = {"question": "Nobody here knows.", "cannot_solve": True}
    job = job_commands.do_step(session, job.id, "ask_help", asked)
    [row] = list_blockers(session)
    assert (row.what.help, row.what.text, row.open) == (True, "Nobody here knows.", True)
    duties = {(one.kind, one.level, one.who) for one in job_duties(job, session.clock())}
    assert {("help", "", ""), ("escalation", "L3", "executives")} <= duties
    job = job_commands.do_step(session, job.id, "decide", {})
    kinds = [one.kind for one in job_duties(job, session.clock()) if one.level == "L3"]
    assert kinds == ["escalation"]
    job = job_commands.do_step(session, job.id, "resolve_blocker", {"how": "Told how."})
    assert not list_blockers(session)[0].open
    assert "help" not in [one.kind for one in job_duties(job, session.clock())]
