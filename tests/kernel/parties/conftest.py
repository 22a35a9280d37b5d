"""What the sign-in scenarios share."""

import itertools

import pytest
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value, yield_hotp_counters_from_time
from django.core.cache import cache

from tests import factories


@pytest.fixture(autouse=True)
def _no_attempts_counted() -> None:
    """Failed attempts of other tests are forgotten."""
    cache.clear()


@pytest.fixture
def code():
    """``code()`` gives the authenticator app's code of this moment; each call another one that is still valid."""
    turns = itertools.cycle((1, 0, 2))

    def now() -> str:
        counters = list(yield_hotp_counters_from_time())
        return format_hotp_value(hotp_value(factories.TOTP_SECRET, counters[next(turns)]))

    return now
