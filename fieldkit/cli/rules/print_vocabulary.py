"""The vocabulary of the rules as text, Markdown and JSON."""

from collections.abc import Iterator
from typing import Any, get_args

from fieldkit.i18n import Lang, say
from fieldkit.i18n.cell_width import fit
from fieldkit.i18n.texts.rules.tools import say_conditions
from fieldkit.rules.analysis.implications import Never, nevers_of
from fieldkit.rules.loading.conditions import ALLOWED
from fieldkit.rules.model.fact_vocabulary import PARAMS, PRESENT_TOGETHER
from fieldkit.rules.model.pack import FactDef, Pack, Scope


def vocabulary_data(pack: Pack) -> dict[str, Any]:
    """Everything for programs: the facts that rules of a pack may read, operators by type,
    params, what is always so."""
    return {
        "facts": [
            {
                "name": fact.name,
                "type": fact.type,
                "scope": fact.scope,
                "unit": fact.unit or None,
                "values": list(fact.values) or None,
                "low": fact.low,
                "high": fact.high,
                "may_be_absent": not fact.always,
                "means": {"en": fact.means.en, "zh": fact.means.zh},
            }
            for fact in pack.facts.values()
        ],
        "operators": {kind: list(operators) for kind, operators in ALLOWED.items()},
        "params": {
            name: {"unit": param.unit, "low": param.low, "high": param.high}
            for name, param in PARAMS.items()
        },
        "recorded_together": [sorted(group) for group in PRESENT_TOGETHER],
        "never_together": [
            [{"fact": c.fact, "operator": c.operator, "value": c.value} for c in each.when]
            for each in nevers_of(pack)
        ],
    }


def text_lines(pack: Pack, lang: Lang) -> Iterator[str]:
    """The list for a terminal: name, type and values, meaning."""
    name_width = max(len(name) for name in pack.facts)
    for scope in get_args(Scope):
        yield say(f"vocabulary.scope.{scope}", lang)
        for fact in _of(pack, scope):
            absent = "" if fact.always else f" ({say('vocabulary.absent', lang)})"
            yield f"  {fit(fact.name, name_width)}  {_kind(fact)}{absent}"
            yield f"  {' ' * name_width}  {_means(fact, lang)}"
        yield ""
    yield say("vocabulary.operators", lang)
    for kind, operators in ALLOWED.items():
        yield f"  {kind:<6} {', '.join(operators)}"
    yield "  " + say("vocabulary.absence", lang)
    yield ""
    yield say("vocabulary.params", lang)
    for name, param in PARAMS.items():
        yield f"  {fit(name, name_width)}  {param.unit} {param.low}..{param.high}"
    yield ""
    yield say("vocabulary.together", lang)
    yield from (f"  {', '.join(sorted(group))}" for group in PRESENT_TOGETHER)
    yield ""
    yield say("vocabulary.never", lang)
    yield from (f"  {_never(each, lang)}" for each in nevers_of(pack))


def markdown_lines(pack: Pack, lang: Lang) -> Iterator[str]:
    """The same as tables for the documentation."""
    heads = ("fact", "type", "values", "absent", "means")
    for scope in get_args(Scope):
        yield f"## {say(f'vocabulary.scope.{scope}', lang)}"
        yield ""
        yield _row(*(say(f"vocabulary.{head}", lang) for head in heads))
        yield _row(*("---" for _ in heads))
        for fact in _of(pack, scope):
            absent = say("vocabulary.no" if fact.always else "vocabulary.yes", lang)
            yield _row(f"`{fact.name}`", fact.type, _range(fact), absent, _means(fact, lang))
        yield ""
    yield f"## {say('vocabulary.operators', lang)}"
    yield ""
    for kind, operators in ALLOWED.items():
        yield f"- {kind}: {', '.join(f'`{operator}`' for operator in operators)}"
    yield ""
    yield say("vocabulary.absence", lang)
    yield ""
    yield f"## {say('vocabulary.never', lang)}"
    yield ""
    yield from (f"- {_never(each, lang)}" for each in nevers_of(pack))


def _of(pack: Pack, scope: Scope) -> list[FactDef]:
    return [fact for fact in pack.facts.values() if fact.scope == scope]


def _kind(fact: FactDef) -> str:
    return f"{fact.type} {_range(fact)}".rstrip()


def _range(fact: FactDef) -> str:
    if fact.values:
        return ", ".join(fact.values)
    if fact.low is None or fact.high is None:
        return ""
    return f"{fact.low}..{fact.high} {fact.unit}"


def _means(fact: FactDef, lang: Lang) -> str:
    return fact.means.say(lang)


def _never(each: Never, lang: Lang) -> str:
    return say_conditions(((c.fact, c.operator, c.value) for c in each.when), lang)


def _row(*cells: str) -> str:
    return f"| {' | '.join(cells)} |"
