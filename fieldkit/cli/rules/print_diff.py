"""The difference of two packs as lines for people and data for programs."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, is_dataclass
from typing import Any

from fieldkit.domain.core.decision import Text
from fieldkit.domain.core.warranty import Term
from fieldkit.i18n import Lang, say
from fieldkit.i18n.texts.rules.tools import (
    say_conditions,
    say_example,
    say_list,
    say_named,
    say_plain,
    say_test,
)
from fieldkit.rules.analysis.pack_diff import Change, Effect, PackDiff, Tests
from fieldkit.rules.model.pack import Output, Rule

_ONE_VALUE = ("is", "is_not", "at_least", "at_most", "above", "below")


def difference_lines(difference: PackDiff, lang: Lang) -> Iterator[str]:
    """The changes table by table, and what each table does otherwise."""
    if not difference.changes:
        same = difference.same_files
        yield say("diff.same_files" if same else "diff.looks_only", lang)
        return
    effects = {effect.table: effect for effect in difference.effects}
    for table in dict.fromkeys(change.table for change in difference.changes):
        yield table or say("diff.pack", lang)
        for change in difference.changes:
            if change.table == table:
                text = _change_text(change, lang)
                if change.rule:
                    text = say_named(change.rule, text, lang)
                yield f"  {text}"
        if table in effects:
            yield f"  {_effect_text(effects[table], lang)}"


def difference_data(difference: PackDiff, lang: Lang) -> dict[str, Any]:
    """The same for programs."""
    return {
        "same_files": difference.same_files,
        "changes": [
            {
                "kind": change.kind,
                "table": change.table,
                "rule": change.rule,
                "name": change.name,
                "old": _data(change.old),
                "new": _data(change.new),
                "text": _change_text(change, lang),
            }
            for change in difference.changes
        ],
        "effects": [
            {
                "table": effect.table,
                "differs": effect.differs,
                "example": _data(dict(effect.example.facts)) if effect.example else None,
                "old": _data(effect.old),
                "new": _data(effect.new),
                "text": _effect_text(effect, lang),
            }
            for effect in difference.effects
        ],
    }


def _change_text(change: Change, lang: Lang) -> str:
    if change.kind == "condition":
        return _condition_text(change.name, change.old, change.new, lang)
    if change.kind in ("rule_added", "rule_removed"):
        rule = change.new if isinstance(change.new, Rule) else change.old
        assert isinstance(rule, Rule)
        when = say_conditions(((c.fact, c.operator, c.value) for c in rule.when), lang)
        always = say("diff.always", lang)
        return say(f"diff.{change.kind}", lang, when=when or always, then=_outcome(rule.then, lang))
    if change.kind == "rule_moved":
        key = "diff.rule_moved" if change.new else "diff.rule_first"
        return say(key, lang, above=change.new)
    old, new = _value(change.old, lang), _value(change.new, lang)
    if change.kind in ("head", "param", "component", "value", "table", "outcome", "source"):
        return f"{change.name} {old} -> {new}"
    params = {"table": change.table, "name": change.name, "old": old, "new": new}
    return say(f"diff.{change.kind}", lang, **params)


def _condition_text(fact: str, old: object, new: object, lang: Lang) -> str:
    """`days_past_expiry at most 30 -> 45`."""
    before, after = _tests(old), _tests(new)
    if not before or not after:
        key = "diff.condition_removed" if before else "diff.condition_added"
        text = say_conditions(((fact, *test) for test in before or after), lang)
        return say(key, lang, text=text)
    was = say_list((say_test(*test, lang) for test in before), lang)
    now = say_list((say_test(*test, lang) for test in after), lang)
    if len(before) == len(after) == 1 and before[0][0] == after[0][0] in _ONE_VALUE:
        now = say_plain(after[0][1])
    return f"{fact} {was} -> {now}"


def _tests(value: object) -> Tests:
    return value if isinstance(value, tuple) else ()


def _effect_text(effect: Effect, lang: Lang) -> str:
    if effect.example is None:
        return say("diff.effect_none" if effect.differs is False else "diff.effect_unknown", lang)
    return say(
        "diff.effect",
        lang,
        example=say_example(effect.example.shown, lang),
        old=_outcome(effect.old or {}, lang),
        new=_outcome(effect.new or {}, lang),
    )


def _outcome(then: Mapping[str, object], lang: Lang) -> str:
    assigned = [f"{name} = {_value(value, lang)}" for name, value in then.items()]
    return say_list(assigned, lang) or say("diff.nothing", lang)


def _value(value: object, lang: Lang) -> str:
    if value is None or value == ():
        return say("diff.nothing", lang)
    if isinstance(value, Output):
        listed = ", ".join(value.values) if value.values else value.type
        return f"list_of [{listed}]" if value.many else f"[{listed}]" if value.values else listed
    if isinstance(value, Text):
        return f"“{value.en}” / “{value.zh}”"
    if isinstance(value, Term):
        return _term(value, lang)
    if isinstance(value, tuple | list):
        return say_list((say_plain(each) for each in value), lang)
    return say_plain(value)


def _term(term: Term, lang: Lang) -> str:
    """`12 months`; a component without a term has none."""
    parts = [("months", term.months), ("days", term.days)]
    said = [say(f"diff.{unit}", lang, count=count) for unit, count in parts if count]
    return " ".join(said) or say("diff.no_term", lang)


def _data(value: object) -> Any:
    """A value for JSON: rules and declarations as objects, days as ISO text."""
    if isinstance(value, Rule):
        return {
            "id": value.id,
            "when": [[c.fact, c.operator, _data(c.value)] for c in value.when],
            "then": _data(value.then),
        }
    if isinstance(value, Text):
        return value.model_dump()
    if is_dataclass(value) and not isinstance(value, type):
        return _data(asdict(value))
    if isinstance(value, Mapping):
        return {name: _data(each) for name, each in value.items()}
    if isinstance(value, Sequence) and not isinstance(value, str):
        return [_data(each) for each in value]
    return value if value is None or isinstance(value, bool | int | str) else str(value)
