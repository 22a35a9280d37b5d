"""Data asked for: one request is granted by rule at once, another reviewed by both (Art 17)."""

import pytest
from django.urls import reverse
from django.utils.translation import override

from apps.datashare.requests.models import DataGrant
from apps.kernel.casework.models import Case
from tests import factories_sharing
from tests.journeys.people import in_both_ways

pytestmark = pytest.mark.browser
ASKED = {"kind": "check", "purpose": "核对缴费基数", "basis": "《社会保险法》第六十三条", "months": "12"}


@in_both_ways
def test_one_request_is_granted_at_once_and_another_reviewed(visitor):
    centre, owner, asker = factories_sharing.centre(), factories_sharing.provider(), factories_sharing.asker()
    use = factories_sharing.scenario()
    published = factories_sharing.dataset(owner, use)
    other = factories_sharing.dataset(owner, title="职业技能提升补贴", title_en="Training subsidies")

    clerk = visitor(asker)
    clerk.visit(reverse("data:choose"))
    with override(clerk.way.language):
        clerk.follow("申请", published.current.called)
    clerk.press("提交申请")
    clerk.is_asked_again()
    clerk.fill(**ASKED, scenario=str(use.pk))
    clerk.page.locator("[name=fields][value=base]").check()
    clerk.press("提交申请")
    clerk.sees("已提供", "符合已公布场景和数据规范性要求，直接授权")
    grant = DataGrant.objects.get()
    assert (grant.direct, grant.fields) == (True, ["base"])
    clerk.follow(grant.ref)
    clerk.sees("缴费基数 base")

    clerk.visit(reverse("data:ask", args=[other.code]))
    clerk.fill(**ASKED)
    for field in ("phone", "base"):
        clerk.page.locator(f"[name=fields][value={field}]").check()
    clerk.press("提交申请")
    clerk.sees("待转办", "不能直接获取的原因")
    case = Case.objects.get(procedure="data-request", closed_at__isnull=True)

    router = visitor(centre)
    router.visit(reverse("data_partner:received"))
    router.follow(case.number)
    router.acts("route")
    reviewer = visitor(owner)
    reviewer.visit(reverse("data_partner:received"))
    reviewer.follow(case.number)
    reviewer.acts("approve", without="phone", reason="手机号码与征收无关。")
    router.visit(reverse("partner_cases:page", args=[case.number]))
    router.acts("provide")
    router.visit(reverse("data_partner:grants"))
    router.sees(case.detail.grant.ref)

    clerk.visit(reverse("data:mine"))
    clerk.follow(case.number)
    clerk.sees("已提供", "手机号码与征收无关。")
    assert DataGrant.objects.get(case=case).fields == ["base"]
