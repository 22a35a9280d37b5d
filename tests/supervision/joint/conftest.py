"""The world of joint supervision: a bureau, market regulation and social insurance, some companies."""

import datetime as dt

import pytest
import time_machine

from apps.kernel.parties.models import Office, Role
from apps.kernel.workcalendar.days import SHANGHAI
from tests import factories, factories_risk

FRIDAY = dt.datetime(2026, 11, 20, 9, 0, tzinfo=SHANGHAI)


class Joint(factories_risk.Bureau):
    """A bureau with two departments it inspects with, and a third that has no part in it."""

    def __init__(self) -> None:
        super().__init__()
        self.market = Office.objects.create(code="market", name="市市场监管局", kind=Office.Kind.DEPARTMENT)
        self.hrss = factories.department("市人力资源社会保障局")
        self.regulator = factories.staff(self.market, Role.OFFICER, name="贺文婷")
        self.insurer = factories.staff(self.hrss, Role.OFFICER, name="范思琪")
        self.outsider = factories.staff(factories.department("市水务局"), Role.OFFICER, name="江晓波")
        self.others = [self.another(f"上海第{number}餐饮管理有限公司") for number in range(7)]


@pytest.fixture
def world(db):
    with time_machine.travel(FRIDAY, tick=False) as traveller:
        found = Joint()
        found.clock = traveller
        yield found
