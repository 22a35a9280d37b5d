"""Verification codes (验证码): what a holder types to check a document."""

from apps.kernel.parties.ids import ALPHABET, reference

# 20 characters of 5 bits: 100 bits, beyond guessing.
LENGTH = 20
_GROUP = 4
# What people read for what: Crockford's alphabet has no O, I or L.
_MISREAD = str.maketrans("oil", "011")


def new() -> str:
    """A fresh code as it is stored: lower case, without groups."""
    return reference(LENGTH)


def normalised(typed: str) -> str:
    """A typed code as it would be stored, or nothing when it cannot be one."""
    code = "".join(typed.split()).replace("-", "").lower().translate(_MISREAD)
    return code if len(code) == LENGTH and set(code) <= set(ALPHABET) else ""


def grouped(code: str) -> str:
    """A code as it is printed: ``7K3M-…``."""
    return "-".join(code[start : start + _GROUP] for start in range(0, len(code), _GROUP)).upper()
