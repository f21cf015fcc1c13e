"""What is typed into a field, read leniently and written back tidily."""

from datetime import date

import pytest

from fieldkit.tui.forms.typed_values import read_typed, write_value
from fieldkit.tui.text.lines import apart, cells_of, labelled, wrap

TODAY = date(2026, 11, 5)


@pytest.mark.parametrize(
    ("widget", "text", "value"),
    [
        ("text", " Li ", " Li "),
        ("int", "12", 12),
        ("int", "-3", -3),
        ("int", "a dozen", "a dozen"),
        ("int", " ", None),
        ("money", "128.5", 12850),
        ("money", "¥1,280", 128000),
        ("money", "\uffe51\uff0c280.05", 128005),
        ("money", "1.234", "1.234"),
        ("date", "2026-11-5", "2026-11-05"),
        ("date", "11-7", "2026-11-07"),
        ("date", "2026年3月8日", "2026-03-08"),
        ("date", "+3", "2026-11-08"),
        ("date", "0", "2026-11-05"),
        ("date", "Tomorrow", "2026-11-06"),
        ("date", "后天", "2026-11-07"),
        ("date", "2026-02-30", "2026-02-30"),
        ("date", "soon", "soon"),
        ("time", "9", "09:00"),
        ("time", "930", "09:30"),
        ("time", "14\uff1a05", "14:05"),
        ("time", "noon", "noon"),
    ],
)
def test_reading(widget: str, text: str, value: object) -> None:
    assert read_typed(widget, text, TODAY) == value


@pytest.mark.parametrize(
    ("widget", "value", "text"),
    [("money", 12805, "128.05"), ("money", "x", "x"), ("int", 3, "3"), ("date", None, "")],
)
def test_writing(widget: str, value: object, text: str) -> None:
    assert write_value(widget, value) == text


def test_english_breaks_at_spaces_and_a_long_word_is_cut() -> None:
    assert wrap("The cell is dead", 8) == ["The cell", "is dead"]
    assert wrap("abcdefghij", 4) == ["abcd", "efgh", "ij"]


def test_chinese_breaks_anywhere_but_before_closing_punctuation() -> None:
    assert wrap("车辆危险。请撤离", 8) == ["车辆危", "险。请撤", "离"]
    assert all(cells_of([(line, "")]) <= 8 for line in wrap("车辆(C24)危险,请立即撤离", 8))


def test_lines_keep_to_their_cells() -> None:
    assert cells_of(apart("保修期内免费", "¥0.00", 12)) == 12
    assert labelled("Bought", "20 Mar 2022", 12, 8)[1] == [("        Mar", "")]
