"""Approval by telephone."""

_ERRORS = {
    "misheard": (
        "This is not a challenge, or a letter in it was misheard. Let the technician read it out "
        "again; it looks like 260302-7KQ2M/0/12000/17/K7Q2-M4TP-3X9D.",
        "这不是有效的验证串，或有字符听错。请技师重新报读，"
        "格式如 260302-7KQ2M/0/12000/17/K7Q2-M4TP-3X9D。",
    ),
    "too_old": (
        "By the laptop's clock this was asked at {asked}, {hours} hours ago; a request can be "
        "answered for 24 hours. Let the technician ask anew; if it was just now, her clock is "
        "wrong and must be set first.",
        "按终端时钟，该申请提出于 {asked}，已过 {hours} 小时；申请 24 小时内有效。"
        "请技师重新申请；若刚刚提出，说明终端时钟有误，须先校正。",
    ),
    "from_the_future": (
        "By the laptop's clock this was asked at {asked}, which is yet to come. Let the "
        "technician set the clock and ask anew.",
        "按终端时钟，该申请提出于 {asked}，晚于现在。请技师校正时钟后重新申请。",
    ),
    "unknown_device": (
        "No laptop of this office asks like this: it is enrolled elsewhere, shut out, or a letter "
        "was misheard. Nothing was approved.",
        "没有与此相符的终端：可能登记在别处、已被停用，或有字符听错。未批准。",
    ),
    "two_devices": (
        "Several laptops have this mark: {devices}. Name the one that asks with --device.",
        "多台终端标记相同：{devices}。请用 --device 指定。",
    ),
    "unknown_number": (
        "This office has given that laptop no code number {number}; it may have been restored "
        "since. Nothing was approved. Let the technician sync when there is a network, then ask "
        "anew; the request can also be answered through sync.",
        "本公司没有给该终端发过第 {number} 号批准码，系统可能恢复过备份。未批准。"
        "请技师联网同步后重新申请，也可通过同步答复。",
    ),
    "number_told": (
        "Code number {number} was told for another request, and counts for that alone. Nothing was "
        "approved. Let the technician ask for the approval anew: her laptop takes its next number.",
        "第 {number} 号批准码已用于另一申请，仅对该申请有效。未批准。"
        "请技师重新申请，终端会使用下一个编号。",
    ),
    "charge_needed": (
        "The rules left lines of this job open. Decide what becomes of them: --charge free, "
        "paid or not_a_defect.",
        "此工单有规则未能判定的项目。请决定：--charge free（免费）、"
        "paid（收费）或 not_a_defect（非故障）。",
    ),
    "charge_not_asked": (
        "This request leaves no charge to decide. Give the code without --charge.",
        "此申请没有待定的收费，请去掉 --charge。",
    ),
}

MESSAGES: dict[str, tuple[str, str]] = {
    **{f"error.approval.{key}": text for key, text in _ERRORS.items()},
    "approve.asked": (
        "{person} asks for job {job}: the company gives up {amount} (asked at {moment}).",
        "{person} 就工单 {job} 申请：公司让利 {amount}（申请时间：{moment}）。",
    ),
    "approve.asked_no_amount": (
        "{person} asks for job {job}; the company gives up no amount in it. Let the technician "
        "say what it is for (asked at {moment}).",
        "{person} 就工单 {job} 申请审批，不涉及让利金额，请问明事由（申请时间：{moment}）。",
    ),
    "approve.charge": ("Lines left open become: {charge}", "未定项目判为：{charge}"),
    "approve.code": ("To approve it, read out: {code}", "如同意，请报出：{code}"),
    "approve.challenge": ("Read out to the supervisor: {challenge}", "请向主管报读：{challenge}"),
    "field.used_code": (
        "was given for an earlier request. Ask for the code of this one.",
        "是此前申请的批准码。请索取本次申请的批准码。",
    ),
    "field.expired_code": (
        "came too late: the request is more than a day old. Ask for approval again.",
        "已过期：申请已超过一天。请重新申请批准。",
    ),
}
"""Messages of approvals by telephone."""
