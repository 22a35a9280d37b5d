"""An elder names a guardian, the office checks the paper, the guardian applies in the elder's name (Arts 6, 12)."""

import datetime as dt

import pytest

from apps.kernel.casework.models import Case, Step
from tests import factories, factories_assistance
from tests.journeys.people import in_both_ways

pytestmark = pytest.mark.browser


@in_both_ways
def test_a_guardian_applies_for_the_elder(visitor):
    office = factories.tax_office()
    elder = factories_assistance.elder(office)
    guardian = factories.citizen("陆志明", born=dt.date(1975, 3, 12), office=office)
    home = f"/as/{elder.party.ref}/"

    page = visitor(elder)
    page.visit(f"{home}mandates/")
    page.follow("邀请他人代办")
    page.press("下一步：核对")
    page.is_asked_again()
    page.fill(agent_name="陆志明", agent_number=guardian.party.person.id_number, kind="guardian")
    page.press("下一步：核对")
    page.press("发出邀请")
    page.sees("陆志明")

    other = visitor(guardian)
    other.visit("/mandates/")
    other.sees("监护关系由税务所核对证明材料后生效，请带材料到被监护人的主管税务所办理。")
    assert other.page.request.get(home).status == 404  # not before the paper has been seen

    clerk = visitor(factories.staff(office))
    clerk.visit("/counter/guardians/")
    clerk.follow(elder.party.name)
    clerk.fill(paper="户口簿，沪公户字第 0117 号")
    clerk.press("材料属实，确认监护关系")
    clerk.sees("目前没有待确认的监护关系。")

    other.visit("/mandates/")
    other.follow(elder.party.name)
    other.acts_for(elder.party.name)
    other.visit(f"{home}matters/deferral/")
    other.press("开始办理")
    other.fill(levy="vat", period="2026-09", amount="1200.00")
    other.press("保存并继续")
    other.fill(months="2")
    other.press("保存并继续")
    other.fill(ground="force_majeure", explanation="房屋受损，修缮花去积蓄。")
    other.press("保存并继续")
    other.follow("继续：核对并提交")
    other.press("代表 %(name)s 提交", name=elder.party.name)
    case = Case.objects.get(procedure="deferral")
    assert (case.applicant, Step.objects.get(case=case, action="submit").user) == (elder.party, guardian.user)

    page.visit(f"{home}cases/")
    page.follow(case.number)
    page.sees("陆志明", "房屋受损，修缮花去积蓄。")
