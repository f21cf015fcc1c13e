"""What is due is computed from what laptops sent, on the office's own clock."""

from datetime import timedelta

import pytest

from fieldkit.domain.core.decision import Escalation
from fieldkit.domain.core.errors import Refused
from fieldkit.domain.core.event import Act
from fieldkit.office.desk.complaints import list_complaints
from fieldkit.office.desk.desk import do_step, list_hold_ups
from fieldkit.office.desk.escalations import DueItem, list_due, mark_notified
from tests.domain.build import Walk, decision, verdict
from tests.office.desk.test_conflicts import act, at_office
from tests.office.trade import shipped_trade
from tests.sync.client.test_send_attachments import with_photo
from tests.sync.exchange import Clock, Laptop, World, completed, job

MUST_KNOW = (
    Escalation(level="E", department="emergency_services", due="at_once"),
    Escalation(level="L1", department="outlet", due="24h"),
)


@pytest.fixture(name="anna")
def _anna(here: World) -> Laptop:
    """Her clock is an hour behind: only the office's own decides what is late."""
    anna = here.laptop("anna")
    anna.clock = Clock(here.clock() - timedelta(hours=1))
    return anna


@pytest.fixture(name="urgent")
def _urgent(here: World, anna: Laptop) -> str:
    request = job(number="260302-TEST")
    found = decision(verdict()).model_copy(update={"escalations": MUST_KNOW})
    decided = act(request.record, "decided", decision=found.model_dump(mode="json"))
    anna.act(request, decided)
    anna.sync(here.wire)
    return request.record


def due(here: World) -> dict[str, DueItem]:
    return {item.duty.who: item for item in list_due(here.office)}


def test_an_escalation_is_due_from_the_decision_on(here: World, urgent: str) -> None:
    found = due(here)
    assert found["emergency_services"].overdue
    assert not found["outlet"].overdue
    here.clock.move(hours=24)
    assert due(here)["outlet"].overdue


def test_told_once_it_is_off_the_list_and_a_closed_job_keeps_the_rest(
    here: World, anna: Laptop, urgent: str
) -> None:
    anna.act(completed(urgent))
    anna.sync(here.wire)
    mark_notified(here.office, "260302-TEST", "E", "emergency_services", "by telephone", by="chen")
    assert set(due(here)) == {"outlet"}
    assert at_office(here, urgent).told[0].note == "by telephone"
    with pytest.raises(Refused, match="nothing_to_tell"):
        mark_notified(here.office, urgent, "E", "emergency_services")
    anna.sync(here.wire)
    assert len(anna.documents()[urgent]["told"]) == 1


def test_a_promise_that_was_not_kept_is_overdue_until_it_is_moved(
    here: World, anna: Laptop
) -> None:
    request = job(number="260302-TEST")
    receipt = {"reason": "part", "condition": "good", "promised_on": "2026-03-03"}
    anna.act(request, act(request.record, "taken_in", **receipt))
    anna.sync(here.wire)
    (item,) = list_due(here.office)
    assert (item.duty.kind, item.number, item.overdue) == ("promise", "260302-TEST", False)
    here.clock.move(days=2)
    assert list_due(here.office)[0].overdue
    moved = {"promised_on": "2026-03-09", "reason": "the part is late"}
    do_step(here.office, request.record, "change_promise", moved, "chen")
    assert not list_due(here.office)[0].overdue


def test_the_earliest_is_first(here: World, anna: Laptop, urgent: str) -> None:
    call = {"reason": "satisfaction", "due": "2026-03-02T06:00:00+00:00", "assigned_to": "anna"}
    planned = act(urgent, "note_added", text="x").model_copy(
        update={"record": "call-0001", "type": "follow_up.planned", "data": call}
    )
    anna.act(planned)
    anna.sync(here.wire)
    found = [(item.duty.kind, item.duty.level) for item in list_due(here.office)]
    assert found == [("follow_up", ""), ("escalation", "E"), ("escalation", "L1")]


def test_a_completed_job_is_due_until_its_last_attachment_has_come(
    here: World, anna: Laptop
) -> None:
    record, sha256 = with_photo(anna)
    kept = anna.store.attachments.path(sha256)
    kept.rename(kept.with_suffix(".away"))
    anna.sync(here.wire)
    (item,) = list_due(here.office)
    assert (item.duty.kind, item.duty.record_id, item.overdue) == ("submit", record, False)
    here.clock.move(days=1)
    assert list_due(here.office)[0].overdue
    kept.with_suffix(".away").rename(kept)
    anna.sync(here.wire)
    assert list_due(here.office) == []


def test_the_unhappy_card_and_a_request_for_help_are_listed(here: World) -> None:
    """The card is for the outlet, also where the work was told of before; help is due at once."""
    li, trade = here.laptop("li"), shipped_trade()
    walk = Walk(decision=decision(verdict()).model_copy(update={"escalations": MUST_KNOW}))
    walk.to("sign")
    li.act(*(Act(record=one.record, type=one.type, data=one.data) for one in walk.events))
    li.sync(here.wire)
    mark_notified(here.office, walk.id, "L1", "outlet")
    mark_notified(here.office, walk.id, "E", "emergency_services")
    asked = {"question": "Which cable?"}
    do_step(here.office, walk.id, "ask_help", asked, "chen", rules=trade)
    assert [one.text for _, one in list_hold_ups(here.office)] == ["Which cable?"]
    card = {"attitude": 1, "skill": 1, "punctuality": 5, "service_item": 5, "suggestions": "Rude."}
    do_step(here.office, walk.id, "survey", card, "chen", rules=trade)
    found = {(item.duty.kind, item.duty.level, item.duty.who) for item in list_due(here.office)}
    assert {("help", "", ""), ("escalation", "L1", "outlet"), ("reply", "", "after_sales"),
            ("follow_up", "", "outlet")} <= found  # fmt: skip
    [summary] = list_complaints(here.office)
    assert (summary.text, summary.department) == ("Rude.", "after_sales")
    mark_notified(here.office, walk.id, "L1", "outlet", "he calls her")
    do_step(here.office, walk.id, "resolve_blocker", {"how": "told him"}, "chen")
    kinds = {item.duty.kind for item in list_due(here.office)}
    assert not {"help", "escalation"} & kinds
