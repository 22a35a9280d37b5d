"""Chapters 5 and 6's tables, gathered from their rooms."""

from apps.supervision.complaints import models as complaints

__all__ = [
    "complaints",
]
