"""`fieldkit rules test`: the scenarios beside a pack, and what they leave untried."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated, Any

import typer

from fieldkit.cli.context import options, print_json, progress_line
from fieldkit.cli.job import Json
from fieldkit.cli.rules.pack_folder import PackArgument, pack_folder
from fieldkit.cli.rules.print_findings import plain
from fieldkit.domain.core.errors import FieldkitError
from fieldkit.i18n import Lang, say, say_error
from fieldkit.i18n.texts.rules.tools import say_condition, say_plain

if TYPE_CHECKING:
    from fieldkit.rules.model.pack import Position
    from fieldkit.rules.testing.coverage import ConditionCoverage, Coverage
    from fieldkit.rules.testing.mutants import Mutant, Setting
    from fieldkit.rules.testing.mutation import Survival
    from fieldkit.rules.testing.runner import Failure, SuiteRun


def try_scenarios(
    pack: PackArgument = None,
    threshold: Annotated[
        float, typer.Option(min=0, max=100, help="The lowest coverage that is enough, in percent.")
    ] = 0,
    mutate: Annotated[
        bool,
        typer.Option("--mutate", help="Change each number and outcome: does a scenario notice?"),
    ] = False,
    as_json: Json = False,
) -> None:
    """Run the scenarios beside a pack (its folder tests) and print what they leave untried.

    Exit code 1 when a scenario fails, the coverage of rules or of conditions is below the
    threshold, or a change goes unnoticed.
    """
    from fieldkit.rules.loading.loader import load_pack
    from fieldkit.rules.testing.mutation import survival
    from fieldkit.rules.testing.runner import run_suite
    from fieldkit.rules.testing.scenarios import load_suite

    lang, folder = options.language(), pack_folder(pack)
    loaded, suite = load_pack(folder), load_suite(folder / "tests")
    if not suite:
        raise FieldkitError("no_scenarios", folder=folder)
    run = run_suite(loaded, suite)
    hunted = None
    if mutate and not run.failures:
        hunted = survival(loaded, suite, progress_line("rtest.trying", lang, 50))
    if as_json:
        print_json(_data(run, hunted, lang))
    else:
        for line in _lines(run, hunted, mutate, threshold, lang):
            print(line)
    if (hunted and hunted.survivors) or not run.passed(threshold):
        raise typer.Exit(1)


# -- for people ----------------------------------------------------------------------------


def _lines(
    run: "SuiteRun", hunted: "Survival | None", mutate: bool, threshold: float, lang: Lang
) -> Iterator[str]:
    for failure in run.failures:
        yield from _failure_lines(failure, lang)
    passed = run.scenarios - len(run.failures)
    from fieldkit.rules.deciding.second_engine import engine_fault

    yield say("rtest.passed", lang, passed=passed, count=run.scenarios)
    if engine_fault():
        yield say("rtest.engine_missing", lang)
    yield from _coverage_lines(run.coverage, lang)
    if not run.failures and not run.passed(threshold):
        yield say("rtest.below", lang, threshold=f"{threshold:g}")
    if hunted is not None:
        yield from _mutant_lines(hunted, lang)
    elif mutate:
        yield say("rtest.not_mutated", lang)


def _failure_lines(failure: "Failure", lang: Lang) -> Iterator[str]:
    scenario = failure.scenario
    at = scenario.at
    yield say(
        "rtest.failed", lang, file=at.file, line=at.line, id=scenario.id, title=scenario.title
    )
    for found in failure.differences:
        got, expected = _value_text(found.got, lang), _value_text(found.expected, lang)
        yield "  " + say("rtest.mismatch", lang, what=found.what, got=got, expected=expected)
    if failure.engine_report:
        yield "  " + say("rtest.engines", lang, report=failure.engine_report)
    if failure.error:
        yield "  " + say_error(failure.error, lang)


def _value_text(value: object, lang: Lang) -> str:
    if isinstance(value, list | tuple):
        listed = say("tools.comma", lang).join(say_plain(each) for each in value)
        return f"[{listed}]"
    return say("rtest.nothing", lang) if value is None else say_plain(value)


def _coverage_lines(coverage: "Coverage", lang: Lang) -> Iterator[str]:
    rules, conditions = coverage.rules, coverage.conditions
    percent = f"{coverage.rules_percent:g}"
    yield say("rtest.rules", lang, percent=percent, count=len(rules))
    for found in coverage.missing_rules:
        name = f"{found.table}/{found.rule.id}"
        yield "  " + say("rtest.rule_missing", lang, at=_place(found.rule.at), rule=name)
    percent = f"{coverage.conditions_percent:g}"
    yield say("rtest.conditions", lang, percent=percent, count=len(conditions))
    for missing in coverage.missing_conditions:
        yield "  " + _condition_line(missing, lang)


def _condition_line(missing: "ConditionCoverage", lang: Lang) -> str:
    condition = missing.condition
    text = say_condition(condition.fact, condition.operator, condition.value, lang)
    key = "rtest.never_true" if not missing.true else "rtest.never_false"
    name = f"{missing.table}/{missing.rule.id}"
    return say(key, lang, at=_place(condition.at), rule=name, condition=text)


def _mutant_lines(hunted: "Survival", lang: Lang) -> Iterator[str]:
    counts = {kind: hunted.tried.get(kind, 0) for kind in ("boundary", "number", "outcome")}
    yield say("rtest.mutants", lang, **counts)
    if not hunted.survivors:
        yield say("rtest.all_noticed", lang)
    for mutant in hunted.survivors:
        before, after = (_setting(mutant, value, lang) for value in (mutant.before, mutant.after))
        name = f"{mutant.table}/{mutant.rule}" if mutant.rule else mutant.what
        at = _place(mutant.at) if mutant.rule else mutant.at.file
        yield "  " + say("rtest.survived", lang, at=at, rule=name, before=before, after=after)


def _setting(mutant: "Mutant", value: "Setting", lang: Lang) -> str:
    if mutant.kind == "boundary":
        return say_condition(mutant.what, mutant.operator, value, lang)
    if mutant.kind == "number":
        return say_plain(value)
    listed = value if isinstance(value, tuple) else (value,)
    text = say("tools.comma", lang).join(say_plain(each) for each in listed)
    return f"{mutant.what} = {text or say('rtest.empty', lang)}"


def _place(at: "Position") -> str:
    return f"{at.file}:{at.line}:{at.col}"


# -- for programs --------------------------------------------------------------------------


def _data(run: "SuiteRun", hunted: "Survival | None", lang: Lang) -> dict[str, Any]:
    coverage = run.coverage
    return {
        "scenarios": run.scenarios,
        "failures": [_failure_data(failure, lang) for failure in run.failures],
        "rules": {
            "count": len(coverage.rules),
            "percent": coverage.rules_percent,
            "missing": [
                {"table": found.table, "rule": found.rule.id, "at": _place(found.rule.at)}
                for found in coverage.missing_rules
            ],
        },
        "conditions": {
            "count": len(coverage.conditions),
            "percent": coverage.conditions_percent,
            "missing": [_condition_data(found) for found in coverage.missing_conditions],
        },
        "mutants": hunted
        and {
            "tried": hunted.tried,
            "survivors": [
                {
                    "kind": mutant.kind,
                    "at": _place(mutant.at),
                    "table": mutant.table,
                    "rule": mutant.rule,
                    "what": mutant.what,
                    "operator": mutant.operator,
                    "before": plain(mutant.before),
                    "after": plain(mutant.after),
                }
                for mutant in hunted.survivors
            ],
        },
    }


def _failure_data(failure: "Failure", lang: Lang) -> dict[str, Any]:
    return {
        "id": failure.scenario.id,
        "title": failure.scenario.title,
        "at": _place(failure.scenario.at),
        "differences": [
            {"what": found.what, "got": found.got, "expected": found.expected}
            for found in failure.differences
        ],
        "engines": failure.engine_report,
        "error": failure.error and say_error(failure.error, lang),
    }


def _condition_data(found: "ConditionCoverage") -> dict[str, Any]:
    condition = found.condition
    return {
        "table": found.table,
        "rule": found.rule.id,
        "at": _place(condition.at),
        "fact": condition.fact,
        "operator": condition.operator,
        "value": plain(condition.value),
        "seen_true": found.true,
        "seen_false": found.false,
    }
