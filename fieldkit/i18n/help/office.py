"""Help of `fieldkit office`."""

HELP: dict[str, str] = {
    "The central office.": "公司。",
    "Find customers, products, jobs and complaints by what a caller says.": (
        "按来电人所说查找顾客、产品、工单和投诉。"
    ),
    "Words: a telephone number, a name, a serial ...": "关键词：电话、姓名、产品编号……",
    "List the jobs that the office has.": "列出公司的工单。",
    "Only this technician's.": "只列此技师的。",
    "Only in this status.": "只列此状态的。",
    "Show a job as the office has it.": "查看公司保存的工单。",
    "The people of the office: roles, passwords, tokens for commands.": (
        "公司端人员：角色、密码和命令令牌。"
    ),
    "Add somebody to the office's people. The first one has every role.": (
        "添加公司端人员；第一位拥有全部角色。"
    ),
    "What she is; may be given again.": "角色；可重复给出。",
    "List the people of the office and their roles.": "列出公司端人员及其角色。",
    "All that she is.": "全部角色。",
    "Give somebody these roles, instead of those before.": "设置人员的角色，取代原有角色。",
    "Set your password, or as an administrator somebody's.": (
        "设置自己的密码；管理员也可为他人设置。"
    ),
    "By the keys in the office's folder, for an administrator.": (
        "凭公司数据目录中的密钥，为管理员补发。"
    ),
    "Print a new token for somebody's commands, this once; the one before ends.": (
        "打印人员的新命令令牌，仅此一次；原令牌失效。"
    ),
    "Without a token of your own you are asked for your password.": "没有令牌时，需要输入密码。",
    "Let her work here again.": "恢复。",
    "Let somebody do nothing more at the office. What she did stays under her name.": (
        "停用人员；其以往的记录保持不变。"
    ),
    "Check that no entry was changed, and exit 1 if one was.": (
        "检查日志是否被改动；被改动时退出码为 1。"
    ),
    "How many entries, the newest.": "列出最近多少条。",
    "List who enrolled, shut out, approved, published or changed a record, the newest first.": (
        "列出登记、停用、审批、发布和更改记录的审计日志，最新的在前。"
    ),
    "The sign-in name of the office's first person.": "第一位人员的登录名。",
    "List the technicians: area, skills, open jobs.": "列出技师：区域、技能、未完成工单。",
    "Say where a technician works and what she can do.": "登记技师的工作区域和技能。",
    "The sign-in name.": "登录名。",
    "The service area.": "服务区域。",
    "A kind of job or a model; may be given again.": "工单类型或型号；可重复给出。",
    "Send nowhere for now.": "暂不派工。",
    "Send a technician to a job, with the product's history; or list who fits, best first.": (
        "派技师处理工单，并附上产品历史；或列出合适的技师，最合适的在前。"
    ),
    "Who is sent; left out: who could be.": "派谁；省略时列出可派的人。",
    "Send whoever fits best.": "派最合适的技师。",
    "Who does it; refused unless it is the person of the token.": (
        "由谁办理；须与令牌的所有者一致。"
    ),
    "A word for the technician.": "给技师的留言。",
    "Answer a request for approval.": "答复审批申请。",
    "Answer no.": "不批准。",
    "For lines that the rules left open.": "规则未能判定的项目如何收费。",
    "Why.": "理由。",
    "Take a laptop's file, and write the answer that goes back to it.": (
        "读入电脑交来的文件，并写出给它的回复文件。"
    ),
    "What `fieldkit sync --to-file` wrote.": "`fieldkit sync --to-file` 写出的文件。",
    "Where the answer goes; else FILE.answer.": "回复文件的位置；默认为“原文件名.answer”。",
    "Make an office: its keys, its database, and its first person, whose token is kept there.": (
        "建立公司数据目录：密钥、数据库，以及第一位人员（令牌保存在其中）。"
    ),
    "An SQLAlchemy URL, such as of PostgreSQL; SQLite without one.": (
        "SQLAlchemy 数据库地址，如 PostgreSQL；省略时用 SQLite。"
    ),
    "Print a one-time code with which a laptop introduces itself.": (
        "打印电脑登记所用的一次性登记码。"
    ),
    "Whose laptop it is: the sign-in name.": "电脑的使用者：登录名。",
    "Who works on it, too.": "也使用该电脑的人员。",
    "She does no more.": "不再使用该电脑。",
    "Confirm that somebody works on a laptop of which she is not the person.": (
        "确认某人也使用一台登记在他人名下的电脑。"
    ),
    "List what laptops sent and does not count: refused, or held behind that.": (
        "列出电脑发来但未计入的记录：被拒收的，以及因此暂缓的。"
    ),
    "Exits with 1 when there is anything.": "如有内容，退出码为 1。",
    "Its id, as `held` prints it.": "记录编号（见 `held`）。",
    "Let an event count: a held one, or one that its laptop's people may not record.": (
        "放行一条记录：暂缓的，或该电脑人员无权记录的。"
    ),
    "Say that an event will never count. What was held behind it counts from now on.": (
        "作废一条记录，不再计入。因其暂缓的记录从此计入。"
    ),
    "List the calls that are open, and who must not make them: it is her work that was scored.": (
        "列出待办的回访，以及不得回访的人（顾客评价的正是其服务）。"
    ),
    "Record what came of a call: --set outcome=... --set note=...": (
        "记录回访结果：--set outcome=... --set note=..."
    ),
    "The call, as `calls` prints it.": "回访编号（见 `calls`）。",
    "Let it in again.": "恢复使用。",
    "List the codes of enrolment that nobody has used.": "列出尚未使用的登记码。",
    "Its mark, as `codes` prints it.": "登记码的标记（见 `codes`）。",
    "Take a code back: no laptop can be enrolled with it any more.": (
        "收回一个登记码，不能再用它登记电脑。"
    ),
    "Refuse a laptop from now on. What it has sent stays.": (
        "从现在起停用一台电脑，已发送的内容保留。"
    ),
    "The laptop's id, as `status` prints it, or its beginning.": (
        "电脑编号（见 `status`）或其开头。"
    ),
    "Serve the laptops until interrupted; logs go to stderr, one JSON object a line.": (
        "为各电脑提供服务，直到中断；日志写到标准错误，每行一个 JSON 对象。"
    ),
    "The address to listen on.": "监听地址。",
    "The port.": "端口。",
    "The certificate with its chain, PEM.": "证书及证书链，PEM 格式。",
    "The certificate's private key, PEM.": "证书的私钥，PEM 格式。",
    "Copy the database to a file while the office serves; the keys are not in it.": (
        "在服务运行时将数据库备份到文件；其中不含密钥。"
    ),
    "The new file.": "新文件。",
    "Bring a backup back, in a new epoch. The database before it is kept beside it.": (
        "恢复备份，并开始新纪元。恢复前的数据库保留在旁边。"
    ),
    "A file that `backup` made.": "`backup` 生成的文件。",
    "Begin a new epoch: needed once after PostgreSQL itself was restored from a backup.": (
        "开始新纪元：PostgreSQL 本身从备份恢复后须执行一次。"
    ),
    "Bring the tables of the database up to this version. Make a backup first.": (
        "将数据库的表升级到本版本。请先备份。"
    ),
    "Print the figures of the database in Prometheus' text format.": (
        "以 Prometheus 文本格式打印数据库的指标。"
    ),
    "Print the token that reads /metrics instead.": "改为打印读取 /metrics 所需的令牌。",
    "Show the laptops, the jobs by status, and what waits. Exits with 1 if a person is needed.": (
        "显示各电脑、各状态的工单数和待处理事项。需要人处理时退出码为 1。"
    ),
    "List what holds jobs up behind the front line: blockers, requests for help, parts on order.": (
        "列出阻碍工单的后台事项：后台障碍、协助请求和订货配件。"
    ),
    "One is over with: fieldkit office job do JOB resolve_blocker --set how=...": (
        "解除一项：fieldkit office job do JOB resolve_blocker --set how=..."
    ),
    "List what the exchange could not resolve. Exits with 1 when there is anything.": (
        "列出同步时未能解决的冲突。有冲突时退出码为 1。"
    ),
    "Say that a conflict was settled. Nothing that was recorded is thrown away.": (
        "登记冲突已处理。已记录的内容不会丢弃。"
    ),
    "The flag, as `conflicts` prints it.": "冲突的标记，见 `conflicts` 的输出。",
    "How it was settled.": "如何处理的。",
    "The job or product that has the flag, or another record by its id.": (
        "有该标记的工单、产品，或其他记录（按编号）。"
    ),
    "The registration that stands instead.": "改以此登记为准。",
    "Judge the verdicts that came in again, and verify telephone codes.": (
        "复核收到的判定，并核验电话审批码。"
    ),
    "A serving office does this by itself. Exits with 1 when something was flagged.": (
        "服务运行时会自动进行。有标记时退出码为 1。"
    ),
    (
        "List what is due: escalations, promises, visits, missing files, approvals, complaints, "
        "calls."
    ): "列出到期事项：上报、承诺、上门、缺少的资料、审批、投诉、回访。",
    "Exits with 1 when something is overdue.": "有逾期事项时退出码为 1。",
    "Only what is late.": "只列已逾期的。",
    "Record that somebody who must know of a job was told.": "登记已将工单情况告知须知情的人。",
    "L1, L2, L3 or E.": "级别：L1、L2、L3 或 E。",
    "The department's code.": "部门代码。",
    "A word about it.": "备注。",
    "Models, parts with prices, faults and lists, for the laptops.": (
        "供各电脑使用的产品目录：型号、配件及价格、故障和列表。"
    ),
    "Copy the catalogue that came with the program to a folder, to be edited there.": (
        "将程序自带的产品目录复制到一个目录，以便编辑。"
    ),
    "The new folder.": "新目录。",
    "Check a catalogue and offer it to the laptops, which fetch it with their next sync.": (
        "检查产品目录并发布，各电脑将在下次同步时获取。"
    ),
    (
        "Raise the revision in catalogue.yaml first. Nothing is published unless every file is "
        "good and the rules know every value that forms would offer."
    ): (
        "请先提高 catalogue.yaml 中的版本号。只有各文件均无误，且规则认识表单会提供的每个取值时"
        "才会发布。"
    ),
    "A folder with the files of a catalogue.": "含产品目录文件的目录。",
    "List what was published, newest first.": "列出已发布的版本，最新的在前。",
    "Complaints and their eight steps.": "投诉及其八个步骤。",
    "List the complaints with the step that is next.": "列出投诉及其下一步。",
    "Finished ones, too.": "包括已办结的。",
    "The complaint's id.": "投诉编号。",
    "Service requests, and what the office does to them.": "服务请求，以及公司对其的处理。",
    "Do a step of a job at the office.": "在公司办理工单的一个步骤。",
    "Register a customer: --set name=... --set phone=... --set area=...": (
        "登记顾客：--set name=... --set phone=... --set area=..."
    ),
    "Register a product: --set serial=... --set model=... --set customer=...": (
        "登记产品：--set serial=... --set model=... --set customer=..."
    ),
    "Register a service request: --set symptom=... and what else the form asks.": (
        "登记服务请求：--set symptom=... 及表单要求的其他内容。"
    ),
    "The step, such as cancel or change_promise.": (
        "步骤，如 cancel（取消）或 change_promise（更改承诺日期）。"
    ),
    "Record a complaint: --set text=... --set complaint_class=... --set job=...": (
        "登记投诉：--set text=... --set complaint_class=... --set job=..."
    ),
    "Show a complaint: what was recorded in each step, and the step that is next.": (
        "查看投诉：各步骤登记的内容和下一步。"
    ),
    "Do the step that is next.": "办理下一步。",
    "judged, assigned, investigated, proposed, told, settled or improved.": (
        "judged（判定是否成立）、assigned（确定部门）、investigated（调查）、proposed（提出方案"
        "）、told（通知顾客）、settled（责任处理）或 improved（总结改进）。"
    ),
}
"""English to Chinese, a sentence or a paragraph each."""
