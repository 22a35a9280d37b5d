"""One confirmation is enough (免申即享): what it grants, once a year, and to whom not."""

import datetime as dt
import threading
from decimal import Decimal

import pytest
import time_machine
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connections

from apps.kernel.casework.models import Case
from apps.kernel.facts import reading
from apps.services.entitlement import claims
from apps.services.entitlement.models import Enjoyment
from apps.services.guidance.models import Reminder
from tests import factories
from tests.factories_policies import THIRTY, know, payer, policy, push

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _november():
    with time_machine.travel(dt.datetime(2026, 11, 2, 10, tzinfo=dt.UTC), tick=False):
        yield


def thirty():
    return factories.representative(payer(office=factories.tax_office(), **THIRTY))


def confirm(actor, key="confirm-1"):
    return claims.confirm(actor, policy("DIS-FUND-30"), idempotency_key=key)


def test_a_confirmation_is_accepted_at_once_with_its_reasons_and_amount():
    actor = thirty()
    case = confirm(actor)
    assert (case.state, case.closed_at is not None) == ("approved", True)
    enjoyed = Enjoyment.objects.get()
    assert (enjoyed.party, enjoyed.year, enjoyed.amount) == (actor.party, 2026, Decimal("15000.00"))
    assert all(step["met"] for step in case.detail.trace)
    assert reading.profile(actor.party)["disabled_fund_exempt"] is True


def test_the_same_confirmation_twice_is_one():
    actor = thirty()
    assert confirm(actor) == confirm(actor)
    with pytest.raises(ValidationError, match="已经享受"):
        confirm(actor, "confirm-2")
    assert Enjoyment.objects.count() == Case.objects.count() == 1


def test_who_does_not_fit_is_told_which_condition_fails_and_nothing_is_left():
    actor = factories.representative(payer(office=factories.tax_office(), **{**THIRTY, "employees_avg": 31}))
    with pytest.raises(ValidationError, match="在职职工年平均人数 不超过 30"):
        confirm(actor)
    assert not Case.objects.exists()


def test_who_is_not_known_well_enough_is_not_granted():
    with pytest.raises(ValidationError):
        confirm(factories.representative(factories.company(office=factories.tax_office())))


def test_a_policy_that_asks_for_more_than_a_confirmation_is_not_confirmed():
    actor = thirty()
    know(actor.party, hnte_valid=True)
    with pytest.raises(ValidationError, match="不能免申即享"):
        claims.confirm(actor, policy("CIT-HNTE"), idempotency_key="x-1")


def test_neither_staff_nor_a_mandate_for_other_matters_confirms():
    office = factories.tax_office()
    with pytest.raises(PermissionDenied):
        confirm(factories.staff(office))
    narrow = factories.representative(payer(office=office, **THIRTY), matters=["deferral"])
    with pytest.raises(PermissionDenied):
        confirm(narrow)
    assert not Enjoyment.objects.exists()


def test_what_is_confirmed_is_neither_missed_nor_reminded_of():
    actor = thirty()
    confirm(actor)
    push()
    assert not Reminder.objects.filter(party=actor.party, policy=policy("DIS-FUND-30")).exists()


@pytest.mark.django_db(transaction=True)
def test_two_confirmations_at_once_grant_once():
    actor, outcomes = thirty(), []

    def one(key):
        try:
            confirm(actor, key)
            outcomes.append("granted")
        except ValidationError:
            outcomes.append("refused")
        finally:
            connections.close_all()

    threads = [threading.Thread(target=one, args=[f"key-{n}"]) for n in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["granted", "refused", "refused"]
    assert Enjoyment.objects.count() == 1
