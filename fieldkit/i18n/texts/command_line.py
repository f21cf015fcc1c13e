"""Sentences of the command line."""

MESSAGES: dict[str, tuple[str, str]] = {
    "cli.field_names": (" (field names: {names})", "（字段名：{names}）"),
    "cli.registered_too": (
        "    also registered by {by}: {owner}, {model}",
        "    {by}另行登记：{owner}，{model}",
    ),
    "cli.confirm": (
        " If it is right as it was typed, give --set {fields} as well.",
        "若确认输入无误，请同时加上 --set {fields}。",
    ),
    "cli.fields": (
        "Fields, each by --set NAME=VALUE, or all of them as JSON by --from FILE; * is needed:",
        "各栏可用 --set 栏名=值 填写，或用 --from 文件 以 JSON 一次填写；* 为必填：",
    ),
    "cli.no_fields": ("There are no fields to fill in.", "没有需要填写的栏。"),
    "cli.field": ("{label}{needed}: {takes}", "{label}{needed}：{takes}"),
    "cli.field_needed": (" *", " *"),
    "cli.takes.text": ("text", "文本"),
    "cli.takes.long": ("text", "文本"),
    "cli.takes.int": ("whole number", "整数"),
    "cli.takes.score": ("1 to 5", "1 至 5"),
    "cli.takes.money": ("whole number of fen", "整数，单位分"),
    "cli.takes.date": ("day, such as 2026-11-05", "日期，如 2026-11-05"),
    "cli.takes.time": ("time, such as 14:30", "时间，如 14:30"),
    "cli.takes.bool": ("true or false", "true（是）或 false（否）"),
    "cli.takes.choice": ("one of {choices}", "其一：{choices}"),
    "cli.takes.many": (
        'JSON list such as ["a", "b"] of {choices}',
        'JSON 列表，如 ["a", "b"]：{choices}',
    ),
    "cli.takes.checks": (
        'JSON list such as ["a", "b"] of {choices}',
        'JSON 列表，如 ["a", "b"]：{choices}',
    ),
    "cli.takes.rows": ("JSON list of objects with", "JSON 对象列表，每个对象含："),
    "cli.takes.strokes": (
        "JSON list of strokes, each a list of numbers",
        "JSON 笔画列表，每笔为一组数值",
    ),
    "cli.takes.more": (", and {count} more", "，另有 {count} 项"),
    "cli.see_fields": ("--fields lists the fields.", "加 --fields 可查看各栏。"),
    "cli.steps_now": ("Now it takes: {steps}.", "现在可办理：{steps}。"),
    "cli.parts_now": ("It has: {parts}.", "可更正的部分：{parts}。"),
    "error.usage": (
        "{problem} Run the command with --help to see what it takes.",
        "用法有误：{problem} 在命令后加 --help 可查看用法。",
    ),
    "cli.ask_passphrase": ("Passphrase", "口令"),
    "cli.ask_new_passphrase": ("New passphrase", "新口令"),
    "cli.home_made": (
        "The home folder is ready: {home}. Open the app with: {command}",
        "主目录已建好：{home}。打开应用请运行：{command}",
    ),
    "cli.job_made": ("Job {number} is registered.", "工单 {number} 已登记。"),
    "cli.customer_made": ("The customer is registered: {id}", "顾客已登记：{id}"),
    "cli.product_made": ("The product is registered: {serial}", "产品已登记：{serial}"),
    "cli.no_jobs": (
        "No open jobs. Register one with: fieldkit job new",
        "没有未完成的工单。登记新工单：fieldkit job new",
    ),
    "cli.covered_until": ("covered until {day}", "保修至 {day}"),
    "cli.call_out": ("Call-out", "上门费"),
    "cli.remedy_options": ("The customer may choose: {options}", "顾客可选择：{options}"),
    "cli.total": ("The customer pays", "顾客应付"),
    "cli.approval": ("Needs approval: {approver}", "需要批准：{approver}"),
    "cli.due.at_once": ("at once", "立即"),
    "cli.due.2h": ("within 2 hours", "2 小时内"),
    "cli.due.same_day": ("the same day", "当天"),
    "cli.due.24h": ("within 24 hours", "24 小时内"),
    "cli.deadline.reply_h": ("answer within {n} hours", "{n} 小时内答复"),
    "cli.deadline.interim_wd": ("interim word within {n} working days", "{n} 个工作日内告知进展"),
    "cli.deadline.solve_h": ("solve within {n} hours", "{n} 小时内解决"),
    "cli.deadline.solve_wd": ("solve within {n} working days", "{n} 个工作日内解决"),
    "cli.engines_differ": (
        "The two engines differ: a supervisor must decide. The job can go on.",
        "两个规则引擎结果不一致：须由主管决定。工单可以继续。",
    ),
    "cli.engine_missing": (
        "Decided by one engine: durable_rules cannot be loaded here (see: fieldkit doctor). "
        "The office judges again by both.",
        "仅由一个规则引擎判定：本机无法加载 durable_rules（见：fieldkit doctor）。"
        "公司会用两个引擎复核。",
    ),
    "cli.enrolled": ("This laptop is enrolled for {person}.", "本机已为 {person} 注册。"),
    "cli.synced": ("Sent {sent}, received {received}.", "已发送 {sent} 条，已接收 {received} 条。"),
    "cli.unsent": (
        "{unsent} unsent, {rejected} refused by the office. Nothing is lost; try again later.",
        "{unsent} 条未发送，{rejected} 条被公司拒收。数据没有丢失，请稍后再试。",
    ),
    "cli.office_ready": (
        "The office is ready in {folder}. Its key: {fingerprint}\nIts first person is "
        "{person}; the "
        "token is kept in {token_file}",
        "公司端已建好：{folder}。密钥指纹：{fingerprint}\n第一位人员是 {person}，令牌保存在 "
        "{token_file}",
    ),
    "cli.enrol_code": (
        "One-time code for {person}, good until {until}:\n{code}",
        "{person} 的一次性登记码，有效期至 {until}:\n{code}",
    ),
    "cli.serving": (
        "The office listens on {url}. Stop it with Ctrl+C.",
        "公司端正在监听 {url}。按 Ctrl+C 停止。",
    ),
    "cli.demo_day_end": ("What each customer pays:", "每位顾客应付："),
    "cli.paper": ("Paper", "单据"),
    "cli.demo_equal": (
        "The office has every record, equal to the laptop's: {count} of {count}.",
        "公司已有全部记录，与本机一致：{count} 条。",
    ),
    "error.demo_differs": (
        "The office and the laptop differ: {records}; {unsent} unsent.",
        "公司与本机不一致：{records};{unsent} 条未发送。",
    ),
    "doctor.level.ok": ("ok     ", "正常"),
    "doctor.level.warning": ("warning", "注意"),
    "doctor.level.bad": ("BAD    ", "故障"),
    "doctor.python": ("Python {version}", "Python {version}"),
    "doctor.set_aside": (
        "Records: the office refuses {refused} and holds {held} behind them; see: fieldkit sync "
        "rejected",
        "记录：公司拒收 {refused} 条，并因此暂缓 {held} 条；请查看：fieldkit sync rejected",
    ),
    "doctor.set_aside_elsewhere": (
        "Records: the office refuses or holds {count} of this device that are not on it any more; "
        "tell the office",
        "记录：公司拒收或暂缓了本机的 {count} 条记录，而这些记录已不在本机；请告知公司",
    ),
    "doctor.catalogue": (
        "Catalogue: revision {revision}, {parts} parts",
        "产品目录：第 {revision} 版，{parts} 种配件",
    ),
    "doctor.catalogue_bad": ("Catalogue: {error}", "产品目录：{error}"),
    "doctor.rules": (
        "Rules: {pack} revision {revision}, both engines agree",
        "规则：{pack} 第 {revision} 版，两个引擎一致",
    ),
    "doctor.rules_one_engine": (
        "Rules: {pack} revision {revision}, decided by one engine. durable_rules, the second one, "
        "cannot be loaded ({fault}). Verdicts are the same, and the office judges them again by "
        "both. To mend it, install fieldkit from its bundle, or build durable_rules with a C "
        "compiler: CPPFLAGS=-DPyEval_CallObject=PyObject_CallObject pip install "
        "--no-cache-dir --force-reinstall --no-deps durable-rules",
        "规则：{pack} 第 {revision} 版，仅由一个引擎判定。第二个引擎 durable_rules 无法加载"
        "（{fault}）。判定结果相同，公司会用两个引擎复核。修复方法：用安装包重新安装 fieldkit；"
        "或用 C 编译器构建 durable_rules：CPPFLAGS=-DPyEval_CallObject=PyObject_CallObject "
        "pip install --no-cache-dir --force-reinstall --no-deps durable-rules",
    ),
    "doctor.values": ("Forms and rules know the same values", "表单与规则的取值一致"),
    "doctor.values_bad": ("Forms and rules: {error}", "表单与规则：{error}"),
    "error.values_differ": (
        "Forms and rules do not know the same values ({differences}). Put lists.yaml of the "
        "catalogue and values.yaml of the rules right.",
        "表单与规则的取值不一致（{differences}）。请核对产品目录的 lists.yaml "
        "与规则包的 values.yaml。",
    ),
    "doctor.holidays": ("Holidays: known until the end of {year}", "节假日：已知至 {year} 年底"),
    "doctor.holidays_missing": (
        "Holidays: those of {year} are not in the list. Put them in with: fieldkit rules holidays",
        "节假日：列表中没有 {year} 年的节假日。请用 fieldkit rules holidays 写入",
    ),
    "doctor.holidays_bad": ("Holidays: {error}", "节假日：{error}"),
    "doctor.rules_bad": ("Rules: {error}", "规则：{error}"),
    "doctor.no_home": (
        "No home folder at {home} yet. Make one with: fieldkit init --person NAME",
        "{home} 还没有主目录。请运行：fieldkit init --person 姓名",
    ),
    "doctor.store": ("Store: opens, {unsent} events unsent", "数据库：可打开，{unsent} 条未发送"),
    "doctor.store_bad": ("Store: {error}", "数据库：{error}"),
    "doctor.protection_keyring": (
        "The data key is kept by the platform keyring",
        "数据密钥由系统钥匙串保管",
    ),
    "doctor.protection_passphrase": (
        "The data key is protected by a passphrase",
        "数据密钥由口令保护",
    ),
    "doctor.protection_file": ("The data key is kept in a key file", "数据密钥保存在密钥文件中"),
    "doctor.protection_key_file": (
        "The data key lies in a key file beside the store: whoever can read the folder "
        "can read the data. Set a passphrase or use the platform keyring",
        "数据密钥在数据库旁的密钥文件中：能读取该目录的人就能读取数据。请设置口令或使用系统钥匙串",
    ),
    "doctor.protection_open_permissions": (
        "Others than the owner can read the key file. Restrict it to the owner (mode 600)",
        "密钥文件可被他人读取。请将权限限制为仅本人（600）",
    ),
    "doctor.protection_bad": ("Key: {error}", "密钥：{error}"),
}
