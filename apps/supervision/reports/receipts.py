"""The receipt of a report: 100 random bits, the only way back to it (Art 36).

The server keeps a locator derived from it and never the receipt. It has no check character: whatever is wrong with
what was typed, the answer is the same as for a report that is closed.
"""

import secrets

from apps.supervision.reports.sealing import CURRENT

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"  # Crockford's: no I, L, O or U to be mistaken
GROUP, _LENGTH = 5, 20
_MEANT = str.maketrans({"O": "0", "I": "1", "L": "1", "-": None, " ": None, "\u3000": None, "－": None})


def new() -> str:
    """A fresh receipt in its canonical form, without groups."""
    return "".join(secrets.choice(ALPHABET) for _ in range(_LENGTH))


def grouped(receipt: str) -> str:
    """The receipt as people copy it."""
    return "-".join(receipt[start : start + GROUP] for start in range(0, len(receipt), GROUP))


def canonical(typed: str) -> str:
    """What was typed without groups, in capitals, look-alikes read as they were meant."""
    return typed.upper().translate(_MEANT).strip()


def locator(receipt: str) -> bytes:
    """How the server finds the report; it does not lead back to the receipt."""
    return CURRENT.derive(receipt.encode(), b"report locator")


def opening_key(receipt: str) -> bytes:
    """The key that opens the reporter's own copy of the case key."""
    return CURRENT.derive(receipt.encode(), b"report opening")
