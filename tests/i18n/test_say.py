"""Saying a message: both languages, never an exception, dates, money, widths."""

import re
from datetime import UTC, date, datetime
from string import Formatter
from unicodedata import name as letter_name

import pytest
from rich.cells import cell_len
from wcwidth import wcwidth

from fieldkit.domain.core.errors import BadInput, FieldProblem, NotFound, Reason, Refused
from fieldkit.i18n import (
    Lang,
    default_lang,
    fit,
    messages,
    say,
    say_date,
    say_error,
    say_flag,
    say_moment,
    say_money,
    say_weekday,
    width,
)
from fieldkit.i18n.cell_width import _PLAIN

SAME_IN_BOTH = frozenset({"doctor.python"})
"""Messages that hold only a name."""


def _placeholders(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name is not None}


def _is_chinese(text: str) -> bool:
    return any("CJK UNIFIED" in letter_name(letter, "") for letter in text)


def _has_words(text: str) -> bool:
    """Whether anything but placeholders and punctuation is said."""
    return any(letter.isalpha() for said, *_ in Formatter().parse(text) for letter in said)


def _said_whole(en: str, zh: str) -> bool:
    """Whether both say something, each in its language, and with the same placeholders."""
    names = _placeholders(en)
    in_both = (_is_chinese(zh) or not _has_words(en)) and not _is_chinese(en)
    same = names == _placeholders(zh) and all(name.isidentifier() for name in names)
    return bool(en.strip() and zh.strip()) and in_both and same


# The messages are tried in one test each: a test for every one of them costs far more than it does.


def test_each_message_is_whole_in_both_languages() -> None:
    unlike = {key for key, both in messages().items() if not _said_whole(*both)}
    assert unlike == SAME_IN_BOTH


_SPOKEN_KEY = re.compile(r"\b(F[1-9]\d?|Esc)\b|\b(Ctrl|Shift)\+\w|\^[A-Z]")
_NO_BOUND_KEY = frozenset({"cli.serving", "error.keys.key"})
"""Ctrl+C of a shell, and which keys may be chosen."""


def test_a_key_that_can_be_bound_otherwise_is_named_by_its_name() -> None:
    """`{key:app.sync}` becomes the key that is bound now."""
    fixed = {key for key, both in messages().items() if any(map(_SPOKEN_KEY.search, both))}
    assert fixed == _NO_BOUND_KEY


def test_an_unknown_key_comes_back_in_brackets() -> None:
    assert say("no.such", "en", what=1) == "[no.such]"


def test_a_missing_value_leaves_its_placeholder() -> None:
    assert say("format.moment", "en", date="5 Nov") == "5 Nov, {time}"


def test_a_value_may_hold_braces_or_be_called_key() -> None:
    assert say("format.money", "en", amount="{x}", key=1) == "¥{x}"


def test_dates_and_times() -> None:
    day = date(2026, 11, 5)
    assert say_date(day, "en") == "5 Nov 2026"
    assert say_date(day, "zh") == "2026年11月5日"
    moment = datetime(2026, 11, 5, 9, 5, tzinfo=UTC)
    assert say_moment(moment, "en") == "5 Nov 2026, 09:05"
    assert say_moment(moment, "zh") == "2026年11月5日 09:05"
    assert [say_weekday(day, "en"), say_weekday(day, "zh")] == ["Thu", "周四"]


@pytest.mark.parametrize(
    ("fen", "text"),
    [(0, "¥0.00"), (5, "¥0.05"), (10_500, "¥105.00"), (128_000, "¥1,280.00"), (-2_001, "-¥20.01")],
)
def test_money(fen: int, text: str) -> None:
    assert say_money(fen, "en") == text
    assert say_money(fen, "zh") == text


@pytest.mark.parametrize(
    ("environ", "lang"),
    [
        ({}, "en"),
        ({"LANG": "zh_CN.UTF-8"}, "zh"),
        ({"LANG": "de_DE.UTF-8"}, "en"),
        ({"LC_ALL": "C", "LANG": "zh_CN.UTF-8"}, "en"),
        ({"LC_ALL": "", "LANG": "zh_CN.UTF-8"}, "zh"),
        ({"FIELDKIT_LANG": "ZH", "LC_ALL": "en_GB.UTF-8"}, "zh"),
    ],
)
def test_the_environment_chooses_the_language(environ: dict[str, str], lang: Lang) -> None:
    assert default_lang(environ) == lang


def test_a_refusal_names_the_step_in_the_language() -> None:
    refused = Refused(Reason("needs_step", {"step": "sign"}))
    assert "顾客签字" in say_error(refused, "zh")
    assert "Customer signs" in say_error(refused, "en")


def test_bad_input_names_each_field_and_its_row() -> None:
    error = BadInput([FieldProblem("lines.1.part", "missing"), FieldProblem("use", "enum")])
    text = say_error(error, "en")
    assert "Part (row 2)" in text
    assert "Used for" in text


def test_a_problem_nobody_has_words_for_still_names_the_field() -> None:
    text = say_error(BadInput([FieldProblem("phone", "some_new_type")]), "en")
    assert "Phone" in text
    assert "[" not in text


@pytest.mark.parametrize(
    ("flag", "params", "english", "chinese"),
    [
        ("owed", {"owed_fen": 8000}, "¥80.00 is still owed", "尚欠¥80.00。"),
        ("overpaid", {"over_fen": 150}, "paid ¥1.50 too much", "多付了¥1.50。"),
        ("unrefunded", {"amount_fen": 290000}, "refund of ¥2,900.00 was", "撤回了¥2,900.00的退款"),
        (
            "product_retired",
            {"serial": "X-1", "on": "2026-11-29"},
            "taken back on 29 Nov 2026.",
            "已于2026年11月29日收回",
        ),
    ],
)
def test_a_flag_names_amounts_and_days_as_a_person_reads_them(
    flag: str, params: dict[str, object], english: str, chinese: str
) -> None:
    assert english in say_flag(flag, params, "en")
    assert chinese in say_flag(flag, params, "zh")


def test_not_found_names_what_was_asked_for() -> None:
    assert "J-7" in say_error(NotFound("job", "J-7"), "zh")


def test_widths_agree_with_the_screen() -> None:
    for text in (text for both in messages().values() for text in both):
        assert width(text) == cell_len(text), text
        for cells in (0, 1, 2, 7, 30):
            assert cell_len(fit(text, cells)) == cells, text


def test_marks_without_width_are_not_counted() -> None:
    assert width("e\u0301") == 1
    assert fit("e\u0301" * 9, 3) == "e\u0301" * 2 + "…"
    assert width("a\u200bb\x07") == 2


def test_what_is_counted_without_the_library_agrees_with_it() -> None:
    plain = [sign for sign in map(chr, range(32, 0x10000)) if _PLAIN.fullmatch(sign)]
    assert len(plain) > 20_000
    assert [sign for sign in plain if width(sign) != wcwidth(sign)] == []


@pytest.mark.parametrize("sign", ["👩\u200d🔧", "👍🏽", "❤\ufe0f", "🇨🇳"])
def test_signs_of_several_letters_are_one_sign(sign: str) -> None:
    assert width(sign) == cell_len(sign) == 2
    assert fit(sign * 5, 6) == sign * 2 + "… "


@pytest.mark.parametrize("word", ["bike", "bicycle", "vehicle", "车辆", "车型", "购车", "换车"])
def test_no_sentence_knows_the_trade(word: str) -> None:
    """What is sold and repaired is told by the catalogue and the rules."""
    assert [key for key, both in messages().items() if word in " ".join(both).lower()] == []
