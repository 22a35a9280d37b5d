"""Lists of chapter 4's cases: the kernel's (Arts 22, 26-28)."""

from apps.kernel.casework.listing import page

__all__ = ["page"]
