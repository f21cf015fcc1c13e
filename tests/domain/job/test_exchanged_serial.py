"""Which serial may be handed out in exchange, and what becomes of it."""

from typing import Any

import pytest

from fieldkit.domain.core.catalogue import Both, Catalogue, ProductModel
from fieldkit.domain.core.errors import BadInput
from fieldkit.domain.core.serial import serial_key
from fieldkit.domain.records.customer_product import Product
from fieldkit.domain.records.serial_doubts import Serials
from tests.domain.build import Walk, decision, product, verdict


def _model(code: str, *serials: str) -> ProductModel:
    return ProductModel(code=code, name=Both(en="m", zh="m"), components=(), serials=serials)


CATALOGUE = Catalogue(models=(_model("TDT-350", "SN###"), _model("TDT-500", "SP###")))


def _walk(*known: Product) -> Walk:
    by_key = {serial_key(each.serial): each for each in known}
    serials = Serials(
        CATALOGUE, lambda text: by_key.get(serial_key(text)), lambda _: "", lambda _: "Mr Other"
    )
    walk = Walk(decision=decision(verdict(), options=("exchange_bike",)), serials=serials)
    walk.to("choose_remedy")
    return walk


def _refused(walk: Walk, **values: Any) -> tuple[str, dict[str, object]]:
    with pytest.raises(BadInput) as refused:
        walk.do("exchange", values)
    (problem,) = refused.value.problems
    assert problem.path == "new_serial"
    return problem.key, problem.params


@pytest.mark.parametrize("written", ["ＳＮ１００", "sn-100", "S N\u201110 0", "SN\u200b100"])
def test_the_old_serial_is_not_the_new_one_in_any_writing(written: str) -> None:
    assert _refused(_walk(), new_serial=written)[0] == "old_serial"


def test_what_is_retired_or_somebody_elses_is_refused_with_who_has_it() -> None:
    retired = product(id="SN200", serial="SN200", retired_on="2026-05-01")
    owned = product(id="SN300", serial="SN300", customer="c-9")
    key, params = _refused(_walk(retired, owned), new_serial="sn 200", serial_confirmed=True)
    assert (key, str(params["day"])) == ("serial_retired", "2026-05-01")
    key, params = _refused(_walk(retired, owned), new_serial="sn 300", serial_confirmed=True)
    assert (key, params["who"]) == ("serial_owned", "Mr Other")


def test_a_product_in_stock_keeps_its_record() -> None:
    walk = _walk(product(id="sn 400", serial="sn 400", customer=""))
    walk.do("exchange", {"new_serial": "SN-400"})
    assert walk.beside[-1].record == "sn 400"


def test_the_model_is_checked_against_the_serial() -> None:
    walk = _walk()
    assert _refused(walk, new_serial="hello")[0] == "serial_form"
    assert _refused(walk, new_serial="sp 700") == ("serial_of_other", {"model": "TDT-500"})
    job = walk.do("exchange", {"new_serial": "sp 700", "serial_confirmed": True})
    assert job.exchange is not None
    assert job.exchange.new_serial == "SP700"
    assert walk.beside[-1].data["model"] == "TDT-500"
