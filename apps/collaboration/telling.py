"""Telling another office what has become of a case of chapter 4: the kernel's door (Arts 22, 26-28)."""

from apps.kernel.casework.telling import tell

__all__ = ["tell"]
