"""A serial number names one product at the office, however it is written; on both databases."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from fieldkit.domain.core.catalogue import Catalogue
from fieldkit.domain.core.errors import BadInput, NotFound, Refused
from fieldkit.domain.core.event import Act
from fieldkit.domain.records.customer_product import Customer
from fieldkit.office.desk.conflicts import list_conflicts, resolve
from fieldkit.office.desk.correct_records import amend_customer, amend_product
from fieldkit.office.desk.desk import (
    read_as,
    read_record,
    register_customer,
    register_job,
    register_product,
)
from fieldkit.office.desk.lookup import find_records
from fieldkit.office.publishing.catalogue import publish_catalogue
from fieldkit.office.watch.self_checks import check_all
from tests.domain.core.test_serial import WAYS
from tests.office.trade import shipped_trade
from tests.services.jobs.test_identity import PHONES
from tests.sync.exchange import World, customer, job, product, world


@pytest.fixture(name="either", params=["sqlite", "postgresql"], scope="module")
def _either(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[World]:
    """An office on either database."""
    url = ""
    if request.param == "postgresql":
        server = request.getfixturevalue("server")
        url = server
    with world(tmp_path_factory.mktemp(request.param), url) as made:
        yield made


def _found(here: World, text: str) -> set[str]:
    return {row.record for row in find_records(here.office, text, most=1000)[0]}


def test_a_serial_names_its_product_however_it_is_written(either: World) -> None:
    office, trade = either.office, shipped_trade()
    owner = register_customer(office, {"name": "Zhao", "phone": "138 0013 8000"})
    form = {"model": "QL-C24", "customer": owner}
    bike = register_product(office, {"serial": "ｃ24 2305－00417", **form}, trade)
    for written in WAYS:
        assert read_record(office, "product", written).id == bike
        job = register_job(office, {"symptom": "x"}, owner, written)
        assert job.product is not None
        assert job.product.id == bike
        assert {bike, job.id} <= _found(either, written)
        with pytest.raises(BadInput) as refused:
            register_product(office, {"serial": written, **form}, trade)
        assert refused.value.problems[0].params["serial"] == read_record(office, "product", bike).id


def test_a_product_that_came_under_another_writing_is_found(either: World, tmp_path: Path) -> None:
    laptop = either.laptop("anna")
    laptop.act(product("Ｃ24－2306－00001"))  # as a first program may have kept it
    laptop.sync(either.wire)
    assert read_record(either.office, "product", "C24-2306-00001").id == "Ｃ24－2306－00001"
    assert _found(either, "c24230600001") == {"Ｃ24－2306－00001"}


@pytest.mark.parametrize("typed", ["ÖZIL", "özil", "ozil", "Émile", "emile", "13912345678"])
def test_a_caller_is_found_in_any_writing(either: World, typed: str) -> None:
    card = {"name": "Özil ÉMILE", "phone": "+86 139 1234 5678"}
    who = register_customer(either.office, card)
    assert who in _found(either, typed)


def test_a_number_is_found_however_it_is_typed(either: World) -> None:
    ids = {}
    for phone in PHONES:
        ids[phone] = register_customer(either.office, {"name": "Zhao", "phone": phone})
    for phone, ways in PHONES.items():
        for typed in ways:
            assert ids[phone] in _found(either, typed), (phone, typed)
    who = read_as(either.office, "customer", ids["0571-88880000转802"], Customer)
    assert (who.phone, who.phone_e164) == ("0571-88880000转802", "+8657188880000;ext=802")
    laptop = either.laptop("erna")  # and what a laptop of before sends
    card = {"name": "Zhao", "phone": "137 0013 7000", "area": "north"}
    (made,) = laptop.act(customer().model_copy(update={"data": card}))
    laptop.sync(either.wire)
    assert made.record in _found(either, "+86 137 0013 7000")


def test_the_company_says_whose_numbers_are_meant(either: World) -> None:
    publish_catalogue(either.office, Catalogue(revision=90, region="DE"), "chen")
    who = register_customer(either.office, {"name": "Meier", "phone": "030 901820"})
    assert read_as(either.office, "customer", who, Customer).phone_e164 == "+4930901820"
    amend_customer(either.office, who, {"phone": "+86 138 0013 8000"})
    assert read_as(either.office, "customer", who, Customer).phone_e164 == "+8613800138000"
    publish_catalogue(either.office, Catalogue(revision=91), "chen")


def _sold(serial: str, owner: str, **values: str) -> Act:
    data = {"serial": serial, "model": "QL-C24", "customer": owner, "purchase_date": "2026-01-05"}
    return Act(record=serial, type="product.registered", data=data | values)


def test_a_serial_with_two_owners_keeps_the_first_until_the_office_says_otherwise(
    either: World,
) -> None:
    anna, bert = either.laptop("anna", name="anna2"), either.laptop("bert")
    hers, his = customer(), customer()
    anna.act(hers, _sold("C24-2307-00001", hers.record))
    (_, second) = bert.act(his, _sold("C24-2307-00001", his.record, purchase_date="2024-01-05"))
    for laptop in (anna, bert, anna):
        laptop.sync(either.wire)
    seen = anna.documents()["C24-2307-00001"]
    assert (seen["customer"], seen["purchase_date"]) == (hers.record, "2026-01-05")
    assert seen["aside"][0]["data"]["customer"] == his.record
    flags = [mark["key"] for mark in seen["attention"]]
    assert flags == ["product_registered_twice", "not_given"]
    not_hers = bert.documents()["C24-2307-00001"]  # naming a serial shows nothing of its owner
    assert hers.record not in str(not_hers)
    conflict, named = list_conflicts(either.office)
    assert (conflict.kind, conflict.number) == ("product", "C24-2307-00001")
    assert (conflict.owner, conflict.other) == ("Test Customer", "Test Customer")
    resolve(either.office, "c24 2307 00001", conflict.flag, "he has the invoice", stands=second.id)
    resolve(either.office, "c24 2307 00001", named.flag, "he has the invoice")
    assert list_conflicts(either.office) == []
    for laptop in (anna, bert):
        laptop.sync(either.wire)
        seen = laptop.documents()["C24-2307-00001"]
        assert (seen["customer"], seen["purchase_date"]) == (his.record, "2024-01-05")
        assert "attention" not in seen


def test_what_nobody_owns_gets_an_owner_and_the_same_twice_is_no_conflict(either: World) -> None:
    laptop, who = either.laptop("carl"), customer()
    laptop.act(who, _sold("C24-2308-00001", ""), _sold("C24-2308-00001", who.record))
    laptop.act(_sold("C24-2308-00001", who.record))
    found = laptop.documents()["C24-2308-00001"]
    assert (found["customer"], "attention" in found) == (who.record, False)


def test_a_laptop_cannot_settle_whose_product_it_is(either: World) -> None:
    laptop = either.laptop("dora")
    data = {"flag": "product_registered_twice"}
    laptop.act(Act(record="C24-2309-00001", type="product.conflict_resolved", data=data))
    assert laptop.sync(either.wire).rejected == 1


def test_two_jobs_with_one_number_are_flagged_and_told_apart(either: World) -> None:
    anna, bert = either.laptop("anna", name="anna3"), either.laptop("bert", name="bert3")
    (first,) = anna.act(job(number="260302-AAAAA"))
    second, inner = bert.act(job(number="260302-aaaaa "), job())
    third, fourth = bert.act(job(number="260302-BBBBB"), job(number="260302-BBBBB"))
    for laptop in (anna, bert, anna):
        laptop.sync(either.wire)
    mine = {one.record: one for one in list_conflicts(either.office) if one.flag == "number_taken"}
    assert {record: one.jobs for record, one in mine.items()} == {
        second.record: (first.record,),
        fourth.record: (third.record,),
    }
    assert mine[second.record].params["what"] == "260302-AAAAA"
    seen = bert.documents()[second.record]["attention"]
    assert [mark["key"] for mark in seen] == ["number_taken"]
    with pytest.raises(Refused) as shared:
        read_record(either.office, "job", "260302-aaaaa")
    assert shared.value.params["jobs"] == ", ".join(sorted((first.record, second.record)))
    resolve(either.office, second.record, "number_taken", "both are told apart")
    assert second.record not in {one.record for one in list_conflicts(either.office)}
    resolve(either.office, fourth.record, "number_taken", "both are told apart")
    assert inner.record not in mine


def test_a_number_inside_a_product_is_not_the_jobs_own(either: World) -> None:
    laptop = either.laptop("frida")
    act = job(serial="C24-2310-00001", number="260302-CCCCC")
    act.data["product"]["number"] = "260302-DDDDD"
    laptop.act(act)
    laptop.sync(either.wire)
    with pytest.raises(NotFound):
        read_record(either.office, "job", "260302-DDDDD")
    assert read_record(either.office, "job", "260302-CCCCC").id == act.record


def test_a_battery_that_stands_in_two_products_is_flagged(either: World) -> None:
    anna = either.laptop("anna", name="anna4")
    for serial, written in (("C24-2311-00001", "LI24-03127"), ("C24-2311-00002", "li24 03127")):
        fitted = [{"part": "P-BAT-LI24", "serial": written, "quantity": 1, "sold": False}]
        entry = {"job": serial, "on": "2026-03-02", "component": "battery", "parts": fitted}
        anna.act(
            product(serial),
            Act(record=serial, type="product.serviced", data={"entries": [entry]}),
        )
    anna.sync(either.wire)
    assert {"C24-2311-00001", "C24-2311-00002"} <= _found(either, "LI24-03127")
    check_all(either.office, lambda sha256: None)
    mine = [one for one in list_conflicts(either.office) if one.flag == "component_elsewhere"]
    assert {one.record: one.params["what"] for one in mine} == {
        "C24-2311-00001": "LI24-03127 (C24-2311-00002)",
        "C24-2311-00002": "li24 03127 (C24-2311-00001)",
    }
    anna.sync(either.wire)
    flags = [mark["key"] for mark in anna.documents()["C24-2311-00001"]["attention"]]
    assert flags == ["component_elsewhere"]
    for one in mine:
        resolve(either.office, one.record, one.flag, "read again")
    assert not [one for one in list_conflicts(either.office) if one.flag == "component_elsewhere"]


def test_a_wrong_serial_is_corrected_and_leaves_it_to_whose_it_is(either: World) -> None:
    office, trade = either.office, shipped_trade()
    right, wrong = "C24-2312-00417", "C24-2412-00981"
    bike = register_product(office, {"serial": wrong, "model": "QL-C24"}, trade)
    now = amend_product(office, bike, {"serial": "c24 2312 00417"}, trade, "chen")
    assert (now.id, now.serial, now.unconfirmed) == (bike, right, ())
    assert read_record(office, "product", right).id == bike
    assert read_record(office, "product", wrong).id == bike
    real = register_product(office, {"serial": wrong, "model": "QL-C24"}, trade)
    assert real != bike
    assert read_record(office, "product", wrong).id == real
    assert read_record(office, "product", "ｃ24 2312 00417").id == bike
    laptop = either.laptop("gina")
    laptop.sync(either.wire)
