"""Help of the commands that correct customers and products, of laptop and office."""

HELP: dict[str, str] = {
    "Correct a customer's card: --set phone=... and what else is wrong.": (
        "更正顾客信息：--set phone=... 及其他有误之处。"
    ),
    "Merge a customer who is registered twice, or undo that.": ("合并重复登记的顾客，或撤销合并。"),
    "The customer who stands for both.": "合并后保留的顾客。",
    "They are two: do not ask again.": "是两位顾客，不再提示合并。",
    "They are two after all.": "撤销合并，恢复为两位顾客。",
    "List customers who may be the same: one number, or one name and address.": (
        "列出疑似重复的顾客：电话相同，或姓名和地址相同。"
    ),
    "Correct a product: --set purchase_date=... and what else is wrong or missing.": (
        "更正产品信息：--set purchase_date=... 及其他有误或缺少之处。"
    ),
    "Record a new owner: --to ID --set on=... --set documents=[...]": (
        "登记新车主：--to 编号 --set on=... --set documents=[...]"
    ),
    "The new owner's id.": "新车主的顾客编号。",
    "What was corrected in the field and costs money.": "现场更正的、涉及费用的信息。",
    "List what was corrected in the field, costs money and waits for a word.": (
        "列出现场更正、涉及费用、待确认的信息。"
    ),
    "Agree to a correction.": "同意一项更正。",
    "Refuse a correction; what was there before is there again.": ("不同意一项更正，并恢复原值。"),
    "The correction, by its event.": "更正所在的事件编号。",
}
