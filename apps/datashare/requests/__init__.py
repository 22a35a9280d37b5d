"""Requests for shared data and the grants that come of them (Art 17)."""
