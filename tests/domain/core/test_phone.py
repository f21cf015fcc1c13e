"""Telephone numbers are taken as people write them, and nothing else is."""

import pytest

from fieldkit.domain.core.errors import BadInput
from fieldkit.domain.core.form import read_form
from fieldkit.domain.core.phone import e164
from fieldkit.domain.records.customer_product import CustomerAmended, CustomerData


@pytest.mark.parametrize(
    "typed",
    [
        "13800138000",
        "+86 138 0013 8000",
        "(0571) 8888-0000",
        "0571-88880000转802",
        "0571-8888 0000 转 802",
        "0571-88880000分机802",
        "0571 8888 0000 ext 802",
        "0571 8888 0000 Ext. 802",
        "0571 8888 0000 x802",
        "0571 8888 0000#802",
        "１３８００１３８０００",
        "０５７１－８８８８００００",
        "138\u20110013\u20118000",
        "138\u00a00013\u00a08000",
        "0571-88880000（转 802）",
        "000-0000-0101",
        "95588",
    ],
)
def test_a_number_is_kept_as_it_was_typed(typed: str) -> None:
    assert read_form(CustomerData, {"name": "Zhao", "phone": f" {typed} "}).phone == typed
    assert read_form(CustomerAmended, {"phone": typed}).phone == typed


@pytest.mark.parametrize(
    "typed",
    ["-----", "+", "(   )", "1234", "1-2-3-4", "转802", "ext 802", "ring", "138 abc 0013 8000",
     "1" * 21, "13800138000转", "13800138000 ext 802 ext 3", "13800138000" + " " * 40],
)  # fmt: skip
def test_what_is_no_number_is_refused(typed: str) -> None:
    for form, values in ((CustomerData, {"name": "Zhao"}), (CustomerAmended, {})):
        with pytest.raises(BadInput) as refused:
            read_form(form, {**values, "phone": typed})
        assert [(each.path, each.key) for each in refused.value.problems] == [
            ("phone", "phone_form")
        ]


def test_what_the_first_check_let_pass_still_opens() -> None:
    assert CustomerData.model_validate({"name": "Zhao", "phone": "-----"}).phone == "-----"
    assert CustomerData.model_validate({"name": "Zhao", "phone": " 12345"}).phone == " 12345"
    with pytest.raises(ValueError, match="no telephone number"):
        CustomerData.model_validate({"name": "Zhao", "phone": "ring"})


@pytest.mark.parametrize(
    ("typed", "region", "dialled"),
    [
        ("13800138000", "CN", "+8613800138000"),
        ("+86 138 0013 8000", "CN", "+8613800138000"),
        ("008613800138000", "CN", "+8613800138000"),
        ("8613800138000", "CN", "+8613800138000"),
        ("１３８－００１３－８０００", "CN", "+8613800138000"),
        ("(0571) 8888-0000", "CN", "+8657188880000"),
        ("0571-88880000转802", "CN", "+8657188880000;ext=802"),
        ("+86 571 8888 0000 ext 802", "CN", "+8657188880000;ext=802"),
        ("0571 8888 0000 (分机802)", "CN", "+8657188880000;ext=802"),
        ("+49 30 901820", "CN", "+4930901820"),
        ("030 901820", "DE", "+4930901820"),
        ("138 0013 8000", "DE", ""),  # no number there
        ("000-0000-0101", "CN", ""),
        ("95588", "CN", ""),
        ("+999 138 0013 8000", "CN", ""),
        ("-----", "CN", ""),
        ("13800138000" * 4, "CN", ""),
    ],
)
def test_how_a_number_is_dialled_from_anywhere(typed: str, region: str, dialled: str) -> None:
    assert e164(typed, region) == dialled
