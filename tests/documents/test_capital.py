"""Amounts in Chinese capital numerals."""

import pytest

from fieldkit.documents.capital_numerals import in_capitals


@pytest.mark.parametrize(
    ("fen", "words"),
    [
        (0, "零元整"),
        (5, "伍分"),
        (50, "伍角整"),
        (55, "伍角伍分"),
        (1_005, "壹拾元零伍分"),
        (1_050, "壹拾元伍角整"),
        (3_500, "叁拾伍元整"),
        (140_950, "壹仟肆佰零玖元伍角整"),
        (600_714, "陆仟零柒元壹角肆分"),
        (1_640_902, "壹万陆仟肆佰零玖元零贰分"),
        (10_000_000, "壹拾万元整"),
        (10_700_053, "壹拾万柒仟元伍角叁分"),
        (100_010_000, "壹佰万零壹佰元整"),
        (1_001_000_000, "壹仟零壹万元整"),
        (10_000_000_100, "壹亿零壹元整"),
        (1_234_567_890_123, "壹佰贰拾叁亿肆仟伍佰陆拾柒万捌仟玖佰零壹元贰角叁分"),
    ],
)
def test_an_amount_in_words(fen: int, words: str) -> None:
    assert in_capitals(fen) == f"人民币{words}"


@pytest.mark.parametrize("fen", [-1, 10**14])
def test_what_is_no_amount_is_refused(fen: int) -> None:
    with pytest.raises(ValueError, match="below a trillion"):
        in_capitals(fen)
