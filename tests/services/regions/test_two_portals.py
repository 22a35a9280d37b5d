"""Two real portals: a matter accepted here is handled there, and its result stands on the case here (Art 9)."""

import json

import pytest

from apps.kernel.casework import cases
from apps.kernel.notifications import dispatch
from apps.kernel.notifications.models import Dispatch
from apps.kernel.parties.models import Role
from apps.services.regions.models import RegionMatter
from apps.services.regions.procedure import FORWARDING
from tests import factories

STATEMENT = "在杭州有两个月的安装工程，申请跨区域涉税事项报验。"


@pytest.fixture
def forwarded(other_portal, key):
    """A matter for the other province that our clerk has just forwarded."""
    office = factories.tax_office()
    owner = factories.representative(factories.company(office=office))
    case = cases.open_submitted(
        FORWARDING,
        owner,
        {"matter": RegionMatter.objects.get(), "statement": STATEMENT, "consent": True},
        idempotency_key="region-0001",
    )
    return cases.perform(case, "forward", factories.staff(office, Role.CLERK))


def theirs(other_portal, number: str) -> dict:
    return next(row for row in json.loads(other_portal.run("cases")) if row["their_number"] == number)


def test_a_matter_goes_there_and_its_result_comes_back(portal, other_portal, forwarded):
    dispatch.send_due()
    forwarded.refresh_from_db()
    assert forwarded.state == "there"
    there = theirs(other_portal, forwarded.number)
    assert (there["region"], there["statement"], there["case__state"]) == ("310000", STATEMENT, "submitted")
    assert forwarded.detail.their_number == there["case__number"]

    number = there["case__number"]
    assert other_portal.perform(number, "accept", who="clerk").status_code == 200
    approval = other_portal.perform(number, "approve", who="chief", reason="已报验，有效期至 2027-01-31。")
    assert approval.status_code == 200, approval.text
    assert {state for state, _error in json.loads(other_portal.run("send"))} == {"delivered"}

    forwarded.refresh_from_db()
    assert forwarded.state == "done"
    said = [step.reason for step in forwarded.steps.all() if step.reason]
    assert any("已受理" in each for each in said)
    assert any("已报验，有效期至 2027-01-31。" in each for each in said)
    assert not forwarded.clocks.filter(stopped_at__isnull=True).exists()


def test_a_message_sent_twice_opens_one_case_there(portal, other_portal, forwarded):
    dispatch.send_due()
    Dispatch.objects.filter(destination="region/330000").update(state="queued", sent_at=None)
    dispatch.send_due()
    numbers = [row["their_number"] for row in json.loads(other_portal.run("cases"))]
    assert numbers.count(forwarded.number) == 1
    assert forwarded.steps.filter(action="arrive").count() == 1


def test_a_province_that_does_not_know_our_key_refuses_and_the_message_waits(portal, other_portal, forwarded, settings):
    from tests.services.regions.conftest import seed  # noqa: PLC0415 - only here

    settings.REGION_SIGNING_KEY = seed()
    dispatch.send_due()
    row = Dispatch.objects.get(destination="region/330000")
    assert (row.state, row.last_error) == ("failed", "HTTPStatusError 401")
    forwarded.refresh_from_db()
    assert forwarded.state == "forwarded"
