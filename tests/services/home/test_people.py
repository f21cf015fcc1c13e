"""People who share a laptop: whose name is recorded, and what a PIN keeps others from."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from fieldkit.domain.core.errors import FieldkitError
from fieldkit.services.home.people import (
    FREE_TRIES,
    LONGEST_WAIT,
    Person,
    SignInRefused,
    add_person,
    forget_pin,
    people,
    remove_person,
    set_pin,
    sign_in,
)
from fieldkit.services.home.session import Session
from fieldkit.services.jobs import job_commands, records
from tests.services.homes import TECHNICIAN, home_at


@pytest.fixture
def session(tmp_path: Path) -> Iterator[Session]:
    with home_at(tmp_path, "2026-11-05 08:45") as opened:
        yield opened


def key_of(error: pytest.ExceptionInfo[FieldkitError]) -> str:
    return error.value.key


def recorded_by(session: Session) -> str:
    made = records.register_customer(session, {"name": "何青禾", "phone": "000-0000-0101"})
    return session.store.ledger.history(made.id)[0].by


def test_one_person_without_a_pin_works_at_once(session: Session) -> None:
    assert people(session) == [Person(TECHNICIAN, False)]
    assert recorded_by(session) == TECHNICIAN


def test_what_is_recorded_names_who_signed_in(session: Session) -> None:
    add_person(session, " 李华 ")
    with pytest.raises(FieldkitError) as error:
        recorded_by(session)
    assert key_of(error) == "nobody_signed_in"
    sign_in(session, "李华")
    assert recorded_by(session) == "李华"
    sign_in(session, TECHNICIAN)
    assert recorded_by(session) == TECHNICIAN


@pytest.mark.parametrize("typed", ["li wei", " LI  WEI", "Ｌｉ Ｗｅｉ", "liwei"])
def test_a_name_is_the_persons_who_is_known(session: Session, typed: str) -> None:
    add_person(session, "Li Wei")
    for again in (typed, "  ", "", "office", "Li\x1b"):
        with pytest.raises(FieldkitError) as refused:
            add_person(session, again)
        assert key_of(refused) == "sign_in.taken"
    sign_in(session, typed)
    assert recorded_by(session) == "Li Wei"
    who = records.register_customer(session, {"name": "何青禾", "phone": "000-0000-0102"})
    bike = {"serial": "C24-2305-00417", "model": "QL-C24", "customer": who.id}
    serial = records.register_product(session, bike).id
    job = job_commands.register_job(session, {"symptom": "x"}, who.id, serial)
    sent = job_commands.do_step(session, job.id, "dispatch", {"technician": typed})
    assert sent.technician == "Li Wei"
    sign_in(session, TECHNICIAN)
    remove_person(session, typed)
    assert [person.name for person in people(session)] == [TECHNICIAN]


def test_a_pin_is_asked_of_its_owner_alone(session: Session) -> None:
    add_person(session, "Li")
    sign_in(session, TECHNICIAN)
    set_pin(session, TECHNICIAN, "4711")
    session.signed_in = ""
    for pin, why in {"4712": "wrong", "471": "wrong", "": "pin_needed"}.items():
        with pytest.raises(SignInRefused) as error:
            sign_in(session, TECHNICIAN, pin)
        assert key_of(error) == f"sign_in.{why}"
    assert session.person == ""
    sign_in(session, "Li")
    sign_in(session, TECHNICIAN, "4711")
    assert session.person == TECHNICIAN
    with pytest.raises(SignInRefused):
        sign_in(session, "nobody")


def test_wrong_pins_are_slowed_down(session: Session) -> None:
    set_pin(session, TECHNICIAN, "4711")
    now, waits = 5000.0, []
    session.uptime = lambda: now
    started = session.clock()
    for _ in range(FREE_TRIES):
        with pytest.raises(SignInRefused, match="wrong"):
            sign_in(session, TECHNICIAN, "0000")
    for _ in range(8):
        with pytest.raises(SignInRefused, match="wait") as error:
            sign_in(session, TECHNICIAN, "4711")  # the right one has to wait, too
        waits.append(error.value.params["seconds"])
        for hours in (-10_000, 10_000):  # the clock is set, which changes nothing
            session.clock = lambda at=started + timedelta(hours=hours): at  # type: ignore[misc]  # mypy takes the default for a parameter
            with pytest.raises(SignInRefused, match="wait"):
                sign_in(session, TECHNICIAN, "4711")
        now += LONGEST_WAIT
        with pytest.raises(SignInRefused, match="wrong"):
            sign_in(session, TECHNICIAN, "0000")
    assert waits == [5, 10, 20, 40, 80, 160, 300, 300]
    now = 10.0  # started again: the wait goes on from there
    with pytest.raises(SignInRefused, match="wait"):
        sign_in(session, TECHNICIAN, "4711")
    now = float(LONGEST_WAIT)
    sign_in(session, TECHNICIAN, "4711")
    with pytest.raises(SignInRefused, match="wrong"):
        sign_in(session, TECHNICIAN, "0000")  # the count begins anew


@pytest.mark.parametrize("pin", ["", "123", "12a4", "１２３４", "1" * 13])
def test_what_is_no_pin(session: Session, pin: str) -> None:
    with pytest.raises(FieldkitError, match="bad_pin"):
        set_pin(session, TECHNICIAN, pin)
    assert session.person == TECHNICIAN


def test_who_may_change_what(session: Session) -> None:
    add_person(session, "Li")
    sign_in(session, "Li")
    set_pin(session, "Li", "1234")
    set_pin(session, TECHNICIAN, "4711")  # she had none: anybody could have been her
    refused: list[Callable[[], None]] = [
        lambda: set_pin(session, TECHNICIAN, None),
        lambda: add_person(session, "Chen"),
        lambda: remove_person(session, "Li"),
    ]
    for change in refused:
        with pytest.raises(SignInRefused, match="first"):
            change()
    set_pin(session, "Li", "5678")
    sign_in(session, TECHNICIAN, "4711")
    set_pin(session, "Li", None)
    sign_in(session, "Li")
    sign_in(session, TECHNICIAN, "4711")
    remove_person(session, "Li")
    set_pin(session, TECHNICIAN, None)
    session.signed_in = ""
    assert session.person == TECHNICIAN  # as it was at first


def test_the_list_has_everybody_once(session: Session) -> None:
    for name in ("", TECHNICIAN):
        with pytest.raises(FieldkitError, match="taken"):
            add_person(session, name)
    for name in (TECHNICIAN, "Li"):
        with pytest.raises(SignInRefused, match="unknown"):
            remove_person(session, name)
    with pytest.raises(SignInRefused, match="unknown"):
        set_pin(session, "Li", "1234")


def test_a_forgotten_pin_goes_with_a_new_enrolment(session: Session) -> None:
    set_pin(session, TECHNICIAN, "4711")
    assert session.person == ""
    forget_pin(session, TECHNICIAN)
    assert session.person == TECHNICIAN
