"""The steps of a pass over the whole city: stretches of ids, found without counting anybody (Arts 12, 32, 34)."""

from django.db.models import Manager, Max, Min


def next_end(everybody: Manager, after: int, size: int) -> int | None:
    """The last id of the next step through these rows, at most ``size`` wide; None when nobody comes after."""
    rows = everybody.filter(pk__gt=after).aggregate(first=Min("pk"), last=Max("pk"))
    return None if rows["first"] is None else min(rows["first"] + size - 1, rows["last"])
