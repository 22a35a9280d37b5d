"""A payer with a September to file, in the middle of October 2026."""

import datetime as dt

import pytest
import time_machine

from apps.kernel.parties.models import Role
from tests import factories
from tests.factories_filing import example_payer

MID_OCTOBER = dt.datetime(2026, 10, 12, 9, 0, tzinfo=dt.timezone(dt.timedelta(hours=8)))


@pytest.fixture
def october():
    """Frozen in the filing month of September 2026; the travel handle."""
    with time_machine.travel(MID_OCTOBER, tick=False) as traveller:
        yield traveller


@pytest.fixture
def office(october):
    return factories.tax_office()


@pytest.fixture
def payer(office):
    """The payer of the worked example VAT-1."""
    return example_payer(office)


@pytest.fixture
def clerk(office):
    return factories.staff(office, Role.CLERK)
