"""What is said about people who share a laptop: signing in, PINs."""

_ERRORS = {
    "unknown": (
        "Nobody called “{name}” works on this laptop; nothing was changed. `fieldkit people list` "
        "names everybody, `fieldkit people add` adds a colleague.",
        "本机没有名为“{name}”的人员，未作任何更改。可用 `fieldkit people list` 查看全部人员，"
        "用 `fieldkit people add` 添加同事。",
    ),
    "pin_needed": ("Type the PIN that belongs to this name.", "请输入该姓名的 PIN。"),
    "wrong": (
        "This PIN is not hers. Nothing is lost; try again.",
        "PIN 不正确。数据均已保存，请重试。",
    ),
    "wait": (
        "Too many wrong PINs. Nothing is lost; try again in {seconds} seconds. A forgotten PIN "
        "goes with a new enrolment code from the office.",
        "PIN 多次输入错误。数据均已保存，请在 {seconds} 秒后重试。忘记 PIN 时，"
        "请向公司索取新的登记码重新登记。",
    ),
    "first": (
        "Only {name} may change this. Nothing was changed; sign in as {name}: "
        "`fieldkit --as NAME people …`",
        "只有 {name} 可以更改，未作任何更改。请以 {name} 的身份操作：`fieldkit --as 姓名 people …`",
    ),
    "bad_pin": (
        "A PIN has {least} to {most} digits, and nothing else. Nothing was changed.",
        "PIN 须为 {least} 至 {most} 位数字，未作任何更改。",
    ),
    "taken": (
        "“{name}” is on the list already, or is no name. Nothing was changed.",
        "“{name}”已在名单中，或不是有效姓名。未作任何更改。",
    ),
}
_CLI = {
    "with_pin": ("{name}  (PIN)", "{name}（已设 PIN）"),
    "without_pin": ("{name}", "{name}"),
    "unconfirmed": (
        "  The office does not know that she works here: what she records is flagged until it "
        "confirms her.",
        "  公司尚未确认其使用本机：其记录会被标记，直到公司确认。",
    ),
    "ask_pin": ("PIN", "PIN 码"),
    "ask_new_pin": ("New PIN", "新 PIN 码"),
    "ask_again": ("Once more", "再次输入"),
    "added": (
        "{name} may sign in here. `fieldkit people pin NAME` sets a PIN.",
        "{name} 现在可以在本机登录。用 `fieldkit people pin 姓名` 设置 PIN。",
    ),
    "pin_set": ("The PIN of {name} is set.", "{name} 的 PIN 已设置。"),
    "pin_removed": ("{name} has no PIN any more.", "{name} 不再使用 PIN。"),
    "removed": (
        "{name} is off the list. What was recorded under this name stays.",
        "{name} 已移出名单，其名下的记录保持不变。",
    ),
}
_SCREEN = {
    "sign_in": ("Who works now?", "请登录"),
    "sign_in_how": (
        "Choose your name with ↑ and ↓, type your PIN, and press Enter.",
        "按 ↑ 和 ↓ 选择姓名，输入 PIN，按 Enter 登录。",
    ),
    "sign_in_why": (
        "What you do now is recorded under your name. The PIN keeps others from doing it in your "
        "name; the data are protected by the key of the laptop’s store.",
        "此后的操作均以您的名义记录。PIN 防止他人冒用您的名义；数据由本机存储的密钥保护。",
    ),
    "sign_in_needed": (
        "Sign in first; {key:app.quit} leaves fieldkit.",
        "请先登录；按 {key:app.quit} 退出。",
    ),
    "signed_in": ("Hello, {name}.", "{name}，您好。"),
    "nobody_else": (
        "Nobody signs in here: one person works on this laptop, without a PIN. "
        "`fieldkit people` changes that.",
        "本机只有一人使用且未设 PIN，无需登录。可用 `fieldkit people` 更改。",
    ),
}

MESSAGES: dict[str, tuple[str, str]] = {
    **{f"error.sign_in.{key}": both for key, both in _ERRORS.items()},
    **{f"cli.people.{key}": both for key, both in _CLI.items()},
    **{f"screen.{key}": both for key, both in _SCREEN.items()},
    "key.lock": ("Lock", "锁定"),
    "key.sign_in": ("Sign in", "登录"),
    "help.lock": ("Lock the screen, or let somebody else sign in.", "锁定屏幕，或换人登录。"),
    "help.sign_in": ("Sign in under the name that is marked.", "以所选姓名登录。"),
}
