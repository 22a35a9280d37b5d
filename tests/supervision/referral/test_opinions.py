"""A procuratorate gives an opinion, the tax office answers; joint actions are logged (Art 35)."""

import datetime as dt

import pytest
import time_machine
from django.core.exceptions import PermissionDenied, ValidationError
from django.urls import reverse

from apps.kernel.casework import cases
from apps.kernel.casework.models import Case
from apps.kernel.parties.models import Role
from apps.kernel.workcalendar import clock
from apps.kernel.workcalendar.days import SHANGHAI
from apps.supervision.referral import joint
from apps.supervision.referral.models import JointAction
from tests import factories, factories_referral
from tests.access.world import World

pytestmark = pytest.mark.django_db
AT = dt.datetime(2026, 10, 28, 2, 0, tzinfo=dt.UTC)


@pytest.fixture
def world():
    with time_machine.travel(AT, tick=False):

        class There:
            tax = factories.tax_office()
            risk = factories.staff(tax, Role.RISK, name="罗宇航")
            second = factories.staff(tax, Role.CLERK)
            police = factories_referral.police()
            prosecutor = factories_referral.prosecutor()
            payer = factories.company(office=tax)

        yield There


@pytest.fixture
def case(world) -> Case:
    return factories_referral.opinion(world.prosecutor, world.tax, world.payer)


def test_an_opinion_is_answered_within_two_months_and_confirmed(world, case):
    assert case.office == world.tax
    due = case.clocks.get(term="procuratorate-reply").due_at.astimezone(SHANGHAI)
    assert due.date() == dt.date(2026, 12, 28)
    with pytest.raises(PermissionDenied):
        cases.perform(case, "answer", world.prosecutor, result="不能替税务机关回复。")
    case = cases.perform(case, "answer", world.second, result="已作出处理决定。")
    assert (case.state, case.office) == ("answered", world.prosecutor.office)
    with pytest.raises(PermissionDenied):
        cases.perform(case, "confirm", world.second)
    case = cases.perform(case, "ask_again", world.prosecutor, reason="请说明滞纳金。")
    assert case.clocks.filter(term="procuratorate-reply", stopped_at__isnull=True).count() == 1
    cases.perform(case, "answer", world.risk, result="滞纳金已缴清。")
    assert cases.perform(case, "confirm", world.prosecutor).closed_at is not None


def test_only_a_procuratorate_gives_opinions(world):
    for who in (world.police, world.risk):
        with pytest.raises((PermissionDenied, ValidationError)):
            factories_referral.opinion(who, world.tax, world.payer)


def test_the_partner_page_writes_an_opinion_and_others_find_no_page(world, client):
    World._sign_in(client, world.prosecutor.user)
    given = {
        "tax_office": world.tax.code,
        "payer_code": world.payer.organisation.uscc,
        "ground": "not_prosecuted",
        "document_number": "检意〔2026〕13号",
        "suggestion": "建议处理。",
        "key": "opinion-page-1",
    }
    assert client.post(reverse("referral_partner:opinion"), given).status_code == 302
    assert Case.objects.get(procedure="procuratorial-opinion").number in (
        client.get(reverse("referral_partner:list")).content.decode()
    )
    assert client.get(reverse("referral_partner:joint")).status_code == 404
    World._sign_in(client, world.police.user)
    assert client.get(reverse("referral_partner:opinion")).status_code == 404


def given_action(world, **changed) -> dict:
    return {
        "held_on": "2026-10-27",
        "participants": [world.police.office.code],
        "subject": "联合检查",
        "result": "封存电脑四台。",
        "case_number": "",
        **changed,
    }


def test_a_joint_action_is_written_once_and_seen_by_those_who_took_part(world, client):
    case = factories_referral.reported(world.risk, world.second, world.police.office, world.payer)
    row = joint.write(world.risk, given_action(world, case_number=case.number), key="joint-1")
    assert joint.write(world.risk, given_action(world), key="joint-1") == row
    assert row.case == case
    for who, sees in ((world.risk, 1), (world.police, 1), (world.prosecutor, 0), (factories_referral.police(), 0)):
        assert JointAction.objects.visible_to(who).count() == sees
    World._sign_in(client, world.police.user)
    page = client.get(reverse("referral_partner:joint")).content.decode()
    assert "联合检查" in page
    assert case.number not in page  # the police do not see the case before it is transferred
    World._sign_in(client, world.risk.user)
    assert "封存电脑四台" in client.get(reverse("counter_cases:page", args=[case.number])).content.decode()


def test_a_joint_action_has_happened_and_its_case_is_one_the_writer_sees(world):
    case = factories_referral.reported(world.risk, world.second, world.police.office, world.payer)
    tomorrow = (clock.today() + dt.timedelta(days=1)).isoformat()
    for who, changed, name in (
        (world.risk, {"held_on": tomorrow}, "held_on"),
        (world.police, {"participants": [world.tax.code], "case_number": case.number}, "case_number"),
        (world.risk, {"participants": []}, "participants"),
    ):
        with pytest.raises(ValidationError) as refusal:
            joint.write(who, given_action(world, **changed), key="joint-2")
        assert name in refusal.value.message_dict
    with pytest.raises(PermissionDenied):
        joint.write(world.prosecutor, given_action(world), key="joint-3")
