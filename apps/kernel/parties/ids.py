"""Opaque public references: safe in URLs because they carry no personal data."""

import secrets

# Crockford's alphabet: no i, l, o or u, so a reference can be read out over the phone.
ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"


def reference(length: int = 10) -> str:
    """A random reference of ``length`` characters (5 bits each)."""
    return "".join(secrets.choice(ALPHABET) for _ in range(length))
