"""A secret in shares, any so many of which give it back while fewer tell nothing (Shamir), as custodians copy them.

A share is one letter-by-letter copied line: its number, a mark of the key it belongs to, its bytes, a checksum.
"""

import base64
import hashlib
import os
from collections.abc import Sequence

from apps.supervision.reports.galois import inverse, times
from apps.supervision.reports.receipts import ALPHABET, canonical

_PLAIN = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"
_WRITE, _READ = str.maketrans(_PLAIN, ALPHABET), str.maketrans(ALPHABET, _PLAIN)
_SECRET, _MARK, _CHECK, _GROUP = 32, 4, 3, 8
_BYTES = 1 + _MARK + _SECRET + _CHECK  # forty, so that base32 needs no filling


class NotAShare(ValueError):
    """A line that is no share of this key; ``place`` says which of those typed, counted from one."""

    def __init__(self, place: int) -> None:
        super().__init__(place)
        self.place = place


def split(secret: bytes, mark: bytes, threshold: int, number: int) -> list[str]:
    """A secret of 32 bytes as ``number`` lines, ``threshold`` of which give it back."""
    above = [os.urandom(_SECRET) for _power in range(threshold - 1)]
    return [_line(place, mark, _at(place, [secret, *above])) for place in range(1, number + 1)]


def combine(lines: Sequence[str], mark: bytes) -> bytes:
    """What the secret is if enough different shares were typed; something else otherwise.

    :raises NotAShare: naming the line that was mistyped, belongs to another key or stands there twice.
    """
    points: dict[int, bytes] = {}
    for place, line in enumerate(lines, 1):
        number, value = _parsed(line, mark, place)
        if number in points:
            raise NotAShare(place)
        points[number] = value
    secret = bytearray(_SECRET)
    for number, value in points.items():
        factor = 1
        for other in points.keys() - {number}:
            factor = times(factor, times(other, inverse(other ^ number)))
        for place, byte in enumerate(value):
            secret[place] ^= times(byte, factor)
    return bytes(secret)


def _at(place: int, coefficients: list[bytes]) -> bytes:
    """The polynomial's value, byte by byte."""
    value = bytearray(_SECRET)
    for each in reversed(coefficients):
        value = bytearray(times(byte, place) ^ more for byte, more in zip(value, each, strict=True))
    return bytes(value)


def _line(number: int, mark: bytes, value: bytes) -> str:
    body = bytes([number]) + mark + value
    text = base64.b32encode(body + _checksum(body)).decode().translate(_WRITE)
    return "-".join(text[start : start + _GROUP] for start in range(0, len(text), _GROUP))


def _parsed(line: str, mark: bytes, place: int) -> tuple[int, bytes]:
    try:
        whole = base64.b32decode(canonical(line).translate(_READ))
    except ValueError as error:
        raise NotAShare(place) from error
    body = whole[:-_CHECK]
    if len(whole) != _BYTES or whole[-_CHECK:] != _checksum(body) or body[1 : 1 + _MARK] != mark or not body[0]:
        raise NotAShare(place)
    return body[0], body[1 + _MARK :]


def _checksum(body: bytes) -> bytes:
    return hashlib.sha256(body).digest()[:_CHECK]
