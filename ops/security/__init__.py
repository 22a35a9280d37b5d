"""`make security`: scanners and our own rules against the code and a portal of its own.

Each gate is first shown a planted fault and must go red; only then its verdict on the portal counts.
"""
