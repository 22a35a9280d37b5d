"""The world of risk: a Friday in November 2026, a bureau, a payer whose figures do not agree."""

import datetime as dt

import pytest
import time_machine

from apps.kernel.workcalendar.days import SHANGHAI
from tests import factories_risk

FRIDAY = dt.datetime(2026, 11, 20, 9, 0, tzinfo=SHANGHAI)


@pytest.fixture
def world(db):
    with time_machine.travel(FRIDAY, tick=False) as traveller:
        found = factories_risk.Bureau()
        found.clock = traveller
        yield found
