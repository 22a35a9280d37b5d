"""A return filed on the third day after its last: five points gone, found mended, restored with one press (Art 34)."""

import datetime as dt

import pytest
import time_machine
from django.urls import reverse

from apps.kernel.casework.models import Case
from apps.kernel.notifications.models import Message
from apps.kernel.workcalendar.days import SHANGHAI
from apps.supervision.credit import mending
from apps.supervision.credit.models import Deduction
from tests import factories, factories_credit
from tests.journeys.people import in_both_ways

pytestmark = pytest.mark.browser
DUE = dt.date(2026, 9, 15)


@in_both_ways
def test_a_deduction_is_mended_on_the_third_day(visitor):
    party = factories_credit.payer(factories.tax_office())
    owner = factories.representative(party)
    # The portal's clock cannot be turned: what happened in September is put there through the doors.
    with time_machine.travel(dt.datetime(2026, 9, 16, 9, tzinfo=SHANGHAI)):
        row = factories_credit.deducted(party, counted_from=DUE, period="2026-09")
    with time_machine.travel(dt.datetime(2026, 9, 18, 9, tzinfo=SHANGHAI)):
        mending.mended(party, "late-filing", "2026-09", DUE + dt.timedelta(days=3), about="case/SH2026000000001")
    assert set(Message.objects.filter(party=party).values_list("template", flat=True)) == {
        "credit-deduction",
        "credit-mended",
    }

    page = visitor(owner)
    page.visit(f"/as/{party.ref}/")
    page.sees("申请信用修复：%(what)s", what=page.say(str(row.indicator.label)) + " 2026-09")
    page.visit(reverse("credit:file", args=[party.ref]))
    page.follow(f"{page.say(str(row.indicator.label))}", "2026-09")
    page.sees("系统已查到纠正记录。提交后立即恢复，不需要材料。", "已过")
    page.press("代表 %(name)s 申请修复", name=party.name)
    page.sees("已核准", "起第 3 天纠正，恢复 100%")
    row = Deduction.objects.get(pk=row.pk)
    assert row.restored == row.points == 5

    page.visit(reverse("credit:file", args=[party.ref]))
    page.follow(Case.objects.get(procedure="credit-repair").number)
    page.visit(f"/as/{party.ref}/")
    page.sees_not("申请信用修复")

    clerk = visitor(factories.staff(party.office))
    clerk.visit(reverse("credit_counter:search"))
    clerk.fill(payer=party.organisation.uscc)
    clerk.press("查找")
    clerk.sees(party.name)
