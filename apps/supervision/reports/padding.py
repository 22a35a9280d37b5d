"""Hides how long a text or file is: everything is filled up to one of a few sizes before it is encrypted."""

_CLASSES = (4, 16, 64, 256, 1024, 4096, 10240, 21504)  # KiB; the last holds the largest upload
_LENGTH = 8


class TooLong(ValueError):
    """Larger than the largest size class."""


def pad(plain: bytes) -> bytes:
    """The bytes with their length in front, filled with zeros to the next size class."""
    whole = len(plain).to_bytes(_LENGTH) + plain
    for size in _CLASSES:
        if len(whole) <= size * 1024:
            return whole.ljust(size * 1024, b"\0")
    raise TooLong


def unpad(padded: bytes) -> bytes:
    """What was padded."""
    length = int.from_bytes(padded[:_LENGTH])
    return padded[_LENGTH : _LENGTH + length]
