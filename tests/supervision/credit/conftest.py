"""The world of credit: an office under its bureau under the city, people in each, a company with a record."""

import datetime as dt

import pytest
import time_machine

from apps.kernel.parties.models import Office, Role
from apps.kernel.workcalendar.days import SHANGHAI
from tests import factories, factories_credit

MORNING = dt.datetime(2026, 10, 12, 9, 0, tzinfo=SHANGHAI)


class Credit:
    """Who takes part."""

    def __init__(self) -> None:
        self.city = factories.department("市税务局", Office.Kind.TAX_CITY)
        self.bureau = factories.department("黄浦区税务局", Office.Kind.TAX_DISTRICT)
        self.office = factories.tax_office()
        for child, parent in ((self.bureau, self.city), (self.office, self.bureau)):
            child.parent = parent
            child.save()
        self.clerk = factories.staff(self.office, Role.CLERK, name="陈静")
        self.chief = factories.staff(self.office, Role.CHIEF, name="方志远")
        self.city_chief = factories.staff(self.city, Role.CHIEF, name="潘立言")
        self.other_clerk = factories.staff(factories.tax_office("浦东第五税务所"), Role.CLERK, name="沈悦")
        self.party = factories_credit.payer(self.office)
        self.owner = factories.representative(self.party)
        self.stranger = factories.representative(
            factories_credit.payer(self.office, name="上海别家有限公司"), name="别人"
        )

    def on(self, year: int, month: int, day: int) -> None:
        """It is another day now."""
        self.clock.move_to(dt.datetime(year, month, day, 9, 0, tzinfo=SHANGHAI))


@pytest.fixture
def world(db):
    with time_machine.travel(MORNING, tick=False) as traveller:
        found = Credit()
        found.clock = traveller
        yield found


@pytest.fixture
def enter(client, settings):
    """Signs an actor in, without the second factor's own pages."""
    settings.MIDDLEWARE = [name for name in settings.MIDDLEWARE if "SecondFactor" not in name]

    def _enter(actor):
        client.force_login(actor.user, backend="allauth.account.auth_backends.AuthenticationBackend")
        return client

    return _enter
