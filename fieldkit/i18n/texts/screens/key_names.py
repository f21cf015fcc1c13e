"""What is said about the keys: the places that have some, and what is wrong in `config.yaml`."""

_PLACES = {
    "app": ("Everywhere", "所有屏幕"),
    "screen": ("Every screen below the first", "首屏之外的屏幕"),
    "list": ("Lists", "列表"),
    "form": ("Forms", "表单"),
    "field": ("Fields of forms", "表单中的栏目"),
    "today": ("Today", "今日工单"),
    "job": ("A job", "工单"),
    "blockers": ("Blockers", "后台阻碍"),
    "complaint": ("A complaint", "投诉"),
    "complaints": ("Complaints", "投诉列表"),
    "confirm": ("Questions", "确认提问"),
    "day_end": ("End of the day", "收工"),
    "due": ("Calls and promises", "回访与交还"),
    "filters": ("Saved filters", "已保存的筛选"),
    "history": ("History", "服务历史"),
    "sign_in": ("Signing in", "登录"),
    "pick": ("Choosing from a list", "从列表中选择"),
}

USUAL_KEYS = {
    "app.sync": "F9", "app.quit": "Ctrl+Q", "today.due": "F3",
    "screen.back": "Esc", "form.save": "Ctrl+S",
    "form.calendar": "F4", "field.tick_all": "Ctrl+A", "today.sort": "F6", "today.filters": "F5",
    "today.new_job": "F4", "day_end.withdraw": "F6", "job.undo": "F6", "job.next": "F2",
    "complaints.new": "F4", "blockers.new": "F4", "van.load": "F4",
}  # fmt: skip
"""The keys that sentences name as `{key:app.sync}`, as long as nobody has bound others."""

MESSAGES: dict[str, tuple[str, str]] = {
    **{f"place.{key}": both for key, both in _PLACES.items()},
    "doctor.config_bad": ("Settings: {error}", "设置：{error}"),
    "doctor.keys": (
        "Keys of your own in config.yaml: {count}",
        "config.yaml 中的自定义按键：{count} 个",
    ),
    "doctor.keys_bad": ("Keys: {error}", "按键：{error}"),
    "error.keys.name": (
        "config.yaml: no key is called “{name}”, so this entry does nothing. docs/keys.md lists "
        "the names.",
        "config.yaml：没有名为“{name}”的按键，此条目无效。名称见 docs/keys.md。",
    ),
    "error.keys.key": (
        "config.yaml: “{pressed}” cannot be the key of {name}: it edits text, or not every "
        "terminal sends it. The usual key stays. Choose F1 to F24, or Ctrl with a letter: ctrl+b.",
        "config.yaml：“{pressed}”不能用作 {name} 的按键：它用于编辑文字，或有的终端不发送它。"
        "原有按键保持不变。请改用 F1 至 F24，或 Ctrl 加字母，例如 ctrl+b。",
    ),
    "error.keys.clash": (
        "config.yaml: “{pressed}” cannot be the key of {name}: {other} has it. The usual key "
        "stays. Choose another one, or move {other}, too.",
        "config.yaml：“{pressed}”不能用作 {name} 的按键：{other} 已使用它。原有按键保持不变。"
        "请另选按键，或同时更改 {other}。",
    ),
}
