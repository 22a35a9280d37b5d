"""A fee source from the department's file to its feedback: delivered, matched, billed, paid, told (Art 25)."""

import pytest
from django.urls import reverse

from apps.collaboration.fees import billing, feedback, packing
from apps.collaboration.fees.models import FeeSource
from apps.kernel.workcalendar import clock
from tests import factories, factories_fees, factories_ledger
from tests.journeys.people import in_both_ways

pytestmark = pytest.mark.browser


@in_both_ways
def test_a_fee_source_from_file_to_feedback(visitor):
    office = factories.tax_office()
    payer = factories.company(office=office)
    owner, water = factories.representative(payer), factories_fees.officer()
    known, unknown = factories_fees.row(payer), factories_fees.row(amount="480.00")

    officer = visitor(water)
    officer.visit(reverse("fees_partner:deliver"))
    officer.hand_in("file-file", "费源.csv", _csv(known, unknown))
    officer.fill(**{"file-control_count": "2", "file-control_total": "7000.00"})
    officer.press("传递")
    officer.sees("下面的问题改正以前，这一批一条也没有接收。改正后请重新传递。")
    officer.visit(reverse("fees_partner:deliver"))
    officer.hand_in("file-file", "费源.csv", _csv(known, unknown))
    officer.fill(**{"file-control_count": "2", "file-control_total": "7200.00"})
    officer.press("传递")
    officer.sees(known["number"], "6,720.00", "待匹配缴费人")
    billing.tell_payers()

    clerk = visitor(factories.staff(office))
    clerk.visit(reverse("fees_counter:unmatched"))
    clerk.follow(unknown["number"])
    clerk.fill(**{"back-reason": "名称与登记不一致，请核对缴费人。"})
    clerk.press("退回费源部门")
    clerk.sees("没有待匹配的费源。")

    page = visitor(owner)
    page.visit(reverse("fees:mine", args=[payer.ref]))
    source = FeeSource.objects.get(number=known["number"])
    page.click(page.main.get_by_role("link", name=known["number"]))
    page.sees("6,720.00", known["basis"])
    factories_ledger.paid(source.charge, actor=owner)
    feedback.tell_departments()
    page.visit(reverse("fees:mine", args=[payer.ref]))
    page.sees("已缴清并反馈")

    officer.visit(reverse("fees_partner:feedback"))
    officer.sees(known["number"], "6,720.00")
    officer.visit(reverse("fees_partner:sources"))
    officer.follow(unknown["number"])
    officer.sees("已退回部门", "名称与登记不一致，请核对缴费人。")
    officer.visit(reverse("fees_partner:reconciliation"))
    officer.sees("相符")
    told = officer.page.context.request.get(reverse("fees_partner:day_file", args=[clock.today().isoformat()])).text()
    assert known["number"] in told
    assert unknown["number"] not in told


def _csv(*given: dict[str, str]) -> bytes:
    lines = [
        ",".join(packing.COLUMNS.values()),
        *(",".join(f'"{row[name]}"' for name in packing.COLUMNS) for row in given),
    ]
    return "\r\n".join(lines).encode("utf-8-sig")
