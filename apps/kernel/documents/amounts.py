"""Amounts as they are written on official papers: figures, and Chinese capitals (大写金额)."""

from decimal import Decimal

_DIGITS = "零壹贰叁肆伍陆柒捌玖"
_UNITS = ((10**8, "亿"), (10**4, "万"), (1000, "仟"), (100, "佰"), (10, "拾"))


def in_words(amount: Decimal) -> str:
    """An amount in Chinese capitals: 1002.50 is 壹仟零贰元伍角整.

    :raises ValueError: when the amount has a fraction of a fen; rounding is not done here.
    """
    fen = amount.scaleb(2)
    if fen != fen.to_integral_value():
        raise ValueError(f"{amount} has a fraction of a fen")
    yuan, rest = divmod(abs(int(fen)), 100)
    words = f"{'负' if fen < 0 else ''}{_integer(yuan)}元" if yuan or not rest else "负" * (fen < 0)
    if not rest:
        return f"{words}整"
    jiao, single = divmod(rest, 10)
    if not jiao:
        return f"{words}{'零' if yuan else ''}{_DIGITS[single]}分"
    return f"{words}{_DIGITS[jiao]}角" + (f"{_DIGITS[single]}分" if single else "整")


def _integer(number: int) -> str:
    for unit, name in _UNITS:
        if number >= unit:
            high, low = divmod(number, unit)
            # A skipped place is spoken once as 零, however many places are skipped.
            gap = "零" if 0 < low < unit // 10 else ""
            return f"{_integer(high)}{name}{gap}{_integer(low) if low else ''}"
    return _DIGITS[number]
