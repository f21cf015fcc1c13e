"""Amounts in Chinese capital numerals, as invoices write them: hard to alter."""

_DIGITS = "零壹贰叁肆伍陆柒捌玖"
_PLACES = ("", "拾", "佰", "仟")
_GROUPS = ("", "万", "亿")


def in_capitals(fen: int) -> str:
    """An amount from 0 to below a trillion yuan in words.

    Several zeros are one 零; one that only ends a group, or the yuan, is not written, as the
    rules for filling in bills allow. 整 closes an amount that has no fen.

    >>> in_capitals(3500), in_capitals(1640902), in_capitals(50)
    ('人民币叁拾伍元整', '人民币壹万陆仟肆佰零玖元零贰分', '人民币伍角整')
    """
    if not 0 <= fen < 10**14:
        raise ValueError("an amount from 0 to below a trillion yuan")
    yuan, cents = divmod(fen, 100)
    jiao, last = divmod(cents, 10)
    words = f"{_integer(yuan)}元" if yuan or not fen else ""
    if jiao:
        words += f"{_DIGITS[jiao]}角"
    elif last and yuan:
        words += "零"
    return f"人民币{words}" + (f"{_DIGITS[last]}分" if last else "整")


def _integer(number: int) -> str:
    if number == 0:
        return "零"
    groups = []
    while number:
        number, group = divmod(number, 10_000)
        groups.append(group)
    words = ""
    for place in reversed(range(len(groups))):
        group = groups[place]
        if group == 0:
            continue
        gap = words and (group < 1000 or groups[place + 1] == 0)
        words += ("零" if gap else "") + _group(group) + _GROUPS[place]
    return words


def _group(number: int) -> str:
    """A number below ten thousand."""
    words, gap = "", False
    for place in reversed(range(4)):
        digit = number // 10**place % 10
        if digit:
            words += ("零" if gap and words else "") + _DIGITS[digit] + _PLACES[place]
        gap = digit == 0
    return words
