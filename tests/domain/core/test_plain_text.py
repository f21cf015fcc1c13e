"""What comes in as text is letters, and what goes out of older texts harms no terminal."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fieldkit.domain.core.errors import BadInput
from fieldkit.domain.core.form import read_form
from fieldkit.domain.core.plain_text import (
    escaped,
    is_plain,
    one_line,
    unplain_paths,
    without_controls,
)
from fieldkit.domain.job.side_events import NoteAdded
from fieldkit.domain.records.customer_product import CustomerData

REFUSED = [
    "\x1b]0;owned\x07", "A\x1dB", "a\x00b", "a\x9b31mb", "jpg.\u202eexe", "\u2066a", "a\x7f",
    "\ud800",
]  # fmt: skip
TAKEN = [
    "李娜", "O'Neil-Smith", "café", "한국", "שלום", "مرحبا", "a\u3000b", "a\u00a0b",
    "👩\u200d🔧", "±€¥½",
]  # fmt: skip


@pytest.mark.parametrize("text", REFUSED)
def test_what_a_terminal_would_obey_is_no_text(text: str) -> None:
    assert not is_plain(text)
    with pytest.raises(BadInput) as raised:
        read_form(CustomerData, {"name": text, "phone": "13800138000"})
    assert [(problem.path, problem.key) for problem in raised.value.problems][:1] == [
        ("name", "not_plain")
    ]


@pytest.mark.parametrize("text", TAKEN)
def test_letters_of_any_language_are(text: str) -> None:
    assert is_plain(text)
    assert read_form(CustomerData, {"name": text, "phone": "13800138000"}).name == text.strip()


def test_several_lines_are_joined_in_a_field_of_one_and_kept_in_one_of_several() -> None:
    lines = "12 Elm Road\r\nBack gate\tleft\nRing twice"
    card = read_form(CustomerData, {"name": "A", "phone": "13800138000", "address": lines})
    assert card.address == "12 Elm Road Back gate left Ring twice"
    assert read_form(NoteAdded, {"text": "one\ntwo"}).text == "one\ntwo"


def test_every_wrong_place_is_named() -> None:
    values = {"a": [{"b": "\x1b"}, "good"], "c": {"d\x1b": 1}, "e": 5}
    assert sorted(unplain_paths(values)) == ["a.0.b", "c.d\\u001b"]


@given(st.text(st.characters()))
def test_what_is_escaped_or_joined_or_cleaned_is_plain(text: str) -> None:
    assert is_plain(escaped(text))
    assert is_plain(without_controls(text))
    assert is_plain(one_line(without_controls(text)))
    assert not set(one_line(text)) & set("\r\n\t")
    if is_plain(text):
        assert escaped(text) == text


@given(st.text(st.characters(exclude_characters="\n\t")))
def test_escapes_are_those_of_json(text: str) -> None:
    written = json.dumps({"text": text}, ensure_ascii=False)
    assert json.loads(escaped(written)) == {"text": text}
