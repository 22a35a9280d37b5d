"""What day it is in Shanghai for a partner's own system, which has its own clock."""

import datetime as dt

from sandbox.gateway.signing import now

SHANGHAI = dt.timezone(dt.timedelta(hours=8))


def today() -> dt.date:
    """The Shanghai day."""
    return dt.datetime.fromtimestamp(now(), SHANGHAI).date()
