"""The eight steps of a complaint: their order, who may do them, what an unfounded one skips."""

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from fieldkit.domain.complaints.model import COMPLAINT_STEPS, Complaint
from fieldkit.domain.core.errors import BadInput, NotFound, Refused
from fieldkit.i18n import LANGS, say_error
from fieldkit.services.home.session import Session
from fieldkit.services.jobs import complaints, job_commands, records
from tests.services.homes import TECHNICIAN, home_at

FORMS: dict[str, dict[str, Any]] = {
    "judged": {"founded": True},
    "assigned": {},
    "investigated": {"findings": "Came two hours late."},
    "proposed": {"solution": "An apology and a voucher."},
    "told": {"reaction": "Accepts."},
    "settled": {"outcome": "Talked it over with the technician."},
    "improved": {"improvement": "Call when late."},
}


@pytest.fixture
def session(tmp_path: Path) -> Iterator[Session]:
    with home_at(tmp_path, "2026-11-05 09:00") as opened:
        yield opened


def _complaint(session: Session, **more: Any) -> Complaint:
    values = {"text": "Rude and late.", "complaint_class": "service", "cause": "other"}
    return complaints.record_complaint(session, values | more)


def _job(session: Session) -> str:
    buyer = records.register_customer(session, {"name": "何青禾", "phone": "000-0000-0101"})
    bike = {"serial": "C24-2512-00001", "model": "QL-C24", "customer": buyer.id}
    records.register_product(session, bike | {"serial_confirmed": True})
    job = job_commands.register_job(session, {"symptom": "x"}, buyer.id, bike["serial"])
    job_commands.do_step(session, job.id, "dispatch", {"technician": TECHNICIAN})
    return job.id


def _refusal(session: Session, record: str, step: str, values: dict[str, Any]) -> str:
    with pytest.raises(Refused) as caught:
        complaints.do_complaint_step(session, record, step, values)
    for lang in LANGS:
        assert not say_error(caught.value, lang).startswith("[")
        assert "{" not in say_error(caught.value, lang)
    return caught.value.reason.key


def test_a_founded_complaint_goes_through_all_eight_steps(session: Session) -> None:
    record = _complaint(session).id
    for step in COMPLAINT_STEPS[1:]:
        assert complaints.list_complaints(session)[0].next_step == step
        complaints.do_complaint_step(session, record, step, FORMS[step])
    done = complaints.complaint(session, record)
    assert all(getattr(done, step) for step in COMPLAINT_STEPS)
    assert complaints.list_complaints(session)[0].next_step is None


@pytest.mark.parametrize("step", COMPLAINT_STEPS[2:])
def test_no_step_is_skipped(session: Session, step: str) -> None:
    record = _complaint(session).id
    assert _refusal(session, record, step, FORMS[step]) == "needs_complaint_step"


def test_no_step_is_done_twice_and_none_is_invented(session: Session) -> None:
    record = _complaint(session).id
    complaints.do_complaint_step(session, record, "judged", FORMS["judged"])
    assert _refusal(session, record, "judged", FORMS["judged"]) == "already_done"
    assert _refusal(session, record, "recorded", {"text": "x"}) == "already_done"
    assert _refusal(session, record, "forgotten", {}) == "unknown_step"


def test_an_unfounded_complaint_is_answered_with_reasons_and_that_is_all(
    session: Session,
) -> None:
    record = _complaint(session).id
    with pytest.raises(BadInput) as caught:
        complaints.do_complaint_step(session, record, "judged", {"founded": False})
    assert [problem.path for problem in caught.value.problems] == ["answer"]
    answer = {"founded": False, "answer": "The visit was on time by the record."}
    complaints.do_complaint_step(session, record, "judged", answer)
    for step in ("assigned", "investigated", "proposed", "settled", "improved"):
        assert _refusal(session, record, step, FORMS[step]) == "complaint_unfounded"
    complaints.do_complaint_step(session, record, "told", FORMS["told"])
    assert complaints.list_complaints(session)[0].next_step is None


def test_the_rules_say_department_grade_and_first_answer(session: Session) -> None:
    complaint = _complaint(session, complaint_class="product_quality", cause="transport")
    (row,) = complaints.list_complaints(session)
    assert (row.department, row.grade) == ("freight", "general")
    assert row.due == datetime.fromisoformat("2026-11-06T09:00:00+08:00")
    complaints.do_complaint_step(session, complaint.id, "judged", FORMS["judged"])
    after = complaints.do_complaint_step(session, complaint.id, "assigned", {"person": "货运组"})
    assert after.judged
    assert after.judged.grade == "general"
    assert after.assigned
    assert after.assigned.department == "freight"


def test_who_is_complained_about_never_handles_it(session: Session) -> None:
    record = _complaint(session, job=_job(session), cause="staff").id
    assert _refusal(session, record, "judged", FORMS["judged"]) == "complained_about"
    session.store.set("person", "顾远山")
    complaints.do_complaint_step(session, record, "judged", FORMS["judged"])
    given = {"person": TECHNICIAN}
    assert _refusal(session, record, "assigned", given) == "complained_about"
    complaints.do_complaint_step(session, record, "assigned", {"person": "林小满"})


def test_a_complaint_about_a_job_knows_its_customer(session: Session) -> None:
    job = _job(session)
    complaint = _complaint(session, job=job)
    assert complaint.recorded
    owner = job_commands.job(session, job).customer
    assert owner
    assert complaint.recorded.customer == owner.id


def test_the_most_urgent_open_complaint_comes_first(session: Session) -> None:
    general = _complaint(session).id
    major = _complaint(session, threat_to_publish=True).id
    finished = _complaint(session, threat_to_authority=True).id
    answer = {"founded": False, "answer": "No."}
    complaints.do_complaint_step(session, finished, "judged", answer)
    complaints.do_complaint_step(session, finished, "told", {})
    assert [row.id for row in complaints.list_complaints(session)] == [major, general, finished]


def test_unknown_complaints_and_customers_are_not_found(session: Session) -> None:
    with pytest.raises(NotFound):
        complaints.complaint(session, "nobody")
    with pytest.raises(NotFound):
        _complaint(session, customer="nobody")
