"""`fieldkit rules` for supervisors: vocabulary, check, fmt, diff, to-csv and from-csv."""

import csv
import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from fieldkit.cli.app import run
from fieldkit.cli.rules.pack_folder import pack_folder
from fieldkit.rules.loading.loader import load_pack
from fieldkit.shipped import shipped_rules

DEFAULT = load_pack(shipped_rules())

SHIPPED = Path(__file__).parents[2] / "rules" / "ebike"
Shell = Any


@pytest.fixture
def shell(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Shell:
    """Runs a command in a folder that holds a copy of the pack; needs no home."""
    shutil.copytree(SHIPPED, tmp_path / "rules", ignore=shutil.ignore_patterns("tests"))
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("FIELDKIT_LANG", "en")
    monkeypatch.setenv("FIELDKIT_HOME", str(tmp_path / "no-home"))

    def call(*arguments: str) -> tuple[int, str, str]:
        capsys.readouterr()
        code = run(["rules", *arguments])
        out, err = capsys.readouterr()
        return code, out, err

    return call


def edit(file: str, old: str, new: str) -> None:
    """Replace the first `old` in a file of the pack."""
    path = Path("rules") / file
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def test_the_vocabulary_names_every_fact_in_each_form(shell: Shell) -> None:
    code, text, _ = shell("vocabulary")
    assert code == 0
    _, markdown, _ = shell("vocabulary", "--markdown")
    data = json.loads(shell("vocabulary", "--json")[1])
    assert [fact["name"] for fact in data["facts"]] == list(DEFAULT.facts)
    for name, fact in DEFAULT.facts.items():
        assert f"  {name} " in text
        assert f"| `{name}` | {fact.type} |" in markdown
        assert fact.means.en in text
    assert "Never together" in text


def test_a_file_that_the_pack_does_not_list_is_told_of(shell: Shell) -> None:
    shutil.copy("rules/charge.yaml", "rules/chrage.yaml")
    code, text, _ = shell("check")
    assert code == 0
    line = "chrage.yaml: warning: pack.yaml does not list this table, so nothing reads the file."
    assert line in text.splitlines()
    assert json.loads(shell("check", "--json")[1])["unlisted"] == ["chrage.yaml"]
    edit("pack.yaml", "charge,", "chrge,")
    code, text, _ = shell("check")
    assert (code, text.count("\n")) == (1, 2)
    assert "Did you mean “chrage”?" in text or "Did you mean “charge”?" in text


def test_a_check_reads_the_scenarios_and_tells_of_slips(shell: Shell) -> None:
    """A table whose name ends otherwise, an expired pack, a source that is none, a scenario."""
    Path("rules/charge.yml").write_text("table: charge\n")
    edit("pack.yaml", "revision: 1", "revision: 1\nexpires: 2026-01-31")
    edit("charge.yaml", 'source: "N3, N4"', 'source: "N99"')
    edit("params.yaml", "value: 21,", "value: 2,")
    code, text, _ = shell("check")
    assert (code, "params.yaml" in text, "2 is out of range; allowed is 4 to 105" in text) == (
        1, True, True,
    )  # fmt: skip
    edit("params.yaml", "value: 2,", "value: 21,")
    code, text, _ = shell("check")
    assert code == 0
    assert "charge.yml: warning: pack.yaml does not list this table" in text
    assert "warning: The pack has expired on 2026-01-31" in text
    assert "warning: The source “N99” is not in the list of sources." in text
    slips = json.loads(shell("check", "--json")[1])["slips"]
    assert [slip["key"] for slip in slips] == ["slip_expired", "slip_unknown_source"]
    Path("rules/tests").mkdir()
    shutil.copy(SHIPPED / "tests" / "jobs.yaml", "rules/tests")
    edit("tests/jobs.yaml", "charge: free", "chrage: free")
    code, text, _ = shell("check")
    assert (code, "tests/jobs.yaml:" in text, "The scenario is wrong at" in text) == (1, True, True)


def test_the_vocabulary_in_chinese(shell: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FIELDKIT_LANG", "zh")
    _, text, _ = shell("vocabulary")
    assert "工单的事实" in text
    assert all(fact.means.zh in text for fact in DEFAULT.facts.values())


def test_a_good_pack_is_said_to_be_good(shell: Shell) -> None:
    code, out, err = shell("check")
    assert (code, err) == (0, "")
    assert out.startswith("The pack is in order: 13 tables, ")
    assert json.loads(shell("check", "--json")[1])["findings"] == []


def test_each_problem_is_one_line_with_its_place(shell: Shell) -> None:
    edit("remedy.yaml", "coverage: included", "coverage: includd")
    edit("hazard.yaml", "hazard.hiss: true", "hazard.hiss: maybe")
    code, out, _ = shell("check")
    assert code == 1
    lines = out.splitlines()
    assert lines[0].startswith("hazard.yaml:16:25: ")
    assert lines[1].startswith("remedy.yaml:24:22: ")
    assert lines[1].endswith("Did you mean “included”?")
    assert lines[2] == "2 to put right. The pack in use stays as it is."
    data = json.loads(shell("check", "--json")[1])
    assert (data["ok"], data["pack"]) == (False, None)
    assert [(p["file"], p["line"], p["key"]) for p in data["problems"]] == [
        ("hazard.yaml", 16, "expected_bool"), ("remedy.yaml", 24, "unknown_enum"),
    ]  # fmt: skip


def test_after_fifty_mistakes_fifty_are_counted(shell: Shell) -> None:
    with Path("rules/params.yaml").open("a", encoding="utf-8") as params:
        params.writelines(f"more_{number}: {{}}\n" for number in range(60))
    code, out, _ = shell("check")
    *_, more, count = out.splitlines()
    assert (code, "the first 50 are" in more, count[:16]) == (1, True, "50 to put right.")


def test_findings_are_said_with_a_case(shell: Shell) -> None:
    edit("call_out.yaml", "[home_visit, outsourced]", "[home_visit, remote]")
    text = (Path("rules") / "call_out.yaml").read_text(encoding="utf-8")
    (Path("rules") / "call_out.yaml").write_text(text[: text.index("otherwise:")], encoding="utf-8")
    code, out, _ = shell("check")
    assert code == 1
    assert "call_out.yaml:3:1: No rule decides this case: service_mode not recorded, " in out
    data = json.loads(shell("check", "--json")[1])
    kinds = {(f["kind"], f["severity"], f["rule"]) for f in data["findings"]}
    assert ("gap", "error", None) in kinds
    gap = next(f for f in data["findings"] if f["kind"] == "gap")
    assert gap["proven"]
    assert gap["example"]["facts"]["any_line.charge.free"] is False


def test_warnings_alone_do_not_fail(shell: Shell) -> None:
    always = "any_line.remedy.exchange_bike: {present: true}"
    edit("approval.yaml", "any_line.remedy.refund: true", f"any_line.remedy.refund: true, {always}")
    code, out, _ = shell("check")
    assert code == 0
    assert "warning: The rule “refund” decides the same without " in out
    assert "The pack is in order" in out


def test_a_folder_without_a_pack(shell: Shell) -> None:
    code, out, err = shell("check", "elsewhere")
    assert (code, out) == (2, "")
    assert "elsewhere" in err


def test_fmt_changes_files_once_and_check_changes_none(shell: Shell) -> None:
    before = (Path("rules") / "hazard.yaml").read_bytes()
    assert shell("fmt", "--check")[0] == 0
    edit("hazard.yaml", "hit: first", "hit:    first   # why")
    untidy = (Path("rules") / "hazard.yaml").read_bytes()
    code, out, _ = shell("fmt", "--check")
    assert (code, out.split(":")[0]) == (1, "hazard.yaml")
    assert (Path("rules") / "hazard.yaml").read_bytes() == untidy
    assert shell("fmt") == (0, "hazard.yaml: formatted.\n", "")
    assert shell("fmt")[1].startswith("Nothing to do")
    after = (Path("rules") / "hazard.yaml").read_bytes()
    assert after == before.replace(b"hit: first", b"hit: first  # why")


def test_fmt_leaves_what_is_no_yaml(shell: Shell) -> None:
    edit("hazard.yaml", "rules:", "rules: [")
    broken = (Path("rules") / "hazard.yaml").read_bytes()
    code, out, _ = shell("fmt")
    assert code == 1
    assert out.startswith("hazard.yaml:")
    assert (Path("rules") / "hazard.yaml").read_bytes() == broken
    assert not list(Path("rules").glob(".*"))


def test_diff_in_words_and_as_data(shell: Shell) -> None:
    edit("charge.yaml", "{at_most: $goodwill_days}", "{at_most: 45}")
    code, out, _ = shell("diff", str(SHIPPED), "rules")
    assert code == 0
    assert "  goodwill-just-expired: days_past_expiry at most 30 -> 45\n" in out
    assert "  A case that is decided otherwise: " in out
    data = json.loads(shell("diff", str(SHIPPED), "rules", "--json")[1])
    assert data["changes"][0]["new"] == [["at_most", 45]]
    assert data["effects"][0]["differs"] is True


def test_diff_says_when_nothing_changes(shell: Shell) -> None:
    assert shell("diff", str(SHIPPED), "rules")[1] == "The packs are the same, to the letter.\n"
    edit("charge.yaml", "# Who pays", "# It says who pays")
    assert shell("diff", str(SHIPPED), "rules")[1].startswith("Nothing changes: ")


def test_diff_of_a_broken_pack_points_to_check(shell: Shell) -> None:
    edit("charge.yaml", "hit: first", "hit: frist")
    code, _, err = shell("diff", str(SHIPPED), "rules")
    assert code == 2
    assert "charge.yaml:5:6" in err
    assert "fieldkit rules check" in err


def test_a_table_to_csv_and_back(shell: Shell) -> None:
    before = (Path("rules") / "charge.yaml").read_bytes()
    assert shell("to-csv", "charge", "charge.csv")[0] == 0
    assert Path("charge.csv").read_bytes().startswith(b"\xef\xbb\xbftable,charge,")
    assert shell("from-csv", "charge.csv")[1].startswith("charge.yaml stays as it is")
    text = Path("charge.csv").read_text(encoding="utf-8-sig").replace("<= $goodwill_days", "<= 45")
    Path("charge.csv").write_text(text, encoding="utf-8")
    assert shell("from-csv", "charge.csv")[0] == 0
    after = (Path("rules") / "charge.yaml").read_bytes()
    assert after == before.replace(b"at_most: $goodwill_days", b"at_most: 45")


def test_a_wrong_cell_is_named_and_nothing_changes(shell: Shell) -> None:
    before = (Path("rules") / "charge.yaml").read_bytes()
    shell("to-csv", "charge", "charge.csv")
    with Path("charge.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.reader(file))
    rows[7][4] = "any of vip, loyl"
    with Path("charge.csv").open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows(rows)
    code, out, _ = shell("from-csv", "charge.csv")
    assert code == 1
    assert out.startswith("charge.csv:E8: “loyl” is not one of the values")
    assert (Path("rules") / "charge.yaml").read_bytes() == before


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("to-csv", "charg", "x.csv"), "Did you mean “charge”"),
        (("to-csv", "nothing-like-it", "x.csv"), "The tables are: hazard, "),
        (("to-csv", "charge", "rules/charge.yaml"), "already exists"),
        (("from-csv", "missing.csv"), "missing.csv"),
    ],
)
def test_what_cannot_be_done_is_said(shell: Shell, arguments: tuple[str, ...], said: str) -> None:
    code, out, err = shell(*arguments)
    assert (code, out) == (2, "")
    assert said in err


def test_the_pack_is_the_one_here_then_that_of_the_trade_here_then_the_shipped_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert pack_folder(None) == SHIPPED
    shutil.copytree(SHIPPED, tmp_path / "rules" / "ebike")
    assert pack_folder(None) == Path("rules", "ebike")
    shutil.copy(SHIPPED / "pack.yaml", tmp_path / "rules" / "pack.yaml")
    assert pack_folder(None) == Path("rules")
    assert pack_folder(SHIPPED) == SHIPPED
