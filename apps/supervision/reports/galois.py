"""Multiplication in GF(256), the field that shares are computed in."""

_FIELD = 0b100011011  # x^8 + x^4 + x^3 + x + 1


def times(left: int, right: int) -> int:
    """The product of two elements."""
    product = 0
    while right:
        if right & 1:
            product ^= left
        left <<= 1
        if left & 0x100:
            left ^= _FIELD
        right >>= 1
    return product


def inverse(of: int) -> int:
    """What an element but zero is multiplied by to give one: its 254th power."""
    power = of
    for _step in range(6):
        power = times(times(power, power), of)
    return times(power, power)
