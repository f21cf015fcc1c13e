"""What `fieldkit rules impact` and the generated jobs of `fieldkit demo` say."""

MESSAGES: dict[str, tuple[str, str]] = {
    "error.bad_since": (
        "“{text}” is no span; write days as 90d, or a day as 2026-08-24.",
        "“{text}”不是有效的时间范围；请写天数（如 90d）或日期（如 2026-08-24）。",
    ),
    "error.since_after_until": ("{since} is after {until}.", "{since}晚于{until}。"),
    "error.one_format": ("Choose --json or --csv, not both.", "--json 和 --csv 只能选一个。"),
    "impact.none": (
        "No decision is stored from {since} to {until}.",
        "{since} 至 {until} 没有判定记录。",
    ),
    "impact.jobs": (
        "{changed} of {jobs} jobs from {since} to {until} would have turned out differently.",
        "{since} 至 {until} 的 {jobs} 个工单中，有 {changed} 个结果会不同。",
    ),
    "impact.money": (
        "Customers would have paid {more} more and {less} less: {net} for the company.",
        "顾客合计会多付 {more}、少付 {less}：公司收入 {net}。",
    ),
    "impact.unknown": (
        "{count} jobs recorded what this pack does not know, and could not be judged by it.",
        "{count} 个工单记录了本规则包没有的值，无法按其判定。",
    ),
    "impact.withheld": (
        "{count} jobs that the engines left to a supervisor were not judged.",
        "另有 {count} 个工单因两个引擎结果不一致已交主管，未重新判定。",
    ),
    "impact.packs_missing": (
        "The packs of {count} decisions are not at hand; their stored answers were compared.",
        "有 {count} 个判定的规则包不在本机，已与记录的结果比较。",
    ),
    "impact.directions": ("Verdicts:", "结果变化："),
    "impact.direction": (
        "{before} -> {after}: {lines} lines of {jobs} jobs, {fen}",
        "{before} -> {after}：{jobs} 个工单共 {lines} 行，{fen}",
    ),
    "impact.causes": ("Rules:", "相关规则："),
    "impact.cause": ("{cause}: {jobs} jobs, {fen}", "{cause}：{jobs} 个工单，{fen}"),
    "impact.amounts": ("prices and rates alone", "仅价格或费率"),
    "impact.each": ("Jobs, the largest amounts first:", "工单（金额大者在前）："),
    "impact.job": (
        "{number}  {day}  {before} -> {after}  {change}",
        "{number}  {day}  由 {before} 变为 {after}  {change}",
    ),
    "impact.more": (
        "and {count} more (--json and --csv list all)",
        "另有 {count} 个（--json 和 --csv 可全部列出）",
    ),
    "impact.progress": ("{done} decisions", "已处理 {done} 个判定"),
    "demo.filled": (
        "{count} jobs of the last months are in {home}.",
        "已在 {home} 生成最近几个月的 {count} 个工单。",
    ),
    "demo.filling": ("{done} of {count} jobs", "已生成 {done} / {count} 个工单"),
}
