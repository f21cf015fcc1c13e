"""How many cells a text takes in a terminal: a Chinese character takes two."""

import re
from collections.abc import Iterable

from fieldkit.domain.core.plain_text import one_line

_HAN = "、。\u4e00-\u9fff\uff01-\uff5e"
_PLAIN = re.compile(f"[ -~¥·×–‘’“”…‹›←↑→↓─█✓⇧{_HAN}]*")
_WIDE = re.compile(f"[{_HAN}]")
"""Nearly every text is made of these; only for others wcwidth is imported: 12 ms and 2 MB, which
would come before the first screen."""


def width(text: str) -> int:
    """The cells that a text of one line takes; letters that nobody sees take none."""
    if _PLAIN.fullmatch(text):
        return len(text) + len(_WIDE.findall(text))
    from wcwidth import width as cells

    return cells(text, control_codes="ignore")


def fit(text: str, cells: int) -> str:
    """The text as one line in exactly so many cells: padded with spaces, or cut with a "…"."""
    if cells < 1:
        return ""
    text = one_line(text)
    room = cells - width(text)
    if room >= 0:
        return text + " " * room
    kept, used = "", 0
    for sign in _signs(text):
        if used + width(sign) > cells - 1:
            break
        kept, used = kept + sign, used + width(sign)
    return kept + "…" + " " * (cells - 1 - used)


def _signs(text: str) -> Iterable[str]:
    """What a reader takes for one sign each, such as a letter with its accents."""
    if _PLAIN.fullmatch(text):
        return text
    from wcwidth import iter_graphemes

    return iter_graphemes(text)
