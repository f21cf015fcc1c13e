"""Why something was refused, what is wrong with a field, and errors: what next, in plain words.

A sentence for an error says what happened, what is safe, and what to do. None names a customer.
"""

_WHY = {
    "needs_step": ("“{step}” comes first.", "请先完成“{step}”。"),
    "already_done": ("This has already been done.", "此步骤已经完成。"),
    "cancelled": ("The job is cancelled.", "工单已取消。"),
    "completed": (
        "The job is completed. What can still be added are notes, files, complaints, and what "
        "corrects its money: payments, reversals, invoices and credit notes.",
        "工单已完工，只能再添加备注、附件和投诉，以及款项的更正：收款、撤回、发票和红字发票。",
    ),
    "needs_approval": (
        "This needs approval. Ask for it, or call the supervisor for a code.",
        "此项需要审批。请提交申请，或致电主管索取审批码。",
    ),
    "refused_approval": (
        "The approval was refused. Diagnose again, or ask once more with other reasons.",
        "审批未通过。请重新诊断，或补充理由后再次申请。",
    ),
    "pending": (
        "The charge cannot be decided before the investigation. Make the product safe, and do "
        "not repair it.",
        "须先调查才能判定收费。请确保安全，暂勿维修。",
    ),
    "declined": ("The customer declined the quote.", "顾客不同意报价。"),
    "wrong_role": ("Only a {role} may do this.", "只有{role}可以办理。"),
    "nothing_to_pay": ("There is nothing to pay.", "没有应付款项。"),
    "not_offered": (
        "“{remedy}” is not among the remedies that the decision offers.",
        "判定结果中没有“{remedy}”这一选项。",
    ),
    "no_decision": (
        "There is no decision yet. Let the rules decide first.",
        "尚无判定结果。请先按规则判定。",
    ),
    "custody_open": (
        "The product is still with us. Hand it back first.",
        "产品仍在我方保管，请先交还顾客。",
    ),
    "product_with_customer": (
        "The product is with the customer; there is nothing to hand back.",
        "产品在顾客处，无需交还。",
    ),
    "protected": (
        "“{step}” cannot be taken back. Record what is right as a new step or a note.",
        "“{step}”不能撤销。请用新的步骤或备注更正。",
    ),
    "nothing_to_undo": (
        "There is no step of yours that can be taken back.",
        "没有可以撤销的本人操作。",
    ),
    "receipt_stands": (
        "The customer holds a receipt of this: it stays as it was signed. Only the day can be "
        "corrected.",
        "顾客持有收据，内容以签收时为准；只能更正日期。",
    ),
    "nothing_to_amend": (
        "That step has not been done yet, so there is nothing to correct.",
        "该步骤尚未办理，无需更正。",
    ),
    "nothing_requested": ("No request for approval is open.", "没有待答复的审批申请。"),
    "nothing_fetched": (
        "No part that was fetched for this job is left to return.",
        "此工单没有可退回的领用配件。",
    ),
    "nothing_promised": (
        "No date has been promised, or the product is back already.",
        "没有承诺日期，或产品已经交还。",
    ),
    "no_codes_left": (
        "This laptop has no telephone code for the request: it had none left, or another laptop "
        "asked. The request is recorded and will be answered through sync. To telephone instead: "
        "sync, which brings new codes, then ask for the approval again.",
        "本机没有此申请的电话批准码：批准码已用完，或申请由其他终端提出。"
        "申请已记录，将通过同步答复。"
        "如需电话批准：先联网同步（会补充批准码），再重新申请审批。",
    ),
    "no_approval_key": (
        "This device has no key to check the code with. Enrol it at the office, or let the "
        "supervisor answer through sync.",
        "本机没有核验审批码的密钥。请到公司登记本机，或由主管通过同步答复。",
    ),
    "signed_off": (
        "The customer has signed, paid or received something, so the job cannot be cancelled. "
        "Complete it, and add a note.",
        "顾客已签字、付款或收到物品，工单不能取消。请办理完工并添加备注。",
    ),
    "work_begun": (
        "The work has begun; the diagnosis and the decision stand.",
        "维修已经开始，诊断和判定不能再改。",
    ),
    "by_office": (
        "The office does this when it has received everything.",
        "由公司在收齐资料后办理。",
    ),
    "nothing_to_approve": (
        "Nobody has asked for an approval of this job, so there is nothing to approve. Nothing was "
        "changed. Jobs that wait for an answer ({count}): {waiting}",
        "此工单没有人申请批准，无需答复，未做任何更改。等待答复的工单（{count}张）：{waiting}",
    ),
    "nothing_waits": (
        "Nobody has asked for an approval of this job, so there is nothing to approve. Nothing was "
        "changed, and no other job waits for an answer.",
        "此工单没有人申请批准，无需答复，未做任何更改。目前也没有其他工单等待答复。",
    ),
    "not_in_this_job": ("This job has no such step.", "此工单没有这一步骤。"),
    "number_shared": (
        "Several jobs have the number {number}, so nothing was done. Name one by its id: {jobs}",
        "工单号 {number} 对应多张工单，未做任何更改。请用内部编号指明其中一张：{jobs}",
    ),
    "unknown_step": (
        "There is no step “{step}”.",
        "没有“{step}”这一步骤。",
    ),
}

_FIELD = {
    "named": ("{label}: {text}", "{label}：{text}"),
    "in_row": ("{label} (row {row})", "{label}（第{row}行）"),
    "other": ("is not right.", "内容有误。"),
    "missing": ("is needed.", "必须填写。"),
    "string_too_short": ("is needed.", "必须填写。"),
    "too_short": ("is needed.", "必须填写。"),
    "string_too_long": (
        "is too long; at most {max_length} characters.",
        "太长，最多{max_length}个字。",
    ),
    "too_long": ("has too many entries; at most {max_length}.", "条目太多，最多{max_length}条。"),
    "enum": ("must be one of {expected}.", "只能填 {expected} 之一。"),
    "literal_error": ("must be one of {expected}.", "只能填 {expected} 之一。"),
    "phone_form": (
        "is no telephone number: 5 to 20 digits, as 138 0013 8000 or +86 571 8888 0000 ext 802.",
        "不是电话号码：须有5至20位数字，例如 138 0013 8000 或 0571-8888 0000 转802。",
    ),
    "unknown_region": (
        "has “{region}”, which is no country's code of two capital letters, as CN or DE.",
        "“{region}”不是国家或地区代码：须为两个大写字母，例如 CN、DE。",
    ),
    "time_form": (
        "is not a time. Write hours and minutes: 14:30.",
        "不是时间。请写时和分，例如 14:30。",
    ),
    "string_pattern_mismatch": ("is not written in the right form.", "格式不正确。"),
    "unknown_field": ("is not a field of this form.", "本表没有这一栏。"),
    "extra_forbidden": ("is not a field of this form.", "本表没有这一栏。"),
    "not_plain": (
        "holds control characters or marks that turn the direction of writing. Type it anew.",
        "含有控制字符或改变书写方向的标记，请重新输入。",
    ),
    "in_future": ("must not be after today.", "不能晚于今天。"),
    "in_past": ("must not be before {limit}.", "不能早于{limit}。"),
    "before_take_in": (
        "must not be before {limit}, when the product was taken in.",
        "不能早于取回产品的日期（{limit}）。",
    ),
    "before_report": (
        "must not be before {limit}, when it was reported.",
        "不能早于报修日期（{limit}）。",
    ),
    "after_return": (
        "must not be after {limit}, when the product was handed back.",
        "不能晚于交还产品的日期（{limit}）。",
    ),
    "ends_before_start": ("must be after the start.", "必须晚于开始时间。"),
    "unknown_part": (
        "has “{part}”, which is not in the catalogue. Search the parts list for the right number.",
        "配件目录中没有“{part}”。请在配件表中查找正确编号。",
    ),
    "not_held": (
        "has “{part}”, which is not held for this job. Held: {held}.",
        "此工单没有领用“{part}”。现有：{held}。",
    ),
    "more_than_held": (
        "is more than is held for this job: {held} of {part}.",
        "超过此工单现有的数量：{part} 共{held}件。",
    ),
    "old_serial": (
        "is the serial number of the old product; give that of the new one.",
        "填的是旧产品编号，请填新产品编号。",
    ),
    "part_serial_elsewhere": (
        "{serial} was fitted in {product}. Check the number; it is right only if the part was "
        "moved.",
        "{serial} 已装在产品 {product} 上，请核对；仅在部件移装时才正确。",
    ),
    "serial_form": (
        "{serial} is not written like the serials of this model: {form} (# a digit, @ a letter).",
        "{serial} 不符合该型号的编号格式：{form}（# 为数字，@ 为字母）。",
    ),
    "serial_of_other": (
        "has the form of another model: {model}.",
        "是其他型号的编号格式：{model}。",
    ),
    "serial_alike": (
        "is nearly that of a product which is registered: {serial}. Is it that one?",
        "与已登记的产品编号 {serial} 仅有细微差别，是否为同一产品？",
    ),
    "serial_retired": (
        "{serial} was taken back on {day} and is not handed out again.",
        "{serial} 已于{day}收回，不能再次发出。",
    ),
    "serial_owned": (
        "{serial} belongs to somebody else: {who}.",
        "{serial} 属于其他顾客：{who}。",
    ),
    "no_serial": (
        "needs letters or digits; what was given has none.",
        "须含字母或数字。",
    ),
    "unknown_code": ("has “{code}”, which is not in the list.", "列表中没有“{code}”。"),
    "not_an_amount": (
        "must be an amount in yuan with at most two decimals.",
        "应为以元计的金额，最多两位小数。",
    ),
    "needed_without_strokes": (
        "without a drawn signature the customer must agree that the typed name stands for it.",
        "没有手写签名时，须经顾客同意以输入的姓名代替。",
    ),
    "scores_or_declined": (
        "give all four scores, or say that the customer declined.",
        "请填写全部四项评分，或注明顾客不愿评价。",
    ),
    "wrong_code": (
        "is not the code for this request. Read the challenge out again.",
        "审批码与本次申请不符。请重新报出申请信息。",
    ),
    "serial_known": (
        "{serial} is registered already. Open that product instead.",
        "{serial} 已经登记过，请直接打开该产品。",
    ),
    "unknown_model": ("has “{model}”, which is not in the catalogue.", "型号目录中没有“{model}”。"),
    "before_manufacture": ("must not be before the day it was made.", "不能早于出厂日期。"),
    "case.unknown_field": (
        "there is no field “{name}”. Nearest: {suggestion}.",
        "没有“{name}”这一栏。最接近的是：{suggestion}。",
    ),
    "case.unknown_value": (
        "“{value}” is not a known value. Nearest: {suggestion}.",
        "“{value}”不是可用的值。最接近的是：{suggestion}。",
    ),
    "case.no_such_field": ("there is no field “{name}”.", "没有“{name}”这一栏。"),
    "case.no_such_value": (
        "“{value}” is not a known value. Known are: {allowed}.",
        "“{value}”不是可用的值。可用的值：{allowed}。",
    ),
    "case.too_early": ("must not be before {limit} ({field}).", "不能早于{limit}（{field}）。"),
    "case.out_of_reach": ("must lie between {first} and {last}.", "应在{first}至{last}之间。"),
    "case.ends_early": ("ends before it begins ({limit}).", "结束早于开始（{limit}）。"),
    "case.same_number": ("two lines have the same number.", "有两行的行号相同。"),
}

_NOT_A_DATE = (
    "is not a date. Write year, month and day: 2026-11-05.",
    "不是有效日期。请按年-月-日填写，例如 2026-11-05。",
)
_NOT_A_MOMENT = (
    "is not a date and time. Write it like 2026-11-05T14:30+08:00.",
    "不是有效的日期和时间。请按此格式填写：2026-11-05T14:30+08:00。",
)
_NOT_A_COUNT = ("must be a whole number.", "必须是整数。")
_NOT_YES_OR_NO = ("must be yes or no.", "只能填是或否。")
_NOT_TEXT = ("must be text.", "必须是文字。")
_NOT_A_LIST = ("must be a list.", "必须是列表。")
_NOT_A_GROUP = ("must be a group of fields.", "必须是一组字段。")

_TYPES = {
    _NOT_A_DATE: (
        "date_type",
        "date_parsing",
        "date_from_datetime_parsing",
        "date_from_datetime_inexact",
    ),
    _NOT_A_MOMENT: (
        "datetime_type",
        "datetime_parsing",
        "datetime_from_date_parsing",
        "timezone_aware",
    ),
    _NOT_A_COUNT: ("int_type", "int_parsing", "int_parsing_size", "int_from_float"),
    ("must be a number.", "必须是数字。"): ("float_type", "float_parsing", "finite_number"),
    _NOT_YES_OR_NO: ("bool_type", "bool_parsing"),
    _NOT_TEXT: ("string_type", "string_sub_type", "string_unicode"),
    _NOT_A_LIST: ("tuple_type", "list_type", "iterable_type"),
    _NOT_A_GROUP: ("dict_type", "model_type", "model_attributes_type", "mapping_type"),
    ("must be at least {ge}.", "不能小于 {ge}。"): ("greater_than_equal",),
    ("must be at most {le}.", "不能大于 {le}。"): ("less_than_equal",),
    ("must be more than {gt}.", "必须大于 {gt}。"): ("greater_than",),
    ("must be less than {lt}.", "必须小于 {lt}。"): ("less_than",),
}
"""What pydantic calls a wrong value, grouped by what a person must do about it."""

_ERRORS = {
    "bad_input": ("Nothing was changed. {problems}", "未作任何更改。{problems}"),
    "not_found.job": ("There is no job {ref} here.", "没有工单 {ref}。"),
    "not_found.customer": ("There is no customer {ref} here.", "没有顾客 {ref}。"),
    "not_found.product": (
        "There is no product with serial number {ref} here. Register it first.",
        "没有编号为 {ref} 的产品。请先登记。",
    ),
    "not_found.complaint": ("There is no complaint {ref} here.", "没有投诉 {ref}。"),
    "not_found.follow_up": ("There is no follow-up {ref} here.", "没有回访 {ref}。"),
    "not_found.step": (
        "There is no step {ref}. See the steps of the job for their names.",
        "没有 {ref} 这一步骤。请查看工单的步骤名称。",
    ),
    "not_found.part": (
        "Part {ref} is not in the catalogue. Search the parts list for the right number.",
        "配件目录中没有 {ref}。请在配件表中查找正确编号。",
    ),
    "not_found.device": (
        "This device is not set up yet. Start fieldkit once, then try again.",
        "本机尚未设置。请先启动一次 fieldkit，再重试。",
    ),
    "part_without_price": (
        "Part {part} has no price in the catalogue, so nothing can be decided. Use a part of the "
        "catalogue, or let the office add it.",
        "配件目录中没有 {part} 的价格，无法判定收费。请改用目录中的配件，或请公司补充。",
    ),
    "unexpected": (
        "Something went wrong that should not ({kind}). What was saved is safe; try again, and run "
        "it with --debug to see where.",
        "出现了意外错误（{kind}）。已保存的内容是安全的；请重试，或加 --debug 查看出错位置。",
    ),
    "extra_missing": (
        "This needs the extra “{extra}” of fieldkit ({package} is not installed): install it with "
        'pip install "fieldkit[{extra}]"; nothing was changed.',
        "此功能需要 fieldkit 的附加组件“{extra}”（未安装 {package}）：请用 "
        'pip install "fieldkit[{extra}]" 安装；未改动任何数据。',
    ),
    "no_terminal": (
        "The app needs a terminal. Start it in one, or use the commands: fieldkit --help.",
        "应用需要在终端中运行。请打开终端，或使用命令：fieldkit --help。",
    ),
    "cannot_ask": (
        "There is no terminal to ask for it: {what}. Nothing was changed. Give it in the "
        "environment (FIELDKIT_PASSPHRASE, FIELDKIT_NEW_PASSPHRASE or FIELDKIT_PIN).",
        "没有终端可供输入：{what}。未作任何更改。请通过环境变量提供"
        "（FIELDKIT_PASSPHRASE、FIELDKIT_NEW_PASSPHRASE 或 FIELDKIT_PIN）。",
    ),
    "not_an_assignment": (
        "“{text}” is not of the form name=value. Nothing was changed; write it like "
        "technician=lin.",
        "“{text}”不是 名称=值 的形式。未作任何更改；请写成例如 technician=lin。",
    ),
    "argument_not_plain": (
        "“{argument}” holds control characters or marks that turn the direction of writing. "
        "Nothing was done; type it anew.",
        "“{argument}”含有控制字符或改变书写方向的标记。未执行任何操作，请重新输入。",
    ),
    "not_a_day": (
        "“{text}” is not a date. Nothing was done; write it like 2026-11-05.",
        "“{text}”不是日期。未执行任何操作；请写成例如 2026-11-05。",
    ),
    "file_unreadable": (
        "The file {file} cannot be read. Nothing was changed; check its name and that it is UTF-8 "
        "text.",
        "无法读取文件 {file}。未作任何更改；请检查文件名，并确认是 UTF-8 文本。",
    ),
    "not_json": (
        "The file {file} is not JSON: line {line}. Nothing was changed; correct that line.",
        "文件 {file} 不是有效的 JSON：第 {line} 行。未作任何更改；请改正该行。",
    ),
    "not_an_object": (
        "The file {file} must hold one JSON object. Nothing was changed.",
        "文件 {file} 须为一个 JSON 对象。未作任何更改。",
    ),
    "nobody_signed_in": (
        "Nobody is signed in, so nothing was recorded. Sign in by name, then do it again; on the "
        "command line: `fieldkit --as NAME …`.",
        "尚未登录，未作任何记录。请先登录再操作；命令行用 `fieldkit --as 姓名 …`。",
    ),
    "no_approval_key": (
        "This device has no key for approval codes. Enrol it at the office first.",
        "本机没有审批码密钥。请先到公司登记本机。",
    ),
    "engines_differ": (
        "The two rule engines do not agree. Jobs can go on; a supervisor decides what is charged. "
        "Send the report to the office.",
        "两个规则引擎的结果不一致。工单可以继续，收费由主管决定。请将报告发给公司。",
    ),
    "engine_closed": (
        "The rule engine is closed already. Nothing was decided; start fieldkit again.",
        "规则引擎已关闭，未作判定。请重新启动 fieldkit。",
    ),
    "engine_failed": (
        "The rule engine failed. Jobs can go on; a supervisor decides what is charged.",
        "规则引擎出错。工单可以继续，收费由主管决定。",
    ),
    "catalogue.missing": (
        "The catalogue file {file} is missing. Your jobs are safe; restore the file or install "
        "fieldkit again.",
        "缺少目录文件 {file}。工单数据不受影响；请恢复该文件，或重新安装 fieldkit。",
    ),
    "catalogue.closed": (
        "The catalogue file {file} cannot be opened ({why}). Your jobs are safe; give your account "
        "the right to read it.",
        "目录文件 {file} 无法打开（{why}）。工单数据不受影响；请授予当前用户读取权限。",
    ),
    "catalogue.unreadable": (
        "The catalogue file {file} cannot be read: line {line}, column {column}. Your jobs are "
        "safe; correct that line.",
        "目录文件 {file} 无法读取：第 {line} 行第 {column} 列。工单数据不受影响；请改正该行。",
    ),
    "catalogue.wrong": (
        "The catalogue file {file} is wrong at {where}: it {problem} Your jobs are safe; "
        "correct that entry.",
        "目录文件 {file} 中 {where} 处有误：{problem}工单数据不受影响；请改正该项。",
    ),
    "catalogue.duplicate": (
        "The catalogue file {file} has {code} twice. Your jobs are safe; remove one of them.",
        "目录文件 {file} 中 {code} 重复。工单数据不受影响；请删除其一。",
    ),
    "catalogue.unknown": (
        "In the catalogue file {file}, {code} names {unknown}, which is not in {list}. Your jobs "
        "are safe; correct the name or add the entry.",
        "目录文件 {file} 中，{code} 引用了 {unknown}，但 {list} 里没有。工单数据不受影响；"
        "请改正名称或补充该项。",
    ),
}

MESSAGES: dict[str, tuple[str, str]] = {
    **{f"why.{key}": both for key, both in _WHY.items()},
    **{f"field.{key}": both for key, both in _FIELD.items()},
    **{f"field.{name}": both for both, names in _TYPES.items() for name in names},
    **{f"error.{key}": both for key, both in _ERRORS.items()},
    "error.config.syntax": (
        "The settings file is not valid YAML near line {line}: {file}. Your data is safe. "
        "Mend that line, or rename the file to go on with the defaults.",
        "设置文件第 {line} 行附近不是有效的 YAML：{file}。数据安全。"
        "请修正该行，或将文件改名以使用默认设置。",
    ),
    "error.config.unreadable": (
        "The settings file cannot be read: {file}. Your data is safe. Check its permissions, "
        "or rename it to go on with the defaults.",
        "无法读取设置文件：{file}。数据安全。请检查权限，或将文件改名以使用默认设置。",
    ),
    "error.config.entry": (
        "The settings file has entries that are unknown or wrong: {entries} ({file}). Your data "
        "is safe. Correct or remove them.",
        "设置文件中有未知或错误的条目：{entries}（{file}）。数据安全。请改正或删除。",
    ),
}
