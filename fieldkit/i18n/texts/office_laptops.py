"""Sentences of the office about its laptops: what they sent and does not count."""

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

MESSAGES: dict[str, tuple[str, str]] = {
    **{f"office_held.{key}": both for key, both in _HELD.items()},
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
