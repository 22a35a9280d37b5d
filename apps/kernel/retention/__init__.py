"""Retention (保管期限): what may be kept how long, and its end by two people, with a tombstone (Arts 6, 18)."""
