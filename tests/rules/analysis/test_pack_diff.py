"""The difference of two packs: what changed, in rules, and which cases are decided otherwise."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from fieldkit.cli.rules.print_diff import difference_data, difference_lines
from fieldkit.i18n import LANGS
from fieldkit.rules import Pack, load_pack
from fieldkit.rules.analysis.pack_diff import Change, PackDiff, compare
from fieldkit.rules.editing.formatter import format_file
from fieldkit.rules.model.pack import Rule
from fieldkit.rules.model.problems import Report
from fieldkit.rules.model.semantics import evaluate
from tests.rules.conftest import FOLDER
from tests.rules.loading.test_loader import edit


@pytest.fixture
def changed(pack: Pack, tmp_path: Path) -> Callable[..., PackDiff]:
    """Compares the default pack with a copy that was edited: (file, old text, new text), …"""

    def call(*edits: tuple[str, str, str]) -> PackDiff:
        copy = tmp_path / "rules"
        shutil.copytree(FOLDER, copy, ignore=shutil.ignore_patterns("tests"))
        for each in edits:
            edit(copy, *each)
        new = load_pack(copy)
        difference = compare(pack, new)
        for effect in difference.effects:
            if effect.differs:
                really(pack, new, effect.table, difference)
        return difference

    return call


def really(old: Pack, new: Pack, name: str, difference: PackDiff) -> None:
    """The example of an effect is decided as said by the old and by the new table."""
    effect = next(each for each in difference.effects if each.table == name)
    assert effect.example is not None
    assert effect.old != effect.new
    for pack, said in ((old, effect.old), (new, effect.new)):
        table = next(table for table in pack.tables if table.name == name)
        hits = evaluate(table, effect.example.facts)
        rule = table.rules[hits[0]] if hits else table.otherwise
        assert rule is not None
        assert rule.then == said


Compare = Callable[..., PackDiff]


def test_a_pack_is_the_same_as_itself(pack: Pack) -> None:
    assert compare(pack, pack) == PackDiff((), (), same_files=True)


def test_comments_layout_and_order_of_entries_change_nothing(changed: Compare) -> None:
    difference = changed(
        ("hazard.yaml", "# How dangerous", "# Just how dangerous"),
        ("charge.yaml", "term, part_fitted, part_sold", "part_sold, part_fitted, term"),
        ("approval.yaml", "table: approval\nfor_each: job\n", "for_each: job\ntable: approval\n"),
        ("charge.yaml", "      coverage: expired\n", ""),
        ("charge.yaml", "      customer_tier:", "      coverage: [expired]\n      customer_tier:"),
    )  # fmt: skip
    assert difference == PackDiff((), (), same_files=False)


def test_a_bound_in_a_rule(changed: Compare) -> None:
    difference = changed(("charge.yaml", "{at_most: $goodwill_days}", "{at_most: 45}"))
    [change] = difference.changes
    assert change == Change(
        "condition", "charge", "goodwill-just-expired", "days_past_expiry",
        (("at_most", 30),), (("at_most", 45),),
    )  # fmt: skip
    [effect] = difference.effects
    assert effect.differs
    assert effect.example is not None
    assert effect.example.facts["days_past_expiry"] == 31
    assert (effect.old or {})["charge"] == "paid"
    assert (effect.new or {})["charge"] == "goodwill"


def test_a_param_shows_where_it_acts(changed: Compare) -> None:
    difference = changed(
        ("params.yaml", "goodwill_days:\n  {value: 30", "goodwill_days:\n  {value: 45")
    )
    assert [(c.kind, c.rule, c.name) for c in difference.changes] == [
        ("param", None, "goodwill_days"),
        ("condition", "goodwill-just-expired", "days_past_expiry"),
    ]


def test_a_param_written_out_changes_nothing(changed: Compare) -> None:
    assert changed(("charge.yaml", "at_most: $goodwill_days", "at_most: 30")).changes == ()


def test_rules_added_removed_and_renamed(changed: Compare) -> None:
    new = "  - id: new\n    when: {danger: emergency}\n    then: {remedy: none}\n"
    new += '    because: {en: "x", zh: "x"}\n    source: "x"\n'
    smell = "  - id: odour\n    when: {hazard.odour: true}"
    difference = changed(
        ("remedy.yaml", "  - id: redo\n", new + "  - id: done-again\n"),
        ("hazard.yaml", smell, "  - id: reek\n    when: {hazard.hiss: true}"),
    )
    kinds = [(c.kind, c.rule) for c in difference.changes]
    assert kinds == [
        ("rule_added", "reek"), ("rule_removed", "odour"), ("rule_added", "new"),
        ("rule_renamed", "done-again"),
    ]  # fmt: skip
    added = difference.changes[0].new
    assert isinstance(added, Rule)
    assert added.id == "reek"
    # an emergency gets no remedy anyhow: `nothing-yet` says so above
    assert [effect.differs for effect in difference.effects] == [True, False]


def move(folder_text: str, first: str, second: str) -> tuple[str, str]:
    """The text of two neighbouring rules, and the same with the two changed about."""
    start = folder_text.index(f"  - id: {first}\n")
    middle = folder_text.index(f"  - id: {second}\n")
    end = folder_text.index("  - id: ", middle + 5)
    old = folder_text[start:end]
    return old, folder_text[middle:end] + folder_text[start:middle]


def test_a_move_that_changes_nothing_is_told_from_one_that_does(changed: Compare) -> None:
    calls = (FOLDER / "call_out.yaml").read_text(encoding="utf-8")
    hazards = (FOLDER / "hazard.yaml").read_text(encoding="utf-8")
    difference = changed(
        ("call_out.yaml", *move(calls, "free-test", "free-test-no-fault")),
        ("hazard.yaml", *move(hazards, "rising-heat", "swelling")),
    )
    assert [(c.kind, c.table, c.rule, c.new) for c in difference.changes] == [
        ("rule_moved", "hazard", "swelling", "hiss"),
        ("rule_moved", "call_out", "free-test-no-fault", "free-line"),
    ]
    assert [(e.table, e.differs) for e in difference.effects] == [
        ("hazard", True), ("call_out", False),
    ]  # fmt: skip


def test_a_condition_that_always_holds_changes_nothing(changed: Compare) -> None:
    difference = changed(("charge.yaml", "{at_most: $goodwill", "{at_least: 0, at_most: $goodwill"))
    [change] = difference.changes
    assert change.kind == "condition"
    assert [effect.differs for effect in difference.effects] == [False]


def test_a_change_of_a_job_table_comes_with_lines(changed: Compare) -> None:
    difference = changed(
        ("call_out.yaml", "any_line.charge.goodwill: true", "any_line.charge.paid: true")
    )
    [effect] = difference.effects
    assert effect.differs
    assert effect.example is not None
    assert effect.example.lines


def test_words_terms_head_and_tables(changed: Compare) -> None:
    difference = changed(
        ("hazard.yaml", 'source: "N14"', 'source: "N15"'),
        ("hazard.yaml", "The vehicle is smoking", "It is smoking"),
        ("terms.yaml", "months: 24", "months: 25"),
        ("pack.yaml", "revision: 1", "revision: 2"),
        ("pack.yaml", "incident, follow_up, complaint,", "follow_up, incident, complaint,"),
        ("escalation.yaml", "[evacuate, call_119,", "[call_119,"),
    )
    assert {(c.kind, c.table, c.name) for c in difference.changes} == {
        ("head", None, "revision"),
        ("component", None, "frame_fork_handlebar.term"),
        ("tables_moved", "follow_up", ""),
        ("source", "hazard", "source"),
        ("because", "hazard", "en"),
        ("outcome", "escalation", "instructions"),
    }
    assert [(e.table, e.differs) for e in difference.effects] == [("escalation", None)]


def test_formatting_changes_nothing(pack: Pack, tmp_path: Path) -> None:
    for path in FOLDER.glob("*.yaml"):
        text = (
            path.read_text(encoding="utf-8")
            .replace(": {", ":   {")
            .replace("\n  - id", "\n\n  - id")
        )
        made = format_file(text.encode(), path.name, Report())
        assert made is not None
        (tmp_path / path.name).write_text(made, encoding="utf-8")
    difference = compare(pack, load_pack(tmp_path))
    assert difference == PackDiff((), (), same_files=False)


BELL = """  bell:
    name: {en: "bell", zh: "车铃"}
    months: 6
    remedy: replace
    system: other
    main: false
    source: "chosen"
"""


def test_values_and_a_component_that_only_one_pack_has_are_told_in_words(changed: Compare) -> None:
    difference = changed(
        ("terms.yaml", "  throttle:\n", f"{BELL}  throttle:\n"),
        ("values.yaml", "  throttle:", '  bell: {en: "Bell", zh: "车铃"}\n  throttle:'),
        ("values.yaml", 'zh: "冒烟", emergency: always', 'zh: "冒白烟", emergency: while_rising'),
    )
    told = {lang: "\n".join(difference_lines(difference, lang)) for lang in LANGS}
    assert "  bell nothing -> 6 months\n" in told["en"]
    assert "6 个月" in told["zh"]
    assert "  component.bell nothing -> “Bell” / “车铃”" in told["en"]
    assert "  hazard.smoke “Smoke” / “冒烟” -> “Smoke” / “冒白烟”" in told["en"]
    assert "  hazard.smoke.emergency always -> while_rising" in told["en"]
    listed = difference_data(difference, "en")["changes"]
    (data,) = [each for each in listed if each["name"] == "component.bell"]
    assert (data["old"], data["new"]) == (None, {"en": "Bell", "zh": "车铃"})
