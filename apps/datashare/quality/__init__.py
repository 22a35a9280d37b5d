"""Supervision of shared data: quality, effect and security from raw counts (Art 20)."""
