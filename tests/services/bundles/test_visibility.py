"""Each department sees its own part and nothing of the others', in pages and API alike (Arts 10, 21)."""

import pytest
from django.test import Client

from apps.kernel.casework.models import Case
from apps.kernel.parties.models import Mandate
from tests import factories
from tests import factories_bundles as bundles
from tests.access.world import World

pytestmark = pytest.mark.django_db


@pytest.fixture
def world():
    people = bundles.departments()
    people.applicant = factories.citizen("周思远", office=people.tax)
    people.whole = bundles.business_started(people.applicant)
    bundles.approve(bundles.part(people.whole, "market"), people.market, number=factories.credit_code())
    return people


def signed_in(actor) -> Client:
    client = Client()
    World._sign_in(client, actor.user)
    return client


def test_each_office_sees_its_own_part_alone(world):
    for code in ("market", "police", "hrss", "medical"):
        seen = set(Case.objects.visible_to(getattr(world, code)).values_list("part", flat=True))
        assert seen == {{"police": "seal"}.get(code, code)} - {"medical"}
    assert set(Case.objects.visible_to(world.clerk).values_list("part", flat=True)) == {"", "tax"}


def test_another_departments_part_is_as_absent_as_one_that_never_was(world):
    market = signed_in(world.market)
    own, foreign = bundles.part(world.whole, "market"), bundles.part(world.whole, "hrss")
    assert market.get(f"/partner/cases/{own.number}/").status_code == 200
    refused, absent = (market.get(f"/partner/cases/{number}/") for number in (foreign.number, "SH2026999999999"))
    assert (refused.status_code, absent.status_code) == (404, 404)
    assert refused.content.replace(foreign.number.encode(), b"SH2026999999999") == absent.content
    assert market.get(f"/api/v1/cases/{foreign.number}/").status_code == 404
    assert market.get(f"/api/v1/cases/{world.whole.number}/").status_code == 404


def test_a_part_shows_the_answers_it_takes_and_no_others(world):
    page = signed_in(world.police).get(f"/partner/cases/{bundles.part(world.whole, 'seal').number}/").content.decode()
    assert "上海浦江书香文化有限公司" in page
    assert "500000.00" not in page
    assert "福州路" not in page


def test_a_later_part_sees_what_came_of_the_one_it_waited_for(world):
    code = bundles.part(world.whole, "market").detail.number
    page = signed_in(world.hrss).get(f"/partner/cases/{bundles.part(world.whole, 'hrss').number}/").content.decode()
    assert code in page


def test_the_leading_tax_office_sees_the_progress_but_not_the_answers(world):
    page = signed_in(world.clerk).get(f"/counter/cases/{world.whole.number}/").content.decode()
    assert "用人单位社会保险登记" in page
    assert "福州路" not in page


def test_the_applicant_sees_one_application_and_every_part_of_it(world):
    owner, ref = signed_in(world.applicant), world.applicant.party.ref
    listed = owner.get(f"/as/{ref}/cases/").content.decode()
    assert listed.count("SH2026") == listed.count(world.whole.number)
    page = owner.get(f"/as/{ref}/cases/{world.whole.number}/").content.decode()
    for told in ("企业设立登记", "上海市人力资源和社会保障局", "等待前面的环节", "用人单位医疗保险登记"):
        assert told in page
    assert owner.get(f"/as/{ref}/cases/{bundles.part(world.whole, 'tax').number}/").status_code == 200


def test_a_mandate_for_the_bundle_reaches_its_parts_and_one_for_another_matter_does_not(world):
    def reach(matter: str) -> int:
        agent = factories.representative(
            world.applicant.party, kind=Mandate.Kind.RELATIVE, name=matter, matters=[matter]
        )
        return Case.objects.visible_to(agent).count()

    assert reach("start-business") == 1 + world.whole.parts.count()
    assert reach("deferral") == 0
