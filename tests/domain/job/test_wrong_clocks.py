"""Clocks that were ahead or behind lose no work: the order is that of the record."""

from datetime import timedelta

import pytest

from fieldkit.domain.core.errors import BadInput, Refused
from fieldkit.domain.core.event import Role
from fieldkit.domain.job.commands import amend
from tests.domain.build import MORNING, Walk
from tests.domain.core.test_merge import at

YEAR = timedelta(days=365)


def _flags(walk: Walk) -> list[str]:
    return [mark.key for mark in walk.job.attention]


def _taken_in_a_year_ahead() -> Walk:
    walk = at("accept")
    walk.now = MORNING + YEAR
    promised = {"promised_on": walk.now.date() + timedelta(days=3)}
    walk.do("take_in", promised)
    walk.now = MORNING + timedelta(days=2)
    return walk


def test_what_was_taken_in_by_a_clock_that_was_ahead_can_be_handed_back() -> None:
    walk = _taken_in_a_year_ahead()
    walk.do("repair")
    walk.do("hand_back", {"on": walk.now.date()})
    assert walk.job.hand_back is not None
    assert not walk.job.in_custody
    assert _flags(walk) == ["returned_before_taken_in"]
    (pause,) = [event.data for event in walk.beside if event.type == "product.paused"]
    assert pause == {"start": "2026-11-07", "end": "2026-11-07"}


def test_the_day_of_a_take_in_can_be_corrected_and_then_counts() -> None:
    walk = _taken_in_a_year_ahead()
    ctx = walk.context()
    walk.record(amend(walk.job, "custody", {"on": "2026-11-05"}, ctx), ctx.author)
    walk.do("repair")
    walk.do("hand_back", {"on": walk.now.date()})
    assert _flags(walk) == []
    (pause,) = [event.data for event in walk.beside if event.type == "product.paused"]
    assert pause == {"start": "2026-11-05", "end": "2026-11-07"}


def test_a_hand_back_before_the_day_of_the_take_in_is_still_a_slip() -> None:
    walk = at("accept")
    walk.do("take_in", {"promised_on": MORNING.date() + timedelta(days=3)})
    walk.do("repair")
    with pytest.raises(BadInput) as refused:
        walk.do("hand_back", {"on": MORNING.date() - timedelta(days=1)})
    assert refused.value.problems[0].key == "before_take_in"


@pytest.mark.parametrize(
    ("day", "key"), [("2026-11-08", "in_future"), ("2020-01-01", "before_report")]
)
def test_a_take_in_is_neither_recorded_nor_corrected_to_an_impossible_day(
    day: str, key: str
) -> None:
    """Days in custody lengthen the warranty."""
    walk = at("accept")
    promised = {"promised_on": MORNING.date() + timedelta(days=3)}
    with pytest.raises(BadInput) as refused:
        walk.do("take_in", {**promised, "on": day})
    assert refused.value.problems[0].key == key
    walk.do("take_in", promised)
    with pytest.raises(BadInput) as refused:
        amend(walk.job, "custody", {"on": day}, walk.context())
    assert refused.value.problems[0].key == key


def test_a_take_in_is_not_corrected_to_a_day_after_the_hand_back() -> None:
    walk = at("accept")
    walk.do("take_in", {"promised_on": MORNING.date() + timedelta(days=3)})
    walk.do("repair")
    walk.do("hand_back", {"on": walk.now.date()})
    walk.now += timedelta(days=2)
    with pytest.raises(BadInput) as refused:
        amend(walk.job, "custody", {"on": walk.now.date().isoformat()}, walk.context())
    assert refused.value.problems[0].key == "after_return"


@pytest.mark.parametrize("ahead", [timedelta(0), timedelta(hours=3), YEAR])
def test_who_is_sent_after_a_job_was_carried_forward_has_it_whatever_the_laptops_clock_said(
    ahead: timedelta,
) -> None:
    walk = at("appoint")
    walk.now = MORNING + ahead
    walk.do("arrive")
    walk.do("carry_forward", {"until": walk.now.date() + timedelta(days=1)})
    walk.now = MORNING + timedelta(hours=1)
    walk.do("dispatch", {"technician": "zhou"}, Role.DESK, "chen")
    assert walk.job.technician == "zhou"
    walk.do("arrive", by="zhou")
    assert (walk.job.technician, walk.job.carried_on) == ("zhou", False)


def test_what_the_customer_has_a_receipt_of_is_not_corrected() -> None:
    walk = _taken_in_a_year_ahead()
    with pytest.raises(Refused, match="receipt_stands"):
        amend(walk.job, "custody", {"condition": "spotless"}, walk.context())
