"""A product is one product, however its serial number is written on the way in."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from fieldkit.domain.core.errors import BadInput, Refused
from fieldkit.domain.core.event import Act
from fieldkit.domain.job.commands import register
from fieldkit.domain.job.context import Context
from fieldkit.services.home.session import Session
from fieldkit.services.jobs import correct_records, job_commands, records
from fieldkit.services.jobs.job_rows import older_jobs
from fieldkit.tui.text.search import Search
from tests.domain.core.test_serial import WAYS
from tests.services.homes import home_at


@pytest.fixture(name="session")
def _session(tmp_path: Path) -> Iterator[Session]:
    with home_at(tmp_path, "2026-11-05 09:00") as opened:
        yield opened


def _owner(session: Session) -> str:
    return records.register_customer(session, {"name": "何青禾", "phone": "138 0013 8000"}).id


def _bike(session: Session, **values: Any) -> str:
    form = {"serial": "C24-2305-00417", "model": "QL-C24"} | values
    return records.register_product(session, form).id


@pytest.mark.parametrize("written", WAYS)
def test_a_serial_finds_its_product_however_it_is_written(session: Session, written: str) -> None:
    bike = _bike(session)
    assert records.product(session, written).id == bike
    job = job_commands.register_job(session, {"symptom": "x"}, _owner(session), written)
    assert job.product is not None
    assert job.product.id == bike
    with pytest.raises(BadInput) as refused:
        _bike(session, serial=written)
    (problem,) = refused.value.problems
    assert (problem.path, problem.key) == ("serial", "serial_known")
    assert problem.params == {"serial": "C24-2305-00417"}


def test_what_was_typed_is_kept_beside_the_serial(session: Session) -> None:
    typed = "ｃ24 – 2305\u2011 00417"
    bike = records.product(session, _bike(session, serial=typed))
    assert (bike.serial, bike.serial_typed) == ("C24-2305-00417", typed)
    plain = records.product(session, _bike(session, serial="C24-2606-00999"))
    assert (plain.serial, plain.serial_typed) == ("C24-2606-00999", "")


def test_a_serial_without_letters_and_digits_is_none(session: Session) -> None:
    with pytest.raises(BadInput) as refused:
        _bike(session, serial="-‑ /")
    assert [each.key for each in refused.value.problems] == ["no_serial"]


@pytest.mark.parametrize("written", WAYS)
def test_a_record_of_an_older_program_is_found_by_any_writing(
    session: Session, written: str
) -> None:
    old = "Ｃ24－2305－00417"  # an id that nobody would make any more
    data = {"serial": old, "model": "QL-C24"}
    session.store.ledger.commit(
        [Act(record=old, type="product.registered", data=data)], session.author()
    )
    assert records.product(session, written).id == old
    with pytest.raises(BadInput):
        _bike(session, serial=written)


def _asked(session: Session, **values: Any) -> dict[str, str]:
    """The questions and problems about a product, with what they name."""
    with pytest.raises(BadInput) as refused:
        _bike(session, **values)
    return {each.key: " ".join(map(str, each.params.values())) for each in refused.value.problems}


@pytest.mark.parametrize(
    ("serial", "asked"),
    [
        ("hello", {"serial_form": "HELLO C24-####-#####"}),
        ("C24-2509-001232025-10-01", {"serial_form": "C24-2509-001232025-10-01 C24-####-#####"}),
        ("T24-2305-00123", {"serial_of_other": "QL-T24"}),
        ("C24-23O5-00417", {"serial_form": "C24-23O5-00417 C24-####-#####",
                            "serial_alike": "C24-2305-00417"}),
        ("C24-2305-00418", {"serial_alike": "C24-2305-00417"}),
        ("C24-2305-0O4I7", {"serial_form": "C24-2305-0O4I7 C24-####-#####",
                            "serial_alike": "C24-2305-00417"}),
        ("C24-2305-0417", {"serial_form": "C24-2305-0417 C24-####-#####",
                           "serial_alike": "C24-2305-00417"}),
    ],
)  # fmt: skip
def test_a_doubtful_serial_is_asked_back_and_may_be_confirmed(
    session: Session, serial: str, asked: dict[str, str]
) -> None:
    _bike(session)
    assert _asked(session, serial=serial) == asked
    kept = records.product(session, _bike(session, serial=serial, serial_confirmed=True))
    form = asked.keys() & {"serial_form", "serial_of_other"}
    assert [mark.key for mark in kept.attention] == ["serial_kept"] * bool(form)


def test_a_serial_is_shown_in_the_form_of_its_model(session: Session) -> None:
    assert _bike(session, serial="c24 23050 0417") == "C24-2305-00417"
    confirmed = _bike(session, serial="c24 26060 0999", serial_confirmed=True)
    assert records.product(session, confirmed).attention == ()


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ("13800138000", "Özil Mesut"),
        ("+86 138-0013-8000", "Özil Mesut"),
        ("ÖZIL", "Özil Mesut"),
        ("ozil mesut", "Özil Mesut"),
        ("Émile", "EMILE Zed"),
        ("émile", "EMILE Zed"),
        ("ｅｍｉｌｅ", "EMILE Zed"),
    ],
)
def test_customers_and_their_jobs_are_found_in_any_writing(
    session: Session, typed: str, name: str
) -> None:
    bike = _bike(session)
    for who, phone in (("Özil Mesut", "+86 138 0013 8000"), ("EMILE Zed", "000-0000-0102")):
        made = records.register_customer(session, {"name": who, "phone": phone})
        job_commands.register_job(session, {"symptom": "x"}, made.id, bike)
    assert [one.name for one in records.customers(session, typed)] == [name]
    if not typed.endswith("8000"):
        assert [row.customer for row in older_jobs(session, typed)] == [name]


PHONES = {
    "+86 138 0013 8000": ("13800138000", "138 0013 8000", "0086 138 0013 8000", "86 138 00138000",
                          "+86 13800138000", "１３８００１３８０００", "8000 138"),
    "13800138000": ("+86 138 0013 8000", "008613800138000", "(+86) 138-0013-8000", "0013"),
    "0571-88880000转802": ("+86 571 8888 0000 ext 802", "0571 8888 0000 x802", "057188880000",
                          "+86 (0)571 8888 0000", "571 8888", "88880000 转 802"),
}  # fmt: skip
"""Numbers as they are recorded, and ways to ask for them."""


@pytest.mark.parametrize(
    ("phone", "typed"), [(phone, typed) for phone, ways in PHONES.items() for typed in ways]
)
def test_a_number_is_found_however_it_is_typed(session: Session, phone: str, typed: str) -> None:
    for name, number in (("Zhao", phone), ("Chen", "000-0000-0102"), ("Li", "139 1234 5678")):
        records.register_customer(session, {"name": name, "phone": number})
    assert [one.name for one in records.customers(session, typed)] == ["Zhao"]
    cards = [f"{one.name}\n{one.phone}" for one in records.each_customer(session)]
    if typed != "86 138 00138000":  # a list in the app knows the number as it was typed alone
        assert Search(cards).find(typed)[0] == [0]


def test_a_number_of_an_older_program_is_found_with_its_country(session: Session) -> None:
    card = {"name": "Zhao", "phone": "13800138000"}
    act = Act(record=session.new_id(), type="customer.registered", data=card)
    session.store.ledger.commit([act], session.author())
    (found,) = records.customers(session, "+86 138 0013 8000")
    assert (found.phone, found.phone_e164) == ("13800138000", "")


def test_a_number_is_kept_as_typed_and_as_it_is_dialled(session: Session) -> None:
    who = records.register_customer(session, {"name": "Zhao", "phone": "１３８ 0013 8000 转802"})
    assert (who.phone, who.phone_e164) == ("１３８ 0013 8000 转802", "+8613800138000;ext=802")
    now = correct_records.amend_customer(session, who.id, {"phone": "0571 8888 0000"})
    assert (now.phone, now.phone_e164) == ("0571 8888 0000", "+8657188880000")
    act = Act(record=who.id, type="customer.amended", data={"phone": "000-0000-0102"})
    session.store.ledger.commit([act], session.author())  # by an older program
    now = records.customer(session, who.id)
    assert (now.phone, now.phone_e164) == ("000-0000-0102", "")


@pytest.mark.parametrize("written", WAYS)
def test_a_serial_is_found_among_products_and_jobs(session: Session, written: str) -> None:
    bike = _bike(session)
    _bike(session, serial="C24-2305-00999")
    job_commands.register_job(session, {"symptom": "x"}, _owner(session), bike)
    assert [one.id for one in records.products(session, written)] == [bike]
    assert len(older_jobs(session, written)) == 1


def test_a_job_gets_a_number_that_no_other_has(session: Session) -> None:
    bike, owner = _bike(session), _owner(session)
    first = job_commands.register_job(session, {"symptom": "x"}, owner, bike)
    same = session.new_id()
    data = {"number": first.number, "reported_on": "2026-11-05", "symptom": "x"}
    with pytest.raises(BadInput) as refused:
        job_commands.register_job(session, data, owner, bike)
    assert [(each.path, each.key) for each in refused.value.problems] == [
        ("number", "unknown_field")
    ]
    context = Context(
        session.author(), session.new_id, job_with=lambda number: "x" * (number == first.number)
    )
    assert first.customer is not None
    assert first.product is not None
    (made,) = register({"symptom": "x"}, first.customer, first.product, first.id, context)
    assert made.data["number"][:7] == "261105-"
    assert made.data["number"] != first.number
    session.store.ledger.commit(
        [Act(record=same, type="job.registered", data=data)], session.author()
    )
    with pytest.raises(Refused) as shared:  # never the wrong one of two
        job_commands.job(session, first.number)
    assert shared.value.params["jobs"] == f"{first.id}, {same}"
    assert job_commands.job(session, same).id == same


def test_a_number_inside_a_product_is_not_the_jobs_own(session: Session) -> None:
    bike = {"id": "C24-2305-00417", "serial": "C24-2305-00417", "number": "261105-AAAAA"}
    data = {"number": "261105-BBBBB", "reported_on": "2026-11-05", "symptom": "x", "product": bike}
    act = Act(record=session.new_id(), type="job.registered", data=data)
    session.store.ledger.commit([act], session.author())
    assert job_commands.find_job(session, "261105-AAAAA") is None
    found = job_commands.find_job(session, "261105-bbbbb")
    assert found is not None
    assert found.id == act.record


def test_a_recalled_battery_is_free_however_the_serial_was_written(session: Session) -> None:
    bike = _bike(session, serial="Ｃ24　2305－00417", proof="none", second_owner=True)
    job = job_commands.register_job(session, {"symptom": "recall"}, _owner(session), bike)
    line = {"component": "battery_lithium", "cause": "manufacturing", "part": "P-BAT-LI24"}
    for step, values in (
        ("dispatch", {"technician": session.person}),
        ("appoint", {"on": "2026-11-05"}),
        ("arrive", {"distance_km": 4}),
        ("diagnose", {"lines": [line]}),
        ("decide", {}),
    ):
        job = job_commands.do_step(session, job.id, step, values)
    assert job.decision is not None
    assert [one.charge for one in job.decision.lines] == ["free"]
    assert job.decision.total_fen == 0
