"""Problems and findings of a pack as lines for people and data for programs."""

from typing import Any

from fieldkit.domain.core.errors import FieldProblem
from fieldkit.i18n import Lang, say
from fieldkit.i18n.texts.rules.problems import say_pack_problem
from fieldkit.i18n.texts.rules.tools import say_conditions, say_example, say_list
from fieldkit.rules.analysis.findings import RuleFinding
from fieldkit.rules.model.pack import Value
from fieldkit.rules.model.problems import PackProblem


def problem_line(problem: PackProblem, lang: Lang) -> str:
    """`file:line:col: sentence`."""
    text = say_pack_problem(problem.key, problem.params, lang)
    return f"{problem.file}:{problem.line}:{problem.col}: {text}"


def slip_line(slip: PackProblem, lang: Lang) -> str:
    """`file:line:col: warning: sentence`."""
    text = say("finding.warning", lang, text=say_pack_problem(slip.key, slip.params, lang))
    return f"{slip.file}:{slip.line}:{slip.col}: {text}"


def problem_data(problem: PackProblem, lang: Lang) -> dict[str, Any]:
    """A problem for programs."""
    text = say_pack_problem(problem.key, problem.params, lang)
    return {
        "file": problem.file,
        "line": problem.line,
        "col": problem.col,
        "key": problem.key,
        "params": {
            name: value.params if isinstance(value, FieldProblem) else value
            for name, value in problem.params.items()
        },
        "text": text,
    }


def finding_line(finding: RuleFinding, lang: Lang) -> str:
    """`file:line:col: sentence`, with `warning:` where nothing must be put right."""
    text = finding_text(finding, lang)
    if not finding.is_error:
        text = say("finding.warning", lang, text=text)
    return f"{finding.at.file}:{finding.at.line}:{finding.at.col}: {text}"


def finding_text(finding: RuleFinding, lang: Lang) -> str:
    """The sentence of a finding, with the case that shows it."""
    shown = finding.example.shown if finding.example else ()
    text = say(
        f"finding.{finding.kind}",
        lang,
        rule=finding.rule or finding.table,
        others=say_list(finding.others, lang),
        conditions=say_conditions(
            ((c.fact, c.operator, c.value) for c in finding.conditions), lang
        ),
        example=say_example(shown, lang),
    )
    if finding.proven or finding.kind == "unsettled":
        return text
    return say("finding.unproven", lang, text=text)


def finding_data(finding: RuleFinding, lang: Lang) -> dict[str, Any]:
    """A finding for programs; absent facts are left out of the example."""
    example = finding.example
    return {
        "file": finding.at.file,
        "line": finding.at.line,
        "col": finding.at.col,
        "kind": finding.kind,
        "severity": "error" if finding.is_error else "warning",
        "proven": finding.proven,
        "table": finding.table,
        "rule": finding.rule,
        "others": list(finding.others),
        "conditions": [
            {"fact": c.fact, "operator": c.operator, "value": plain(c.value)}
            for c in finding.conditions
        ],
        "example": example
        and {
            "shown": {name: plain(value) for name, value in example.shown},
            "facts": {name: plain(value) for name, value in example.facts.items()},
            "lines": [
                {name: plain(value) for name, value in line.items()} for line in example.lines
            ],
        },
        "text": finding_text(finding, lang),
    }


def plain(value: Value | tuple[Value, ...] | None) -> Any:
    """A value of a rule for JSON; days as ISO text."""
    if isinstance(value, tuple):
        return [plain(each) for each in value]
    return value if value is None or isinstance(value, bool | int | str) else value.isoformat()
