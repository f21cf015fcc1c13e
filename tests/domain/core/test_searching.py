"""Words find what was written, however it is written."""

import pytest

from fieldkit.domain.core.searching import holds_words, query_words, search_text


@pytest.mark.parametrize(
    ("written", "typed"),
    [
        ("王\u200b小明", "王小明"),
        ("王小明", "王\u200d小明"),
        ("Mül\u00adler", "muller"),
        ("Özil", "ÖZIL"),
        ("C24-2512\u200b-33333", "c24251233333"),
    ],
)
def test_signs_that_nobody_sees_are_no_difference(written: str, typed: str) -> None:
    assert holds_words(search_text([written]), query_words(typed))
    assert not holds_words(search_text([written]), query_words(typed + "x"))
