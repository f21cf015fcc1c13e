"""Approval by telephone, from the laptop to the supervisor and back to the office's check."""

from datetime import timedelta
from typing import Any

import pytest

from fieldkit.domain.core.errors import FieldkitError
from fieldkit.domain.core.event import Act, RecordKind, Role
from fieldkit.domain.core.job_codes import SettledCharge
from fieldkit.domain.job.model import Job
from fieldkit.i18n import LANGS, say_error
from fieldkit.office.desk.phone_codes import approve
from fieldkit.office.devices.enrol import revoke
from fieldkit.services.home.session import Session
from fieldkit.services.jobs.approval import challenge
from tests.services.homes import code_for
from tests.sync.exchange import Laptop, World, job


@pytest.fixture(name="anna")
def _anna(here: World) -> Laptop:
    return here.laptop("anna")


def asked(laptop: Laptop, **values: Any) -> tuple[str, str]:
    """What the laptop shows after it asked for approval of a new job, and the code it takes."""
    request = job(number="260302-TEST")
    data = {"approver": "supervisor", "reason": "goodwill", "amount_fen": 12_000, **values}
    ask = Act(record=request.record, type="job.approval_requested", data=data)
    laptop.act(request, ask)
    left = bool(values.get("left_open"))
    found: Job = laptop.store.ledger.document(RecordKind.JOB, request.record)
    session = Session(laptop.store, laptop.clock)
    return challenge(session, found), code_for(session, found, SettledCharge.FREE if left else None)


def refused(here: World, text: str, charge: SettledCharge | None = None, device: str = "") -> str:
    with pytest.raises(FieldkitError) as error:
        approve(here.office, text, charge, device)
    for lang in LANGS:
        assert "{" not in say_error(error.value, lang)
    return error.value.key.removeprefix("approval.")


def test_the_code_of_the_office_is_the_one_that_the_laptop_takes(here: World, anna: Laptop) -> None:
    here.laptop("bert")
    text, code = asked(anna)
    given = approve(here.office, text.lower())
    assert (given.code, given.person) == (code, "anna")
    assert given.challenge.amount_fen == 12_000
    assert given.device_id == anna.store.exchange.device.read()["id"]


def test_lines_left_open_need_a_decision_and_others_none(here: World, anna: Laptop) -> None:
    left, code = asked(anna, left_open=True)
    assert refused(here, left) == "charge_needed"
    assert approve(here.office, left, SettledCharge.FREE).code == code
    assert approve(here.office, left, SettledCharge.PAID).code != code
    assert refused(here, asked(anna)[0], SettledCharge.FREE) == "charge_not_asked"


def test_an_old_challenge_and_one_of_tomorrow_get_no_code(here: World, anna: Laptop) -> None:
    text, code = asked(anna)
    here.clock.move(hours=23)
    assert approve(here.office, text).code == code
    here.clock.move(hours=2)
    assert refused(here, text) == "too_old"
    here.clock.now -= timedelta(days=3)
    assert refused(here, text) == "from_the_future"


def test_a_laptop_that_is_shut_out_gets_no_code(here: World, anna: Laptop) -> None:
    text, _ = asked(anna)
    revoke(here.office, anna.store.exchange.device.read()["id"])
    assert refused(here, text) == "unknown_device"


def test_two_laptops_of_one_mark_are_told_apart_by_name(
    here: World, anna: Laptop, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("fieldkit.domain.job.phone_approval._MARK", 0)
    here.laptop("bert", Role.TECHNICIAN)
    text, code = asked(anna)
    assert refused(here, text) == "two_devices"
    assert approve(here.office, text, device_ref="anna").code == code
    assert approve(here.office, text, device_ref="bert").code != code
    assert refused(here, text, device="carl") == "unknown_device"


def test_what_is_no_challenge_is_said_so(here: World) -> None:
    assert refused(here, "260302-TEST/0/500") == "misheard"
