"""Corrections of data: reported, forwarded, verified, shown by the next pull (Art 19)."""
