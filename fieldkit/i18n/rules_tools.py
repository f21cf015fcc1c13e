"""What the tools for rule packs say: findings, conditions in words, differences, formatting."""

from collections.abc import Iterable, Sequence
from datetime import date

from fieldkit.i18n import Lang, say

MESSAGES: dict[str, tuple[str, str]] = {
    # conditions in words; the name of the fact stands before them
    "operator.is": ("is {value}", "为 {value}"),
    "operator.is_not": ("is not {value}", "不为 {value}"),
    "operator.any_of": ("is one of {value}", "为 {value} 之一"),
    "operator.none_of": ("is none of {value}", "不为 {value} 中任何一个"),
    "operator.at_least": ("at least {value}", "不小于 {value}"),
    "operator.at_most": ("at most {value}", "不超过 {value}"),
    "operator.above": ("above {value}", "大于 {value}"),
    "operator.below": ("below {value}", "小于 {value}"),
    "operator.between": ("from {low} to {high}", "从 {low} 到 {high}"),
    "operator.present": ("is recorded", "已记录"),
    "operator.absent": ("is not recorded", "未记录"),
    "tools.comma": (", ", "，"),
    "tools.equals": ("{name} = {value}", "{name} = {value}"),
    "tools.not_recorded": ("{name} not recorded", "{name} 未记录"),
    "tools.any_case": ("any case", "任何情况"),
    # findings
    "finding.gap": (
        "No rule decides this case: {example}. Add a rule for it, or otherwise.",
        "没有规则判定此情况：{example}。请为其增加规则，或写明 otherwise。",
    ),
    "finding.overlap": (
        "The rules “{rule}” and “{others}” hold together, though only one may: {example}.",
        "规则“{rule}”与“{others}”会同时成立，而只允许一条成立：{example}。",
    ),
    "finding.impossible": (
        "The rule “{rule}” can never hold, because of: {conditions}. The nearest case: {example}.",
        "规则“{rule}”永远不会成立，原因在于：{conditions}。最接近的情况：{example}。",
    ),
    "finding.unreachable": (
        "The rule “{rule}” is never reached: no earlier table decides what it waits for. "
        "The nearest case: {example}.",
        "规则“{rule}”永远不会执行：前面的表不会给出它所等待的结果。最接近的情况：{example}。",
    ),
    "finding.shadowed": (
        "The rule “{rule}” never decides: every case of it is taken above by {others}, "
        "for example: {example}.",
        "规则“{rule}”永远不起作用：其所有情况都已由上面的 {others} 判定，例如：{example}。",
    ),
    "finding.useless": (
        "The rule “{rule}” decides the same without “{conditions}”: this holds in every case "
        "that is left to the rule, for example: {example}.",
        "规则“{rule}”去掉“{conditions}”后结果不变：留给该规则的每种情况都满足此条件，"
        "例如：{example}。",
    ),
    "finding.repeated": (
        "The rule “{rule}” says again what “{others}” says, for example: {example}.",
        "规则“{rule}”重复了“{others}”的内容，例如：{example}。",
    ),
    "finding.unsettled": (
        "Whether “{rule}” is in order could not be settled within the work allowed (unproven).",
        "在允许的计算量内无法确定“{rule}”是否正常（未证实）。",
    ),
    "finding.warning": ("warning: {text}", "警告：{text}"),
    "finding.unproven": ("{text} (unproven)", "{text}（未证实）"),
    # check
    "check.good": (
        "The pack is in order: {tables} tables, {rules} rules, revision {revision}.",
        "规则包正常：{tables} 张表，{rules} 条规则，版本 {revision}。",
    ),
    "check.bad": (
        "{count} to put right. The pack in use stays as it is.",
        "共 {count} 处需要修正。正在使用的规则包不受影响。",
    ),
    "error.no_pack": (
        "There is no rule pack in {folder}: pack.yaml is missing. Nothing was changed. Name the "
        "folder that holds it.",
        "{folder} 中没有规则包：缺少 pack.yaml。未作任何更改。请指定规则包所在的文件夹。",
    ),
    # vocabulary
    "vocabulary.scope.job": ("Facts of a job", "工单的事实"),
    "vocabulary.scope.line": ("Facts of a line", "工单行的事实"),
    "vocabulary.scope.complaint": ("Facts of a complaint", "投诉的事实"),
    "vocabulary.scope.survey": ("Facts of a survey", "回访卡的事实"),
    "vocabulary.operators": ("Operators", "运算符"),
    "vocabulary.absence": (
        "A fact that was not recorded makes every operator false, is_not and none_of too; "
        "only present asks for it.",
        "未记录的事实使任何运算符都不成立（is_not 和 none_of 也不例外）；只有 present 可以判断。",
    ),
    "vocabulary.params": ("Params that the program reads", "程序读取的参数"),
    "vocabulary.never": ("Never together", "不会同时成立"),
    "vocabulary.together": ("Recorded together or not at all", "要么都有记录，要么都没有"),
    "vocabulary.fact": ("fact", "事实"),
    "vocabulary.type": ("type", "类型"),
    "vocabulary.values": ("values", "取值"),
    "vocabulary.absent": ("may be absent", "可未记录"),
    "vocabulary.means": ("meaning", "含义"),
    "vocabulary.yes": ("yes", "是"),
    "vocabulary.no": ("no", "否"),
}


def say_plain(value: object) -> str:
    """A value as it is written in a rule file."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, date):
        return value.isoformat()
    return str(value)


def say_test(operator: str, value: object, lang: Lang) -> str:
    """What a condition asks of its fact: `at most 30`."""
    if operator == "present":
        return say("operator.present" if value else "operator.absent", lang)
    if operator == "between" and isinstance(value, tuple):
        low, high = (say_plain(end) for end in value)
        return say("operator.between", lang, low=low, high=high)
    values = value if isinstance(value, tuple) else (value,)
    listed = say("tools.comma", lang).join(say_plain(each) for each in values)
    return say(f"operator.{operator}", lang, value=listed)


def say_condition(fact: str, operator: str, value: object, lang: Lang) -> str:
    """A whole condition: `days_past_expiry at most 30`."""
    return f"{fact} {say_test(operator, value, lang)}"


def say_conditions(conditions: Iterable[tuple[str, str, object]], lang: Lang) -> str:
    """Conditions with commas between."""
    return say("tools.comma", lang).join(say_condition(*each, lang) for each in conditions)


def say_example(shown: Sequence[tuple[str, object]], lang: Lang) -> str:
    """The facts of a case; None stands for one that is absent."""
    said = [
        say("tools.not_recorded", lang, name=name)
        if value is None
        else say("tools.equals", lang, name=name, value=say_plain(value))
        for name, value in shown
    ]
    return say("tools.comma", lang).join(said) or say("tools.any_case", lang)
