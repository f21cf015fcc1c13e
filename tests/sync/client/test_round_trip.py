"""What one laptop records, the office and the other laptops have too, once."""

import pytest

from fieldkit.domain.core.event import Act, Role
from fieldkit.domain.records.van import van_id
from fieldkit.office.desk.desk import dispatch, list_jobs, read_record
from fieldkit.office.devices.enrol import create_enrolment
from fieldkit.sync.client.transport import Reply, Request
from fieldkit.sync.errors import SyncFault
from tests.office.history import read_history
from tests.sync.exchange import World, completed, customer, job, note, product


def test_documents_are_equal_on_all_sides(here: World) -> None:
    desk = here.laptop("mei", Role.DESK)
    anna = here.laptop("anna")
    card = customer()
    bike = product("SN1", card.record)
    request = job("SN1", card.record)
    desk.act(card, bike, request, note(request.record, "call first"))
    report = desk.sync(here.wire)
    assert (report.sent, report.applied, report.unsent, report.clean) == (4, 4, 0, True)

    dispatch(here.office, request.record, "anna", by="mei")
    assert anna.sync(here.wire).received == 5
    anna.act(note(request.record, "on my way"), completed(request.record))
    anna.sync(here.wire)
    desk.sync(here.wire)

    assert anna.documents() == desk.documents()
    assert set(anna.documents()) == {card.record, "SN1", request.record}
    at_office = read_record(here.office, "job", request.record)
    assert (
        at_office.model_dump(mode="json", exclude_defaults=True)
        == (anna.documents()[request.record])
    )
    assert anna.documents()[request.record]["status"] == "submitted"
    assert [found.id for found in list_jobs(here.office, "anna", "submitted")] == [request.record]


def test_a_completed_job_is_submitted_by_the_office_on_its_own_day(here: World) -> None:
    anna = here.laptop("anna")
    request = job()
    anna.act(request, completed(request.record))
    here.clock.move(days=1)
    report = anna.sync(here.wire)
    assert report.received == 1
    last = read_history(here.office, "job", request.record)[-1]
    assert (last.type, last.device, last.data) == (
        "job.submitted", "office", {"received_on": "2026-03-03"},
    )  # fmt: skip


def test_a_job_with_attachments_that_have_not_come_is_not_submitted(here: World) -> None:
    anna = here.laptop("anna")
    request = job()
    done = completed(request.record)
    anna.act(request, done.model_copy(update={"data": {"attachments": ["0" * 64]}}))
    anna.sync(here.wire)
    assert anna.documents()[request.record]["status"] == "completed"


def test_nothing_to_do_is_one_request(here: World) -> None:
    anna = here.laptop("anna")
    anna.act(job())
    anna.sync(here.wire)
    here.wire.requests.clear()
    report = anna.sync(here.wire)
    assert [request.path for request in here.wire.requests] == ["/v1/sync"]
    assert report.clean
    assert report.sent == report.received == 0


def test_what_was_recorded_before_the_enrolment_is_sent_after_it(here: World) -> None:
    anna = here.laptop("anna", enrolled=False)
    request = job()
    anna.act(request)
    with pytest.raises(SyncFault, match="not_enrolled"):
        anna.sync(here.wire)
    anna.enrol(here.wire, create_enrolment(here.office, "anna", Role.TECHNICIAN))
    assert anna.sync(here.wire).applied == 1


def test_the_office_may_restart_between_any_two_requests(here: World) -> None:
    anna = here.laptop("anna")
    request = job()
    anna.act(request, *(note(request.record, str(number)) for number in range(5)))

    def restarting(asked: Request) -> Reply:
        here.restart()
        return here.wire(asked)

    anna.sync(restarting)
    assert len(read_history(here.office, "job", request.record)) == 6


def test_two_laptops_work_on_one_job_in_turns(here: World) -> None:
    anna, bert = here.laptop("anna"), here.laptop("bert")
    request = job()
    anna.act(request)
    anna.sync(here.wire)
    dispatch(here.office, request.record, "bert")
    bert.sync(here.wire)
    anna.act(note(request.record, "from anna"))
    bert.act(note(request.record, "from bert"), completed(request.record))
    for laptop in (bert, anna, bert):
        laptop.sync(here.wire)
    assert anna.documents() == bert.documents()
    texts = [noted["text"] for noted in anna.documents()[request.record]["notes"]]
    assert texts == ["from bert", "from anna"]


def test_a_van_that_was_loaded_is_known_at_the_office_and_on_her_next_laptop(here: World) -> None:
    anna = here.laptop("anna")
    load = {"person": "anna", "parts": [{"part": "P-HAL", "quantity": 2}]}
    anna.act(Act(record=van_id("anna"), type="van.loaded", data=load))
    anna.sync(here.wire)
    second, ben = here.laptop("anna", name="second"), here.laptop("ben")
    second.sync(here.wire)
    ben.sync(here.wire)
    assert second.documents() == anna.documents()
    assert second.documents()[van_id("anna")]["shelves"]["P-HAL"]["quantity"] == 2
    assert ben.documents() == {}
    assert read_record(here.office, "van", van_id("anna")).id == van_id("anna")
