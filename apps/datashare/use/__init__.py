"""Lawful use of shared data: read under a grant and a case, on record before it is shown (Art 21)."""
