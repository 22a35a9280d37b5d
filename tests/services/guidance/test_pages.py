"""The pages of policy guidance and monitoring, as a visitor, a payer and staff see them."""

import datetime as dt

import pytest
import time_machine
from django.contrib.auth.models import Permission
from django.test import Client

from apps.kernel.parties.models import Role
from apps.kernel.rules import policy_review
from apps.kernel.rules.models import PolicyVersion
from apps.portal import search, search_sources
from apps.portal.models import SearchEntry
from apps.services.entitlement.models import Enjoyment, MatchRun
from apps.services.guidance.models import Reminder, TopicOptOut
from tests import factories
from tests.access.world import World
from tests.factories_policies import SMALL_PROFIT, THIRTY, know, payer, policy, push

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("plain_static_files")]


@pytest.fixture(autouse=True)
def _november():
    with time_machine.travel(dt.datetime(2026, 11, 2, 10, tzinfo=dt.UTC), tick=False):
        yield


@pytest.fixture
def plain_static_files(settings) -> None:
    settings.STORAGES = {
        **settings.STORAGES,
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    }


def signed_in(user) -> Client:
    client = Client()
    World._sign_in(client, user)
    return client


def keeper(permission: str, role: str = Role.CLERK, office=None):
    actor = factories.staff(office or factories.tax_office(), role)
    codename = permission.split(".")[1]
    actor.user.user_permissions.add(Permission.objects.get(content_type__app_label="rules", codename=codename))
    return actor


def owner():
    return factories.representative(payer(office=factories.tax_office(), **{**SMALL_PROFIT, **THIRTY}))


def test_a_visitor_finds_policies_by_words_topic_and_scene():
    client = Client()
    page = client.get("/policies/?q=研发").content.decode()
    assert "CIT-RD-100" in page
    assert "DIS-FUND-30" not in page
    assert client.get("/policies/?topic=nothing").status_code == 404
    assert "JOB-KEY-GROUP" in client.get("/policies/scenes/hire/").content.decode()
    assert client.get("/policies/NO-SUCH/").status_code == 404


def test_a_policy_page_says_who_what_and_by_which_clause_in_both_languages():
    chinese = Client(headers={"accept-language": "zh-CN"}).get("/policies/CIT-SLP/").content.decode()
    assert "应纳税所得额 不超过 3,000,000.00 元" in chinese
    assert policy("CIT-SLP").name in chinese
    english = Client(headers={"accept-language": "en"}).get("/policies/CIT-SLP/").content.decode()
    assert "small low-profit enterprises" in english
    assert "政策内容" not in english


def test_a_payer_sees_why_a_policy_fits_and_that_is_the_receipt():
    actor = owner()
    push()
    page = signed_in(actor.user).get(f"/as/{actor.party.ref}/policies/CIT-SLP/").content.decode()
    assert "符合条件" in page
    assert f"/as/{actor.party.ref}/facts/taxable_income/dispute/" in page
    assert "600,000.00" in page
    assert Reminder.objects.get(policy=policy("CIT-SLP")).opened_by == actor.user


def test_my_policies_lists_what_fits_and_keeps_the_topics_chosen():
    actor = owner()
    client = signed_in(actor.user)
    home = f"/as/{actor.party.ref}/my-policies/"
    page = client.get(home).content.decode()
    assert policy("CIT-SLP").name in page
    assert "确认享受" in page
    assert client.post(f"{home}topics/", {"topics": ["small"]}).status_code == 302
    assert TopicOptOut.objects.filter(party=actor.party).count() == 5
    client.post(f"{home}topics/", {"topics": ["nonsense"]})
    assert TopicOptOut.objects.filter(party=actor.party).count() == 5


def test_a_payer_confirms_in_one_step_and_a_second_time_is_told():
    actor = owner()
    client, page = signed_in(actor.user), f"/as/{actor.party.ref}/policies/DIS-FUND-30/confirm/"
    assert "15,000.00" in client.get(page).content.decode()
    answer = client.post(page, {"key": "page-key-1"})
    case = Enjoyment.objects.get().case
    assert answer.url == f"/as/{actor.party.ref}/cases/{case.number}/"
    assert "15,000.00" in client.get(answer.url).content.decode()
    again = client.post(page, {"key": "page-key-2"})
    assert again.status_code == 422
    assert "已经享受" in again.content.decode()


def test_who_does_not_fit_is_shown_why_and_gets_no_button():
    actor = owner()
    know(actor.party, employees_avg="30.01")
    client, page = signed_in(actor.user), f"/as/{actor.party.ref}/policies/DIS-FUND-30/confirm/"
    assert "按现有数据不符合" in client.get(page).content.decode()
    assert client.post(page).status_code == 422
    assert client.get(f"/as/{actor.party.ref}/policies/CIT-SLP/confirm/").status_code == 404


def test_two_keepers_change_a_policy_through_the_pages():
    office = factories.tax_office()
    target = payer(office=office, **SMALL_PROFIT)
    proposer = signed_in(keeper(policy_review.PROPOSE, office=office).user)
    approver = signed_in(keeper(policy_review.APPROVE, office=office).user)
    form = {
        "condition": "应纳税所得额不超过 200 万元的企业。",
        "condition_en": "Enterprises with taxable income of at most CNY 2 million.",
        "predicate": '{"all": [["subject_kind", "=", "enterprise"], ["taxable_income", "<=", 200000000]]}',
        "benefit": "减按 25% 计入应纳税所得额。",
        "benefit_en": "Only 25% of the income is counted.",
        "valid_from": "2026-11-01",
        "source": "测试文件",
        "confidence": "C",
        "claim_mode": "self-assess",
        "reason": "政策调整",
    }
    chinese_only = proposer.post("/counter/policies/CIT-SLP/propose/", {**form, "benefit_en": ""})
    assert (chinese_only.status_code, "benefit_en" in chinese_only.context["form"].errors) == (422, True)
    wrong = proposer.post("/counter/policies/CIT-SLP/propose/", {**form, "predicate": '["giants", "=", 1]'})
    assert wrong.status_code == 422
    assert "没有“giants”这一项事实" in wrong.content.decode()
    page = proposer.post("/counter/policies/CIT-SLP/propose/", form).url
    tried = approver.get(f"{page}?taxpayer={target.ref}").content.decode()
    assert "不符合" in tried
    assert "没有这个编号的纳税人" in approver.get(f"{page}?taxpayer=nobody").content.decode()
    counted = approver.get(f"{page}?backtest=1").content.decode()
    assert "现行版本" in counted
    assert proposer.post(f"{page}decide/", {"decision": "approve"}).status_code == 403
    assert approver.post(f"{page}decide/", {"decision": "refuse"}).status_code == 422
    assert approver.post(f"{page}decide/", {"decision": "approve"}).status_code == 302
    assert PolicyVersion.objects.get(policy__code="CIT-SLP", number=2).predicate["all"][1][2] == 200_000_000


def test_a_chief_starts_a_run_and_follows_it():
    chief = signed_in(factories.staff(factories.tax_office(), Role.CHIEF).user)
    page = chief.post("/counter/policy-push/").url
    run = MatchRun.objects.get()
    assert page == f"/counter/policy-push/{run.ref}/"
    live = chief.get(f"{page}?live=1")
    assert live["Refresh"] == "3"
    assert "停止自动更新" in live.content.decode()
    assert not chief.get(page).has_header("Refresh")
    push()
    assert "已完成" in chief.get(page).content.decode()
    clerk = signed_in(factories.staff(factories.tax_office("浦东新区税务局第五税务所"), Role.CLERK).user)
    assert clerk.post("/counter/policy-push/").status_code == 403
    assert clerk.post(f"{page}stop/").status_code == 403


def test_the_dashboard_leads_to_the_payers_of_the_office_alone():
    office, other = factories.tax_office(), factories.tax_office("浦东新区税务局第五税务所")
    payer("上海甲公司", office=office, **SMALL_PROFIT)
    payer("上海乙公司", office=other, hnte_valid=False, cit_hnte_reduction=True)
    push()
    client = signed_in(factories.staff(office, Role.CLERK).user)
    page = client.get("/counter/monitoring/?kind=missed&policy=CIT-SLP").content.decode()
    assert "600,000.00" in page
    assert "/counter/monitoring/missed/CIT-SLP/" in page
    assert "上海甲公司" in client.get("/counter/monitoring/missed/CIT-SLP/").content.decode()
    assert "上海乙公司" not in client.get("/counter/monitoring/irregular/CIT-HNTE/").content.decode()
    theirs = signed_in(factories.staff(other, Role.CLERK).user)
    assert "上海乙公司" in theirs.get("/counter/monitoring/irregular/CIT-HNTE/").content.decode()
    for bad in ("?kind=nothing", "?policy=NO", "?district=999999", "nothing/CIT-SLP/", "missed/CIT-SLP/?after=x"):
        assert client.get(f"/counter/monitoring/{bad}").status_code == 404


def test_the_api_says_what_the_pages_say():
    actor = owner()
    push()
    found = {row["code"]: row for row in Client().get("/api/v1/policies/").json()}
    assert found["DIS-FUND-30"]["straight_through"] is True
    assert "VAT-OLD-2023-19" not in found
    client = signed_in(actor.user)
    fit = client.get("/api/v1/policies/CIT-SLP/fit/", headers={"X-Acting-For": actor.party.ref}).json()
    assert (fit["met"], fit["amount"]) == (True, "600000.00")
    clerk = signed_in(factories.staff(actor.party.office, Role.CLERK).user)
    figures = clerk.get("/api/v1/monitoring/").json()
    assert {"policy": "CIT-SLP", "kind": "missed", "parties": 1, "amount": "600000.00"} in figures["results"]


def test_policies_are_found_by_the_portals_search():
    search.publish(SearchEntry.Kind.POLICY, search_sources.policies())
    assert search.find("残保金").entries[0].route == "policy"
    assert search.find("loan").entries
