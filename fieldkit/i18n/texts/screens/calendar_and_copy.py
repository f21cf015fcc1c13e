"""What is said about the calendar, and about what is copied."""

_KEYS = {
    "calendar": ("Calendar", "日历"),
    "day_before": ("A day back", "前一天"),
    "day_after": ("A day on", "后一天"),
    "week_before": ("A week back", "前一周"),
    "week_after": ("A week on", "后一周"),
    "month_before": ("A month back", "上个月"),
    "month_after": ("A month on", "下个月"),
    "to_today": ("To today", "回到今天"),
    "copy": ("Copy", "复制"),
}

MESSAGES: dict[str, tuple[str, str]] = {
    **{f"key.{key}": both for key, both in _KEYS.items()},
    "help.calendar": (
        "Choose the day of a date field from a calendar.",
        "在日期栏中从日历选择日期。",
    ),
    "help.copy": (
        "Copy number, telephone, address, serial number or telephone code.",
        "复制工单号、电话、地址、编号或电话审批口令。",
    ),
    "place.calendar": ("The calendar", "日历"),
    "screen.calendar_today": ("* is today", "* 为今天"),
    "screen.calendar_keys": (
        "Arrows, PgUp/PgDn: month\nHome: today; Enter takes; {key:screen.back}",
        "方向键选日，PgUp/PgDn 换月\nHome：今天；Enter：选定；{key:screen.back}",
    ),
    "screen.copied": ("Copied: {text}", "已复制：{text}"),
    "screen.copy_asked": (
        "Handed to the terminal to copy: {text}. Some terminals do not; then paste gives nothing.",
        "已交给终端复制：{text}。有的终端不支持，此时粘贴不到内容。",
    ),
    "screen.copy_what": ("Copy", "复制"),
    "screen.copy_challenge": ("What to read out for approval", "电话审批口令"),
    "screen.nothing_to_copy": ("There is nothing to copy here.", "此处没有可复制的内容。"),
}
