"""Calls to customers: planned by a sale, due on their day, done or moved once."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from fieldkit.domain.core.errors import BadInput, NotFound, Refused
from fieldkit.services.day import follow_ups
from fieldkit.services.day.today import DueCall
from fieldkit.services.home.session import Session
from fieldkit.services.home.trade import Trade
from fieldkit.services.jobs import records
from fieldkit.shipped import shipped_data
from tests.services.homes import TECHNICIAN, home_at

NOW = "2026-11-05 09:00"
TODAY = date(2026, 11, 5)
BIKE = {"serial": "C24-2610-00001", "model": "QL-C24"}


@pytest.fixture
def session(tmp_path: Path) -> Iterator[Session]:
    with home_at(tmp_path, NOW) as opened:
        yield opened


def _sold(session: Session, bought: date, **more: Any) -> list[DueCall]:
    buyer = records.register_customer(session, {"name": "何青禾", "phone": "000-0000-0101"})
    sale = {"customer": buyer.id, "purchase_date": bought, **BIKE, **more}
    records.register_product(session, sale | {"serial_confirmed": True})
    return follow_ups.due(session, TODAY + timedelta(days=100))


def _call(session: Session) -> str:
    values = {"reason": "quality_call", "due": "2026-11-05T15:00:00+08:00"}
    return follow_ups.plan(session, values).id


# -- the sale ------------------------------------------------------------------------------


def test_a_sale_plans_the_reminder_of_the_run_in_service(session: Session) -> None:
    (call,) = _sold(session, TODAY)
    assert (call.reason, call.customer) == ("run_in_reminder", "何青禾")
    assert call.due == datetime.fromisoformat("2026-11-26T10:00:00+08:00")
    assert records.product(session, BIKE["serial"]).history_known


def test_a_sale_says_whether_the_documents_were_handed_over(session: Session) -> None:
    _sold(session, TODAY, documents=["manual", "invoice"])
    assert records.product(session, BIKE["serial"]).documents == ("manual", "invoice")


def test_the_reminder_of_a_product_bought_earlier_counts_from_the_purchase(
    session: Session,
) -> None:
    (call,) = _sold(session, TODAY - timedelta(days=20))
    assert call.due.date() == TODAY + timedelta(days=1)
    assert not records.product(session, BIKE["serial"]).history_known


def test_nobody_is_reminded_of_what_is_over(session: Session) -> None:
    assert _sold(session, TODAY - timedelta(days=22)) == []


def test_a_product_without_a_customer_plans_no_call(session: Session) -> None:
    records.register_product(session, {"serial_confirmed": True, "purchase_date": TODAY, **BIKE})
    assert follow_ups.due(session, date(2027, 1, 1)) == []


def test_rules_that_cannot_be_read_do_not_stop_a_sale(session: Session, tmp_path: Path) -> None:
    session.trade = Trade(pack_folder=tmp_path, data_folder=shipped_data())
    assert _sold(session, TODAY) == []
    assert records.product(session, BIKE["serial"]).model == "QL-C24"


# -- the call ------------------------------------------------------------------------------


def test_a_call_is_due_from_its_day_on(session: Session) -> None:
    record = _call(session)
    assert follow_ups.due(session, TODAY - timedelta(days=1)) == []
    assert [call.id for call in follow_ups.due(session, TODAY)] == [record]
    assert [call.id for call in follow_ups.due(session, TODAY + timedelta(days=9))] == [record]


def test_the_day_of_a_call_is_the_local_one(session: Session) -> None:
    late = {"reason": "riding_call", "due": "2026-11-05T23:30:00+00:00"}
    follow_ups.plan(session, late)
    assert follow_ups.due(session, TODAY) == []
    assert len(follow_ups.due(session, TODAY + timedelta(days=1))) == 1


def test_a_call_that_was_made_is_not_due_any_more(session: Session) -> None:
    record = _call(session)
    done = follow_ups.finish_follow_up(session, record, {"outcome": "satisfied"})
    assert done.done
    assert done.done.stamp
    assert done.done.stamp.by == TECHNICIAN
    assert follow_ups.due(session, TODAY) == []
    with pytest.raises(Refused) as caught:
        follow_ups.finish_follow_up(session, record, {"outcome": "satisfied"})
    assert caught.value.reason.key == "already_done"


def test_who_is_asked_from_time_to_time_is_asked_again(session: Session) -> None:
    values = {"reason": "usage_enquiry", "due": "2026-11-05T09:00:00+08:00", "product": "SN"}
    first = follow_ups.plan(session, values | {"customer_name": "何青禾"})
    answer = {"outcome": "satisfied", "way": "visit", "again_on": "2027-05-04"}
    done = follow_ups.finish_follow_up(session, first.id, answer)
    assert done.done
    assert done.done.way == "visit"
    (call,) = follow_ups.due(session, date(2027, 5, 4))
    assert call.id != first.id
    assert (call.reason, call.customer, call.product) == ("usage_enquiry", "何青禾", "SN")
    assert call.due == datetime.fromisoformat("2027-05-04T10:00:00+08:00")


def test_nobody_is_asked_again_yesterday(session: Session) -> None:
    record = _call(session)
    again = {"outcome": "not_reached", "again_on": "2026-11-04"}
    with pytest.raises(BadInput) as caught:
        follow_ups.finish_follow_up(session, record, again)
    assert [problem.path for problem in caught.value.problems] == ["again_on"]
    assert [call.id for call in follow_ups.due(session, TODAY)] == [record]


def test_a_call_can_be_moved_with_a_reason(session: Session) -> None:
    record = _call(session)
    when = "2026-11-06T10:00:00+08:00"
    with pytest.raises(BadInput):
        follow_ups.move_follow_up(session, record, {"due": when, "reason": ""})
    follow_ups.move_follow_up(session, record, {"due": when, "reason": "不在家"})
    assert follow_ups.due(session, TODAY) == []
    (call,) = follow_ups.due(session, date(2026, 11, 6))
    assert call.due == datetime.fromisoformat(when)


def test_an_unknown_call_is_not_found(session: Session) -> None:
    with pytest.raises(NotFound):
        follow_ups.finish_follow_up(session, "nobody", {"outcome": "satisfied"})
