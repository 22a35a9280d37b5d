"""The world of the list: the bureau of the risk scenarios and a department that acts on the list."""

import datetime as dt

import pytest
import time_machine

from apps.kernel.parties.models import Role
from apps.kernel.workcalendar.days import SHANGHAI
from tests import factories, factories_risk

FRIDAY = dt.datetime(2026, 11, 20, 9, 0, tzinfo=SHANGHAI)


@pytest.fixture
def world(db):
    with time_machine.travel(FRIDAY, tick=False) as traveller:
        found = factories_risk.Bureau()
        found.clock = traveller
        found.market = factories.department("市市场监管局")
        found.regulator = factories.staff(found.market, Role.OFFICER, name="贺文婷")
        yield found
