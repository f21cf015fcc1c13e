"""Serial numbers are compared by their letters and digits, whatever people and scanners add."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fieldkit.domain.core.catalogue import Both, Catalogue, Recall
from fieldkit.domain.core.serial import serial_key, tidy_serial

WAYS = (
    "C24-2305-00417",
    "c24-2305-00417",
    "Ｃ２４－２３０５－００４１７",
    "C24 2305 00417",
    " C24\u00a02305\u300000417 ",
    "C24\u20112305\u201100417",  # no-break hyphens
    "C24–2305—00417",
    "C24\u22122305\u221200417",  # minus signs
    "C24\ufe632305\uff0d00417",
    "\ufeffC24\u200b-2305\u200d-\u00ad00417",  # nobody sees these
    "C24_2305_00417",
    "C242305\u0660\u0660\u0664\u0661\u0667",  # digits of another script
    "C24.2305/00417",
)


@pytest.mark.parametrize("written", WAYS)
def test_one_serial_is_one_however_it_is_written(written: str) -> None:
    assert serial_key(written) == "C24230500417"


def test_serials_are_written_in_capitals_with_plain_dashes() -> None:
    assert tidy_serial("ｃ24–2305\u2011 00417\u200b") == "C24-2305-00417"
    assert tidy_serial("a/7.b#1") == "A/7.B#1"
    assert (serial_key("- ‑ ​"), serial_key("青-1")) == ("", "青1")


@given(st.text())
def test_writing_a_serial_keeps_what_it_is_compared_by(text: str) -> None:
    written = tidy_serial(text)
    assert serial_key(written) == serial_key(text)
    assert tidy_serial(written) == written
    assert serial_key(serial_key(text)) == serial_key(text)


@pytest.mark.parametrize("written", WAYS)
def test_a_recall_concerns_a_serial_however_it_is_written(written: str) -> None:
    recall = Recall(
        id="R", title=Both(en="r", zh="r"), serial_prefixes=("-", "c24–2305-"),
        component="battery", since="2026-03-16",
    )  # fmt: skip
    catalogue = Catalogue(recalls=(recall,))
    assert catalogue.recall_for(written) == recall
    assert catalogue.recall_for("C24-2306-00417") is catalogue.recall_for("") is None
