"""What is wrong with a rule pack: one sentence for each kind of problem.

The place (`file:line:col`) is said before the sentence; see `say_pack_problem`.
"""

from collections.abc import Mapping

from fieldkit.domain.core.errors import FieldProblem
from fieldkit.i18n import Lang, say, say_wrong

_RULES = {
    "anchor": (
        "Anchors and aliases (& and *) are not allowed here; write the value out.",
        "此处不允许使用锚点和别名（& 和 *）,请直接写出值。",
    ),
    "bad_date": (
        "“{value}” is no date; write it as year-month-day, for example 2026-11-05.",
        "“{value}”不是有效日期；请按年-月-日书写，例如 2026-11-05。",
    ),
    "bad_name": (
        "“{name}” cannot be a name; use small letters a to z, digits, - and _.",
        "“{name}”不能用作名称；请使用小写字母、数字、- 和 _。",
    ),
    "bad_placeholder": ("A brace is left open in this sentence.", "句子中的花括号不成对。"),
    "bad_range": (
        "“between” needs two values, the smaller first.",
        "“between”需要两个值，较小的在前。",
    ),
    "bad_scenario": (
        "The scenario is wrong at “{field}”: {problem}",
        "场景中“{field}”有误：{problem}",
    ),
    "bad_table_name": (
        "“{name}” cannot be a table; a table is the name of a file in this folder, without .yaml.",
        "“{name}”不能用作表名；表名是本文件夹内的文件名（不含 .yaml）。",
    ),
    "confusable": (
        "“{name}” contains the character {letter}, which is not one of a to z, even where it looks "
        "like one.",
        "“{name}”含有字符 {letter}，它不是字母 a 到 z（即使看起来相似）。",
    ),
    "duplicate_key": ("“{name}” is given twice.", "“{name}”重复出现。"),
    "duplicate_rule": ("This table already has a rule “{name}”.", "本表已有规则“{name}”。"),
    "duplicate_table": ("The table “{name}” is listed twice.", "表“{name}”重复列出。"),
    "duplicate_value": ("“{name}” is in this list twice.", "列表中“{name}”重复。"),
    "expected_bool": ("Write true or false.", "请填写 true 或 false。"),
    "expected_int": ("Write a whole number.", "请填写整数。"),
    "expected_languages": (
        "Give the sentence in both languages, as en and zh.",
        "请用 en 和 zh 分别写出两种语言。",
    ),
    "expected_list": ("Write a list here, for example [a, b].", "此处应为列表，例如 [a, b]。"),
    "expected_mapping": (
        "Write entries of the form “name: value” here.",
        "此处应为“名称： 值”的形式。",
    ),
    "expected_text": ("Write a text here.", "此处应填写文字。"),
    "expected_true": ("“none” can only be true.", "“none”只能为 true。"),
    "expires_before_effective": (
        "The pack would expire before it takes effect.",
        "失效日期早于生效日期。",
    ),
    "finding_is_fact": (
        "“{name}” is the name of a fact already; a finding needs another one.",
        "“{name}”已是事实名称，请换用其他名称。",
    ),
    "no_service_component": (
        "The components need “{name}”, for work without a part.",
        "部件中须有“{name}”，用于不换配件的服务。",
    ),
    "too_many_values": ("The list has more than {limit} values.", "列表中的值超过 {limit} 个。"),
    "file_empty": ("The file is empty.", "文件为空。"),
    "file_missing": ("The file is missing.", "缺少此文件。"),
    "file_outside": ("The file lies outside the folder of the pack.", "文件不在规则包文件夹内。"),
    "not_a_file": (
        "This is no file; a folder, a pipe or a device cannot be part of a pack.",
        "这不是文件；规则包中不能有文件夹、管道或设备。",
    ),
    "half_character": (
        "This text contains half a character (U+D800 to U+DFFF); write the whole one.",
        "文字中含有不完整的字符（U+D800 至 U+DFFF），请写出完整的字符。",
    ),
    "tab": ("A tab cannot begin an entry; use spaces.", "条目前不能使用制表符，请用空格。"),
    "file_too_big": ("The file is larger than {limit} bytes.", "文件超过 {limit} 字节。"),
    "file_too_long": ("The file has more than {limit} values.", "文件中的值超过 {limit} 个。"),
    "file_unreadable": ("The file cannot be read ({why}).", "文件无法读取（{why}）。"),
    "key_not_text": ("A name before a colon must be a text.", "冒号前的名称必须是文字。"),
    "missing_component": (
        "The component “{name}” has no warranty term.",
        "部件“{name}”没有保修期。",
    ),
    "missing_key": ("“{name}” is missing here.", "此处缺少“{name}”。"),
    "missing_language": (
        "The sentence is missing in the language “{language}”.",
        "缺少语言“{language}”的句子。",
    ),
    "missing_output": (
        "No table sets “{name}”, which every decision needs.",
        "没有任何表给出“{name}”，而每次判定都需要它。",
    ),
    "missing_param": (
        "“{name}” is missing; the program needs it.",
        "缺少“{name}”，程序需要此参数。",
    ),
    "no_operator": (
        "The condition on “{name}” says nothing; give a value or an operator.",
        "对“{name}”的条件没有内容；请给出值或运算符。",
    ),
    "not_utf8": ("The file is not UTF-8 text.", "文件不是 UTF-8 文本。"),
    "not_yaml": ("This cannot be read as YAML ({why}).", "无法按 YAML 读取（{why}）。"),
    "not_yet_known": (
        "“{name}” is set only by the table “{table}”, which does not come before this one.",
        "“{name}”由表“{table}”给出，而该表不在本表之前。",
    ),
    "null_value": (
        "“{name}” has no value here; to ask whether it was recorded, write {{present: false}}.",
        "此处“{name}”没有值；若要判断是否已记录，请写 {{present: false}}。",
    ),
    "number_too_big": ("The number is too large.", "数字过大。"),
    "one_document": (
        "A second document begins here (---); a file holds one.",
        "此处开始了第二个文档（---），一个文件只能有一个文档。",
    ),
    "one_term": (
        "Give exactly one of months, days and none.",
        "months、days、none 须且只能给出一个。",
    ),
    "operator_type": (
        "“{operator}” cannot be used on “{name}”, which is of type {type}.",
        "“{name}”的类型为 {type}，不能使用“{operator}”。",
    ),
    "other_record": (
        "“{name}” belongs to each {scope} and cannot be read by this table.",
        "“{name}”属于 {scope}，本表不能读取。",
    ),
    "out_of_range": (
        "{value} is out of range; allowed is {low} to {high}.",
        "{value} 超出范围，允许 {low} 至 {high}。",
    ),
    "output_is_fact": (
        "“{name}” is already the name of a fact; give the output another name.",
        "“{name}”已是事实的名称，请为输出另取名称。",
    ),
    "missing_table": (
        "There is no file {name}.yaml for the table “{name}”.",
        "表“{name}”没有对应的文件 {name}.yaml。",
    ),
    "more_problems": (
        "There is more to put right here and after; it is shown when the first {limit} are.",
        "此处及之后还有需要修正的地方，改好前 {limit} 处后再显示。",
    ),
    "output_never_set": (
        "No rule of this table sets “{name}”, which every decision needs.",
        "此表没有规则给出“{name}”，而每次判定都需要它。",
    ),
    "output_not_set": (
        "This rule does not set “{name}”, which every decision needs.",
        "此规则没有给出“{name}”，而每次判定都需要它。",
    ),
    "output_overwritten": (
        "“{name}” is already set by the table “{table}”; an output is set by one table only.",
        "“{name}”已由表“{table}”给出；一个输出只能由一个表给出。",
    ),
    "output_record": (
        "“{name}” must be set for each {expected}.",
        "“{name}”必须按 {expected} 给出。",
    ),
    "output_type": (
        "“{name}” must be of the type {expected}.",
        "“{name}”的类型必须是 {expected}。",
    ),
    "output_value": ("The program knows no outcome “{name}”.", "程序不认识结果“{name}”。"),
    "pack_too_big": (
        "The pack has more rules than the engine can carry (about {limit}).",
        "规则过多，超出引擎的承载能力（约 {limit} 条）。",
    ),
    "param_type": (
        "“${name}” is a number and cannot be used for “{fact}”.",
        "“${name}”是数值，不能用于“{fact}”。",
    ),
    "placeholder_may_be_absent": (
        "“{{{name}}}” might be empty before a customer; add a condition on {name} to the rule.",
        "“{{{name}}}”可能为空；请在规则中加入对 {name} 的条件。",
    ),
    "placeholder_type": (
        "“{{{name}}}” cannot stand in a sentence; only numbers, amounts, dates and the component "
        "can.",
        "“{{{name}}}”不能用在句子中；只能用数字、金额、日期和部件名称。",
    ),
    "reads_collected": (
        "“{name}” gathers several rules' outcomes and cannot be read by another table.",
        "“{name}”汇集多条规则的结果，其他表不能读取。",
    ),
    "table_empty": ("The table has no rule.", "表中没有规则。"),
    "table_name_differs": (
        "The table calls itself “{name}”, but the file is “{file}”.",
        "表名为“{name}”，而文件名为“{file}”。",
    ),
    "tag": ("Tags (!) are not allowed here.", "此处不允许使用标签（!）。"),
    "too_deep": ("This is nested too deeply.", "嵌套过深。"),
    "too_many_alternatives": (
        "The lists in the rule “{name}” make more than {limit} combinations; split the rule.",
        "规则“{name}”中的列表组合超过 {limit} 种，请拆分规则。",
    ),
    "too_many_facts": (
        "The table reads {count} facts (twice where `present` is asked), more than {limit}.",
        "本表读取 {count} 个事实（用 `present` 判断的计两次），最多 {limit} 个。",
    ),
    "too_many_rules": ("The table has more than {limit} rules.", "表中规则超过 {limit} 条。"),
    "too_many_tables": ("The pack has more than {limit} tables.", "规则包中的表超过 {limit} 个。"),
    "undeclared_output": (
        "“{name}” is not declared under outputs.",
        "“{name}”未在 outputs 中声明。",
    ),
    "unknown_component": ("There is no component “{name}”.", "没有部件“{name}”。"),
    "unknown_enum": (
        "“{name}” is not one of the values that are possible here.",
        "“{name}”不在可用值之列。",
    ),
    "unknown_fact": ("There is no fact “{name}”.", "没有事实“{name}”。"),
    "unknown_key": ("“{name}” has no meaning here.", "“{name}”在此处没有意义。"),
    "unknown_operator": ("There is no operator “{name}”.", "没有运算符“{name}”。"),
    "unknown_param": ("params.yaml has no “{name}”.", "params.yaml 中没有“{name}”。"),
    "unknown_placeholder": ("No fact fills “{{{name}}}”.", "没有可填入“{{{name}}}”的事实。"),
    "unknown_table": ("“{name}” is not among the tables.", "“{name}”不在表的列表中。"),
    "bad_calling_hours": (
        "“{text}” are no calling hours: write them as 09:00-20:00.",
        "“{text}”不是有效的致电时段：请写成 09:00-20:00。",
    ),
    "unknown_time_zone": ("There is no time zone “{name}”.", "没有时区“{name}”。"),
    "unknown_unit": ("There is no unit “{name}”.", "没有单位“{name}”。"),
    "unknown_value": ("“{name}” is not possible here.", "此处不能用“{name}”。"),
    "when_empty": (
        "The rule has no condition; what always holds belongs under otherwise.",
        "规则没有条件；总是成立的内容应写在 otherwise 下。",
    ),
    "wrong_type": ("“{name}” needs a whole number.", "“{name}”需要整数。"),
    "wrong_unit": (
        "The unit is {unit}, but {expected} is needed here.",
        "单位是 {unit}，此处需要 {expected}。",
    ),
    "slip_languages_swapped": (
        "English and Chinese stand in each other's place.",
        "中英文位置写反了。",
    ),
    "slip_not_translated": (
        "This sentence is not in its language.",
        "此句未写成相应的语言。",
    ),
    "slip_unfinished": ("“{text}”: this is not finished.", "“{text}”：此处尚未写完。"),
    "slip_curly_quotes": (
        "Curly quotes are part of the text; YAML's quotes are straight.",
        "弯引号会成为文字的一部分；YAML 的引号是直引号。",
    ),
    "slip_one_language": (
        "“{{{name}}}” stands in the other language only.",
        "“{{{name}}}”只出现在另一种语言中。",
    ),
    "slip_other_number": (
        "The two languages name different numbers.",
        "两种语言中的数字不一致。",
    ),
    "slip_number_for_param": (
        "“{number}” is the value of ${name}; write {{${name}}}, so that the sentence follows it.",
        "“{number}”是 ${name} 的值；请写成 {{${name}}}，使句子随之改变。",
    ),
    "slip_free_on_paid": (
        "The outcome is “paid”, and the sentence says “free”.",
        "结果为收费，句中却说免费。",
    ),
    "slip_other_param": (
        "The rule works with another number than ${name}, which its sentence names.",
        "句中引用 ${name}，而规则使用的是另一个数值。",
    ),
    "slip_unknown_source": (
        "The source “{name}” is not in the list of sources.",
        "来源“{name}”不在来源列表中。",
    ),
    "slip_unused_param": (
        "Nothing uses ${name}.",
        "没有任何地方使用 ${name}。",
    ),
    "slip_expired": (
        "The pack has expired on {day}: no laptop installs it any more.",
        "规则包已于 {day} 过期：不会再被安装。",
    ),
    "slip_not_today": (
        "“{table}” says what is to be done now, and is not named under “today” in pack.yaml.",
        "“{table}”决定现在要做的事，但 pack.yaml 的 today 中没有列出。",
    ),
    "did_you_mean": ("{text} Did you mean “{suggestion}”?", "{text}是否想写“{suggestion}”？"),
    "any_value": ("anything", "任意"),
}

MESSAGES: dict[str, tuple[str, str]] = {f"rules.{key}": text for key, text in _RULES.items()} | {
    "error.pack_broken": (
        "The rule pack cannot be used: {count} problems, the first at {first}. What is stored is "
        "safe. Put the pack right; fieldkit rules check lists every problem.",
        "规则包无法使用：共{count}处问题，第一处在 {first}。已保存的数据不受影响。请修正规则包；"
        "fieldkit rules check 可列出全部问题。",
    )
}


def _said_value(value: object, lang: Lang) -> object:
    if isinstance(value, FieldProblem):
        return say_wrong(value, lang)
    return say("rules.any_value", lang) if value is None else value


def say_pack_problem(key: str, params: Mapping[str, object], lang: Lang) -> str:
    """The sentence for a problem of a pack, with the likely spelling where there is one."""
    said = {name: _said_value(value, lang) for name, value in params.items()}
    text = say(f"rules.{key}", lang, **said)
    if params.get("suggestion") is None:
        return text
    return say("rules.did_you_mean", lang, text=text, suggestion=params["suggestion"])
