"""The demo day on the command line: every job is played, sent, and read back equal."""

import re

import pytest

from fieldkit.cli.app import run


@pytest.mark.parametrize(
    ("lang", "equal", "free"),
    [("en", "equal to the laptop's", "Free"), ("zh", "与本机一致", "免费")],
)
def test_the_day_is_played_and_the_office_has_all_of_it(
    lang: str, equal: str, free: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["--lang", lang, "demo", "--no-tui", "--on", "2026-11-05"]) == 0
    out = capsys.readouterr().out
    assert equal in out
    assert free in out
    numbers = set(re.findall(r"^(\d{6}-[0-9A-Z]{5})  ", out, re.MULTILINE))
    assert len(numbers) >= 12
    assert not re.findall(r"\[[a-z_]+\.[a-z_.]+\]", out), "a message is missing"
    papers = re.findall(r"^  (?:Paper|单据) .+ (?:[0-9A-F]{4} ?){4}$", out, re.MULTILINE)
    assert len(papers) >= 20
    verdicts = re.findall(r"charge/[a-z-]+(?:, |，)fieldkit-default r\d+", out)
    assert len(verdicts) >= 12
