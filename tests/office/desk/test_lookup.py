"""The desk finds who calls, and about what."""

import pytest

from fieldkit.office.desk.complaints import record_complaint
from fieldkit.office.desk.desk import register_customer, register_job, register_product
from fieldkit.office.desk.lookup import find_records
from tests.office.trade import shipped_trade
from tests.sync.exchange import World


@pytest.fixture(name="known")
def _known(here: World) -> dict[str, str]:
    """Two customers, a product and a job of the first, and a complaint."""
    trade = shipped_trade()
    zhao = register_customer(
        here.office, {"name": "赵“小”敏", "phone": "000-0001", "address": "Lake Rd 5_"}
    )
    other = register_customer(
        here.office, {"name": "Chen Bo", "phone": "000-0002", "address": "Lake Rd 58"}
    )
    register_product(
        here.office,
        {"serial_confirmed": True, "serial": "c24-1", "model": "QL-C24", "customer": zhao},
        trade,
    )
    job = register_job(here.office, {"symptom": "Lake water in it"}, zhao, "C24-1")
    said = {"text": "Nobody came", "complaint_class": "service", "job": job.id}
    complaint = record_complaint(here.office, said, trade)
    return {
        "zhao": zhao, "other": other, "job": job.id, "number": job.number, "c": complaint.id,
    }  # fmt: skip


def found(here: World, text: str) -> set[str]:
    return {row.record for row in find_records(here.office, text)[0]}


def test_a_caller_is_found_with_her_products_and_jobs(here: World, known: dict[str, str]) -> None:
    assert found(here, "000-0001") == {known["zhao"], "C24-1", known["job"]}
    assert found(here, "小") == {known["zhao"], "C24-1", known["job"]}
    assert found(here, "赵“小”") == {known["zhao"], "C24-1", known["job"]}
    assert found(here, "c24-1") == {"C24-1", known["job"]}
    assert found(here, known["number"].lower()) == {known["job"]}
    assert found(here, "nobody CAME") == {known["c"]}


def test_every_word_must_occur_in_what_names_a_record(here: World, known: dict[str, str]) -> None:
    assert found(here, "lake") == {known["zhao"], known["other"], "C24-1"}, "not in the symptom"
    assert found(here, "lake bo") == {known["other"]}
    assert found(here, "5_") == {known["zhao"], "C24-1"}, "a sign is what it is"
    assert found(here, "%") == found(here, "q.") == found(here, " ") == set()


def test_more_than_fit_are_told(here: World, known: dict[str, str]) -> None:
    assert find_records(here.office, "lake", most=1)[1]
    newest, more = find_records(here.office, "rd", most=2)
    assert ([row.record for row in newest[:2]], more) == ([known["other"], known["zhao"]], False)
