"""A broken pack: each kind of problem once, at its place, and never anything but `PackError`."""

from __future__ import annotations

import ast
import os
import re
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from fieldkit.i18n import LANGS, messages
from fieldkit.i18n.texts.rules.problems import say_pack_problem
from fieldkit.rules import PackError, PackProblem, load_holidays, load_pack
from fieldkit.rules.model.problems import MAX_PROBLEMS
from fieldkit.shipped import shipped_data
from tests.rules.conftest import FOLDER

BRACES = ("null_value", "placeholder_may_be_absent", "placeholder_type", "unknown_placeholder")
CODE = Path(__file__).parents[3] / "fieldkit" / "rules"
Edit = tuple[str, str, str]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of the default pack that a test may break."""
    copy = tmp_path / "rules"
    shutil.copytree(FOLDER, copy, ignore=shutil.ignore_patterns("tests"))
    long = copy / "coverage.yaml"  # the first rules will do, and load faster
    text = long.read_text(encoding="utf-8")
    long.write_text(text[: text.index("  - id: no-fault-in-warranty")], encoding="utf-8")
    return copy


def edit(folder: Path, file: str, old: str, new: str) -> None:
    """Replace the first `old` of a file."""
    path = folder / file
    text = path.read_text(encoding="utf-8")
    assert old in text, old
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def problems(folder: Path) -> tuple[PackProblem, ...]:
    """What is wrong with the pack."""
    with pytest.raises(PackError) as caught:
        load_pack(folder)
    return caught.value.problems


def _broken() -> list[tuple[Edit, str]]:
    text = (Path(__file__).parent / "broken.txt").read_text(encoding="utf-8")
    found = []
    for paragraph in text.split("\n\n")[1:]:
        file, old, new, expected = paragraph.strip("\n").replace("\\n", "\0").split("\n")
        change = (file, old[2:].replace("\0", "\n"), new[2:].replace("\0", "\n"))
        found.append((change, expected[2:]))
    return found


@pytest.mark.parametrize(
    ("change", "expected"),
    _broken(),
    ids=lambda value: value[:60] if isinstance(value, str) else "",
)
def test_one_mistake_is_one_message_at_its_place(folder: Path, change: Edit, expected: str) -> None:
    edit(folder, *change)
    found = problems(folder)
    assert len(found) == 1, found
    place, key, *values = expected.split(" ")
    assert f"{found[0].file}:{found[0].line}:{found[0].col} {found[0].key}" == f"{place} {key}"
    for value in values:
        name, _, wanted = value.partition("=")
        assert str(found[0].params[name]) == wanted
    for lang in LANGS:
        text = say_pack_problem(key, found[0].params, lang)
        assert not text.startswith("[")
        assert key in BRACES or "{" not in text


def _too_many(rules: int) -> str:
    rule = "  - {{id: r{0}, when: {{danger: battery}}, then: {{}}, source: x,"
    rule += " because: {{en: x, zh: x}}}}\n"
    return "rules:\n" + "".join(rule.format(number) for number in range(rules))


def _lists(folder: Path) -> None:
    lists = {
        "component": "controller, charger, display, tyre, wearing, service",
        "cause": "wear, ageing, misuse, unknown, external",
        "job_kind": "repair, training, inspection, run_in_service, exchange_refund",
    }
    when = "".join(f"      {name}: [{values}]\n" for name, values in lists.items())
    edit(folder, "coverage.yaml", "      under_recall: true\n", when)


def _wide(folder: Path) -> None:
    names = ", ".join(f"t{n}" for n in range(50))
    edit(folder, "pack.yaml", "[hazard, ", f"[{names}, hazard, ")


def _long(folder: Path) -> None:
    edit(folder, "incident.yaml", "rules:\n", _too_many(2_001))


def _huge(folder: Path) -> None:
    (folder / "hazard.yaml").write_text("#" * 1_000_001)


def _latin(folder: Path) -> None:
    (folder / "hazard.yaml").write_bytes(b"table: hazard\nhit: \xff\xfe\n")


def _blank(folder: Path) -> None:
    (folder / "hazard.yaml").write_text("# nothing here\n")


def _directory(folder: Path) -> None:
    (folder / "hazard.yaml").unlink()
    (folder / "hazard.yaml").mkdir()


def _pipe(folder: Path) -> None:
    (folder / "hazard.yaml").unlink()
    os.mkfifo(folder / "hazard.yaml")


def _loop(folder: Path) -> None:
    (folder / "hazard.yaml").unlink()
    (folder / "hazard.yaml").symlink_to(folder / "hazard.yaml")


def _device(folder: Path) -> None:
    (folder / "hazard.yaml").unlink()
    (folder / "hazard.yaml").symlink_to("/dev/zero")


def _outside(folder: Path) -> None:
    outside = folder.parent / "elsewhere.yaml"
    shutil.copy(folder / "hazard.yaml", outside)
    (folder / "hazard.yaml").unlink()
    (folder / "hazard.yaml").symlink_to(outside)


def _not_mapping(folder: Path) -> None:
    (folder / "hazard.yaml").write_text("- a\n- b\n")


def _no_rules(folder: Path) -> None:
    text = (folder / "incident.yaml").read_text(encoding="utf-8")
    (folder / "incident.yaml").write_text(text[: text.index("rules:")], encoding="utf-8")


def _component_gone(folder: Path) -> None:
    text = (folder / "terms.yaml").read_text(encoding="utf-8")
    (folder / "terms.yaml").write_text(text[: text.index("  service:")], encoding="utf-8")


@pytest.mark.parametrize(
    ("breaking", "key", "file"),
    [
        (_lists, "too_many_alternatives", "coverage.yaml"),
        (_wide, "too_many_tables", "pack.yaml"),
        (_long, "too_many_rules", "incident.yaml"),
        (_huge, "file_too_big", "hazard.yaml"),
        (_latin, "not_utf8", "hazard.yaml"),
        (_blank, "file_empty", "hazard.yaml"),
        (_directory, "not_a_file", "hazard.yaml"),
        (_pipe, "not_a_file", "hazard.yaml"),
        (_loop, "file_unreadable", "hazard.yaml"),
        (_device, "file_outside", "hazard.yaml"),
        (_outside, "file_outside", "hazard.yaml"),
        (_not_mapping, "expected_mapping", "hazard.yaml"),
        (_no_rules, "table_empty", "incident.yaml"),
        (_component_gone, "missing_component", "terms.yaml"),
    ],
)
def test_files_and_limits(
    folder: Path, breaking: Callable[[Path], None], key: str, file: str
) -> None:
    breaking(folder)
    assert (file, key) in [(problem.file, problem.key) for problem in problems(folder)]


@pytest.mark.parametrize(
    ("text", "key"), [("# nothing here\n", "file_empty"), ("table: x\nhit: \x07\n", "not_yaml")]
)
def test_what_has_no_place_in_a_file_is_said_of_its_beginning(
    folder: Path, text: str, key: str
) -> None:
    (folder / "hazard.yaml").write_text(text)
    found = [(p.line, p.col, p.key) for p in problems(folder) if p.file == "hazard.yaml"]
    assert found == [(1, 1, key)]


def test_a_bomb_of_aliases_is_refused_at_its_first_anchor(folder: Path) -> None:
    levels = "".join(f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]\n" for n in range(1, 12))
    (folder / "hazard.yaml").write_text("a0: &a0 [x]\n" + levels)
    assert [(p.file, p.line, p.key) for p in problems(folder)] == [("hazard.yaml", 1, "anchor")]


@pytest.mark.parametrize(
    "text",
    [
        "x: " + "[" * 400_000,
        "- " * 490_000,
        "a: [" + "1," * 490_000 + "]",
        "? " * 400_000,
        "a: &a [x]\n" + "b: *a\n" * 150_000,
        "".join(" " * depth + "a:\n" for depth in range(1_300)),
    ],
    ids=["brackets", "dashes", "commas", "questions", "aliases", "steps"],
)
def test_files_made_to_hang_are_given_up_soon(tmp_path: Path, text: str) -> None:
    file = tmp_path / "holidays.yaml"
    file.write_text(text)
    with pytest.raises(PackError) as caught:
        load_holidays(file)
    assert len(caught.value.problems) <= MAX_PROBLEMS


@pytest.mark.parametrize("text", ["a: 1\n" * 150_000, "{" + "a," * 150_000 + "}"])
def test_a_file_full_of_mistakes_is_given_up_after_some(folder: Path, text: str) -> None:
    (folder / "params.yaml").write_text(text)
    *found, last = problems(folder)
    assert [problem.key for problem in found] == ["duplicate_key"] * MAX_PROBLEMS
    assert (last.key, last.params) == ("more_problems", {"limit": MAX_PROBLEMS})


def test_an_output_that_no_rule_of_a_table_sets_is_one_message(folder: Path) -> None:
    path = folder / "charge.yaml"
    text = path.read_text(encoding="utf-8").replace("customer_pays_labour_percent: 0, ", "")
    path.write_text(re.sub(r", customer_pays_labour_percent: [^,}]+", "", text), encoding="utf-8")
    assert [(p.file, p.key) for p in problems(folder)] == [("charge.yaml", "output_never_set")]


def test_a_missing_folder_is_a_missing_pack(tmp_path: Path) -> None:
    assert [p.key for p in problems(tmp_path / "nowhere")] == ["file_missing"] * 4


def test_all_mistakes_are_found_at_once(folder: Path) -> None:
    edit(folder, "hazard.yaml", "hazard.smoke: true", "hazard.smok: true")
    edit(folder, "params.yaml", "unit: days", "unit: day")
    edit(folder, "charge.yaml", "id: pending", "id: free")
    files = {problem.file for problem in problems(folder)}
    assert files == {"hazard.yaml", "params.yaml", "charge.yaml"}


def test_an_unknown_component_hides_no_mistake_of_the_next_one(folder: Path) -> None:
    edit(folder, "terms.yaml", "  swingarm_shock_fork:", "  swingarm_shock_frk:")
    edit(folder, "terms.yaml", "  motor_brushless:", "  motor_brushles:")
    found = problems(folder)
    assert [problem.key for problem in found] == ["unknown_component"] * 2


def test_a_table_about_the_wrong_records_hides_no_mistake_of_a_later_one(folder: Path) -> None:
    edit(folder, "charge.yaml", "for_each: line", "for_each: job")
    edit(folder, "approval.yaml", "approval: [none,", "approval: [nobody,")
    found = {(problem.file, problem.key) for problem in problems(folder)}
    assert found == {("charge.yaml", "output_record"), ("approval.yaml", "output_value")}


def test_the_hash_tells_packs_apart(folder: Path) -> None:
    before = load_pack(folder).sha256
    edit(folder, "hazard.yaml", "How dangerous", "how dangerous")
    assert load_pack(folder).sha256 != before


def _keys_in_code() -> set[str]:
    """Every message key that the code can give."""
    found: set[str] = set()
    for path in CODE.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not isinstance(node, ast.Call) or len(node.args) < 2:
                continue
            name = getattr(node.func, "attr", None) or getattr(node.func, "id", None)
            if name in (
                "add",
                "unknown",
                "refused",
                "unreadable",
                "_TooMuch",
                "_slip",
                "PackProblem",
            ):
                key = node.args[3 if name == "PackProblem" else 1]
                if isinstance(key, ast.Constant) and isinstance(key.value, str):
                    found.add(key.value)
    return found


def test_every_problem_has_its_sentence_and_every_sentence_its_problem() -> None:
    written = {key.removeprefix("rules.") for key in messages() if key.startswith("rules.")}
    assert _keys_in_code() == written - {"did_you_mean", "any_value"}


def test_a_problem_is_said_in_both_languages() -> None:
    params = {"name": "waranty", "suggestion": "warranty"}
    en = say_pack_problem("unknown_fact", params, "en")
    assert en == "There is no fact “waranty”. Did you mean “warranty”?"
    assert (
        say_pack_problem("unknown_fact", {"name": "x", "suggestion": None}, "zh") == "没有事实“x”。"
    )


def test_holidays_are_read_and_checked(tmp_path: Path) -> None:
    shipped = load_holidays(shipped_data() / "holidays.yaml")
    assert len([day for day in shipped if day.year == 2026]) == 33
    broken = tmp_path / "holidays.yaml"
    broken.write_text("source: x\ndays:\n  2026-02-30: x\n")
    with pytest.raises(PackError) as caught:
        load_holidays(broken)
    assert [(p.line, p.key) for p in caught.value.problems] == [(3, "bad_date")]
