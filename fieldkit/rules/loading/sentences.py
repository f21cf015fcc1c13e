"""The reasons of a rule: checking their placeholders, and filling them for people.

`{fact}` stands for the value of a fact, `{$param}` for a number of the policy. Only values that
can be said in every language are allowed: numbers, amounts, dates and the name of a component.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date

from fieldkit.domain.core.decision import Text
from fieldkit.i18n import Lang, say_date
from fieldkit.rules.loading.conditions import Readables
from fieldkit.rules.loading.node_readers import LANGUAGES
from fieldkit.rules.loading.yaml_tree import Node
from fieldkit.rules.model.fact_vocabulary import PRESENT_TOGETHER
from fieldkit.rules.model.pack import Condition, Facts, Pack, Param
from fieldkit.rules.model.problems import Report

PLACEHOLDER = re.compile(r"\{([^{}]*)\}")
"""`{fact}` or `{$param}` in a sentence."""
_ONE = re.compile(r"(?<![\w.,-])(1 (?:day|month|hour|minute|kilometre|repair|warranty repair))s\b")
"""A count of one in an English sentence, whose noun a rule has to write in the plural."""


def check_placeholders(
    node: Node,
    when: Sequence[Condition],
    readable: Readables,
    params: Mapping[str, Param | None],
    report: Report,
) -> None:
    """Note every placeholder of a `because` that might stand empty before a customer."""
    sure = _present(when)
    for language in LANGUAGES:
        if language not in node.items:
            continue
        text_node = node.items[language][1]
        text = text_node.text or ""
        rest = PLACEHOLDER.sub("", text)
        if "{" in rest or "}" in rest:
            report.add(text_node.at, "bad_placeholder")
        for name in PLACEHOLDER.findall(text):
            _check_one(name, text_node, sure, readable, params, report)


def _check_one(
    name: str,
    node: Node,
    sure: frozenset[str],
    readable: Readables,
    params: Mapping[str, Param | None],
    report: Report,
) -> None:
    if name.startswith("$"):
        if name[1:] not in params:
            report.unknown(node.at, "unknown_param", name[1:], list(params))
        return
    fact = readable.get(name)
    if fact is not None and fact.broken:
        return
    if fact is None or fact.refusal:
        report.unknown(node.at, "unknown_placeholder", name, readable.names())
    elif fact.type in ("bool", "enum") and name != "component":
        report.add(node.at, "placeholder_type", name=name)
    elif not fact.always and name not in sure:
        report.add(node.at, "placeholder_may_be_absent", name=name)


def _present(when: Sequence[Condition]) -> frozenset[str]:
    """The facts that are there whenever the conditions hold."""
    sure = {c.fact for c in when if c.operator != "present" or c.value is True}
    for group in PRESENT_TOGETHER:
        if sure & group:
            sure |= group
    return frozenset(sure)


def fill(because: Text, facts: Facts, pack: Pack) -> Text:
    """The sentence with its placeholders filled, in every language."""
    return Text(en=_fill(because.en, "en", facts, pack), zh=_fill(because.zh, "zh", facts, pack))


def _fill(text: str, language: Lang, facts: Facts, pack: Pack) -> str:
    def value_of(match: re.Match[str]) -> str:
        name = match.group(1)
        if name.startswith("$"):
            param = pack.params[name[1:]]
            return money(param.value, language) if param.unit == "fen" else str(param.value)
        value = facts[name]
        if name == "component":
            return pack.components[str(value)].name.say(language)
        if isinstance(value, date):
            return say_date(value, language)
        if name.endswith("_fen") and isinstance(value, int):
            return money(value, language)
        return str(value)

    filled = PLACEHOLDER.sub(value_of, text)
    return _ONE.sub(r"\1", filled) if language == "en" else filled


def money(fen: int, language: Lang) -> str:
    """An amount for a sentence: `80 CNY`, `80.50元`."""
    whole, rest = divmod(fen, 100)
    amount = f"{whole}.{rest:02d}" if rest else str(whole)
    return f"{amount}元" if language == "zh" else f"{amount} CNY"
