"""Help of the commands of a laptop."""

HELP: dict[str, str] = {
    "Offline field service: jobs, explained verdicts, and a safe way to the office.": (
        "离线上门服务：工单、有依据的判定，以及与公司的可靠同步。"
    ),
    "The home folder.": "主目录。",
    "en or zh.": "语言：en（英文）或 zh（中文）。",
    "Who does it, where people share the laptop.": "由谁操作（多人共用一台电脑时）。",
    "Show tracebacks.": "出错时显示 Python 调用栈。",
    "Show the version.": "显示版本。",
    "Install completion for the current shell.": "为当前 shell 安装命令补全。",
    "Show completion for the current shell, to copy it or customize the installation.": (
        "显示当前 shell 的补全脚本，供复制或自行安装。"
    ),
    "Show this message and exit.": "显示本帮助后退出。",
    "Make the home folder of a person, with its encrypted store.": (
        "为一名人员建立主目录和加密数据库。"
    ),
    "Who works here: your sign-in name.": "使用者：您的登录名。",
    "In which role.": "以何种角色。",
    "What protects the store: auto, keyring, passphrase, file.": (
        "数据库的保护方式：auto（自动）、keyring（系统钥匙串）、passphrase（口令）、file（密钥"
        "文件）。"
    ),
    "Print the decision about a job document, with reasons.": "打印对一份工单文件的判定及理由。",
    (
        "The shape is what `fieldkit job show --json` prints; absent parts may be left out. A "
        "file of recorded facts (with `record`), or of a scenario with its `facts`, is taken, "
        "too. Decides by the rules and prices of the home folder; where there is none, by those "
        "that came with fieldkit."
    ): (
        "格式与 `fieldkit job show --json` 的输出相同，没有的部分可以省略。也接受已记录的事实文"
        "件（含 `record`）或带 `facts` 的场景文件。按主目录中的规则和价格判定；没有主目录时，用"
        " fieldkit 自带的规则和价格。"
    ),
    "A job document in JSON; - for stdin.": "JSON 格式的工单文件；- 表示标准输入。",
    "Today.": "视为今天的日期。",
    "The folder of another rule pack to decide by.": "改用此目录中的规则包判定。",
    "Print JSON.": "以 JSON 输出。",
    "Print what a technician asks for by telephone, and the code that approves it.": (
        "打印技师在电话中申请的内容，以及批准所用的审批码。"
    ),
    "The code is good for this one request, until a day after it was made.": (
        "审批码只对本次申请有效，有效期为申请提出后一天。"
    ),
    "What the technician reads out.": "技师报读的验证串。",
    "What becomes of the lines that the rules left open.": "规则未能判定的项目如何处理。",
    "The laptop's id or its person, where two have the same mark.": (
        "电脑编号或使用者（两台电脑标记相同时）。"
    ),
    "The office's folder; else FIELDKIT_OFFICE.": "公司数据目录；默认取 FIELDKIT_OFFICE。",
    "Open the app on a demo day, or play the day and print what happens.": (
        "用演示日数据打开应用，或自动演示一天并打印经过。"
    ),
    "With --jobs: make a home folder of its own with generated jobs of the last months.": (
        "加 --jobs：另建一个主目录，生成最近几个月的工单。"
    ),
    "Play the whole day without a screen.": "不打开界面，自动演示一整天。",
    "The day, with --no-tui.": "演示的日期，与 --no-tui 一起使用。",
    "Make a home with so many jobs instead.": "改为建立含这么多工单的主目录。",
    "The same seed makes the same jobs.": "随机种子；种子相同，生成的工单也相同。",
    "Say whether everything works, and what protects the store. Exits with 1 if not.": (
        "检查各项是否正常、数据库由什么保护。有故障时退出码为 1。"
    ),
    "Jobs and the steps of the service flow.": "工单和服务流程的各个步骤。",
    "Make a paper of a job: for the customer, or to print.": "生成工单的单据：交给顾客或打印。",
    "The job's number or id.": "工单号或编号。",
    "Which paper.": "哪种单据。",
    "Which kind of file.": "哪种文件格式。",
    "Its language; the customer's unless given.": "单据的语言；默认用顾客的语言。",
    "The file, in the clear; - for stdout. Named after the job unless given.": (
        "写入的文件（不加密）；- 表示标准输出。默认以工单号命名。"
    ),
    "Register a customer's service request.": "登记顾客的服务请求。",
    "The customer's id.": "顾客编号。",
    "The product's serial number.": "产品编号。",
    "A field: name=value.": "填写一栏：栏名=值。",
    "A JSON file with the form's fields; - for stdin.": "含表单各栏的 JSON 文件；- 表示标准输入。",
    "List the jobs, the next appointment first.": "列出工单，最近的预约排在最前。",
    "Closed and archived jobs, too.": "包括已结束和已归档的工单。",
    "Show a job: the steps done, the one that is next, and the verdict.": (
        "查看工单：已完成的步骤、下一步和判定结果。"
    ),
    "Do a step of a job. Fields that are left out take what the job already says.": (
        "办理工单的一个步骤。未填写的栏沿用工单已有的内容。"
    ),
    "Take back the last step; never a signature, a payment or a custody receipt.": (
        "撤销上一步；签名、付款和取件凭据不能撤销。"
    ),
    "Correct fields of a step that was done.": "更正已办理步骤中的内容。",
    "The part, such as appointment or diagnosis.": (
        "要更正的部分，如 appointment（预约）或 diagnosis（诊断）。"
    ),
    "Keep a file with a job, encrypted.": "将文件加密保存到工单。",
    "The file to keep.": "要保存的文件。",
    "Write a job's attachment to a file, in the clear.": "将工单附件写成文件（不加密）。",
    "Its name, or the beginning of its hash.": "附件的名称，或其哈希值的开头。",
    "Write over a file that is there.": "覆盖已有的文件。",
    "Where to write it, in the clear.": "写入位置（不加密）。",
    "Print what to read out on the telephone, to have a job approved without a network.": (
        "打印需在电话中报读的验证串，用于无网络时申请审批。"
    ),
    "Customers.": "顾客。",
    "List the customers.": "列出顾客。",
    "Only those with these words in name, phone or address.": (
        "只列出姓名、电话或地址中有这些词的顾客。"
    ),
    "Show a customer.": "查看顾客。",
    "Products by serial number.": "产品（按产品编号）。",
    "Show a product with its history.": "查看产品及其维修历史。",
    "The parts in the van.": "车载配件。",
    "Show what is on board: loaded and counted, less what the repairs used.": (
        "查看车上现有配件：装车和盘点数减去维修用量。"
    ),
    "Record parts that come on board: fieldkit van load P-HAL=2 P-PAD=4": (
        "登记装车的配件：fieldkit van load P-HAL=2 P-PAD=4"
    ),
    "Parts and numbers.": "配件及数量。",
    "Whatever is missing to the usual load.": "补足日常配备的缺额。",
    "Record how many of a part were found on board: fieldkit van count P-HAL=1": (
        "登记某配件在车上的实有数量：fieldkit van count P-HAL=1"
    ),
    "Who works on this laptop. A PIN says who recorded something; it protects no data.": (
        "本机的使用人员。PIN 用于区分由谁记录，不保护数据。"
    ),
    "List who works here, and who has a PIN.": "列出本机的使用人员，以及谁设有 PIN。",
    "Let a colleague sign in on this laptop, too.": "允许一位同事在本机登录。",
    "Set or change somebody's PIN; whoever has one changes it herself: --as NAME.": (
        "设置或更改 PIN；已设 PIN 的人须本人更改：--as 姓名。"
    ),
    "Take the PIN away.": "取消 PIN。",
    "Take a colleague off the list. What she recorded stays under her name.": (
        "将同事移出名单，其名下的记录保持不变。"
    ),
    "Care for what is kept on this laptop.": "维护本机保存的数据。",
    "Write everything into one encrypted file, while the app may be in use. What cannot be read is "
    "named and left out: then it exits with 1 if that is damaged, with 75 if only the archive was "
    "in use, and with 3 otherwise.": (
        "将全部数据写入一个加密文件；应用打开时也可进行。无法读取的内容会列出并略过："
        "有损坏时退出码为 1，仅归档被占用时为 75，其他情况为 3。"
    ),
    "The file.": "文件。",
    "Put a backup in the place of what is here, which is kept beside it.": (
        "用备份替换现有数据，原有数据保留在旁边。"
    ),
    "Write everything into a plain TinyDB file: customers' data in the clear.": (
        "将全部数据导出为 TinyDB 明文文件（含未加密的顾客资料）。"
    ),
    "Take everything of an export into this home, which must be empty.": (
        "将导出文件的全部内容导入本主目录（须为空）。"
    ),
    (
        "Read everything and say what is damaged. Exits with 1 if anything is, with 3 if something "
        "could not be read, and with 75 if the store was in use all the time."
    ): (
        "读取全部数据并报告损坏之处。有损坏时退出码为 1，"
        "有内容读不出时为 3，数据库一直被占用时为 75。"
    ),
    "Only once a day, and in silence if all is well.": "每天只查一次，一切正常时不输出。",
    "Set a damaged store aside and keep all that can be read. Exits with 1 if any is missing.": (
        "移开损坏的数据库，保留所有可读的内容。有缺失时退出码为 1。"
    ),
    "Move finished jobs that the office has into the archive. They can still be shown.": (
        "将公司已收到的完工工单移入归档，归档后仍可查看。"
    ),
    "Days since the last event.": "距最后一条记录的天数。",
    "Set or change the passphrase that protects the store.": "设置或更改保护数据库的口令。",
    "Send what is unsent and fetch what concerns this person.": (
        "发送未发送的内容，并取回与本人有关的内容。"
    ),
    "Exits with 1 when something stayed unsent or was refused.": (
        "仍有未发送或被拒收的内容时，退出码为 1。"
    ),
    "A one-time code of the office.": "公司提供的一次性登记码。",
    "The office's address, with --enrol.": "公司服务器地址，与 --enrol 一起使用。",
    "Go on after another device used this one's name.": "在另一台设备冒用本机身份后继续使用。",
    "Write what is unsent to a file for the office.": "将未发送的内容写入交给公司的文件。",
    "Read the office's answer to such a file.": "读入公司对该文件的回复。",
    "Say nothing when all is well.": "一切正常时不输出。",
    "Exchange with the office every night, also when nobody is signed in to the app.": (
        "每晚与公司同步，无人登录应用时也会进行。"
    ),
    (
        "Installs a systemd timer, a cron line, a launchd agent or a task of Windows Task "
        "Scheduler."
    ): "安装 systemd 定时器、cron 任务、launchd 代理或 Windows 计划任务。",
    "The local time, HH:MM.": "本地时间，格式 HH:MM。",
    "Print the units, install nothing.": "只打印配置，不安装。",
    "Exchange at night no more.": "不再每晚自动同步。",
    "With --print: for which scheduler.": "与 --print 一起使用：用于哪种计划任务程序。",
    "List what the office refused and nothing has replaced. Exits with 1 if there is anything.": (
        "列出被公司拒收且尚未替换的记录。有此类记录时退出码为 1。"
    ),
    "Record a refused event again, with other values where given.": (
        "重新登记被拒收的记录，可更改其中的值。"
    ),
    "The id of a refused event.": "被拒收记录的编号。",
    "Give up a refused event of a job, with a note in its place.": (
        "放弃工单中一条被拒收的记录，并以备注代替。"
    ),
    "The note that takes its place.": "代替它的备注。",
    "The step, as `job show` names it: arrive, diagnose ...": (
        "步骤，名称见 `job show`：arrive（到达）、diagnose（诊断）等。"
    ),
    "Only list the fields that --set takes, and their choices.": (
        "只列出 --set 可填写的各栏及可选值。"
    ),
    "Register a customer: --set name=... --set phone=... and what else is known.": (
        "登记顾客：--set name=... --set phone=... 及其他已知内容。"
    ),
    "Register a product: --set serial=... --set model=... --set purchase_date=...": (
        "登记产品：--set serial=... --set model=... --set purchase_date=..."
    ),
    "For schedulers: quiet, then check the store.": "供计划任务使用：不输出，同步后检查数据库。",
}
"""English to Chinese, a sentence or a paragraph each."""
