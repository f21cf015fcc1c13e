"""What is said of corrections of jobs, customers and products."""

MESSAGES = {
    "format.correction": ("{moment} · {who} · {step}: {what}", "{moment} · {who} · {step}：{what}"),
    "format.change": ("{label}: {old} → {new}", "{label}：{old} → {new}"),
    "format.nothing": ("–", "–"),
    "screen.part.corrections": ("Corrections", "更正记录"),
    "paper.corrections": ("Corrected since", "更正记录"),
    "cli.correction": ("  ~ {text}", "  ~ {text}"),
    "cli.customer_amended": ("The customer is corrected: {id}", "顾客信息已更正：{id}"),
    "cli.customer_merged": (
        "They are one customer now; {id} stands for both.",
        "已合并为同一顾客，以 {id} 为准。",
    ),
    "cli.customer_told_apart": (
        "{id}: the two are told apart and not offered for merging again.",
        "{id}：已确认是两个人，不再提示合并。",
    ),
    "cli.customer_unmerged": (
        "They are two customers again: {id}",
        "合并已撤销，恢复为两位顾客：{id}",
    ),
    "cli.customer_alike": (
        "Perhaps the same as {other} ({name}, {phone}). To merge: "
        "fieldkit {office}customer merge {id} {other}",
        "可能与 {other}（{name}，{phone}）是同一人。合并："
        "fieldkit {office}customer merge {id} {other}",
    ),
    "cli.no_duplicates": ("No customers look alike.", "没有疑似重复的顾客。"),
    "cli.merged_with": ("  also recorded as {id}", "  另记录为 {id}"),
    "cli.product_amended": ("The product is corrected: {serial}", "产品信息已更正：{serial}"),
    "cli.product_transferred": (
        "The new owner is recorded: {serial}",
        "已登记新车主：{serial}",
    ),
    "cli.waits": ("  waits for the office: {what}", "  待公司确认：{what}"),
    "cli.waiting": ("{event}  {record}  {what}", "{event}  {record}  {what}"),
    "cli.nothing_waits": ("No correction waits for a word.", "没有待确认的更正。"),
    "cli.correction_confirmed": (
        "The correction of {record} stands.",
        "{record} 的更正已确认。",
    ),
    "cli.correction_refused": (
        "The correction of {record} is refused; what was there before is there again.",
        "{record} 的更正未获同意，已恢复原值。",
    ),
    "error.not_found.correction": (
        "No correction {ref} waits. See fieldkit office correction list.",
        "没有待确认的更正 {ref}。请查看 fieldkit office correction list。",
    ),
    "flag.unconfirmed": (
        "{by} corrected something that costs money; the office has to confirm it.",
        "{by} 更正了涉及费用的信息，待公司确认。",
    ),
    "why.same_customer": (
        "A customer cannot be merged with herself. Name the other one.",
        "不能与本人合并，请指定另一位顾客。",
    ),
    "why.merged_already": (
        "This customer is merged already. Undo that first, with merge --undo.",
        "该顾客已合并。请先用 merge --undo 撤销。",
    ),
    "why.not_merged": (
        "This customer is not merged with anybody; there is nothing to undo.",
        "该顾客未与他人合并，无需撤销。",
    ),
    "field.before_purchase": (
        "must not be before the purchase ({limit}).",
        "不能早于购买日期（{limit}）。",
    ),
    "field.same_owner": ("is the owner already.", "已是现在的车主。"),
    "label.warranty_from": ("Warranty runs from", "保修起算日"),
    "label.unconfirmed": ("Waits for the office", "待公司确认"),
    "key.correct": ("Correct", "更正"),
    "key.records": ("Customers, products", "顾客与产品"),
    "key.purchase_date": ("Purchase", "购买日期"),
    "help.correct": (
        "Correct a step, the customer or the product; owner, merging.",
        "更正步骤、顾客或产品信息，变更车主，合并顾客。",
    ),
    "help.records": (
        "Find a customer or product and correct it.",
        "查找顾客或产品并更正。",
    ),
    "help.purchase_date": (
        "Record the day of purchase that the verdict waits for.",
        "补记判定所需的购买日期。",
    ),
    "place.verdict": ("The full verdict", "完整判定"),
    "screen.correct.customer": ("Her card", "顾客信息"),
    "screen.correct.merge": ("The same as another customer", "与另一位顾客合并"),
    "screen.correct.unmerge": ("Undo the merge", "撤销合并"),
    "screen.correct.product": ("The product", "产品信息"),
    "screen.correct.owner": ("A new owner", "变更车主"),
    "screen.corrected": ("Corrected.", "已更正。"),
    "screen.merged": ("They are one customer now.", "已合并为同一顾客。"),
    "screen.no_date_asked": (
        "The verdict waits for no day of purchase.",
        "判定不缺购买日期。",
    ),
    "screen.same_customer": ("Is she registered already?", "是否已登记过？"),
    "screen.somebody_else": ("No, somebody else", "不是同一人"),
    "screen.section.unconfirmed": ("Waits for the office ({count})", "待公司确认（{count}）"),
    "screen.todo.unconfirmed": (
        "A correction that costs money waits for the office; the work goes on.",
        "涉及费用的更正待公司确认，不影响继续工作。",
    ),
}
