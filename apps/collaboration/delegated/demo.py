"""Delegated collection of the demonstration (Art 23)."""


def seed() -> None:
    """Nothing yet."""
