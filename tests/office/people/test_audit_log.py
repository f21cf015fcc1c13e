"""The audit log: what is noted, by whom, and that nobody changes it unnoticed."""

import threading
from dataclasses import astuple

import pytest
from sqlalchemy import delete, insert, update

from fieldkit.domain.core.event import Role
from fieldkit.office.desk.desk import dispatch, register_customer
from fieldkit.office.devices.enrol import create_enrolment, revoke
from fieldkit.office.people.audit_log import ACTS, audit, first_broken, note, read_audit
from fieldkit.office.people.office_people import add_first, add_person
from fieldkit.office.publishing import packs
from fieldkit.sync.protocol import keys
from tests.sync.exchange import World, job


def acts(here: World) -> list[tuple[str, str, str]]:
    with here.office.db.reading() as conn:
        return [(one.by, one.act, one.about) for one in reversed(read_audit(conn))]


def test_who_did_what_to_what(here: World) -> None:
    add_first(here.office, "anna")
    code = create_enrolment(here.office, "lu", Role.TECHNICIAN, by="anna")
    lu = here.laptop("lu", enrolled=False)
    lu.enrol(here.wire, code)
    device = lu.store.exchange.device.read()["id"]
    request = job()
    lu.act(request)
    lu.sync(here.wire)
    card = {"name": "Test Customer", "phone": "000 0000"}
    customer = register_customer(here.office, card, "mei")
    dispatch(here.office, request.record, "lu", "mei")
    key = keys.b64(keys.signing_public(keys.new_signing_key()))
    packs.trust(here.office, key, "mei's", "anna")
    packs.distrust(here.office, key, "anna")
    revoke(here.office, device, "anna")
    assert acts(here) == [
        ("anna", "person_added", "anna"),
        ("anna", "person_token", "anna"),
        ("anna", "enrolment_code", "lu"),
        ("lu", "laptop_enrolled", device),
        ("mei", "customer.registered", customer),
        ("mei", "job.dispatched", request.record),
        ("anna", "key_trusted", key),
        ("anna", "key_distrusted", key),
        ("anna", "laptop_revoked", device),
    ]
    assert {act for _, act, _ in acts(here) if "." not in act} <= set(ACTS)
    assert first_broken(here.office) is None


def test_what_did_not_happen_is_not_noted(here: World) -> None:
    add_first(here.office, "anna")
    before = acts(here)
    for failing in (
        lambda: add_person(here.office, "anna", [], "anna"),
        lambda: dispatch(here.office, "no such job", "lu", "anna"),
        lambda: revoke(here.office, "no such laptop", "anna"),
    ):
        with pytest.raises(Exception, match=r"taken|not_found"):
            failing()
    assert acts(here) == before


def test_an_empty_log_is_whole(here: World) -> None:
    assert first_broken(here.office) is None


@pytest.mark.parametrize(
    ("what", "found"),
    [("by", 3), ("act", 3), ("about", 3), ("at", 3), ("mark", 3), ("gone", 3), ("first gone", 1),
     ("put in", 7), ("swapped", 3)],
)  # fmt: skip
def test_a_change_breaks_the_chain(here: World, what: str, found: int) -> None:
    for name in "abcdef":
        add_person(here.office, name, [], "anna")
    third = update(audit).where(audit.c.number == 3)
    with here.office.db.reading() as conn:
        entries = {entry.number: astuple(entry) for entry in read_audit(conn)}
    with here.office.db.writing() as writing:
        conn = writing.conn
        if what == "gone":
            conn.execute(delete(audit).where(audit.c.number == 3))
        elif what == "first gone":
            conn.execute(delete(audit).where(audit.c.number == 1))
        elif what == "put in":
            conn.execute(insert(audit).values((7, *entries[6][1:])))
        elif what == "swapped":
            conn.execute(delete(audit).where(audit.c.number.in_([3, 4])))
            conn.execute(insert(audit).values((3, *entries[4][1:])))
            conn.execute(insert(audit).values((4, *entries[3][1:])))
        else:
            conn.execute(third.values({what: 1 if what == "at" else "changed"}))
    assert first_broken(here.office) == found


def test_two_processes_continue_one_chain(here: World) -> None:
    def add(name: str) -> None:
        for number in range(10):
            add_person(here.office, f"{name}{number}", [], "anna")

    both = [threading.Thread(target=add, args=(name,)) for name in ("a", "b")]
    for each in both:
        each.start()
    for each in both:
        each.join()
    assert len(acts(here)) == 20
    assert first_broken(here.office) is None


def test_nobody_continues_the_chain_outside_of_a_turn(here: World) -> None:
    with here.office.db.writing(ahead=True) as writing:
        writing.in_turn = False
        with pytest.raises(AssertionError):
            note(here.office, writing, "anna", "restored")
