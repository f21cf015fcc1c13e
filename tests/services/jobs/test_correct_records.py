"""Customers and products are put right on a laptop, and open jobs follow."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from fieldkit.cli.app import run
from fieldkit.domain.core.errors import BadInput, Refused
from fieldkit.domain.core.event import Event, RecordKind
from fieldkit.domain.job.model import Job
from fieldkit.domain.records.duplicates import alike
from fieldkit.domain.records.merging import everybody, survivor
from fieldkit.services.day.day_end import end_of_day
from fieldkit.services.deciding.cases import job_case
from fieldkit.services.home.session import Session
from fieldkit.services.jobs import correct_records, job_commands, records
from tests.services.homes import TECHNICIAN, home_at

SERIAL = "C24-2604-00001"


@pytest.fixture(name="session")
def _session(tmp_path: Path) -> Iterator[Session]:
    with home_at(tmp_path, "2026-05-30 09:00") as session:
        yield session


def _customer(session: Session, name: str = "何青禾", phone: str = "138 0013 8000") -> str:
    return records.register_customer(session, {"name": name, "phone": phone}).id


def _diagnosed(session: Session, owner: str, **product: Any) -> Job:
    """A job, diagnosed and decided."""
    bike = {"serial": SERIAL, "model": "QL-C24", "customer": owner}
    records.register_product(session, bike | product)
    job = job_commands.register_job(session, {"symptom": "x"}, owner, SERIAL).id
    line = {"component": "motor_hall_bearing", "part": "P-HAL", "cause": "manufacturing"}
    steps: list[tuple[str, dict[str, Any]]] = [
        ("dispatch", {"technician": TECHNICIAN}), ("appoint", {"on": "2026-05-30"}),
        ("arrive", {}), ("diagnose", {"lines": [line]}), ("decide", {}),
    ]  # fmt: skip
    for key, values in steps:
        job_commands.do_step(session, job, key, values)
    return job_commands.job(session, job)


def _charges(job: Job) -> list[str]:
    assert job.decision is not None
    return [str(line.charge) for line in job.decision.lines]


def test_a_missing_day_of_purchase_is_added_and_the_verdict_follows(session: Session) -> None:
    job = _diagnosed(session, _customer(session))
    assert _charges(job) == ["pending"]
    correct_records.amend_product(session, SERIAL, {"purchase_date": "2026-05-01"})
    asked = job_commands.job(session, job.id)
    assert asked.decision is None
    assert asked.product is not None
    assert str(asked.product.purchase_date) == "2026-05-01"
    assert [mark.key for mark in asked.attention] == ["unconfirmed"]
    assert [(one.step, one.before) for one in asked.corrections] == [
        ("product", {"purchase_date": None})
    ]
    assert _charges(job_commands.do_step(session, job.id, "decide", {})) == ["free"]


def test_a_card_is_corrected_and_the_open_job_carries_it(session: Session) -> None:
    owner = _customer(session)
    job = _diagnosed(session, owner, purchase_date="2026-05-01")
    who = correct_records.amend_customer(
        session, owner, {"name": "何青和", "phone": "139 0013 9000", "address": "样例路 1 号"}
    )
    assert (who.name, who.unconfirmed) == ("何青和", ())
    now = job_commands.job(session, job.id)
    assert now.customer is not None
    assert (now.customer.name, now.customer.address) == ("何青和", "样例路 1 号")
    assert (now.attention, now.decision) == ((), job.decision)
    with pytest.raises(BadInput, match="name"):
        correct_records.amend_customer(session, owner, {"name": ""})
    with pytest.raises(BadInput, match="shoe_size"):
        correct_records.amend_customer(session, owner, {"shoe_size": 41})


def test_what_the_rules_judged_stays_in_a_job_that_was_worked_on(session: Session) -> None:
    job = _diagnosed(session, _customer(session), purchase_date="2026-05-01")
    job_commands.do_step(session, job.id, "repair", {"work_done": "fitted"})
    correct_records.amend_product(session, SERIAL, {"purchase_date": "2026-04-01"})
    now = job_commands.job(session, job.id)
    assert now.product is not None
    assert str(now.product.purchase_date) == "2026-05-01"
    assert str(records.product(session, SERIAL).purchase_date) == "2026-04-01"


@pytest.mark.parametrize(
    "changes",
    [{"purchase_date": "2026-06-01"}, {"model": "QL-NONE"},
     {"purchase_date": "2026-05-01", "manufacture_date": "2026-05-02"}],
)  # fmt: skip
def test_a_correction_is_checked_as_a_registration(
    session: Session, changes: dict[str, str]
) -> None:
    records.register_product(session, {"serial": SERIAL, "model": "QL-C24"})
    with pytest.raises(BadInput):
        correct_records.amend_product(session, SERIAL, changes)


def test_a_new_owner_has_a_second_hand_product(session: Session) -> None:
    first, second = _customer(session), _customer(session, "钱多多", "137 0013 7000")
    job = _diagnosed(session, first, purchase_date="2026-05-01")
    values = {"on": "2026-05-20", "invoice_handed_over": True, "documents": []}
    sold = correct_records.transfer_product(session, SERIAL, values, second)
    assert (sold.customer, sold.second_owner, sold.invoice_handed_over) == (second, True, True)
    assert [(str(one.on), one.before, one.now) for one in sold.owners] == [
        ("2026-05-20", first, second)
    ]
    carried = job_commands.job(session, job.id)
    case = job_case(carried, session.catalogue, session.today)
    assert (case.second_owner, case.invoice_handed_over) == (True, True)
    for on in ("2026-04-30", "2026-06-01"):
        with pytest.raises(BadInput, match="on"):
            correct_records.transfer_product(session, SERIAL, {"on": on}, first)
    with pytest.raises(BadInput, match="customer"):
        correct_records.transfer_product(session, SERIAL, {"on": "2026-05-21"}, second)


def test_merged_customers_are_one_until_it_is_undone(session: Session) -> None:
    old = _customer(session)
    new = _customer(session, "何先生", "+86 13800138000")
    job = _diagnosed(session, new, purchase_date="2026-05-01")
    assert [one.id for one in correct_records.duplicates_of(session, new)] == [old]
    assert [[one.id for one in group] for group in correct_records.duplicates(session)] == [
        [old, new]
    ]
    before = session.store.ledger.document(RecordKind.CUSTOMER, new)
    assert correct_records.merge_customers(session, new, old).id == old
    assert correct_records.duplicates(session) == []
    assert [one.id for one in records.customers(session, "何先生")] == [old]
    both = records.same_people(session, old)
    assert [one.serial for one in correct_records.products_of(session, both)] == [SERIAL]
    assert [one.id for one in correct_records.jobs_of(session, both)] == [job.id]
    assert [one.serial for one in records.products(session, "", old)] == [SERIAL]
    again = job_commands.register_job(session, {"symptom": "y"}, new, SERIAL)
    assert again.customer is not None
    assert again.customer.id == old
    with pytest.raises(Refused, match="merged_already"):
        correct_records.merge_customers(session, new, old)
    with pytest.raises(Refused, match="same_customer"):
        correct_records.merge_customers(session, old, new)
    after = correct_records.unmerge_customer(session, new)
    assert after.told_apart == (old,)  # nobody asks about them again
    assert after.model_copy(update={"events": before.events, "told_apart": ()}) == before
    assert {one.id for one in records.customers(session)} == {old, new}
    with pytest.raises(Refused, match="not_merged"):
        correct_records.unmerge_customer(session, new)


@pytest.mark.parametrize(
    ("merged", "of", "stands"),
    [
        ({}, "a", "a"),
        ({"b": "a"}, "b", "a"),
        ({"b": "a", "c": "b"}, "c", "a"),
        ({"a": "b", "b": "a"}, "b", "a"),
        ({"a": "b", "b": "c", "c": "b"}, "a", "b"),
    ],
)
def test_who_stands_for_whom_whatever_two_sides_merged(
    merged: dict[str, str], of: str, stands: str
) -> None:
    assert survivor(of, merged) == stands
    assert of in everybody(of, merged)


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ({"phone": "138 0013 8000"}, {"phone": "+86 138-0013-8000"}, True),
        ({"phone": "１３８００１３８０００"}, {"phone": "13800138000"}, True),
        ({"phone": "0086 13800138000"}, {"phone_e164": "+8613800138000"}, True),
        ({"phone": "0571 8888 0000"}, {"phone": "+86 (571) 8888-0000"}, True),
        ({"phone": "0571 8888 0000 转 802"}, {"phone": "0571 88880000x802"}, True),
        ({"phone": "0571 8888 0000 转 802"}, {"phone": "0571 88880000 转 803"}, False),
        ({"phone": "138 0013 8000"}, {"phone": "138 0013 8001"}, False),
        ({"phone": "0000000"}, {"phone": "0000000"}, False),
        ({"name": "Émile", "address": "1 Rue A"}, {"name": "emile", "address": "1, rue a"}, True),
        ({"name": "Émile", "address": "1 Rue A"}, {"name": "Émile", "address": ""}, False),
    ],
)
def test_who_looks_alike(one: dict[str, str], other: dict[str, str], same: bool) -> None:
    assert bool(alike([{"id": "a", **one}, {"id": "b", **other}], "CN")) is same


def test_a_technicians_tier_waits_for_the_desk(session: Session) -> None:
    owner = _customer(session)
    who = correct_records.amend_customer(session, owner, {"tier": "vip"})
    (waits,) = who.unconfirmed
    assert (waits.by, waits.before, waits.changes) == (
        TECHNICIAN, {"tier": "regular"}, {"tier": "vip"},
    )  # fmt: skip


def test_the_command_line_corrects_merges_and_transfers(
    session: Session, capsys: pytest.CaptureFixture[str]
) -> None:
    home = str(session.store.home.folder)
    first, second = _customer(session), _customer(session, "钱多多", "137 0013 7000")
    records.register_product(session, {"serial": SERIAL, "model": "QL-C24", "customer": first})

    def shell(*words: str) -> str:
        assert run(["--home", home, "--lang", "en", *words]) == 0
        return capsys.readouterr().out

    assert first in shell("customer", "amend", first, "--set", "phone=137 0013 7000")
    assert first in shell("customer", "duplicates")
    assert first in shell("customer", "merge", second, first)
    assert SERIAL in shell("customer", "show", second)
    assert second in shell("customer", "merge", second, "--undo")
    waits = shell("product", "amend", SERIAL, "--set", "purchase_date=2026-05-01")
    assert "waits for the office" in waits
    moved = shell("product", "transfer", SERIAL, "--to", second, "--set", "on=2026-05-20")
    assert SERIAL in moved
    assert second in shell("product", "show", SERIAL)


def test_no_correction_is_lost_in_the_stored_bytes(session: Session) -> None:
    """An emptied field is written as null, and read again as it was meant."""
    bike = {"serial": SERIAL, "model": "QL-C24", "purchase_date": "2026-05-01"}
    records.register_product(session, bike)
    correct_records.amend_product(session, SERIAL, {"purchase_date": None})
    assert records.product(session, SERIAL).purchase_date is None
    events: list[Event] = session.store.ledger.history(SERIAL)
    assert events[-1].data == {"purchase_date": None}


def test_the_end_of_the_day_says_what_waits_for_the_desk(session: Session) -> None:
    _diagnosed(session, _customer(session))
    correct_records.amend_product(session, SERIAL, {"purchase_date": "2026-05-01"})
    assert "unconfirmed" in [one.concern for one in end_of_day(session).loose]


def test_a_model_of_which_the_serial_has_not_the_form_is_asked_back(session: Session) -> None:
    form = {"serial": "C24-2305-00418", "model": "QL-C24", "customer": _customer(session)}
    bike = records.register_product(session, form).id
    with pytest.raises(BadInput) as asked:
        correct_records.amend_product(session, bike, {"model": "QL-T24"})
    (problem,) = asked.value.problems
    assert (problem.path, problem.key, problem.confirm) == (
        "model", "serial_of_other", "serial_confirmed",
    )  # fmt: skip
    sure = {"model": "QL-T24", "serial_confirmed": True}
    kept = correct_records.amend_product(session, bike, sure)
    assert kept.model == "QL-T24"
    assert [mark.key for mark in kept.attention] == ["serial_kept"]


def test_two_people_with_one_number_are_told_apart_once(session: Session) -> None:
    mother, son = _customer(session, "Li Hua"), _customer(session, "Li Wei")
    third = _customer(session, "Li Bo")
    correct_records.tell_apart(session, son, mother)
    assert [one.id for one in correct_records.duplicates_of(session, son)] == [third]
    assert [one.id for one in correct_records.duplicates_of(session, mother)] == [third]
    correct_records.tell_apart(session, third, mother)
    assert [{one.id for one in group} for group in correct_records.duplicates(session)] == [
        {son, third}
    ]
    correct_records.merge_customers(session, third, son)
    correct_records.unmerge_customer(session, third)
    assert correct_records.duplicates(session) == []
    with pytest.raises(Refused):
        correct_records.tell_apart(session, son, son)


def test_a_wrong_serial_is_corrected_and_leaves_it_to_whose_it_is(session: Session) -> None:
    right, wrong = "C24-2305-00417", "C24-2406-00981"
    owner = _customer(session)
    form = {"serial": wrong, "model": "QL-C24", "customer": owner}
    bike = records.register_product(session, form).id
    job = job_commands.register_job(session, {"symptom": "x"}, owner, bike)
    other = records.register_product(session, {"serial": "C24-2501-00001", "model": "QL-C24"})
    with pytest.raises(BadInput) as refused:
        correct_records.amend_product(session, bike, {"serial": "c24 2501 00001"})
    assert [(one.path, one.key) for one in refused.value.problems] == [("serial", "serial_known")]
    with pytest.raises(BadInput) as asked:
        correct_records.amend_product(session, bike, {"serial": "hello"})
    assert [one.key for one in asked.value.problems] == ["serial_form"]
    now = correct_records.amend_product(session, bike, {"serial": "ｃ24 2305 00417"})
    assert (now.id, now.serial, now.serial_typed) == (bike, right, "ｃ24 2305 00417")
    assert [one.changes for one in now.unconfirmed] == [{"serial": right}]
    carried = job_commands.job(session, job.id).product
    assert carried is not None
    assert carried.serial == right
    assert records.product(session, right).id == bike
    assert records.product(session, wrong).id == bike  # as long as no other one has it
    real = records.register_product(session, {"serial": wrong, "model": "QL-C24"})
    assert real.id != bike
    assert records.product(session, wrong).id == real.id
    assert records.product(session, right).id == bike
    assert records.product(session, other.id).id == other.id
