"""What is paid, given away, refunded, invoiced and credited, why it is refused, and what is told
of a product that was exchanged or taken back."""

_LABELS = {
    "account": ("Account", "挂账账户"),
    "costs_nothing": ("Why it costs nothing", "免费原因"),
    "due_on": ("Paid by", "约定付款日"),
    "give_away.amount_fen": ("Off the price", "减免金额"),
    "give_away.parts": ("Parts beyond the quote", "报价外配件"),
    "request_goodwill.amount_fen": ("What is to be given away", "拟让利金额"),
    "accept.lines": ("Only these lines (empty: all)", "只同意这些项目（留空为全部）"),
    "gross": ("Gross", "价税合计"),
    "net": ("Net", "不含税金额"),
    "official_code": ("Code of the official invoice", "发票代码"),
    "official_number": ("Number of the official invoice", "发票号码"),
    "price_fen": ("Price paid", "购买价格"),
    "pay_later.due_on": ("To be paid by", "约定付款日"),
    "tax": ("Tax", "税额"),
    "tax_rate": ("Tax rate", "税率"),
    "terms": ("How it is settled", "结算方式"),
}

_VALUES = {
    "later": ("Paid later", "稍后付款"),
    "on_account": ("On account", "挂账"),
}

_STEPS = {
    "credit_invoice": ("Credit the invoice", "冲红发票"),
    "deposit": ("Take a deposit", "收取定金"),
    "give_away": ("Give something away", "让利"),
    "official_invoice": ("Number of the official invoice", "登记发票号码"),
    "pay_later": ("To be paid later", "稍后付款"),
    "request_goodwill": ("Ask to give something away", "申请让利"),
    "reverse_payment": ("Reverse a payment", "撤回收款"),
    "reverse_refund": ("Reverse the refund", "撤回退款"),
}

_WHY = {
    "beyond_goodwill": (
        "That would be {total_fen} given away in this job, more than the {limit_fen} that you may "
        "give away yourself. Nothing was changed. Ask with “request_goodwill”, naming the amount, "
        "or give away less.",
        "此工单让利合计将达{total_fen}，超过您的权限{limit_fen}，未作任何更改。"
        "请用“request_goodwill”申请并注明金额，或减少让利。",
    ),
    "invoice_stands": (
        "An invoice stands. Credit it first, then what is charged can change.",
        "已开具发票。请先冲红，再更改收费。",
    ),
    "dearer_than_signed": (
        "The customer signed for less. Nothing was changed. Record what is missing in a job of its "
        "own, with its own quote.",
        "顾客签字时的金额较低，未作任何更改。请另开工单并重新报价。",
    ),
    "no_payment": ("There is no payment that stands.", "没有有效的收款记录。"),
    "no_refund": ("There is no refund that stands.", "没有有效的退款记录。"),
    "old_product_first": (
        "Take back the old product first, or have the amount of the refund approved.",
        "请先收回旧产品，或先获批退款金额。",
    ),
    "payment_stands": (
        "The customer has paid. Reverse the payment first, then the job can be cancelled.",
        "顾客已付款。请先撤回收款，再取消工单。",
    ),
    "refund_not_approved": (
        "It is not known what was paid for the product. Ask for approval of the refund, naming "
        "its amount.",
        "不知道产品的购买价格。请申请审批并注明退款金额。",
    ),
    "unpriced_line": (
        "Line {line} is to be paid, and has neither part nor labour. Nothing was decided. Diagnose "
        "again with its part, its minutes of labour, or why it costs nothing.",
        "第{line}项应收费，但既无配件也无工时，未作判定。请重新诊断，填写配件、工时或免费原因。",
    ),
}

_FIELD = {
    "beyond_quote": (
        "have {quantity} of {part} that was not decided or quoted. Diagnose and quote again, or "
        "record with “give_away” that it is not charged.",
        "有 {part} 共{quantity}件未经判定或报价。请重新诊断并报价，或用“give_away”登记不收费。",
    ),
    "more_than_owed": ("is more than the {owed_fen} that is owed.", "超过尚欠金额 {owed_fen}。"),
    "more_than_refundable": (
        "is more than the {limit_fen} that was paid or approved.",
        "超过已付或已批准的金额 {limit_fen}。",
    ),
    "not_quoted": (
        "has {line}, which is not in the quote. Quoted are the lines {quoted}.",
        "报价中没有第 {line} 项。报价项目为：{quoted}。",
    ),
    "nothing_to_charge": (
        "a line has neither part nor labour, so nothing can be charged for it. Diagnose again.",
        "有项目既无配件也无工时，无从收费。请重新诊断。",
    ),
}

_PAPERS = {
    "title.credit_note": ("Credit note", "红字发票"),
    "credit_no": ("Credit note no.", "冲销单号"),
    "credits": ("Credits invoice", "冲销发票"),
    "credited": ("Credited", "冲销金额"),
    "given": ("Goodwill", "让利"),
    "not_fitted": (
        "Quoted and not fitted: {quantity} × {part}, {amount} less",
        "已报价未安装：{part} × {quantity}，少收{amount}",
    ),
    "not_taken": ("Not wanted by the customer", "顾客未同意此项"),
    "deposit": ("Deposit", "定金"),
    "owed": ("Still owed", "尚欠"),
    "settled": ("Settled", "结算"),
    "taxes": ("Tax", "税额明细"),
    "reversed": ("Reversed payment", "已撤回收款"),
    "given_away": ("Given away", "让利"),
}

_SCREEN = {
    "row.deposit": ("Deposit", "定金"),
    "row.charged": ("Charged", "实际收取"),
    "row.owed": ("Owed", "尚欠"),
    "row.given": ("Goodwill", "让利"),
    "row.reversed": ("Reversed", "已撤回"),
    "row.credited": ("Credited", "已冲红"),
    "row.settled": ("Settled", "结算"),
    "not_wanted": ("Not wanted", "不需要"),
    "goodwill_limit": (
        "Of {limit} that you may give away in a job, {left} is left.",
        "每单让利权限{limit}，尚可让利{left}。",
    ),
}

MESSAGES: dict[str, tuple[str, str]] = {
    **{f"label.{key}": both for key, both in _LABELS.items()},
    **{f"value.{key}": both for key, both in _VALUES.items()},
    **{f"step.{key}": both for key, both in _STEPS.items()},
    **{f"why.{key}": both for key, both in _WHY.items()},
    **{f"field.{key}": both for key, both in _FIELD.items()},
    **{f"paper.{key}": both for key, both in _PAPERS.items()},
    **{f"screen.{key}": both for key, both in _SCREEN.items()},
    "flag.product_exchanged": (
        "The product {serial} was exchanged on {on}: the customer has {new} now. Register the job "
        "for that one if it is about it.",
        "产品 {serial} 已于{on}换货，顾客现用的是 {new}。如系该产品，请为其登记工单。",
    ),
    "flag.product_retired": (
        "The product {serial} was taken back on {on}. Check the serial number with the customer.",
        "产品 {serial} 已于{on}收回。请与顾客核对产品编号。",
    ),
    "flag.owed": (
        "The job is completed, and {owed_fen} is still owed. Record the payment when it comes.",
        "工单已完工，尚欠{owed_fen}。收到款项后请登记收款。",
    ),
    "flag.unrefunded": (
        "The refund of {amount_fen} was reversed after the job was completed. Refund it again, or "
        "settle this at the office.",
        "完工后撤回了{amount_fen}的退款。请重新退款，或由公司处理。",
    ),
    "flag.overpaid": (
        "The customer paid {over_fen} too much. Give it back and reverse the payment.",
        "顾客多付了{over_fen}。请退还并撤回该笔收款。",
    ),
    "cli.owed": ("Owed", "尚欠"),
    "cli.payable": ("Charged of it", "实际收取"),
}
