"""Approval by telephone: what is read out, and which codes are taken."""

from datetime import datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fieldkit.domain.core.errors import BadInput, FieldkitError, Reason, Refused
from fieldkit.domain.core.form import Stamp
from fieldkit.domain.core.job_codes import Answer, SettledCharge
from fieldkit.domain.job.phone_approval import (
    LIFETIME,
    Challenge,
    PhoneKey,
    challenge_for,
    mark_of,
    normalized,
)
from fieldkit.domain.job.phone_codes import PhoneCodes, hash_code
from fieldkit.domain.job.side_events import ApprovalRequested
from tests.domain.build import PHONE_KEY, Walk, decision, phone_code, verdict

ASKED = datetime(2026, 3, 2, 9, 30, 45, tzinfo=timezone(timedelta(hours=8)))


def request(event: str = "event-1", at: datetime = ASKED, **values: Any) -> ApprovalRequested:
    stamp = Stamp(event=event, at=at, by="li")
    fields = {"approver": "supervisor", "reason": "x", "amount_fen": 12_000, **values}
    return ApprovalRequested(stamp=stamp, **fields)


CHALLENGE = challenge_for(PHONE_KEY.device, "260302-7KQ2M", request())


def test_a_challenge_says_what_is_asked_and_by_which_laptop_when() -> None:
    text = str(CHALLENGE)
    assert text.startswith("260302-7KQ2M/0/12000/")
    assert len(text.rpartition("/")[2]) == 14
    found = Challenge.read(text)
    assert found == CHALLENGE
    assert (found.job_number, found.line, found.amount_fen, found.left_open) == (
        "260302-7KQ2M", 0, 12_000, False,
    )  # fmt: skip
    assert found.mark == mark_of(PHONE_KEY.device)
    assert found.asked_at == ASKED.replace(second=0)


@given(
    st.integers(0, 40), st.integers(0, 100_000_000), st.uuids(), st.booleans(),
    st.datetimes(datetime(2025, 1, 1), datetime(2050, 1, 1), timezones=st.timezones()),
    st.integers(0, 10**8),
)  # fmt: skip
def test_any_challenge_is_read_back(
    line: int, fen: int, event: object, left_open: bool, at: datetime, number: int
) -> None:
    asked = request(
        str(event), at, line=line, amount_fen=fen, left_open=left_open, code_number=number
    )
    made = challenge_for(PHONE_KEY.device, "260302-7KQ2M", asked)
    assert Challenge.read(str(made)) == made


def test_it_may_be_written_down_as_people_write() -> None:
    text = str(CHALLENGE)
    tail = text.rpartition("/")[2]
    for written in (text.lower(), f" {text} ", text.replace("/", " / "), text.replace(tail, tail.replace("-", ""))):  # noqa: E501  # fmt: skip
        assert Challenge.read(written) == CHALLENGE


@given(st.integers(0, 13), st.sampled_from("0123456789ABCDEFGHJKMNPQRSTVWXYZ"))
def test_most_single_slips_are_noticed_and_none_goes_unsaid(at: int, letter: str) -> None:
    """One letter is for checking, so at most one slip in 32 passes; it names another laptop,
    minute or request then, and its code fits nothing."""
    text = str(CHALLENGE)
    place = text.rindex("/") + 1 + at
    if text[place] in ("-", letter):
        return
    wrong = text[:place] + letter + text[place + 1 :]
    try:
        found = Challenge.read(wrong)
    except FieldkitError:
        return
    assert PHONE_KEY.code(found) != PHONE_KEY.code(CHALLENGE)


@pytest.mark.parametrize(
    "text",
    ["", "260302-7KQ2M", "260302-7KQ2M/0/12000", "260302-7KQ2M/0/-5/K7Q2-M4TP-3X9D",
     "260302-7KQ2M/0/12000/K7Q2", "a/b/c/d", "260302-7KQ2M/0/12000/!!!!-!!!!-!!!!",
     str(CHALLENGE).replace("12000", "12001"), str(CHALLENGE) + "/x"],
)  # fmt: skip
def test_what_is_no_challenge_is_said_so(text: str) -> None:
    with pytest.raises(FieldkitError, match="misheard"):
        Challenge.read(text)


def test_a_code_is_for_one_laptop_one_request_one_amount_and_one_outcome() -> None:
    code = PHONE_KEY.code(CHALLENGE)
    assert len(code) == 8
    others = [
        PhoneKey(PHONE_KEY.device, bytes(32)).code(CHALLENGE),
        PHONE_KEY.code(challenge_for(PHONE_KEY.device, "260302-7KQ2M", request("event-2"))),
        PHONE_KEY.code(challenge_for(PHONE_KEY.device, "260302-7KQ2M", request(amount_fen=12_001))),
        PHONE_KEY.code(challenge_for(PHONE_KEY.device, "260302-7KQ2N", request())),
        *(PHONE_KEY.code(CHALLENGE, charge) for charge in SettledCharge),
    ]
    assert len({code, *others}) == 1 + len(others)


def test_letters_that_look_alike_are_taken_for_each_other() -> None:
    assert normalized(" 0oi l-1x ") == "00111X"


@pytest.mark.parametrize(
    ("device", "number", "outcome", "code", "fits"),
    [("here", 7, "paid", "9RWC-4t0h", True), ("here", 7, "paid", "9RWC4T0", False),
     ("here", 7, "free", "9RWC4T0H", False), ("here", 8, "paid", "9RWC4T0H", False),
     ("there", 7, "paid", "9RWC4T0H", False), ("here", 7, "paid", "", False)],
)  # fmt: skip
def test_a_hash_knows_the_code_of_its_device_number_and_outcome_alone(
    device: str, number: int, outcome: str, code: str, fits: bool
) -> None:
    told = {name: hash_code("here", 7, name, f"{at}RWC4T0H") for at, name in
            ((9, "paid"), (8, "free"), (7, "not_a_defect"), (6, "approved"))}  # fmt: skip
    assert PhoneCodes(device, 8, {7: told}).fits(number, outcome, code) is fits


# -- on the job --------------------------------------------------------------------------------


def asking() -> Walk:
    """A job whose goodwill was asked for."""
    walk = Walk(decision=decision(verdict(1, "goodwill"), approval="supervisor"))
    walk.to("decide")
    walk.do("request_approval", {"amount_fen": 12_000})
    return walk


def refused(walk: Walk, **values: Any) -> str:
    with pytest.raises(BadInput) as bad:
        walk.do("answer_approval", values)
    (problem,) = bad.value.problems
    assert problem.path == "code"
    return problem.key


def test_the_right_code_approves_once() -> None:
    walk = asking()
    assert walk.do("answer_approval", {"code": phone_code(walk.job).lower()}).approved
    with pytest.raises(Refused) as again:
        walk.do("answer_approval")
    assert again.value.reason == Reason("already_done")


@pytest.mark.parametrize("code", ["", "guessed", "00000000", "ÄÖÜ", "A" * 200])
def test_a_wrong_code_is_refused(code: str) -> None:
    walk = asking()
    assert refused(walk, code=code) == "wrong_code"
    assert not walk.job.approved


def test_the_code_of_an_earlier_request_is_refused() -> None:
    walk = asking()
    old = phone_code(walk.job)
    walk.do("answer_approval", {"answer": "refused"})
    walk.do("request_approval", {"amount_fen": 12_000})
    assert refused(walk, code=old) == "used_code"
    assert walk.do("answer_approval", {"code": phone_code(walk.job)}).approved


def test_a_code_that_comes_a_day_late_is_refused_and_a_new_request_helps() -> None:
    walk = asking()
    code = phone_code(walk.job)
    walk.now += LIFETIME + timedelta(minutes=1)
    assert refused(walk, code=code) == "expired_code"
    walk.do("request_approval", {"amount_fen": 12_000})
    assert refused(walk, code=code) == "used_code"
    assert walk.do("answer_approval", {"code": phone_code(walk.job)}).approved


def test_an_approval_that_was_given_is_not_asked_for_again() -> None:
    walk = asking()
    walk.do("answer_approval")
    with pytest.raises(Refused) as again:
        walk.do("request_approval")
    assert again.value.reason == Reason("already_done")


def test_the_code_covers_what_the_supervisor_decided_about_open_lines() -> None:
    """A technician cannot enter `free` with the code for `paid`."""
    walk = Walk(decision=decision(verdict(1, "needs_supervisor"), approval="supervisor"))
    walk.to("decide")
    walk.do("request_approval")
    asked = walk.job.open_approval
    assert asked is not None
    assert asked.left_open
    paid = phone_code(walk.job, SettledCharge.PAID)
    assert refused(walk, code=paid, charge="free") == "wrong_code"
    assert refused(walk, code=phone_code(walk.job), charge="free") == "wrong_code"
    job = walk.do("answer_approval", {"code": paid, "charge": "paid"})
    assert job.approval_answer is not None
    assert job.approval_answer.answer is Answer.APPROVED
