"""Explanations and changes as lines for people."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date

from fieldkit.domain.core.decision import ConditionHit, Decision
from fieldkit.i18n import Lang, has, say, say_money, say_value
from fieldkit.i18n.texts.rules.tools import say_condition, say_plain
from fieldkit.rules.explaining.counterfactual import Counterfactual
from fieldkit.rules.explaining.trace import Explanation, TraceStep
from fieldkit.rules.explaining.variable_inputs import Edit
from fieldkit.rules.model.pack import Values


def explanation_lines(explanation: Explanation, lang: Lang) -> Iterator[str]:
    """The whole explanation of a decision: its packs, then every step."""
    decision = explanation.decision
    yield from _pack_lines(explanation, lang)
    if not decision.agreed:
        yield say("explain.engines", lang, report=decision.engine_report)
    if decision.engine_missing:
        yield say("explain.engine_missing", lang)
    headed: int | None = -1  # no line, and not the whole job either
    for step in explanation.steps:
        if step.line != headed:
            headed = step.line
            yield ""
            yield _heading(decision, headed, lang)
        yield from _step_lines(step, lang)


def _pack_lines(explanation: Explanation, lang: Lang) -> Iterator[str]:
    pack, today = explanation.decision.pack, explanation.decision.today_pack
    yield say("explain.pack", lang, name=pack.name, revision=pack.revision, sha256=pack.sha256[:12])
    if today != pack:
        yield say("explain.pack_today", lang, revision=today.revision, sha256=today.sha256[:12])
    if not explanation.whole:
        yield say("explain.no_pack", lang)


def _heading(decision: Decision, number: int | None, lang: Lang) -> str:
    line = next((line for line in decision.lines if line.line == number), None)
    if line is None:
        return say("explain.whole", lang)
    charge = say_value(line.charge, lang, "charge")
    amount = say_money(line.customer_pays_fen, lang)
    return say("explain.line", lang, line=line.line, charge=charge, amount=amount)


def _step_lines(step: TraceStep, lang: Lang) -> Iterator[str]:
    if not step.hits:
        yield "  " + say("explain.no_rule", lang, table=step.table)
    for hit in step.hits:
        yield "  " + say("explain.step", lang, table=step.table, rule=hit.rule)
        yield "    " + hit.because.say(lang)
        for condition in hit.conditions:
            yield "    + " + _holds(condition, lang)
        if hit.source:
            yield "    " + say("explain.source", lang, source=hit.source)
    for missed in step.missed:
        failed = missed.failed
        words = say(
            "explain.missed",
            lang,
            rule=missed.rule,
            condition=say_condition(failed.fact, failed.operator, failed.expected, lang),
            actual=_actual(failed, lang),
        )
        yield "    - " + words


def _holds(condition: ConditionHit, lang: Lang) -> str:
    words = say_condition(condition.fact, condition.operator, condition.expected, lang)
    if condition.operator == "is":
        return words
    return say("explain.holds", lang, condition=words, actual=_actual(condition, lang))


def _actual(condition: ConditionHit, lang: Lang) -> str:
    if condition.actual is None:
        return say("explain.absent", lang)
    return say_plain(condition.actual)


# -- what would change it ------------------------------------------------------------------


def change_lines(
    changes: list[Counterfactual], most: int, lang: Lang, values: Values | None = None
) -> Iterator[str]:
    """What would change the verdict on a line: at most so many changes, the best ones first."""
    yield say("explain.would_change", lang)
    for change in changes[:most]:
        yield "  " + say_change(change, lang, values)
    if not changes:
        yield "  " + say("explain.no_change", lang)
    elif len(changes) > most:
        yield "  " + say("explain.more", lang, count=len(changes) - most)


def say_change(change: Counterfactual, lang: Lang, values: Values | None = None) -> str:
    """One change: `free if the purchase date were on or after 2025-11-06`. `values` names what is
    of the trade; without it codes are said."""
    charge = say_value(change.charge, lang, "charge").lower()
    what = say("change.and", lang).join(_edit(edit, lang, values) for edit in change.edits)
    return say("change.if", lang, charge=charge, what=what)


def _edit(edit: Edit, lang: Lang, values: Values | None) -> str:
    field = edit.input.field
    name = say(f"input.{field}", lang) if has(f"input.{field}") else _finding(field, lang, values)
    for kind, listed in (("added", edit.added), ("removed", edit.removed)):
        if listed:
            return say(
                f"change.{kind}", lang, name=name, values=_either(listed, field, lang, values)
            )
    if edit.is_range:
        low, high = (None if end is None else say_plain(end) for end in (edit.low, edit.high))
        return say(f"change.{_relation(edit)}", lang, name=name, low=low, high=high)
    if isinstance(edit.values[0], bool):
        return say("change.yes" if edit.values[0] else "change.no", lang, name=name)
    codes = [str(value) for value in edit.values]
    return say("change.values", lang, name=name, values=_either(codes, field, lang, values))


_SECTIONS = {"cause": "cause", "charger": "charger", "hazards": "hazard",
             "modifications": "modification"}  # fmt: skip


def _finding(code: str, lang: Lang, values: Values | None) -> str:
    return f"“{_named(code, 'finding', lang, values)}”"


def _named(code: str, section: str, lang: Lang, values: Values | None) -> str:
    name = values.names[section].get(code) if values else None
    if name is None:
        return code
    return name.zh if lang == "zh" else name.en.lower()


def _either(codes: Sequence[str], field: str, lang: Lang, values: Values | None) -> str:
    """The last two with an "or" between."""
    section = _SECTIONS.get(field)
    if section:
        names = [_named(code, section, lang, values) for code in codes]
    else:
        names = [say(f"input_value.{code}", lang) for code in codes]
    listed = say("tools.comma", lang).join(names[:-1])
    return say("change.or", lang).join(part for part in (listed, names[-1]) if part)


def _relation(edit: Edit) -> str:
    is_date = isinstance(edit.low, date) or isinstance(edit.high, date)
    if edit.low is None and edit.high is None:
        return "any"
    if edit.low is None:
        return "until" if is_date else "at_most"
    if edit.high is None:
        return "from" if is_date else "at_least"
    return "exactly" if edit.low == edit.high else "between"
