"""Chapters 5 and 6 in admin, gathered from their rooms."""

from apps.supervision.complaints import admin as complaints

__all__ = [
    "complaints",
]
