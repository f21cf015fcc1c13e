"""Help of `fieldkit rules`."""

HELP: dict[str, str] = {
    "Rule packs: check, test, explain, impact, publish.": (
        "规则包：检查、测试、解释、影响分析、发布。"
    ),
    "Print every fact that a rule of a pack may read, the operators, and what is always so.": (
        "打印规则可读取的全部事实、运算符，以及恒成立的关系。"
    ),
    "The folder; else rules/ or rules/ebike/ here, else the shipped pack.": (
        "规则包目录；默认为当前目录的 rules/ 或 rules/ebike/，再次为程序自带的规则包。"
    ),
    "Put China's announced holidays and make-up working days into a file of holidays.": (
        "将中国已公布的节假日和补班日写入节假日文件。"
    ),
    (
        "What the file has for that year gives way; the days of other years stay. The file can "
        "be edited by hand, too."
    ): "文件中该年的日期会被替换；其他年份不变。也可以手工编辑该文件。",
    "A trade's holidays.yaml.": "行业数据中的 holidays.yaml。",
    "The year; else each announced one from the file's first on.": (
        "年份；默认为自文件首年起已公布的各年。"
    ),
    "Print Markdown.": "以 Markdown 输出。",
    "Print everything that is wrong with a pack, each at its place.": (
        "打印规则包的全部问题，并指明位置。"
    ),
    (
        "First what cannot be read or used, in the files of the pack and in its scenarios; when "
        "there is nothing of that, gaps, overlaps and rules that never decide, each with a case "
        "that shows it, and slips of sentences, sources and params. Exit code 1 when something "
        "must be put right; warnings alone are 0."
    ): (
        "先列出规则包文件和场景中无法读取或使用的内容；没有此类问题时，再列出遗漏、重叠和从不起"
        "作用的规则，并各举一例，以及句子、来源和数值中的疏漏。有必须改正之处时退出码为 1；"
        "只有警告时为 0。"
    ),
    "Put the files of a pack into the one layout. Comments stay; values stay.": (
        "将规则包文件整理为统一格式。注释和取值不变。"
    ),
    "A file that is not good YAML is left as it is, and its problems are printed.": (
        "不是有效 YAML 的文件保持原样，并打印其问题。"
    ),
    "Change nothing; exit 1 if anything would change.": "不作更改；如有需要更改之处，退出码为 1。",
    (
        "Print in words what turns one pack into another, and whether any case is decided "
        "otherwise."
    ): "用文字列出两个规则包的差别，以及是否有情况的判定会改变。",
    "Both packs must be good; `fieldkit rules check` lists what is not.": (
        "两个规则包都须无误；`fieldkit rules check` 会列出问题。"
    ),
    "The folder of the older pack.": "旧规则包的目录。",
    "The folder of the newer pack.": "新规则包的目录。",
    "Run the scenarios beside a pack (its folder tests) and print what they leave untried.": (
        "运行规则包的场景（tests 目录），并打印未覆盖之处。"
    ),
    (
        "Exit code 1 when a scenario fails, the coverage of rules or of conditions is below the "
        "threshold, or a change goes unnoticed."
    ): "有场景未通过、规则或条件的覆盖率低于要求，或有改动未被发现时，退出码为 1。",
    "The lowest coverage that is enough, in percent.": "最低覆盖率，百分比。",
    "Change each number and outcome: does a scenario notice?": (
        "逐一改动数值和结果，看是否有场景能发现。"
    ),
    "A file is explained by the pack that `fieldkit decide` decides it by.": (
        "文件按 `fieldkit decide` 判定时所用的规则包解释。"
    ),
    "The folder of another rule pack, for a file.": "另一个规则包的文件夹（用于文件）。",
    "Print why a verdict is as it is, rule by rule, and what would change it.": (
        "逐条规则说明判定的依据，以及什么会改变判定。"
    ),
    "A job's number or id, or a file as for fieldkit decide.": (
        "工单号或编号，或与 fieldkit decide 相同的文件。"
    ),
    "Only what the customer's paper says.": "只打印顾客单据上的内容。",
    "Today, for a file.": "视为今天的日期（用于文件）。",
    "Give stored decisions again, each by its own pack: the answer must be the same.": (
        "用各自的规则包重新计算已存的判定，结果必须相同。"
    ),
    "Exit code 1 when one differs, or cannot be verified because its pack is not at hand.": (
        "有判定不同，或因缺少规则包而无法核对时，退出码为 1。"
    ),
    "Every decision that is stored.": "所有已存的判定。",
    "Judge stored decisions again by a new pack: what flips, and how much money moves.": (
        "用新规则包重新判定已存的判定：哪些会改变，涉及多少金额。"
    ),
    "The folder of the new pack.": "新规则包的目录。",
    "From when on: days back, such as 90d, or a day.": "起始时间：往前的天数（如 90d）或日期。",
    "The last day; else today.": "截止日期；默认为今天。",
    "Judge the decisions in this office's folder.": "使用此公司数据目录中的判定。",
    "Print CSV, a row for each line.": "以 CSV 输出，每个项目一行。",
    "Write a table as CSV for a spreadsheet: one row a rule, one column a fact.": (
        "将规则表导出为 CSV 供表格软件编辑：每条规则一行，每个事实一列。"
    ),
    "The name of the table.": "规则表的名称。",
    "The CSV file to make.": "要生成的 CSV 文件。",
    "Put a table that was edited in a spreadsheet back into the pack.": (
        "将在表格软件中编辑过的规则表放回规则包。"
    ),
    (
        "The pack is checked with it first: when anything is wrong, each problem is printed with "
        "its cell and nothing is changed. Comments of rules that are still there stay."
    ): "先用它检查规则包：如有问题，逐一打印所在单元格，不作任何更改。仍保留的规则，其注释不变。",
    "The CSV file of a table.": "规则表的 CSV 文件。",
    "Make a key that signs rule packs. The office must trust it before it counts.": (
        "生成规则包签名密钥。公司信任该密钥后才有效。"
    ),
    "Where the new private key goes.": "新私钥的保存位置。",
    "Let a key sign rule packs from now on.": "从现在起允许一个密钥签名规则包。",
    "The public key that keygen printed.": "keygen 打印的公钥。",
    "Whose key it is.": "密钥所属的人。",
    "Let a key sign rule packs no more: it was lost or stolen, or somebody left.": (
        "不再允许一个密钥签名规则包：密钥丢失、被盗或人员离职。"
    ),
    "What it signed stays where it is installed; new laptops refuse it.": (
        "它已签名并安装的规则包保留；新电脑会拒绝它们。"
    ),
    "The public key, or the name that it was given.": "公钥，或登记时的名称。",
    (
        "Check a pack, run its scenarios, give it the next revision, sign it, and offer it to "
        "the laptops."
    ): "检查规则包、运行场景、编排下一版本、签名并向各电脑发布。",
    (
        "Nothing is published unless everything passes; then pack.yaml gets the new revision and "
        "days."
    ): "全部通过才会发布；随后 pack.yaml 会写入新的版本号和日期。",
    "The first day it decides; else today.": "开始适用的日期；默认为今天。",
    "The last day it decides.": "最后适用的日期。",
    "A private key that the office trusts.": "公司信任的私钥。",
    "Publish the content of an earlier revision again, under a new one.": (
        "以新版本号重新发布较早版本的内容。"
    ),
    "Unless another day is given, it decides from the first day of the pack that it replaces.": (
        "除非另给日期，从被替换规则包的首日起适用。"
    ),
    "Whose content comes back; else the one before the newest.": (
        "恢复哪一版的内容；默认为最新版的前一版。"
    ),
    "The first day it decides; else that of the newest.": "开始适用的日期；默认与最新版相同。",
    "List the revisions: this laptop's, or with --office those that the office published.": (
        "列出版本：本机的；加 --office 则列出公司发布的。"
    ),
    "Write the published packs into a folder, for laptops without a network.": (
        "将已发布的规则包写入目录，供没有网络的电脑使用。"
    ),
    "Where the packs go, such as a memory stick.": "规则包的保存位置，如 U 盘。",
    "Install signed rule packs on this laptop without a network; a sync does it by itself.": (
        "在没有网络时为本机安装已签名的规则包；同步时会自动安装。"
    ),
    "A signed pack, or a folder of them.": "已签名的规则包，或含规则包的目录。",
    "A job's number or id.": "工单号或编号。",
}
"""English to Chinese, a sentence or a paragraph each."""
