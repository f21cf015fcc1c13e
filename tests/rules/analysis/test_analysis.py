"""The analysis says what enumeration of all cases says, and finds defects put into a good pack."""

from __future__ import annotations

import itertools
import shutil
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from fieldkit.domain.core.decision import Text
from fieldkit.rules import Pack, load_pack
from fieldkit.rules.analysis.findings import RuleFinding, analyse, analyse_table
from fieldkit.rules.analysis.implications import Bounds, Knowledge, Never, never
from fieldkit.rules.analysis.search import Work
from fieldkit.rules.model.pack import Condition, FactDef, Facts, Position, Rule, Table, Value
from fieldkit.rules.model.semantics import evaluate, holds, rule_holds
from tests.rules.conftest import FOLDER
from tests.rules.loading.test_loader import edit

AT = Position("small.yaml", 1, 1)
NOTHING = Text(en="-", zh="-")
FACTS = {
    "i": FactDef("i", "int", "job", NOTHING, low=-2, high=3),
    "j": FactDef("j", "int", "job", NOTHING, low=0, high=2, always=True),
    "b": FactDef("b", "bool", "job", NOTHING),
    "c": FactDef("c", "bool", "job", NOTHING, always=True),
    "e": FactDef("e", "enum", "job", NOTHING, values=("red", "green", "blue")),
}
VALUES: dict[str, tuple[Value, ...]] = {
    "i": (-2, -1, 0, 1, 2, 3),
    "j": (0, 1, 2),
    "b": (False, True),
    "c": (False, True),
    "e": ("red", "green", "blue"),
}


def all_cases() -> Iterator[Facts]:
    """Every case of the small world."""
    axes: list[list[Value | None]] = [
        [*([] if FACTS[name].always else [None]), *VALUES[name]] for name in FACTS
    ]
    for values in itertools.product(*axes):
        yield {n: v for n, v in zip(FACTS, values, strict=True) if v is not None}


CASES = list(all_cases())


@st.composite
def conditions(draw: st.DrawFn) -> Condition:
    """A condition of the small world."""
    name = draw(st.sampled_from(sorted(FACTS)))
    value = st.sampled_from(VALUES[name])
    operators = ["is", "is_not", "present"]
    if name == "e":
        operators += ["any_of", "none_of"]
    if name in "ij":
        operators += ["at_least", "at_most", "above", "below", "between"]
    operator = draw(st.sampled_from(operators))
    operand: Value | tuple[Value, ...] = draw(value)
    if operator == "present":
        operand = draw(st.booleans())
    elif operator in ("any_of", "none_of"):
        operand = tuple(draw(st.lists(value, min_size=1, max_size=3, unique=True)))
    elif operator == "between":
        low, high = draw(value), draw(value)
        assert isinstance(low, int)
        assert isinstance(high, int)
        operand = (min(low, high), max(low, high))
    return Condition(name, operator, operand, AT)


@st.composite
def tables(draw: st.DrawFn) -> Table:
    """A small table, often with a hole."""
    rules = draw(st.lists(st.lists(conditions(), min_size=1, max_size=3), min_size=1, max_size=6))
    return make(rules, draw(st.sampled_from(["first", "unique", "collect"])))


def make(rules: Sequence[Sequence[Condition]], hit: str) -> Table:
    """A table of rules; every second one has the same outcome."""
    made = tuple(
        Rule(f"r{index}", tuple(when), {"out": index % 2}, NOTHING, "test", AT)
        for index, when in enumerate(rules)
    )
    return Table("small", "job", hit, {}, made, None, AT)  # type: ignore[arg-type]  # one of three


def possible(knowledge: Knowledge) -> list[Facts]:
    """The cases that the declarations allow."""
    return [
        case
        for case in CASES
        if not any(all(holds(c, case) for c in each.when) for each in knowledge.nevers)
    ]


def without(table: Table, index: int, dropped: Sequence[Condition]) -> Table:
    """The table with conditions of one rule dropped."""
    rules = [list(rule.when) for rule in table.rules]
    rules[index] = [c for c in rules[index] if not any(c is d for d in dropped)]
    return make(rules, table.hit)


def by_brute_force(table: Table, cases: list[Facts]) -> set[tuple[object, ...]]:
    """The findings by trying every case."""
    found: set[tuple[object, ...]] = set()
    hits = [evaluate(table, case) for case in cases]
    if table.hit != "collect" and () in hits:
        found.add(("gap", None))
    for index, rule in enumerate(table.rules):
        mine = [case for case in cases if rule_holds(rule, case)]
        if not mine:
            found.add(("impossible", rule.id))
            continue
        if not any(index in hit for hit in hits):
            found.add(("shadowed", rule.id))
            continue
        dropped: list[Condition] = []
        for condition in rule.when:
            trial = without(table, index, [*dropped, condition])
            if trial.rules[index].when and hits == [evaluate(trial, case) for case in cases]:
                dropped.append(condition)
                found.add(("useless", rule.id, rule.when.index(condition)))
        if table.hit == "unique":
            above = (o.id for o in table.rules[:index] if any(rule_holds(o, c) for c in mine))
            first = next(above, None)
            if first is not None:
                found.add(("overlap", rule.id, first))
        if table.hit == "collect":
            same = [o for o in table.rules[:index] if o.then == rule.then]
            if any(all(rule_holds(o, case) for case in mine) for o in same):
                found.add(("repeated", rule.id))
    return found


def said(finding: RuleFinding, table: Table) -> tuple[object, ...]:
    """A finding in the form of `by_brute_force`."""
    if finding.kind == "useless":
        rule = next(rule for rule in table.rules if rule.id == finding.rule)
        return (finding.kind, finding.rule, rule.when.index(finding.conditions[0]))
    if finding.kind == "overlap":
        return (finding.kind, finding.rule, *finding.others)
    return (finding.kind, finding.rule)


nevers = st.lists(
    st.lists(conditions(), min_size=2, max_size=3).map(lambda when: Never(tuple(when))), max_size=3
).map(lambda listed: Knowledge(tuple(listed)))


@settings(max_examples=100, deadline=None)
@given(tables(), nevers)
def test_the_analysis_says_what_enumeration_says(table: Table, knowledge: Knowledge) -> None:
    cases = possible(knowledge)
    assume(cases)
    findings = analyse_table(table, (), FACTS, knowledge, Work(10**9, 10**9))
    assert {said(finding, table) for finding in findings} == by_brute_force(table, cases)
    for finding in findings:
        if finding.example is not None:
            shows(finding, table, cases)


@pytest.mark.parametrize(("read", "limited"), ["km", "mk"])
def test_what_is_said_of_a_number_counts_for_one_bound_to_it(read: str, limited: str) -> None:
    """`k` and `m` are always the same, and the table reads only one of them."""
    facts = {n: FactDef(n, "int", "job", NOTHING, low=0, high=9, always=True) for n in "km"}
    same = Bounds("k", "m", lambda low, high: (low, high))
    knowledge = Knowledge((never(**{limited: ("above", 3)}),), (same,))
    table = make([[Condition(read, "at_least", 5, AT)]], "collect")
    (finding,) = analyse_table(table, (), facts, knowledge, Work(10**9, 10**9))
    assert finding.kind == "impossible"


def shows(finding: RuleFinding, table: Table, cases: list[Facts]) -> None:
    """The example of a finding is a possible case, and shows what is said."""
    assert finding.example is not None
    facts = finding.example.facts
    told = {*table.facts, *facts}
    assert any(all(case.get(name) == facts.get(name) for name in told) for case in cases)
    hits = evaluate(table, facts)
    ids = [table.rules[hit].id for hit in hits]
    if finding.kind == "gap":
        assert ids == []
    elif finding.kind == "shadowed":
        rule = next(rule for rule in table.rules if rule.id == finding.rule)
        assert rule_holds(rule, facts)
        takers = [r for r in table.rules if r.id in finding.others]
        mine = [case for case in cases if rule_holds(rule, case)]
        assert all(any(rule_holds(taker, case) for taker in takers) for case in mine)
    elif finding.kind == "overlap":
        assert {finding.rule, *finding.others} <= set(ids)
    elif finding.kind in ("useless", "repeated"):
        assert finding.rule in ids
    else:
        rule = next(rule for rule in table.rules if rule.id == finding.rule)
        assert any(not holds(condition, facts) for condition in rule.when)


# -- the default pack, and defects put into it ---------------------------------------------


def test_the_default_pack_has_no_findings(pack: Pack) -> None:
    assert analyse(pack) == []


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of the default pack that a test may break."""
    copy = tmp_path / "rules"
    shutil.copytree(FOLDER, copy, ignore=shutil.ignore_patterns("tests"))
    return copy


def found_in(folder: Path) -> tuple[RuleFinding, Pack]:
    """The one finding in a pack, with an example that really shows what it says."""
    pack = load_pack(folder)
    [finding] = analyse(pack)
    assert finding.proven
    really(finding, pack)
    return finding, pack


def really(finding: RuleFinding, pack: Pack) -> None:
    """Run the example of a finding through the tables, by the reference."""
    example = finding.example
    assert example is not None
    names = [table.name for table in pack.tables]
    table = pack.tables[names.index(finding.table)]
    before = pack.tables[: names.index(finding.table)]
    told = run(before, example.facts, table.for_each)
    assert told == {**example.facts, **told}
    for line in example.lines:
        made = run(before, line, "line")
        assert made == {**line, **made}
    for name, value in example.facts.items():
        if name.startswith("any_line."):
            output, _, wanted = name.removeprefix("any_line.").partition(".")
            assert any(line.get(output) == wanted for line in example.lines) is value
    shows(finding, table, [told])


def run(tables: Sequence[Table], facts: Facts, for_each: str) -> dict[str, Value]:
    """The facts with the outcomes of the tables that read and set what the facts mention."""
    outputs = {name for table in tables for name in table.outputs}
    known = {name: value for name, value in facts.items() if name not in outputs}
    scopes = ("job", "line") if for_each == "line" else (for_each,)
    for table in tables:
        if table.for_each not in scopes or not set(table.outputs) & set(facts):
            continue
        hits = evaluate(table, known)
        rule = table.rules[hits[0]] if hits else table.otherwise
        if rule is not None and table.hit != "collect":
            known.update({n: v for n, v in rule.then.items() if not isinstance(v, tuple)})
    return known


def drop(folder: Path, file: str, rule: str) -> None:
    """Delete a rule."""
    path = folder / file
    lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
    start = lines.index(f"  - id: {rule}\n")
    end = start + 1
    while end < len(lines) and lines[end].startswith("    "):
        end += 1
    path.write_text("".join(lines[:start] + lines[end:]), encoding="utf-8")


def copy_rule(folder: Path, file: str, rule: str, after: str) -> None:
    """Put a copy of a rule after another rule."""
    path = folder / file
    lines = path.read_text(encoding="utf-8").splitlines(keepends=True)

    def span(id_: str) -> tuple[int, int]:
        start = lines.index(f"  - id: {id_}\n")
        end = start + 1
        while end < len(lines) and lines[end].startswith("    "):
            end += 1
        return start, end

    start, end = span(rule)
    copied = [lines[start].replace(rule, f"{rule}-again"), *lines[start + 1 : end]]
    place = span(after)[1]
    path.write_text("".join(lines[:place] + copied + lines[place:]), encoding="utf-8")


@pytest.mark.parametrize(
    ("rule", "shown"),
    [
        ("expired", {"claim_open": False}),
        ("start-unknown", {"claim_open": None}),
        ("in-warranty", {"claim_open": True}),
    ],
)
def test_a_dropped_rule_leaves_a_gap(folder: Path, rule: str, shown: dict[str, object]) -> None:
    drop(folder, "coverage.yaml", rule)
    pack = load_pack(folder)
    gaps = [finding for finding in analyse(pack) if finding.kind == "gap"]
    assert gaps
    for gap in gaps:
        assert gap.example is not None
        assert shown.items() <= dict(gap.example.shown).items()
        really(gap, pack)


def test_a_gap_after_earlier_tables_is_a_case_that_they_can_give(folder: Path) -> None:
    path = folder / "charge.yaml"
    text = path.read_text(encoding="utf-8")
    path.write_text(text[: text.index("otherwise:")], encoding="utf-8")
    pack = load_pack(folder)
    gaps = [finding for finding in analyse(pack) if finding.kind == "gap"]
    assert gaps
    for gap in gaps:
        really(gap, pack)


def test_a_gap_of_a_job_comes_with_the_lines_that_make_it(folder: Path) -> None:
    text = (folder / "call_out.yaml").read_text(encoding="utf-8")
    text = text[: text.index("otherwise:")].replace("[home_visit, outsourced]", "[outsourced]")
    (folder / "call_out.yaml").write_text(text, encoding="utf-8")
    pack = load_pack(folder)
    gaps = [finding for finding in analyse(pack) if finding.kind == "gap"]
    assert gaps
    assert all(gap.proven for gap in gaps)
    for gap in gaps:
        really(gap, pack)


def test_a_widened_bound_shadows_the_rule_below(folder: Path) -> None:
    edit(folder, "entitlement.yaml", "{at_most: $refund_days}", "{at_most: $exchange_days}")
    finding, _ = found_in(folder)
    assert (finding.kind, finding.rule) == ("shadowed", "within-15-days")
    assert finding.others == ("within-7-days",)


@pytest.mark.parametrize(
    ("file", "rule", "after", "kind"),
    [
        ("coverage.yaml", "recall", "emergency", "shadowed"),
        ("charge.yaml", "goodwill-just-expired", "goodwill-just-expired", "shadowed"),
        ("call_out.yaml", "free-line", "goodwill", "shadowed"),
        ("escalation.yaml", "recall", "flooded", "repeated"),
    ],
)
def test_a_duplicate_is_found(folder: Path, file: str, rule: str, after: str, kind: str) -> None:
    copy_rule(folder, file, rule, after)
    finding, _ = found_in(folder)
    assert (finding.kind, finding.rule, finding.others) == (kind, f"{rule}-again", (rule,))


def test_rules_that_hold_together_are_found_under_unique(folder: Path) -> None:
    edit(folder, "complaint.yaml", "hit: first", "hit: unique")
    pack = load_pack(folder)
    findings = analyse(pack)
    assert {(f.kind, f.rule, f.others) for f in findings} == {
        ("overlap", "product-quality-class", ("contract",)),
        ("overlap", "safety", ("contract",)),
    }
    for finding in findings:
        really(finding, pack)


def test_conditions_that_contradict_a_declaration_are_impossible(folder: Path) -> None:
    edit(folder, "charge.yaml", "      covered_by: [term, part", "      claim_open: true\n"
         "      covered_by: [term, part")  # fmt: skip
    edit(folder, "charge.yaml", "{at_most: $goodwill_days}", "{above: $goodwill_days}")
    finding, _ = found_in(folder)
    assert (finding.kind, finding.rule) == ("impossible", "goodwill-just-expired")
    assert {c.fact for c in finding.conditions} == {"claim_open", "days_past_expiry"}


def test_a_value_that_no_earlier_rule_gives_is_unreachable(folder: Path) -> None:
    edit(folder, "coverage.yaml", "[recall, investigate,", "[recall, lent, investigate,")
    edit(folder, "remedy.yaml", "coverage: included", "coverage: lent")
    finding, _ = found_in(folder)
    assert (finding.kind, finding.rule) == ("unreachable", "delivery-or-training")


def test_only_a_table_without_otherwise_may_say_nothing(folder: Path) -> None:
    edit(folder, "remedy.yaml", "{entitlement: exchange}", "{entitlement: {present: false}}")
    finding, _ = found_in(folder)
    assert (finding.kind, finding.rule) == ("unreachable", "exchange")
    path = folder / "entitlement.yaml"
    text = path.read_text(encoding="utf-8")
    path.write_text(text[: text.index("otherwise:")], encoding="utf-8")
    assert {(each.kind, each.table) for each in analyse(load_pack(folder))} == {
        ("gap", "entitlement")
    }


def test_a_combination_that_earlier_tables_never_give_is_unreachable(folder: Path) -> None:
    edit(
        folder,
        "remedy.yaml",
        "{entitlement: exchange}",
        "{entitlement: exchange, coverage: expired}",
    )
    finding, _ = found_in(folder)
    assert (finding.kind, finding.rule) == ("unreachable", "exchange")


def test_a_useless_condition_is_found(folder: Path) -> None:
    edit(folder, "charge.yaml", "      customer_tier: [vip, loyal]",
         "      customer_tier: [vip, loyal]\n      claim_open: false")  # fmt: skip
    pack = load_pack(folder)
    assert analyse(pack) == []  # days_past_expiry may be 0: without `coverage` it says something
    edit(folder, "charge.yaml", "{at_most: $goodwill_days}", "{between: [1, $goodwill_days]}")
    finding, _ = found_in(folder)
    assert (finding.kind, finding.rule) == ("useless", "goodwill-just-expired")
    assert [c.fact for c in finding.conditions] == ["claim_open"]
    assert not finding.is_error


def test_what_is_too_much_work_is_marked_as_unproven(pack: Pack) -> None:
    findings = analyse(pack, Work(2_000, 20_000))
    assert {finding.kind for finding in findings} == {"unsettled"}
    assert not any(finding.proven or finding.is_error for finding in findings)
