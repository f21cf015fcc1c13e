"""What papers say besides the labels of forms and the names of values."""

_PAPER = {
    "title.receipt": ("Custody receipt", "代管凭证"),
    "title.report": ("Service report", "服务报告"),
    "title.invoice": ("Invoice", "发票"),
    "page": ("Page {page} of {pages}", "第{page}页，共{pages}页"),
    "fingerprint": ("Fingerprint\n{digest}", "校验码\n{digest}"),
    "complaint_phone": ("Complaints: {phone}", "投诉电话：{phone}"),
    # people and the visit
    "appointment": ("Appointment", "预约时间"),
    "arrived": ("Arrived", "到达时间"),
    "finished": ("Finished", "完工时间"),
    "checklist": ("On arrival: {done} of {all}", "到达检查：{all}项中完成{done}项"),
    # lines
    "lines": ("What was found, and what it costs", "检查结果与费用"),
    "lines_charged": ("What was charged, and why", "收费明细及依据"),
    "column.no": ("No.", "序号"),
    "column.what": ("Item", "项目"),
    "column.verdict": ("Verdict", "判定"),
    "cause": ("Cause: {cause}", "原因：{cause}"),
    "seen": ("Seen: {seen}", "所见：{seen}"),
    "capacity": ("Measured capacity: {percent} %", "实测容量：{percent}%"),
    "part": ("Part: {part} ({sku}) × {quantity}", "配件：{part}（{sku}）×{quantity}"),
    "remedy": ("Remedy: {remedy}.", "处理方式：{remedy}。"),
    "covered_until": ("Warranty of this item until {day}. ", "本项保修至{day}。"),
    "guaranteed_until": ("The part is guaranteed until {day}. ", "所换配件保用至{day}。"),
    "rule": (
        "Rule {rule}; pack {pack}, revision {revision}",
        "规则 {rule}；规则包 {pack} 第{revision}版",
    ),
    "sum": ("Parts and labour", "配件及工时"),
    "not_done": ("Not carried out", "未实施"),
    "total": ("Customer pays", "顾客应付"),
    "call_out": ("Call-out: {reason}", "上门费：{reason}"),
    "in_words": ("Amount in words: {words}", "金额大写：{words}"),
    # choice, custody, card
    "accepted": ("Quote accepted", "同意报价"),
    "consent": ("Agreed by {name} ({how})", "由{name}确认（{how}）"),
    "declined": ("Quote declined", "不同意报价"),
    "exchanged_on": ("Exchanged on", "换货日期"),
    "refunded": ("Refunded", "退款金额"),
    "old_product": ("Old product received", "旧产品收回状况"),
    "card": ("Entry in the warranty card", "保修卡登记"),
    "card_entry": ("{content} (entered {day})", "{content}（登记日期{day}）"),
    "receipt_no": ("Receipt", "凭证编号"),
    "taken_in": ("Taken in", "接收"),
    "taken_by": ("Taken in by", "接收人"),
    "promise": ("Our promise", "我们的承诺"),
    "promise_changed": ("Changed to", "变更为"),
    "new_promise": ("{day}, because: {reason}", "{day}，原因：{reason}"),
    "reason_taken": ("Why we take it with us", "取回原因"),
    "with_it": ("What we take", "取回内容"),
    "signed_taken": ("Hand-over to us", "交接签字"),
    "taken_terms": (
        "Condition and accessories were looked at together. Please keep this receipt; the "
        "product is handed back against it. The days until its return do not count towards the "
        "warranty.",
        "双方已共同确认产品状况和随附物品。请妥善保管本凭证，凭此取回产品。代管期间不计入保修期。",
    ),
    "tear": ("Return part: keep with the job", "取回联：随工单留存"),
    "return": ("Return", "交还"),
    "goes_back": ("To whom, and what", "交还对象及附件"),
    "returned": ("Handed back", "交还记录"),
    "condition_back": ("Condition at the return", "交还时状况"),
    "loan_back": ("Loan unit due back", "应收回的备用产品"),
    "signed_back": ("Hand-back to the customer", "取回签字"),
    "return_terms": (
        "The product and the accessories listed above were handed back.",
        "上述产品及随附物品已交还顾客。",
    ),
    # signing
    "signature": ("Signature", "签字确认"),
    "sign_terms": (
        "The work, the lines and the amounts above were explained to me.",
        "以上维修内容、项目及金额已向本人说明。",
    ),
    "sign.customer": ("Customer", "顾客"),
    "sign.technician": ("Technician", "技师"),
    "sign.receiver": ("Received by", "接收人"),
    "signed_on": ("Signed {moment}", "签于{moment}"),
    "earlier": (", for an earlier version", "（变更前的版本）"),
    "typed": (", name typed with consent", "，经本人同意输入姓名"),
    # notices
    "superseded_title": ("Superseded", "已失效"),
    "superseded": (
        "This job was changed after the customer had signed it ({moment}). The signature below "
        "belongs to the earlier version, not to this one.",
        "顾客签字（{moment}）之后，本工单内容有变更。下方签字仅对变更前的版本有效，不代表确认本版内容。",
    ),
    "safety": ("For your safety", "安全提示"),
    "cancelled": ("This job was cancelled", "本工单已取消"),
    # small print
    "pack": (
        "Decided by rule pack {pack}, revision {revision} ({hash}), in force on {day}.",
        "判定依据：规则包 {pack} 第{revision}版（{hash}），适用日期{day}。",
    ),
    "engine_missing": (
        "Decided on this laptop by one rule engine; the second could not be loaded, and the office "
        "judges again by both.",
        "本机仅由一个规则引擎判定，第二个引擎无法加载；公司会用两个引擎复核。",
    ),
    "prices_public": (
        "Part and labour prices are those of our public price list, revision {revision}.",
        "配件及工时费均按公开价目表第{revision}版执行。",
    ),
    "signed_digest": ("Digest of what was signed: {digest}", "签字内容摘要：{digest}"),
    # invoice
    "name": ("Name", "名称"),
    "seller": ("Seller", "销售方"),
    "buyer": ("Buyer", "购买方"),
    "payment": ("Payment", "收款信息"),
    "invoice_no": ("Invoice number", "发票编号"),
    "issued_on": ("Issued on", "开票日期"),
    "received": ("Received", "实收金额"),
}  # fmt: skip

MESSAGES: dict[str, tuple[str, str]] = {
    **{f"paper.{key}": both for key, both in _PAPER.items()},
    "cli.paper_written": ("Written: {file}", "已生成：{file}"),
}
