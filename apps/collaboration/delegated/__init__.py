"""Delegated collection: collectors, agreements, what they collect, remit and are paid for it (Art 23)."""
