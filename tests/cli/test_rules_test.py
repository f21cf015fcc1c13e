"""`fieldkit rules test` as a supervisor meets it."""

import json
from pathlib import Path
from typing import Any

import pytest

from fieldkit.cli.app import run
from tests.rules.small import copy_of_default

Shell = Any


@pytest.fixture
def shell(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Shell:
    """Runs a command; answers exit code, what it printed, and what it said on stderr."""
    monkeypatch.setenv("FIELDKIT_LANG", "en")

    def call(*arguments: str) -> tuple[int, str, str]:
        capsys.readouterr()
        code = run(list(arguments))
        out, err = capsys.readouterr()
        return code, out, err

    return call


def test_the_default_pack_passes_and_leaves_nothing_untried(shell: Shell, tmp_path: Path) -> None:
    code, out, err = shell("rules", "test", "--threshold", "100")
    assert (code, err) == (0, "")
    first, rules, conditions = out.splitlines()
    passed, _, count, *_ = first.split()
    assert passed == count
    assert int(count) > 300
    assert rules.startswith("Rules: 100 % of ")
    assert conditions.startswith("Conditions: 100 % of ")
    folder = copy_of_default(tmp_path)
    (folder / "tests" / "policy.yaml").unlink()
    code, out, _ = shell("--lang", "zh", "rules", "test", str(folder), "--threshold", "100")
    assert code == 1
    assert "覆盖率低于 100%。" in out


def test_failures_come_with_place_and_difference_and_nothing_is_mutated(
    shell: Shell, tmp_path: Path
) -> None:
    folder = copy_of_default(
        tmp_path, params=("goodwill_days:\n  {value: 30", "goodwill_days:\n  {value: 29")
    )
    code, out, _ = shell("rules", "test", str(folder), "--mutate")
    assert code == 1
    assert "tests/dates.yaml:" in out
    assert "  line 1 charge: paid; expected goodwill" in out
    assert "Changes of the pack are tried only when all scenarios pass." in out
    code, out, _ = shell("rules", "test", str(folder), "--json")
    told = json.loads(out)
    assert code == 1
    assert told["failures"][0]["differences"][0]["expected"] == "goodwill"
    assert told["mutants"] is None


def test_mutants_that_nobody_notices_are_listed(shell: Shell, tmp_path: Path) -> None:
    folder = copy_of_default(tmp_path)
    (folder / "tests" / "boundaries.yaml").unlink()
    code, out, err = shell("rules", "test", str(folder), "--mutate")
    assert (code, err) == (1, "")
    assert (
        "coverage/lithium-aged: measured_capacity_percent above 60 -> "
        "measured_capacity_percent above 61" in out
    )
    assert "no scenario notices plating_paint_large.months: 6 -> 7" in out
    code, out, _ = shell("rules", "test", str(folder), "--mutate", "--json")
    survivors = json.loads(out)["mutants"]["survivors"]
    assert {"boundary", "number", "outcome"} == {found["kind"] for found in survivors}
    assert code == 1


def test_a_folder_that_is_no_pack(shell: Shell) -> None:
    code, out, err = shell("rules", "test", "no-such-folder")
    assert (code, out) == (2, "")
    assert "no-such-folder" in err


def test_a_pack_without_scenarios_or_with_broken_ones(shell: Shell, tmp_path: Path) -> None:
    folder = copy_of_default(tmp_path)
    (folder / "tests" / "dates.yaml").write_text("today: never\n", encoding="utf-8")
    code, _, err = shell("rules", "test", str(folder))
    assert code == 2
    assert "tests/dates.yaml:1:1" in err
    for file in (folder / "tests").iterdir():
        file.unlink()
    code, _, err = shell("rules", "test", str(folder))
    assert code == 2
    assert "has no scenarios" in err
