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
    "check.unlisted": (
        "{file}: warning: pack.yaml does not list this table, so nothing reads the file.",
        "{file}：警告：pack.yaml 未列出此表，该文件不会被读取。",
    ),
    "check.bad": (
        "{count} to put right. The pack in use stays as it is.",
        "共 {count} 处需要修正。正在使用的规则包不受影响。",
    ),
    # fmt
    "fmt.changed": ("{file}: formatted.", "{file}：已整理格式。"),
    "fmt.would_change": (
        "{file}: not in the one layout; fieldkit rules fmt puts it right.",
        "{file}：格式不规范；运行 fieldkit rules fmt 可自动整理。",
    ),
    "fmt.unchanged": (
        "Nothing to do: {count} files are in the one layout.",
        "无需处理：{count} 个文件的格式均已规范。",
    ),
    # diff
    "diff.same_files": ("The packs are the same, to the letter.", "两个规则包完全相同。"),
    "diff.looks_only": (
        "Nothing changes: the packs differ only in comments, layout or the order of entries.",
        "规则没有变化：两个规则包仅在注释、排版或条目顺序上不同。",
    ),
    "diff.pack": ("The pack", "规则包"),
    "diff.months": ("{count} months", "{count} 个月"),
    "diff.days": ("{count} days", "{count} 天"),
    "diff.no_term": ("no term", "无保修期"),
    "diff.nothing": ("nothing", "无"),
    "diff.table_added": ("New table: {table}.", "新增表：{table}。"),
    "diff.table_removed": ("Table removed: {table}.", "删除表：{table}。"),
    "diff.tables_moved": (
        "The table {table} stands at another place in the order.",
        "表 {table} 的执行顺序有变。",
    ),
    "diff.output": (
        "the declaration of the output {name} changes: {old} -> {new}",
        "输出 {name} 的声明有变：{old} -> {new}",
    ),
    "diff.rule_added": ("new rule: {when} -> {then}", "新增规则：{when} -> {then}"),
    "diff.rule_removed": ("rule removed: {when} -> {then}", "删除规则：{when} -> {then}"),
    "diff.rule_renamed": ("new name of the rule {old}", "规则 {old} 改为此名"),
    "diff.rule_moved": ("moved below {above}", "移至 {above} 之后"),
    "diff.rule_first": ("moved to the top", "移至最前"),
    "diff.condition_added": ("now also asks: {text}", "新增条件：{text}"),
    "diff.condition_removed": ("no longer asks: {text}", "去掉条件：{text}"),
    "diff.because": ("reason ({name}): “{old}” -> “{new}”", "理由（{name}）：“{old}” -> “{new}”"),
    "diff.always": ("always", "总是"),
    "diff.effect_none": (
        "This changes no outcome: every case is decided as before.",
        "结果不变：所有情况的判定均与以前相同。",
    ),
    "diff.effect_unknown": (
        "Whether a case is decided otherwise was not worked out; fieldkit rules impact shows it "
        "on past jobs.",
        "未推算是否有情况的判定会改变；可用 fieldkit rules impact 在以往工单上查看。",
    ),
    "diff.effect": (
        "A case that is decided otherwise: {example}: {old} -> {new}",
        "判定有变的情况举例：{example}：{old} -> {new}",
    ),
    # CSV
    "csv.made": (
        "The table {table} is in {file}. Edit it, then: fieldkit rules from-csv {file}",
        "表 {table} 已写入 {file}。编辑后运行：fieldkit rules from-csv {file}",
    ),
    "csv.taken": (
        "{file} is changed. Next: fieldkit rules check, then fieldkit rules test",
        "{file} 已更新。下一步：fieldkit rules check，然后 fieldkit rules test",
    ),
    "csv.same": ("{file} stays as it is: nothing is different.", "{file} 保持原样：没有差别。"),
    "csv.refused": (
        "{count} to put right. The pack was not changed.",
        "共 {count} 处需要修正。规则包未作更改。",
    ),
    "sheet.not_utf8": (
        "The file is not UTF-8; save it from the spreadsheet as “CSV UTF-8”.",
        "文件不是 UTF-8；请在表格软件中另存为“CSV UTF-8”。",
    ),
    "sheet.not_csv": ("This cannot be read as CSV.", "无法按 CSV 读取。"),
    "sheet.no_head": (
        "The first row must read: table, its name, for_each, …, hit, ….",
        "第一行须为：table、表名、for_each、…、hit、…。",
    ),
    "sheet.no_heading": (
        "This column has values but no heading in row 2.",
        "此列有内容，但第 2 行没有列名。",
    ),
    "sheet.column_twice": ("There are two columns “{name}”.", "“{name}”列重复。"),
    "sheet.no_column": ("The column “{name}” is missing.", "缺少“{name}”列。"),
    "sheet.no_outputs": (
        "Row 3 must begin with “outputs” and say what each outcome can be.",
        "第 3 行须以“outputs”开头，并写明每个结果的取值。",
    ),
    "sheet.rule_twice": ("There are two rows “{name}”.", "“{name}”行重复。"),
    "sheet.no_value": (
        "A value is missing, or “{text}” is none.",
        "缺少值，或“{text}”不是有效值。",
    ),
    "sheet.bad_quotes": ("The quotes in {text} do not close.", "{text} 的引号不成对。"),
    "sheet.unknown_table": ("There is no table “{name}” in this pack.", "规则包中没有表“{name}”。"),
    # what stops a command
    "error.csv_exists": (
        "{file} already exists and was left as it is. Take another name, or delete it first.",
        "{file} 已存在，未作更改。请换一个文件名，或先删除该文件。",
    ),
    "error.unknown_table": (
        "There is no table “{name}”. Nothing was changed. The tables are: {tables}.",
        "没有表“{name}”。未作任何更改。现有的表：{tables}。",
    ),
    "error.unknown_table_near": (
        "There is no table “{name}”. Nothing was changed. Did you mean “{near}”?",
        "没有表“{name}”。未作任何更改。是否想写“{near}”？",
    ),
    "error.no_pack": (
        "There is no rule pack in {folder}: pack.yaml is missing. Nothing was changed. Name the "
        "folder that holds it.",
        "{folder} 中没有规则包：缺少 pack.yaml。未作任何更改。请指定规则包所在的文件夹。",
    ),
    "error.file_unwritable": (
        "{file} cannot be written ({why}). It is as it was. Free space or allow writing, and try "
        "again.",
        "无法写入 {file}（{why}）。文件保持原样。请腾出空间或开放写权限后重试。",
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


def say_list(said: Iterable[str], lang: Lang) -> str:
    """Parts with commas between."""
    return say("tools.comma", lang).join(said)


def say_named(name: str, text: str, lang: Lang) -> str:
    """What is said of something named."""
    return f"{name}：{text}" if lang == "zh" else f"{name}: {text}"


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
    listed = say_list((say_plain(each) for each in values), lang)
    return say(f"operator.{operator}", lang, value=listed)


def say_condition(fact: str, operator: str, value: object, lang: Lang) -> str:
    """A whole condition: `days_past_expiry at most 30`."""
    return f"{fact} {say_test(operator, value, lang)}"


def say_conditions(conditions: Iterable[tuple[str, str, object]], lang: Lang) -> str:
    """Conditions with commas between."""
    return say_list((say_condition(*each, lang) for each in conditions), lang)


def say_example(shown: Sequence[tuple[str, object]], lang: Lang) -> str:
    """The facts of a case; None stands for one that is absent."""
    said = [
        say("tools.not_recorded", lang, name=name)
        if value is None
        else f"{name} = {say_plain(value)}"
        for name, value in shown
    ]
    return say_list(said, lang) or say("tools.any_case", lang)
