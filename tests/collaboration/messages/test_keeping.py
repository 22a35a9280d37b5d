"""What was refused is kept for replay for a time, then goes by two people's word (Arts 6, 22-30)."""

import datetime as dt
from decimal import Decimal

import pytest
import time_machine
from django.contrib.auth.models import Permission
from django.core.exceptions import ValidationError

from apps.collaboration.fees.models import FeeDelivery
from apps.collaboration.messages.models import RefusedMessage
from apps.kernel.parties.models import PartnerClient
from apps.kernel.retention import destroying, kinds, tasks
from apps.kernel.retention.models import Entry
from apps.kernel.workcalendar import clock
from tests import factories, factories_doors, factories_fees, factories_judicial

pytestmark = pytest.mark.django_db
BEGIN = dt.datetime(2026, 3, 2, 1, 0, tzinfo=dt.UTC)
CODES = ("refused-message", "refused-insurance", "refused-fees", "refused-qualification", "refused-batch")


@pytest.fixture
def at():
    """March 2026; a test lets time pass."""
    with time_machine.travel(BEGIN, tick=False) as traveller:
        yield traveller


def keeper(name: str, *permissions: str) -> factories.Actor:
    actor = factories.staff(factories.tax_office("档案室"), name=name)
    actor.user.user_permissions.set(Permission.objects.filter(codename__in=permissions))
    return actor


def destroyed(code: str) -> list[str]:
    """The subjects of what two people let go."""
    register = destroying.propose(keeper("顾建华", "add_register"), code, reason="清理")
    destroying.approve(register, keeper("何审", "approve_register"), "同意")
    tasks.carry_out(register.pk)
    return list(Entry.objects.filter(register=register, ended_at__isnull=False).values_list("subject", flat=True))


def kept_message() -> RefusedMessage:
    world = factories_judicial.world()
    factories_doors.system(world.court, "enforcement.write")
    return RefusedMessage.objects.create(
        client=PartnerClient.objects.get(office=world.court.office),
        method="POST",
        path="/api/v1/courts/sales/",
        body=b'{"price": "1.00"}',
        digest="0" * 64,
        code="wrong_unit",
    )


def test_a_refused_message_goes_when_its_period_is_over_and_leaves_a_tombstone(at):
    message = kept_message()
    at.shift(dt.timedelta(days=190))
    assert destroyed("refused-message") == [f"refused-message/{message.ref}"]
    assert not RefusedMessage.objects.exists()


def test_one_that_was_tried_again_lately_is_kept(at):
    message = kept_message()
    at.shift(dt.timedelta(days=190))
    RefusedMessage.objects.filter(pk=message.pk).update(tried_at=clock.now())
    with pytest.raises(ValidationError):
        destroying.propose(keeper("顾建华", "add_register"), "refused-message", reason="清理")


def test_of_the_deliveries_only_the_refused_go(at):
    officer, payer = factories_fees.officer(), factories.company(office=factories.tax_office())
    row = factories_fees.row(payer) | {"due": "2026-04-30"}
    taken = factories_fees.delivered(officer, row)
    refused = factories_fees.delivered(officer, row | {"number": "B-2"}, control_total=Decimal("1.00"))
    assert (taken.state, refused.state) == ("taken", "refused")
    at.shift(dt.timedelta(days=190))
    assert destroyed("refused-fees") == [f"refused-fees/{refused.ref}"]
    assert list(FeeDelivery.objects.all()) == [taken]


@pytest.mark.parametrize("code", CODES)
def test_every_kind_of_what_is_refused_has_a_period_of_law(code):
    kind = kinds.get(code)
    assert kind.period().term > 0
    assert not kind.due().exists()
