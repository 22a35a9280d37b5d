"""The world complaints happen in: an office with its superiors, a department, a street, and who complains."""

import datetime as dt

import pytest
import time_machine

from apps.kernel.casework import cases
from apps.kernel.parties.models import Office, Role
from apps.kernel.workcalendar.days import SHANGHAI
from apps.supervision.complaints.models import Area, Kind
from apps.supervision.complaints.procedure import COMPLAINT
from tests import factories

MONDAY = dt.datetime(2026, 10, 12, 9, 0, tzinfo=SHANGHAI)


class Complaints:
    """An office under a bureau under the city; people in each; a named complainant."""

    def __init__(self) -> None:
        self.city = factories.department("市税务局", Office.Kind.TAX_CITY)
        self.bureau = factories.department("黄浦区税务局", Office.Kind.TAX_DISTRICT)
        self.office = factories.tax_office()
        for child, parent in ((self.bureau, self.city), (self.office, self.bureau)):
            child.parent = parent
            child.save()
        self.hrss = factories.department("市人力资源社会保障局")
        self.street = factories.department("外滩街道", Office.Kind.STREET)
        self.accused = factories.staff(self.office, Role.CLERK, name="陈静")
        self.clerk = factories.staff(self.bureau, Role.CLERK, name="郑文斌")
        self.chief = factories.staff(self.bureau, Role.CHIEF, name="曹安平")
        self.reviewer = factories.staff(self.city, Role.CHIEF, name="潘立言")
        self.hrss_officer = factories.staff(self.hrss, Role.OFFICER, name="范思琪")
        self.mediator = factories.staff(self.street, Role.GRID, name="杜春燕")
        self.complainant = factories.citizen(office=self.office)
        self.stranger = factories.citizen("陌生人", office=self.office)
        self._keys = iter(range(1, 1000))

    def detail(self, **more):
        return {
            "area": Area.TAX,
            "kind": Kind.QUALITY,
            "about": self.office,
            "account": "同一份资料跑了两次，第一次没有一次性告知。",
            **more,
        }

    def complained(self, *, by=None, **more):
        return cases.open_submitted(
            COMPLAINT, by or self.complainant, self.detail(**more), idempotency_key=f"complaint-{next(self._keys)}"
        )

    def answered(self, **more):
        case = cases.perform(self.complained(**more), "accept", self.clerk)
        return cases.perform(case, "answer", self.clerk, outcome="upheld", reason="已核实，当面致歉。")


@pytest.fixture
def world():
    with time_machine.travel(MONDAY, tick=False) as traveller:
        found = Complaints()
        found.clock = traveller
        yield found
