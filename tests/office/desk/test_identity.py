"""A serial number names one product at the office, however it is written; on both databases."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from fieldkit.domain.core.errors import BadInput
from fieldkit.office.desk.desk import read_record, register_customer, register_job, register_product
from fieldkit.office.desk.lookup import find_records
from tests.domain.core.test_serial import WAYS
from tests.office.trade import shipped_trade
from tests.sync.exchange import World, product, world


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
