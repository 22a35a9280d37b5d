"""The world of social insurance tests: agencies in charge, a payer, an employer, a tax office; a frozen day."""

import datetime as dt

import pytest
import time_machine

from apps.kernel.parties.models import Role
from tests import factories, factories_insurance

NOW = dt.datetime(2026, 10, 28, 2, 0, tzinfo=dt.UTC)


@pytest.fixture
def world(db):
    """hrss and medical with their duties, an employer with its representative, a citizen, clerk and chief."""
    with time_machine.travel(NOW, tick=False):

        class World:
            office = factories.tax_office()
            hrss = factories_insurance.agency()
            medical = factories_insurance.agency(*factories_insurance.MEDICAL, name="上海市医疗保障局")
            employer = factories.company(office=office)
            owner = factories.representative(employer)
            citizen = factories.citizen(office=office)
            clerk = factories.staff(office)
            chief = factories.staff(office, Role.CHIEF, name="方志远")

        yield World
