"""A prefilled figure is wrong: the employer says so, the department puts it right, the return follows (Art 19)."""

import pytest
from django.urls import reverse

from apps.kernel.casework.models import Case
from tests import factories, factories_filing, factories_quality, factories_sharing
from tests.journeys.people import in_both_ways

pytestmark = pytest.mark.browser
MONTH = factories_filing.SEPTEMBER


@in_both_ways
def test_a_correction_changes_a_prefilled_figure(visitor):
    centre, hrss = factories_sharing.centre(), factories_sharing.provider()
    factories_quality.speaks_for(hrss.office)
    employer = factories_filing.payer(factories.tax_office())
    factories_quality.says(employer.party, 120_000_00, days_ago=100)

    page = visitor(employer)
    page.visit(reverse("filing:periods", args=[employer.party.ref]))
    page.press("开始申报", page.say("单位社会保险费") + f" {MONTH}")
    page.sees("120,000.00")
    page.follow("不对？", page.say("职工缴费基数合计"))
    page.fill(claimed="150000", reason="八月新增三名职工，基数没有合并。")
    page.press("代表 %(name)s 提出异议", name=employer.party.name)
    page.is_told("异议已记录。本期按您填写的金额申报，预填数仍保留备查。")
    case = Case.objects.get(procedure="data-correction")

    router = visitor(centre)
    router.visit("/partner/")
    router.follow(case.number)
    router.acts("forward")
    officer = visitor(hrss)
    officer.visit("/partner/")
    officer.follow(case.number)
    officer.sees("120,000.00", "八月新增三名职工，基数没有合并。")
    officer.acts("correct", value="150000.00", write="on", reason="三名职工的基数已经合并。")
    officer.sees("归集到更正后的值，办结")

    draft = Case.objects.get(procedure="social-insurance-return")
    page.visit(reverse("filing:figures", args=[employer.party.ref, draft.number]))
    page.sees("预填之后数据有变化，例如新取得了发票。更新后，有变化的项目需要重新确认；您填写的申报数会保留。")
    page.press("更新预填数据")
    assert [row.imported for row in draft.detail.figures.filter(kind="wage_base")] == [150000]
    page.sees_not("120,000.00")
    page.visit(reverse("cases:page", args=[employer.party.ref, case.number]))
    page.sees("已更正", "150,000.00")
