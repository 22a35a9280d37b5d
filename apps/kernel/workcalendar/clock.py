"""The only place that asks what time it is.

Everything else takes the moment as an argument or calls these two functions, so that
tests freeze time in one place and a date is always Shanghai's date.
"""

import datetime as dt

from django.utils import timezone


def now() -> dt.datetime:
    """The present moment, timezone-aware (UTC)."""
    return timezone.now()  # noqa: TID251 - this module is the clock


def today() -> dt.date:
    """Today's date in Shanghai."""
    return timezone.localdate(now())  # noqa: TID251 - this module is the clock
