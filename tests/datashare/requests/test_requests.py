"""Requests for shared data: granted with no human step, or routed, reviewed, provided, refused, disputed (Art 17)."""

import datetime as dt

import pytest
import time_machine
from django.core.exceptions import PermissionDenied, ValidationError
from django.urls import reverse
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from apps.datashare.requests import asking, granting
from apps.datashare.requests.models import DataGrant, DataGrantEvent, DataRequest
from apps.kernel.casework import cases, rights
from apps.kernel.casework.models import Case, Clock
from apps.kernel.notifications.models import Message
from apps.kernel.parties.models import Role
from tests import factories, factories_doors, factories_sharing

pytestmark = pytest.mark.django_db
NOW = factories_sharing.working_hour()


@pytest.fixture(autouse=True)
def _frozen():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def centre():
    return factories_sharing.centre()


@pytest.fixture
def owner():
    return factories_sharing.provider()


@pytest.fixture
def clerk(centre):
    return factories_sharing.asker()


def test_a_published_scenario_and_good_data_need_no_human_step(clerk, owner):
    use = factories_sharing.scenario()
    case = factories_sharing.request(clerk, factories_sharing.dataset(owner, use), use)
    grant = DataGrant.objects.get(case=case)
    assert case.state == "provided"
    assert grant.direct
    assert grant.fields == ["person", "base"]
    assert (grant.valid_from, grant.valid_until) == (dt.date(2026, 11, 25), dt.date(2027, 11, 24))
    assert [step.action for step in case.steps.all()] == ["submit", "grant"]
    assert case.steps.get(action="submit").user == clerk.user


@pytest.mark.parametrize(
    ("changed", "about", "words"),
    [
        ({"months": 24}, {}, "超过直接获取的上限"),
        ({}, {"arrived": False}, "尚未归集"),
        ({}, {"security": 4}, "安全级别为 4 级"),
        ({"use": None}, {}, "没有选择已公布的应用场景"),
    ],
)
def test_what_falls_short_goes_to_the_centre_with_the_reason(clerk, owner, centre, changed, about, words):
    use = factories_sharing.scenario()
    entry = factories_sharing.dataset(owner, use, **about)
    case = factories_sharing.request(clerk, entry, **{"use": use, **changed})
    assert (case.state, case.office) == ("routing", centre.office)
    assert words in case.detail.hindrances
    assert words in case.steps.get(action="forward").reason
    assert not DataGrant.objects.exists()
    assert Message.objects.filter(office=centre.office, template="data-sharing").exists()


def test_custody_passes_from_tax_office_to_centre_to_owner_to_centre(clerk, owner, centre):
    entry = factories_sharing.dataset(owner)
    case = factories_sharing.request(clerk, entry)
    case = cases.perform(case, "route", centre)
    assert case.office == owner.office
    case = cases.perform(case, "approve", owner, without="base", reason="只提供证件号")
    assert case.office == centre.office
    case = cases.perform(case, "provide", centre)
    offices = [row.office for row in case.custodies.all()]
    assert offices == [clerk.office, centre.office, owner.office, centre.office]
    assert case.state == "provided"
    grant = DataGrant.objects.get(case=case)
    assert grant.fields == ["person"]
    assert not grant.direct
    assert {clock.term for clock in Clock.objects.filter(case=case)} == {"data-conditional-reply", "data-provide"}
    assert not Clock.objects.filter(case=case, stopped_at__isnull=True).exists()
    # everybody who held it still sees it; nobody else does
    assert Case.objects.visible_to(clerk).filter(pk=case.pk).exists()
    assert not Case.objects.visible_to(factories_sharing.asker()).filter(pk=case.pk).exists()


def test_unconditional_data_is_provided_by_the_centre_within_a_working_day(clerk, owner, centre):
    case = factories_sharing.request(clerk, factories_sharing.open_dataset(owner))
    clock = Clock.objects.get(case=case)
    assert clock.term == "data-unconditional"
    assert clock.due_at.astimezone(dt.timezone(dt.timedelta(hours=8))).date() == dt.date(2026, 11, 26)
    assert cases.perform(case, "provide", centre).state == "provided"


def test_conditional_data_is_not_provided_past_its_owner(clerk, owner, centre):
    case = factories_sharing.request(clerk, factories_sharing.dataset(owner))
    with pytest.raises(ValidationError, match="先由提供单位审核"):
        cases.perform(case, "provide", centre)
    ((row, why),) = rights.barred_actions(case, centre)
    assert (row.action, "先由提供单位审核" in why) == ("provide", True), "no button, but a word why"
    assert rights.barred_actions(case, owner) == [], "whom it does not concern hears nothing"
    case.refresh_from_db()
    assert case.state == "routing"
    assert not DataGrant.objects.exists()


def test_a_request_is_not_routed_to_a_unit_that_is_closed(clerk, owner, centre):
    case = factories_sharing.request(clerk, factories_sharing.dataset(owner))
    assert "route" in {row.action for row in rights.available_actions(case, centre)}
    owner.office.active = False
    owner.office.save()
    case = Case.objects.get(pk=case.pk)
    assert "已停用" in {row.action: why for row, why in rights.barred_actions(case, centre)}["route"]


def test_a_refusal_is_disputed_once_and_can_be_reviewed_again(clerk, owner, centre):
    case = factories_sharing.request(clerk, factories_sharing.dataset(owner))
    case = cases.perform(case, "route", centre)
    case = cases.perform(case, "refuse", owner, clause="《政务数据共享条例》", reason="超出职责")
    assert (case.state, case.office) == ("refused", clerk.office)
    case = cases.perform(case, "dispute", clerk, reason="《社会保险法》第六十三条明确规定")
    assert (case.state, case.office) == ("disputed", centre.office)
    case = cases.perform(case, "send_back", centre, reason="属于职责范围，请重新审核")
    assert (case.state, case.office) == ("review", owner.office)
    case = cases.perform(case, "refuse", owner, clause="《政务数据共享条例》", reason="仍然不同意")
    with pytest.raises(ValidationError, match="不能再次提出"):
        cases.perform(case, "dispute", clerk, reason="再次")
    assert "dispute" not in {row.action for row in rights.available_actions(case, clerk)}
    case = cases.perform(case, "accept_refusal", clerk)
    assert case.closed_at is not None


def test_the_office_that_asked_withdraws_wherever_the_request_is(clerk, owner, centre):
    case = factories_sharing.request(clerk, factories_sharing.dataset(owner))
    colleague = factories.staff(clerk.office, Role.CLERK, name="沈悦")
    auditor = factories.staff(clerk.office, Role.AUDITOR, name="秦守仁")
    for stranger in (auditor, factories_sharing.asker(), owner, centre):
        with pytest.raises(PermissionDenied):
            cases.perform(case, "withdraw", stranger, reason="不再需要")
    assert cases.perform(case, "withdraw", colleague, reason="不再需要").state == "withdrawn"


@pytest.mark.parametrize(
    ("action", "may"),
    [("route", "centre"), ("approve", None), ("refuse", None), ("dispute", None), ("provide", None)],
)
def test_only_the_holder_acts(clerk, owner, centre, action, may):
    case = factories_sharing.request(clerk, factories_sharing.dataset(owner))
    people = {"clerk": clerk, "owner": owner, "centre": centre}
    for name, actor in people.items():
        open_ = {row.action for row in rights.available_actions(case, actor)}
        assert (action in open_) == (name == may)


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"fields": ["person", "salary"]}, "fields"),
        ({"fields": []}, "fields"),
        ({"months": 0}, "months"),
        ({"months": 37}, "months"),
        ({"purpose": ""}, "purpose"),
        ({"kind": "steal"}, "kind"),
    ],
)
def test_bad_input_names_the_field_and_leaves_nothing(clerk, owner, changed, field):
    entry = factories_sharing.dataset(owner)
    with pytest.raises(ValidationError) as refused:
        factories_sharing.request(clerk, entry, **changed)
    assert field in refused.value.message_dict
    assert not Case.objects.exists()
    assert not DataRequest.objects.exists()


def test_what_is_not_shared_at_all_cannot_be_asked_for(clerk, owner):
    entry = factories_sharing.dataset(owner, sharing="none", condition="")
    with pytest.raises(ValidationError, match="不予共享"):
        factories_sharing.request(clerk, entry)
    assert not Case.objects.exists()


def test_only_tax_staff_ask(owner, centre):
    entry = factories_sharing.dataset(owner)
    for stranger in (owner, centre, factories.staff(factories.tax_office(), Role.AUDITOR)):
        with pytest.raises(PermissionDenied):
            asking.ask(stranger, entry, key="no-0001", kind="check", fields=["base"], purpose="x", basis="y", months=1)
    assert not Case.objects.exists()


def test_the_same_key_asks_once(clerk, owner):
    entry = factories_sharing.dataset(owner)
    first = factories_sharing.request(clerk, entry, key="same-key-1")
    assert factories_sharing.request(clerk, entry, key="same-key-1") == first
    assert DataRequest.objects.count() == 1


# --- grants ------------------------------------------------------------------------------


def test_a_grant_is_narrowed_never_widened(clerk, owner, centre):
    grant = factories_sharing.grant(clerk)
    until = grant.valid_until
    with pytest.raises(ValidationError, match="只能从现有数据项中保留"):
        granting.narrow(grant, centre, fields=["person", "phone"], valid_until=until, reason="x")
    with pytest.raises(ValidationError, match="不能延后"):
        granting.narrow(grant, centre, fields=["base"], valid_until=until + dt.timedelta(days=1), reason="x")
    with pytest.raises(ValidationError, match="不能早于今天"):
        granting.narrow(grant, centre, fields=["base"], valid_until=dt.date(2026, 11, 24), reason="x")
    narrowed = granting.narrow(grant, centre, fields=["base"], valid_until=until, reason="最小必要")
    assert narrowed.fields == ["base"]
    assert [event.kind for event in grant.events.all()] == ["granted", "narrowed"]
    assert grant.events.first().fields == ["person", "base"]


def test_a_grant_is_revoked_at_once_by_the_provider_or_the_centre_only(clerk, centre):
    grant = factories_sharing.grant(clerk)
    provider = factories.staff(grant.dataset.provider, Role.OFFICER)
    for stranger in (clerk, factories_sharing.provider("市水务局")):
        with pytest.raises(PermissionDenied):
            granting.revoke(grant, stranger, reason="x")
    assert granting.revoke(grant, provider, reason="用途已变").revoked_at == NOW
    assert Message.objects.filter(office=clerk.office, template="data-grant").count() == 1
    with pytest.raises(ValidationError, match="已经撤销"):
        granting.revoke(grant, centre, reason="again")


def test_grants_run_out_by_themselves(clerk):
    grant = factories_sharing.grant(clerk, months=1)
    assert DataGrant.objects.live().get() == grant
    with time_machine.travel(dt.datetime(2026, 12, 25, 2, tzinfo=dt.UTC)):
        assert not DataGrant.objects.live().exists()
        grant.refresh_from_db()
        assert not grant.is_live


def test_unused_grants_are_reported_once(clerk):
    grant = factories_sharing.grant(clerk)
    assert granting.report_unused() == 0
    with time_machine.travel(NOW + dt.timedelta(days=61)):
        assert list(granting.unused()) == [grant]
        assert granting.report_unused() == 1
        assert granting.report_unused() == 0
    assert DataGrantEvent.objects.filter(grant=grant, kind="unused").count() == 1


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(first=st.dates(dt.date(2024, 1, 1), dt.date(2030, 12, 31)), months=st.integers(1, 36))
def test_a_grant_runs_whole_months(first, months):
    last = granting.last_day(first, months)
    later = first.year * 12 + first.month - 1 + months
    same = dt.date(later // 12, later % 12 + 1, 1)
    following = (same.replace(day=28) + dt.timedelta(days=4)).replace(day=1) - dt.timedelta(days=1)
    anniversary = same.replace(day=min(first.day, following.day))
    assert abs((last - (anniversary - dt.timedelta(days=1))).days) <= 3
    assert last >= first


# --- pages and API -----------------------------------------------------------------------


def test_a_request_through_the_api_of_cases(clerk, owner):
    use = factories_sharing.scenario()
    entry = factories_sharing.dataset(owner, use)
    client = factories_doors.signed_in(clerk)
    detail = {
        "dataset": entry.code,
        "scenario": use.code,
        "kind": "check",
        "fields": ["base"],
        "purpose": "核对",
        "basis": "第六十三条",
        "months": 6,
    }
    body = {"procedure": "data-request", "detail": detail}
    asked = {"content_type": "application/json", "headers": {"Idempotency-Key": "api-request-1"}}
    answer = client.post("/api/v1/cases/", body, **asked)
    assert answer.status_code == 201, answer.content
    assert Case.objects.get().state == "provided"
    body["detail"] = {**detail, "dataset": "nothing"}
    refused = client.post("/api/v1/cases/", body, **{**asked, "headers": {"Idempotency-Key": "api-request-2"}})
    assert refused.status_code == 400
    assert "dataset" in refused.content.decode()


def test_the_pages_ask_show_and_refuse(client, clerk, owner):
    factories_doors.sign_in(client, clerk.user)
    entry = factories_sharing.dataset(owner)
    assert entry.current.title in client.get(reverse("data:choose")).content.decode()
    page = reverse("data:ask", args=[entry.code])
    refused = client.post(page, {"kind": "check", "months": "12", "fields": ["salary"]})
    assert refused.status_code == 422
    assert "error-summary" in refused.content.decode()
    sent = {"kind": "check", "fields": ["base"], "purpose": "核对", "basis": "第六十三条", "months": "12", "key": "k"}
    answer = client.post(page, sent)
    case = Case.objects.get()
    assert answer.url == reverse("counter_cases:page", args=[case.number])
    assert "没有选择已公布的应用场景" in client.get(answer.url).content.decode()
    assert case.number in client.get(reverse("data:mine")).content.decode()
