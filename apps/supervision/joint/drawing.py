"""The draw anybody can repeat (随机抽取): plain SHA-256 over published numbers (Art 33).

1. ``seed used`` = SHA-256 of the office's seed and the units' numbers: ``seed|code:number|code:number…`` in the order
   of the units' codes.
2. Each taxpayer gets SHA-256 of ``seed used:credit code``; the smallest are drawn.
3. For each taxpayer drawn, each inspector gets SHA-256 of ``seed used:credit code:inspector code``; the smallest of
   each unit inspect.
"""

import hashlib
from collections.abc import Iterable, Mapping, Sequence


def sha256(text: str) -> str:
    """Hexadecimal digest of a text in UTF-8."""
    return hashlib.sha256(text.encode()).hexdigest()


def seed_used(seed: str, numbers: Mapping[str, str]) -> str:
    """What is drawn with: the office's seed and every unit's number, by unit code."""
    return sha256("|".join([seed, *(f"{code}:{numbers[code]}" for code in sorted(numbers))]))


def drawn(seed: str, codes: Iterable[str], size: int) -> list[str]:
    """The credit codes drawn, in order."""
    return sorted(codes, key=lambda code: sha256(f"{seed}:{code}"))[:size]


def inspectors(seed: str, target: str, of_unit: Sequence[str], size: int) -> list[str]:
    """Who of a unit inspects a taxpayer."""
    return sorted(of_unit, key=lambda code: sha256(f"{seed}:{target}:{code}"))[:size]


def list_hash(lines: Iterable[str]) -> str:
    """The hash of the published list, line by line as its file has them."""
    return sha256("\n".join(lines))
