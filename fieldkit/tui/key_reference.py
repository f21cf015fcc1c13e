"""`docs/keys.md`: every key, made from the bindings themselves.

`python -m fieldkit.tui.key_reference > docs/keys.md` writes it anew; a test compares.
"""

from itertools import groupby

from fieldkit.i18n import Lang, has, say
from fieldkit.tui.keymap import KeyUse, key_uses
from fieldkit.tui.widgets.bars import written_key

_HEAD = """# Keys · 按键

Each place has a table. The last column is the name that `config.yaml` in the home folder knows
the key by: `keys: {app.sync: f11}` puts the exchange on F11, and a comma separates several keys.
F1 in the app shows the keys of the screen as they are now. `fieldkit doctor` names each entry
that cannot be used, and the usual key stays in its place.

每个位置一张表。最后一栏是主目录 `config.yaml` 中的名称：`keys: {app.sync: f11}` 把同步改到 F11，
多个按键用逗号分隔。在应用中按 F1 可查看当前屏幕的实际按键。无法使用的条目由 `fieldkit doctor`
指出，原有按键保持不变。
"""


def cheat_sheet() -> str:
    """The page, in both languages."""
    parts = [_HEAD]
    for place, uses in groupby(sorted(key_uses(), key=_order), key=lambda use: use.place):
        parts.append(f"## {say(f'place.{place}', 'en')} · {say(f'place.{place}', 'zh')}\n")
        rows = ["| Key | English | 中文 | Name |", "|---|---|---|---|"]
        rows += [_row(use) for use in uses]
        parts.append("\n".join(rows) + "\n")
    return "\n".join(parts)


_FIRST = ("app", "screen", "list", "form", "field", "today", "job")


def _order(use: KeyUse) -> tuple[int, str]:
    place = use.place
    return (_FIRST.index(place), "") if place in _FIRST else (len(_FIRST), place)


def _row(use: KeyUse) -> str:
    keys = ", ".join(map(written_key, use.keys))
    return f"| {keys} | {_text(use, 'en')} | {_text(use, 'zh')} | `{use.name}` |"


def _text(use: KeyUse, lang: Lang) -> str:
    about = f"help.{use.description.removeprefix('key.')}"
    return say(about if has(about) else use.description, lang)


if __name__ == "__main__":
    print(cheat_sheet(), end="")
