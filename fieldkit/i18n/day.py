"""What the screens of the day say beside the jobs: sorting, filters, calls, the end of the day."""

_COLUMNS = {
    "when": ("Time", "时间"),
    "number": ("Number", "工单号"),
    "customer": ("Customer", "顾客"),
    "address": ("Address", "地址"),
    "product": ("Product", "车辆"),
    "status": ("State", "进度"),
    "mark": ("Look (F6)", "提示(F6)"),
}

_SCREEN = {
    "section.similar": ("Similar ({count})", "相近（{count}）"),
    "still_missing": ("Still to do: {names}", "尚待办理：{names}"),
    "calls_due": ("Calls today: {count}, first {who}", "今日回访 {count}，首位{who}"),
    "promises_due": ("Promised back: {count}", "到期交还 {count}"),
    "of_them_late": (" (late: {count})", "（逾期 {count}）"),
    "sorted": ("Sorted by: {column}", "按“{column}”排序"),
    "sorted_down": ("Sorted by: {column}, downwards", "按“{column}”倒序"),
    "filters": ("Filters", "筛选"),
    "filter_save": ("+ Save what is shown: {what}", "+ 保存当前筛选：{what}"),
    "filter_none": ("Show all jobs by day again", "恢复按日期显示全部工单"),
    "filter_saved": ("The filter is saved; F5 offers it.", "筛选已保存，按 F5 选用。"),
    "filter_forgotten": ("Filter “{name}” is forgotten.", "筛选“{name}”已删除。"),
}

_KEYS = {
    "filters": ("Filter", "筛选"),
    "sort": ("Sort", "排序"),
    "turn": ("Turn round", "倒序"),
    "forget": ("Forget", "删除"),
}

_HELP = {
    "filters": (
        "Saved filters: take one, save one, forget one.",
        "已保存的筛选：选用、保存、删除。",
    ),
    "sort": (
        "Sort by the next column; a click on a title does, too.",
        "按下一栏排序，也可点击栏目名。",
    ),
    "turn": ("Sort the other way round.", "改为倒序或正序。"),
    "forget": ("Forget the filter under the cursor.", "删除光标所在的筛选。"),
    "clear": ("Empty the search line, then the sorting.", "清空查找，再取消排序。"),
}

MESSAGES: dict[str, tuple[str, str]] = {
    **{f"column.{key}": both for key, both in _COLUMNS.items()},
    **{f"screen.{key}": both for key, both in _SCREEN.items()},
    **{f"key.{key}": both for key, both in _KEYS.items()},
    **{f"help.{key}": both for key, both in _HELP.items()},
    "label.filter.name": ("Name of the filter", "筛选名称"),
    "empty.filters": (
        "No filter is saved. Type something to search for, or sort with F6; then F5 saves it.",
        "还没有保存的筛选。先输入查找内容或按 F6 排序，再按 F5 保存。",
    ),
}
