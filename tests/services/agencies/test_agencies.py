"""Agencies: entered by a case, graded by dated rules, listed for everyone, supervised by the tax office (Art 7)."""

import datetime as dt
from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from apps.kernel.casework import cases
from apps.kernel.notifications.models import Message
from apps.kernel.parties.models import Mandate, Role
from apps.services.agencies import credit, registering, supervising
from apps.services.agencies.models import Agency, ConductRecord
from apps.services.procedures.agency_registration import AGENCY_REGISTRATION
from tests import factories
from tests.access.world import World

pytestmark = pytest.mark.django_db

DETAIL = {
    "kind": "tax_firm",
    "licence": "沪税师执字〔2026〕0012号",
    "filing": True,
    "advice": True,
    "staff": "姚敏，税务师，31-2011-0482\n梁俊杰,注册会计师,310000061257",
    "association": "上海市注册税务师协会",
}


@pytest.fixture
def office():
    return factories.tax_office()


@pytest.fixture
def head(office):
    return factories.representative(factories.company("上海衡信税务师事务所", office=office, form="agency"))


@pytest.fixture
def chief(office):
    return factories.staff(office, Role.CHIEF, name="方志远")


@pytest.fixture
def agency(head, office, chief):
    case = cases.open_submitted(AGENCY_REGISTRATION, head, DETAIL, idempotency_key="agency-0001")
    cases.perform(case, "accept", factories.staff(office, Role.CLERK))
    cases.perform(case, "approve", chief)
    return Agency.objects.get(party=head.party)


def sign_in(client, actor):
    World._sign_in(client, actor.user)


def test_approval_enters_the_agency_with_its_people(agency, client):
    assert agency.service_labels == ["纳税申报代理", "一般税务咨询"]
    assert [person.name for person in agency.staff.all()] == ["姚敏", "梁俊杰"]
    page = client.get(f"/agencies/{agency.number}/").content.decode()
    assert "上海市注册税务师协会" in page
    assert "税务师" in page
    assert "31-2011-0482" not in page, "certificate numbers are not for everyone"


def test_the_decision_has_twenty_days(head):
    case = cases.open_submitted(AGENCY_REGISTRATION, head, DETAIL, idempotency_key="agency-0002")
    clock = case.clocks.get()
    assert (clock.term, clock.amount, clock.unit) == ("agency-register", 20, "day")


@pytest.mark.parametrize(
    ("staff", "says"),
    [
        ("姚敏", "第 1 行"),
        ("姚敏，税务师，1\n梁俊杰，厨师，2", "第 2 行"),
        ("甲，律师，1\n乙，律师，1", "重复"),
        (" \n", "从业人员"),
    ],
)
def test_people_that_cannot_be_read_are_named_by_line(head, staff, says):
    with pytest.raises(ValidationError) as refused:
        cases.open_submitted(AGENCY_REGISTRATION, head, {**DETAIL, "staff": staff}, idempotency_key="agency-0003")
    assert says in str(refused.value.message_dict["staff"])


def test_without_any_service_there_is_nothing_to_enter(head):
    none = {**DETAIL, "filing": False, "advice": False}
    with pytest.raises(ValidationError) as refused:
        cases.open_submitted(AGENCY_REGISTRATION, head, none, idempotency_key="agency-0004")
    assert "filing" in refused.value.message_dict


def test_a_second_approval_brings_the_entry_up_to_date(agency, head, office, chief):
    later = {**DETAIL, "staff": "姚敏，税务师，31-2011-0482\n费晓芸，税务师，31-2018-1163"}
    case = cases.open_submitted(AGENCY_REGISTRATION, head, later, idempotency_key="agency-0005")
    cases.perform(case, "accept", factories.staff(office, Role.CLERK))
    cases.perform(case, "approve", chief)
    assert Agency.objects.get() == agency
    now = agency.staff.filter(valid_to__isnull=True)
    assert [person.name for person in now] == ["姚敏", "费晓芸"]


# --- credit ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("points", "grade"),
    [(200, "TSC5"), (100, "TSC5"), (99, "TSC4"), (0, "TSC4"), (-1, "TSC3"), (-101, "TSC2"), (-201, "TSC1")],
)
def test_the_grade_follows_the_score_at_its_borders(points, grade):
    assert credit.Scale.on().grade(points) == grade


@pytest.mark.parametrize(("points", "score"), [(1000, 500), (-1000, 0)])
def test_the_score_stays_within_its_scale(points, score):
    assert credit.Scale.on().score(points) == score


def test_a_record_changes_the_grade_tells_the_agency_and_can_be_taken_back(agency, chief, client):
    day = dt.date(2026, 10, 8)
    row = supervising.record(agency, chief, kind="false_filing", source="黄税处〔2026〕18号", happened_on=day)
    assert client.get("/api/v1/agencies/").json()["results"][0]["grade"] == "TSC3"
    assert Message.objects.filter(party=agency.party, template="agency-conduct").count() == 1
    supervising.withdraw(row, chief, reason="复议撤销了处理决定。")
    assert client.get("/api/v1/agencies/").json()["results"][0]["grade"] == "TSC4"
    assert "复议撤销" in client.get(f"/agencies/{agency.number}/").content.decode()


def test_the_same_paper_counts_once(agency, chief):
    day = dt.date(2026, 10, 8)
    supervising.record(agency, chief, kind="commended", source="黄税表〔2026〕1号", happened_on=day)
    with pytest.raises(ValidationError) as refused:
        supervising.record(agency, chief, kind="commended", source="黄税表〔2026〕1号", happened_on=day)
    assert "source" in refused.value.message_dict
    assert ConductRecord.objects.count() == 1


def test_conduct_of_tomorrow_is_refused(agency, chief):
    with pytest.raises(ValidationError):
        supervising.record(agency, chief, kind="commended", source="x", happened_on=dt.date(2099, 1, 1))


def test_only_those_who_approve_record_and_withdraw(agency, office, head, chief):
    row = supervising.record(agency, chief, kind="commended", source="一号", happened_on=dt.date(2026, 10, 8))
    for outsider in (
        factories.staff(office, Role.CLERK, name="陈静"),
        head,
        factories.staff(factories.department(), Role.CHIEF),
    ):
        with pytest.raises(PermissionDenied):
            supervising.record(agency, outsider, kind="commended", source="二号", happened_on=dt.date(2026, 10, 8))
        with pytest.raises(PermissionDenied):
            supervising.withdraw(row, outsider, reason="不成立")
    assert ConductRecord.objects.get().withdrawn_at is None


def test_the_page_of_supervision_works_and_is_closed_to_taxpayers(agency, chief, head, client):
    url = f"/counter/agencies/{agency.number}/"
    sign_in(client, chief)
    answer = client.post(url, {"kind": "commended", "source": "一号", "happened_on": "2026-10-08"})
    assert answer.status_code == 302
    assert client.post(url, {"kind": "commended", "source": "", "happened_on": "x"}).status_code == 422
    ref = ConductRecord.objects.get().ref
    assert client.post(f"{url}conduct/{ref}/withdraw/", {"reason": "撤销"}).status_code == 302
    client.force_login(head.user)
    assert client.get(url).status_code == 404
    assert client.get("/counter/agencies/").status_code == 404


# --- the yearly report ------------------------------------------------------------------------------


def test_the_report_of_a_year_is_filed_once(agency, head):
    Agency.objects.update(registered_on=dt.date(2024, 5, 1))
    figures = {"year": 2025, "staff": 12, "clients": 240, "income": Decimal("3600000.00")}
    registering.report(head, **figures)
    with pytest.raises(ValidationError, match="已经报送"):
        registering.report(head, **figures)
    with pytest.raises(ValidationError) as refused:
        registering.report(head, **{**figures, "year": 2023})
    assert "year" in refused.value.message_dict


def test_an_employee_cannot_file_the_report(agency, head):
    employee = factories.representative(head.party, Mandate.Kind.FILER, name="小王")
    with pytest.raises(PermissionDenied):
        registering.report(employee, year=2025, staff=1, clients=1, income=Decimal(1))


def test_the_agencys_own_page(agency, head, client):
    client.force_login(head.user)
    Agency.objects.update(registered_on=dt.date(2024, 5, 1))
    url = f"/as/{head.party.ref}/agency/"
    assert client.get(url).status_code == 200
    assert client.post(url, {"year": 2025, "staff": 12, "clients": 240, "income": "100.00"}).status_code == 302
    wrong = client.post(url, {"year": 2025, "staff": 12, "clients": 240, "income": "-1"})
    assert wrong.status_code == 422
    client.force_login(factories.citizen().user)
    assert client.get(url).status_code == 404


# --- the directory ----------------------------------------------------------------------------------


def test_the_directory_is_searched_by_name_kind_and_district(agency, client):
    assert agency.party.name in client.get("/agencies/?words=衡信").content.decode()
    assert agency.party.name not in client.get("/agencies/?words=没有这家").content.decode()
    assert agency.party.name not in client.get("/agencies/?kind=law_firm").content.decode()
    assert agency.party.name not in client.get("/agencies/?district=310115").content.decode()
    assert client.get("/agencies/absent/").status_code == 404


def test_the_directory_pages_by_key(client, office, monkeypatch):
    monkeypatch.setattr("apps.services.agencies.directory.PER_PAGE", 2)
    for number in range(5):
        party = factories.company(f"事务所{number}", office=office)
        Agency.objects.create(number=f"T{number}", party=party, kind="tax_firm", services="filing")
    seen, after = [], ""
    while True:
        page = client.get("/api/v1/agencies/", {"after": after}).json()
        seen += [row["name"] for row in page["results"]]
        after = page["next"]
        if not after:
            break
    assert seen == [f"事务所{number}" for number in range(5)]
