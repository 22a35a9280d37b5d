"""The receipt of a report: 100 random bits and one check character, the only way back to it (Art 36).

The server keeps a locator derived from it and never the receipt. The check character is a weighted sum
in GF(32): it notices every single wrong character and every two that changed places.
"""

import secrets

from apps.supervision.reports.galois import RECEIPT, times
from apps.supervision.reports.sealing import CURRENT

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"  # Crockford's: no I, L, O or U to be mistaken
GROUP, _LENGTH = 7, 20
_MEANT = str.maketrans({"O": "0", "I": "1", "L": "1", "-": None, " ": None, "\u3000": None, "－": None})


def new() -> str:
    """A fresh receipt in its canonical form, without groups."""
    body = [secrets.randbelow(32) for _ in range(_LENGTH)]
    return "".join(ALPHABET[digit] for digit in [*body, check(body)])


def grouped(receipt: str) -> str:
    """The receipt as people copy it."""
    return "-".join(receipt[start : start + GROUP] for start in range(0, len(receipt), GROUP))


def canonical(typed: str) -> str:
    """What was typed without groups, in capitals, look-alikes read as they were meant."""
    return typed.upper().translate(_MEANT).strip()


def is_wellformed(receipt: str) -> bool:
    """Whether the length, the characters and the check character fit."""
    if len(receipt) != _LENGTH + 1 or any(sign not in ALPHABET for sign in receipt):
        return False
    *body, last = (ALPHABET.index(sign) for sign in receipt)
    return check(body) == last


def check(body: list[int]) -> int:
    """The check digit: the sum of the digits times different powers of two in GF(32)."""
    total, weight = 0, 1
    for digit in body:
        weight = times(weight, 2, RECEIPT)
        total ^= times(weight, digit, RECEIPT)
    return total


def locator(receipt: str) -> bytes:
    """How the server finds the report; it does not lead back to the receipt."""
    return CURRENT.derive(receipt.encode(), b"report locator")


def opening_key(receipt: str) -> bytes:
    """The key that opens the reporter's own copy of the case key."""
    return CURRENT.derive(receipt.encode(), b"report opening")
