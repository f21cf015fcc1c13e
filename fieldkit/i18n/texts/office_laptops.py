"""Sentences of the office about its laptops, what they sent and does not count, and calls."""

_HELD = {
    "rejected": (
        "{event}  {number}  {type}  {by}, laptop {device} of {person}, {moment}\n"
        "  refused: {why} Held behind it: {holds}",
        "{event}  {number}  {type}  {by}，{person} 的电脑 {device}，{moment}\n"
        "  拒收：{why}因此暂缓：{holds} 条",
    ),
    "held": (
        "{event}  {number}  {type}  {by}, laptop {device} of {person}, {moment}\n  held: {why}",
        "{event}  {number}  {type}  {by}，{person} 的电脑 {device}，{moment}\n  暂缓：{why}",
    ),
    "behind": ("it waits for a correction of {event}.", "等待 {event} 更正。"),
    "none": ("Nothing is refused or held.", "没有拒收或暂缓的记录。"),
    "released": (
        "{event} counts now; events that count by this: {count}. Its laptop hears of it with the "
        "next exchange.",
        "{event} 已放行，由此计入 {count} 条记录。该电脑下次同步时会得知。",
    ),
    "dismissed": (
        "{event} will not count. Events that were held behind it and count now: {count}. Its "
        "laptop hears of it with the next exchange.",
        "{event} 已作废。此前因其暂缓、现已计入的记录：{count} 条。该电脑下次同步时会得知。",
    ),
}

_CALLS = {
    "call": ("{id}  {moment}  {reason}  {customer}  {who}",) * 2,
    "call_not_by": (
        "{id}  {moment}  {reason}  {customer}  {who}  not by {not_by}",
        "{id}  {moment}  {reason}  {customer}  {who}  不得由 {not_by} 回访",
    ),
    "none": ("No call is open.", "没有待办的回访。"),
    "done": ("The call is recorded: {id}", "回访已记录：{id}"),
}

_LAPTOP = {
    "let_in": ("The laptop of {person} is let in again.", "{person} 的电脑已恢复使用。"),
    "code": (
        "{mark}  {person}  {role}  {area}  until {until}",
        "{mark}  {person}  {role}  {area}  有效至 {until}",
    ),
    "code_expired": (
        "{mark}  {person}  {role}  {area}  expired {until}",
        "{mark}  {person}  {role}  {area}  已于 {until} 过期",
    ),
    "no_codes": ("No code is open.", "没有未使用的登记码。"),
    "withdrawn": (
        "The code {mark} for {person} is withdrawn.",
        "{person} 的登记码 {mark} 已收回。",
    ),
    "revived": (
        "The backup is older than these changes, and lets in again what had been taken back. Shut "
        "it out again where that is not wanted:",
        "备份早于以下更改，因此已收回的权限又恢复了。请再次收回不需要的：",
    ),
}

_REVIVED = {
    "laptop": ("laptop", "电脑"),
    "code": ("code of enrolment for", "登记码，属于"),
    "person": ("person of the office", "公司人员"),
    "role": ("role", "角色"),
    "password": ("an older password of", "旧密码，属于"),
    "token": ("an older token of", "旧令牌，属于"),
    "colleague": ("colleague on a laptop", "电脑的共用人员"),
}

MESSAGES: dict[str, tuple[str, str]] = {
    **{f"office_held.{key}": both for key, both in _HELD.items()},
    **{f"office_laptop.{key}": both for key, both in _LAPTOP.items()},
    **{f"office_calls.{key}": both for key, both in _CALLS.items()},
    **{f"revived.{key}": both for key, both in _REVIVED.items()},
    "error.not_found.enrol_code": (
        "There is not exactly one open code with the mark {ref}. Nothing was changed. See them: "
        "fieldkit office codes",
        "没有唯一对应 {ref} 的未使用登记码，未做任何更改。请查看：fieldkit office codes",
    ),
    "error.sync.taken_back_unkept": (
        "It is done, but {file} could not be written: after a restore from a backup the office "
        "may not name what comes back by it. Make the office's folder writable and repeat this.",
        "已完成，但无法写入 {file}：从备份恢复后，公司可能无法指出因此恢复的权限。"
        "请使公司目录可写，然后再执行一次。",
    ),
    "why.not_releasable": (
        "This event cannot count as it came: it is damaged, or says what only the office may. "
        "Nothing was changed. Its laptop can correct it (fieldkit sync correct), or dismiss it: "
        "fieldkit office held dismiss EVENT",
        "该记录按原样无法计入：内容受损，或属于只能由公司记录的事项。未做任何更改。"
        "可由电脑更正（fieldkit sync correct），或作废：fieldkit office held dismiss 记录编号",
    ),
    "error.not_found.event_aside": (
        "No refused or held event is called {ref}. Nothing was changed. List them: fieldkit "
        "office held",
        "没有编号为 {ref} 的拒收或暂缓记录，未做任何更改。请查看：fieldkit office held",
    ),
}
"""Messages of the office about its laptops."""
