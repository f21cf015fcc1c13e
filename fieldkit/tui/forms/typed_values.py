"""What a person types into a field, read as leniently as is safe, and written back tidily.

What cannot be read stays as it was typed, so that the form's model can say what is wrong.
"""

import re
from datetime import date, timedelta
from typing import Any

_WHOLE = re.compile(r"-?\d{1,12}")
_AMOUNT = re.compile(r"(\d{1,9})(?:\.(\d{1,2}))?")
_IN_DAYS = re.compile(r"([+-]\d{1,4})")
_SHORT_DAY = re.compile(r"(\d{1,2})[-/.月](\d{1,2})日?")
_LONG_DAY = re.compile(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?")
_WORDS = {
    "yesterday": -1, "today": 0, "tomorrow": 1, "昨天": -1, "今天": 0, "明天": 1, "后天": 2,
}  # fmt: skip
"""Words for days, in days from today."""

_TIME = re.compile("(\\d{1,2})[:.\uff1a时]?(\\d{2})?分?")


def read_typed(widget: str, text: str, today: date) -> Any:
    """The JSON value of a typed text: None for an empty one, except in fields of text."""
    if widget in ("text", "long"):
        return text
    text = text.strip()
    if not text:
        return None
    readers = {"int": _read_int, "money": _read_money, "time": _read_time}
    if widget == "date":
        return _read_day(text, today)
    return readers[widget](text)


def write_value(widget: str, value: Any) -> str:
    """The text of a value, as a person would type it."""
    if value is None:
        return ""
    if widget == "money" and isinstance(value, int):
        return f"{value // 100}.{value % 100:02}"
    return str(value)


def typed_day(text: str, today: date) -> date | None:
    """The day that a typed text means, if it means one."""
    try:
        return date.fromisoformat(str(read_typed("date", text, today)))
    except ValueError:
        return None


def _read_int(text: str) -> Any:
    return int(text) if _WHOLE.fullmatch(text) else text


def _read_money(text: str) -> Any:
    """Yuan as typed, in fen."""
    found = _AMOUNT.fullmatch(re.sub("[,\uff0c¥\uffe5 ]", "", text))
    if found is None:
        return text
    return int(found[1]) * 100 + int((found[2] or "").ljust(2, "0"))


def _read_day(text: str, today: date) -> str:
    """A whole day, a day of this year (`11-05`), days from today (`+3`, `-1`, `0`), or a word."""
    if (days := _WORDS.get(text.casefold())) is not None:
        return (today + timedelta(days=days)).isoformat()
    if text == "0" or _IN_DAYS.fullmatch(text):
        return (today + timedelta(days=int(text))).isoformat()
    if found := _LONG_DAY.fullmatch(text):
        return _day(int(found[1]), int(found[2]), int(found[3]), text)
    if found := _SHORT_DAY.fullmatch(text):
        return _day(today.year, int(found[1]), int(found[2]), text)
    return text


def _day(year: int, month: int, day: int, text: str) -> str:
    try:
        return date(year, month, day).isoformat()
    except ValueError:
        return text


def _read_time(text: str) -> str:
    """`9`, `930`, `9:30` are times."""
    found = _TIME.fullmatch(text)
    if found is None:
        return text
    return f"{int(found[1]):02}:{found[2] or '00'}"
