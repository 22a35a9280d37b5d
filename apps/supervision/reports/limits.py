"""Rate limits for guests: counted by a keyed digest of the address that forgets itself within the hour.

The digest is kept apart from every report, in the cache only, under a key that changes each day.
"""

import hmac

from allauth.account.adapter import get_adapter
from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest

from apps.kernel.workcalendar import clock

_WINDOW = 3600


def allowed(request: HttpRequest, what: str, most: int) -> bool:
    """Count one more try; whether it is still within the limit of an hour."""
    address = get_adapter().get_client_ip(request)  # the browser's, where proxies of ours stand before the portal
    said = f"{what}/{clock.today():%Y%m%d}/{address}"
    key = f"reports:{hmac.digest(settings.SECRET_KEY.encode(), said.encode(), 'sha256').hex()}"
    cache.add(key, 0, _WINDOW)
    return cache.incr(key) <= most
