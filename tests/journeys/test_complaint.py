"""A complaint goes to whoever it belongs to: transferred, received, answered, rated (Art 31)."""

import pytest

from apps.kernel.casework.models import Case
from tests.journeys.people import in_both_ways
from tests.supervision.conftest import Complaints

pytestmark = pytest.mark.browser


@in_both_ways
def test_a_complaint_is_transferred_answered_and_rated(visitor):
    world = Complaints()
    complainant = visitor(world.complainant)
    home = f"/as/{world.complainant.party.ref}/"
    complainant.visit(f"{home}complaints/")
    complainant.follow("实名投诉")
    complainant.press("开始办理")
    complainant.fill(area="social_insurance", kind="quality")
    complainant.press("保存并继续")
    complainant.fill(about=str(world.bureau.pk))
    complainant.press("保存并继续")
    complainant.press("保存并继续")
    complainant.is_asked_again()
    complainant.fill(account="社会保险费的缴费基数写错了，跑了三次没有人改。")
    complainant.press("保存并继续")
    complainant.follow("继续：核对并提交")
    complainant.press("提交")
    case = Case.objects.get(procedure="complaint")
    complainant.sees(case.number)

    clerk = visitor(world.clerk)
    clerk.visit("/counter/")
    clerk.follow(case.number)
    clerk.acts("transfer", office=world.hrss.code, reason="缴费基数由人力资源社会保障部门核定。")
    complainant.follow("查看办理进度")
    complainant.sees("已转送 %(office)s，等待对方接收。", office=world.hrss.name)
    complainant.sees("转办通知书")

    officer = visitor(world.hrss_officer)
    officer.visit("/partner/")
    officer.follow("%(title)s", case.number, title="投诉")
    officer.acts("receive")
    officer.acts("answer", outcome="upheld", reason="基数已更正，从本月起按更正后的基数缴费。")

    complainant.visit(f"{home}cases/{case.number}/")
    complainant.sees("由 %(office)s 办理", office=world.hrss.name)
    complainant.sees("基数已更正，从本月起按更正后的基数缴费。", "属实")
    complainant.acts("rate", rating="5")
    complainant.sees("%(rating)s 分（满分 5 分）", rating="5")
    case.refresh_from_db()
    assert (case.state, case.office, case.detail.rating) == ("answered", world.hrss, 5)
