"""Codes people read out and type: thirty-one characters that cannot be mistaken, and a check character.

The weights are all different modulo the prime 31, so every single wrong character and every swap of
two characters is noticed before anything is looked up.
"""

import hashlib
import hmac
import secrets
import unicodedata

from django.conf import settings

ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"  # no 0, 1, I, L or O
RANDOM = 7
LENGTH = RANDOM + 1


def new() -> str:
    """A fresh code of eight characters; about 27 thousand million there are."""
    body = "".join(secrets.choice(ALPHABET) for _ in range(RANDOM))
    return body + check_character(body)


def check_character(body: str) -> str:
    """The last character: it brings the weighted sum of the whole code to zero modulo 31."""
    total = sum(weight * ALPHABET.index(character) for weight, character in enumerate(body, start=2))
    return ALPHABET[-total % len(ALPHABET)]


def is_well_formed(code: str) -> bool:
    """Whether a normalised code has the right length, characters and check character."""
    return len(code) == LENGTH and set(code) <= set(ALPHABET) and check_character(code[:RANDOM]) == code[RANDOM]


def normalised(typed: str) -> str:
    """What people type, as the code was given: full-width, lower case, spaces and dashes are understood."""
    text = unicodedata.normalize("NFKC", typed).upper()
    return "".join(character for character in text if character.isalnum())


def shown(code: str) -> str:
    """The code in two groups: K7M2-9QXA."""
    return f"{code[:4]}-{code[4:]}"


def digest(code: str) -> str:
    """What is kept of a code: a hash keyed with the portal's secret, useless to whoever reads the table."""
    return hmac.new(b"hand-over:" + settings.SECRET_KEY.encode(), code.encode(), hashlib.sha256).hexdigest()
