"""Asking for another quota: the office decides, what may be issued follows."""

from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError

from apps.kernel.casework import cases
from apps.kernel.facts import runs, writer
from apps.kernel.parties.models import Role
from apps.services.invoices import quotas
from apps.services.invoices.models import QuotaGrant
from apps.services.invoices.quota_adjustment import QUOTA_ADJUSTMENT
from tests import factories
from tests.factories_invoices import issued, issuer, shanghai

pytestmark = pytest.mark.django_db
TODAY = shanghai(2026, 11, 23, 10)


@pytest.fixture(autouse=True)
def _november(time_machine) -> None:
    time_machine.move_to(TODAY, tick=False)


@pytest.fixture
def world():
    office = factories.tax_office()
    return issuer(office=office), factories.staff(office), factories.staff(office, Role.CHIEF, name="秦主任")


def decided(world, amount: str, span: str, action: str = "approve"):
    taxpayer, clerk, chief = world
    detail = {"amount": Decimal(amount), "span": span, "explanation": "新签年度供货合同。"}
    case = cases.open_submitted(QUOTA_ADJUSTMENT, taxpayer, detail, idempotency_key=f"quota-{amount}-{span}")
    case = cases.perform(case, "accept", clerk)
    more = {"reason": "合同不足。", "clause": "第十四条"} if action == "refuse" else {}
    return cases.perform(case, action, chief, **more)


def left(world) -> Decimal:
    return quotas.of_month(world[0].party, TODAY.date()).left


def test_an_approved_lasting_quota_counts_this_month_and_the_next(world, time_machine):
    issued(world[0], price="1000.00")
    decided(world, "9000000.00", "lasting")
    assert left(world) == Decimal("8999000.00")
    next_month = shanghai(2026, 12, 1, 9)
    time_machine.move_to(next_month, tick=False)
    assert quotas.of_month(world[0].party, next_month.date()).granted == Decimal("9000000.00")


def test_a_quota_for_the_month_ends_with_it(world, time_machine):
    decided(world, "9000000.00", "month")
    assert left(world) == Decimal("9000000.00")
    next_month = shanghai(2026, 12, 1, 9)
    time_machine.move_to(next_month, tick=False)
    assert quotas.of_month(world[0].party, next_month.date()).granted == Decimal("7500000.00")


def test_a_refusal_changes_nothing(world):
    before = left(world)
    decided(world, "9000000.00", "lasting", action="refuse")
    assert left(world) == before
    assert not QuotaGrant.objects.exists()


def test_less_than_is_used_cannot_be_granted_and_the_case_stays_open(world):
    issued(world[0], price="1000.00")
    with pytest.raises(ValidationError, match="已用额度"):
        decided(world, "999.99", "lasting")
    assert left(world) == Decimal("7499000.00")
    assert not QuotaGrant.objects.exists()


def test_without_a_grant_the_collection_system_and_then_the_law_file_speak(world):
    other = issuer("上海晚到贸易有限公司", vat_kind="small")
    assert quotas.of_month(other.party, TODAY.date()).granted == Decimal(100000)
    run = runs.start("collection", kind="test", as_of=TODAY.date())
    writer.write([(world[0].party.pk, "invoice_quota", 1_234_500_00, TODAY.date())], run=run)
    runs.finish(run)
    assert quotas.of_month(world[0].party, TODAY.date()).granted == Decimal("1234500.00")
