"""A risk reminder: the payer sees the figures and explains, the office checks and clears (Art 32)."""

import pytest
from django.urls import reverse

from apps.kernel.casework.models import Case
from tests.factories_risk import DOUBTED_ONCE, Bureau, know, scanned
from tests.journeys.people import in_both_ways

pytestmark = pytest.mark.browser


@in_both_ways
def test_a_reminder_is_answered_and_cleared(visitor):
    world = Bureau()
    know(world.company, DOUBTED_ONCE)
    scanned()
    case = Case.objects.get(procedure="risk-reminder")

    analyst = visitor(world.analyst)
    for page in ("risk:desk", "risk:tasks", "risk:payers"):
        analyst.visit(reverse(page))
    analyst.follow(world.company.name)
    analyst.sees("命中的指标")

    payer = visitor(world.payer)
    payer.visit(f"/as/{world.company.ref}/cases/")
    payer.follow(case.number)
    payer.follow("核对数据并回复")
    payer.sees("600,000.00", "这只是提醒，不是处罚。有出入常有正当原因，请核对下面的数据后选择一种方式回复。")
    payer.follow("说明理由")
    payer.press("代表 %(party)s 回复", party=world.company.name)
    payer.is_asked_again()
    payer.fill(reason="开票后发生退货，红字发票在下个月开具。")
    payer.press("代表 %(party)s 回复", party=world.company.name)
    payer.sees("已回复，待核对")

    clerk = visitor(world.analyst)
    clerk.visit(reverse("counter_cases:page", args=[case.number]))
    clerk.sees("开票后发生退货，红字发票在下个月开具。")
    clerk.acts("take")
    clerk.acts("clear", reason="红字发票已经核实。")
    payer.visit(f"/as/{world.company.ref}/cases/{case.number}/")
    payer.sees("已排除", "红字发票已经核实。")
