"""Multiplication in the small fields that check characters and shares are computed in."""

RECEIPT = 0b100101  # GF(32), x^5 + x^2 + 1
BYTE = 0b100011011  # GF(256), x^8 + x^4 + x^3 + x + 1


def times(left: int, right: int, field: int) -> int:
    """The product of two elements of a field given by its polynomial."""
    top, product = 1 << field.bit_length() - 1, 0
    while right:
        if right & 1:
            product ^= left
        left <<= 1
        if left & top:
            left ^= field
        right >>= 1
    return product


def inverse(of: int) -> int:
    """What an element of GF(256) but zero is multiplied by to give one: its 254th power."""
    power = of
    for _step in range(6):
        power = times(times(power, power, BYTE), of, BYTE)
    return times(power, power, BYTE)
