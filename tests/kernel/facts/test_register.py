"""What the register of taxpayers says becomes known of them, and does not talk down who has said more since."""

import datetime as dt

import pytest

from apps.kernel.facts import reading, register, runs, writer
from apps.kernel.facts.models import Provenance
from apps.kernel.facts.tasks import refresh_register
from apps.kernel.parties.models import Organisation
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def company(time_machine):
    time_machine.move_to(dt.datetime(2026, 11, 2, 10, tzinfo=dt.UTC), tick=False)
    return factories.company(industry="6410", vat_kind=Organisation.VatKind.GENERAL)


def test_a_company_newly_registered_is_known_by_form_trade_and_vat_kind(company):
    refresh_register()
    known = reading.profile(company)
    assert (known["form"], known["industry_code"], known["vat_kind"]) == ("enterprise", "6410", "general")


def test_the_same_register_again_says_nothing_new(company):
    assert register.refresh().received > 0
    assert register.refresh().received == 0


def test_what_a_department_says_later_stands_until_the_register_changes(company, time_machine):
    refresh_register()
    time_machine.move_to(dt.datetime(2026, 11, 3, 10, tzinfo=dt.UTC), tick=False)
    run = runs.start("returns", kind="import")
    writer.write([(company.pk, "industry_code", "6420", dt.date(2026, 11, 3))], run=run)
    time_machine.move_to(dt.datetime(2026, 11, 4, 10, tzinfo=dt.UTC), tick=False)
    refresh_register()
    assert reading.profile(company)["industry_code"] == "6420"
    Organisation.objects.filter(party=company).update(industry="6510")
    refresh_register()
    assert reading.profile(company)["industry_code"] == "6510"
    assert Provenance.objects.get(party=company, field="industry_code", current=True).source.code == "register"
