"""Chapters 5 and 6, supervision and liability (Articles 31-36 and 38)."""
