"""Who comes in through which door, and what each sees there."""

import datetime as dt
from decimal import Decimal

import pytest
import time_machine
from django.core.checks import run_checks
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from apps.kernel.casework import cases
from apps.kernel.ledger import charges
from apps.kernel.parties import todos
from apps.kernel.parties.actors import Actor
from apps.kernel.parties.models import Mandate, Role
from apps.kernel.parties.todos import Todo
from apps.portal import audience, entries, navigation, search_sources
from apps.services.bundles import declaration
from apps.services.procedures.deferral import DEFERRAL
from tests import factories

pytestmark = pytest.mark.django_db

PAGES = (
    "home",
    "matters",
    "queries",
    "offices",
    "help",
    "public",
    "measures",
    "accessibility",
    "search",
    "preferences",
)


@pytest.mark.parametrize("page", PAGES)
def test_a_visitor_reads_every_public_page_in_both_languages(page):
    chinese = Client(headers={"accept-language": "zh-CN"}).get(reverse(page)).content.decode()
    english = Client(headers={"accept-language": "en"}).get(reverse(page)).content.decode()
    assert 'lang="zh-Hans"' in chinese
    assert "我要办税" in chinese
    assert '<html lang="en"' in english
    assert "我要办税" not in english


def test_a_taxpayer_is_led_to_their_own_home(signed_in):
    citizen = factories.citizen()
    answer = signed_in(citizen.user).get("/")
    assert answer.url == f"/as/{citizen.party.ref}/"


def test_staff_are_led_to_their_workbench(signed_in):
    clerk = factories.staff(factories.tax_office(), Role.CLERK)
    officer = factories.staff(factories.department(), Role.OFFICER)
    assert signed_in(clerk.user).get("/").url == "/counter/"
    assert signed_in(officer.user).get("/").url == "/partner/"


def test_an_account_without_person_or_office_is_told_what_to_do(signed_in):
    page = signed_in(factories.user()).get("/").content.decode()
    assert "还没有关联身份" in page


def test_acting_for_a_company_shows_whom_on_every_page_and_keeps_it_in_every_link(signed_in):
    company = factories.company()
    person = factories.representative(company, Mandate.Kind.LEGAL)
    page = signed_in(person.user).get(f"/as/{company.ref}/help/").content.decode()
    assert f"您正在代表 <strong>{company.name}</strong> 办理" in page
    assert reverse("identities") in page
    for route in ("matters", "offices", "search", "measures"):
        assert reverse(route, kwargs={"party_ref": company.ref}) in page


def test_acting_for_oneself_shows_no_banner(signed_in):
    citizen = factories.citizen()
    assert "您正在代表" not in signed_in(citizen.user).get(f"/as/{citizen.party.ref}/").content.decode()


def test_a_signed_in_visitor_opens_a_matter_under_the_own_identity(signed_in):
    citizen = factories.citizen()
    answer = signed_in(citizen.user).get("/matters/deferral/")
    assert answer.url == f"/as/{citizen.party.ref}/matters/deferral/"


def test_what_to_do_is_sorted_by_due_date_and_says_how_long_is_left(signed_in, monkeypatch):
    citizen = factories.citizen()
    monkeypatch.setattr(todos, "_sources", [])
    todos.register(lambda actor: [Todo("不急的事", "/later/", "case")])
    todos.register(lambda actor: [Todo("缴纳增值税", "/pay/", "pay", due=dt.date(2026, 10, 26))])
    todos.register(lambda actor: [Todo("补充材料", "/late/", "case", due=dt.date(2026, 10, 20))])
    with time_machine.travel(dt.datetime(2026, 10, 22, 1, tzinfo=dt.UTC), tick=False):
        page = signed_in(citizen.user).get(f"/as/{citizen.party.ref}/").content.decode()
    assert page.index("补充材料") < page.index("缴纳增值税") < page.index("不急的事")
    assert "2026年10月20日前" in page
    assert "已逾期" in page
    assert "还剩 4 天" in page


def owing(name: str, person, due: dt.date):
    """A company the person is the legal representative of, with a tax to pay."""
    company = factories.company(name, office=factories.tax_office())
    Mandate.objects.create(
        principal=company,
        agent=person.party,
        kind=Mandate.Kind.LEGAL,
        state=Mandate.State.ACTIVE,
        valid_from=dt.date(2020, 1, 1),
    )
    charges.assess(
        party=company,
        levy="stamp",
        period="2026-09",
        amount=Decimal("100.00"),
        due=due,
        about="",
        actor=Actor.system("test"),
    )
    return company


def home_of(client: Client, person) -> str:
    page = client.get(f"/as/{person.party.ref}/").content.decode()
    return page.partition('id="represented"')[2].partition("</section>")[0]


@time_machine.travel("2026-10-22 10:00+08:00", tick=True)
def test_a_representative_sees_at_home_which_company_has_something_due(signed_in):
    person = factories.citizen()
    client = signed_in(person.user)
    assert home_of(client, person) == ""
    late, early = (owing(name, person, dt.date(2026, 10, day)) for name, day in (("甲公司", 15), ("乙公司", 26)))
    first, second = home_of(client, person).split(late.name)[0], home_of(client, person).split(late.name)[1]
    assert early.name in first
    assert "2026年10月26日" in first
    assert "已逾期" not in first
    assert "2026年10月15日" in second
    assert "已逾期" in second


@time_machine.travel("2026-10-22 10:00+08:00", tick=True)
def test_a_revoked_mandate_is_gone_from_home(signed_in):
    person = factories.citizen()
    company = owing("甲公司", person, dt.date(2026, 10, 15))
    assert company.name in home_of(signed_in(person.user), person)
    Mandate.objects.update(state=Mandate.State.REVOKED)
    assert home_of(signed_in(person.user), person) == ""


def test_many_companies_cost_home_as_many_queries_as_one(signed_in):
    person = factories.citizen()
    client = signed_in(person.user)

    def queries() -> int:
        with CaptureQueriesContext(connection) as counted:
            assert home_of(client, person)
        return len(counted)

    owing("甲公司", person, dt.date(2026, 10, 15))
    queries()
    one = queries()
    for name in ("乙公司", "丙公司"):
        owing(name, person, dt.date(2026, 10, 15))
    assert queries() <= one


def test_who_has_taken_no_identity_yet_is_led_to_their_own_pages(signed_in):
    citizen = factories.citizen()
    page = signed_in(citizen.user).get("/queries/").content.decode()
    assert f'href="/as/{citizen.party.ref}/account/"' in page
    assert f'<a href="/as/{citizen.party.ref}/">' in page  # home, in the menu
    page = Client().get("/queries/").content.decode()
    assert "/account/" not in page
    assert reverse("account_login") in page


def test_matters_begin_with_what_most_people_come_for():
    page = Client().get("/matters/").content.decode()
    places = [page.index(f">{subject}</h2>") for subject in ("申报纳税", "一件事", "发票", "投诉和救济")]
    assert places == sorted(places)


def test_signing_in_says_who_is_there_and_nothing_else(client):
    citizen = factories.citizen()
    citizen.user.set_password("Portal-demo-2026")
    citizen.user.save()
    sent = {"username": citizen.user.username, "password": "Portal-demo-2026"}
    page = client.post(reverse("account_login"), sent, follow=True).content.decode()
    assert str(citizen.user) in page
    assert 'class="messages"' not in page


def test_a_menu_entry_without_a_route_stops_the_start(monkeypatch):
    lost = entries.Entry(_("丢失"), "no-such-route", "house", audience.everyone)
    monkeypatch.setattr(navigation, "MENU", (*navigation.MENU, lost))
    assert [found.id for found in run_checks(tags=["portal"])] == ["portal.E001"]


def test_every_menu_entry_leads_somewhere():
    assert run_checks(tags=["portal"]) == []


@pytest.mark.parametrize(
    "path", ["matters/", "help/", "measures/", "offices/", "search/?q=tuishui", "queries/", "cases/"]
)
def test_lists_cost_at_most_eight_queries(signed_in, path, django_assert_max_num_queries):
    search_sources.publish_all()
    company = factories.company(office=factories.tax_office())
    client = signed_in(factories.representative(company).user)
    with django_assert_max_num_queries(8):
        assert client.get(f"/as/{company.ref}/{path}").status_code == 200


@pytest.mark.django_db(transaction=True)
def test_home_costs_at_most_eight_queries_with_every_source_of_things_to_do(signed_in, django_assert_max_num_queries):
    """The first look asks every room once; until something changes the answer is kept."""
    citizen = factories.citizen(office=factories.tax_office())
    cases.open_case(DEFERRAL, citizen, {})
    client, home = signed_in(citizen.user), f"/as/{citizen.party.ref}/"
    with django_assert_max_num_queries(14):
        client.get(home)
    with django_assert_max_num_queries(8):
        page = client.get(home)
    assert "完成草稿" in page.content.decode()


def test_the_public_front_page_asks_the_database_nothing(django_assert_num_queries):
    with django_assert_num_queries(0):
        Client().get("/")


def test_home_shows_the_five_soonest_and_folds_the_rest(signed_in, monkeypatch):
    citizen = factories.citizen()
    many = [Todo(f"第 {day} 件", "/pay/", "pay", due=dt.date(2026, 10, day)) for day in range(1, 8)]
    monkeypatch.setattr(todos, "_sources", [lambda actor: many])
    page = signed_in(citizen.user).get(f"/as/{citizen.party.ref}/").content.decode()
    shown, folded = page.split("还有 2 件")
    assert "第 5 件" in shown
    assert "第 6 件" not in shown
    assert "第 7 件" in folded


@pytest.mark.parametrize("signed", [False, True])
def test_both_homes_lead_to_guides_bundles_booking_and_policies(signed_in, signed):
    citizen = factories.citizen()
    client = signed_in(citizen.user) if signed else Client()
    prefix = f"/as/{citizen.party.ref}" if signed else ""
    page = client.get(f"{prefix}/").content.decode()
    for path in ("guide", "bundles", "appointments/book", "policies"):
        assert f'href="{prefix}/{path}/"' in page


def test_the_page_of_bundles_lists_every_one():
    page = Client().get("/bundles/").content.decode()
    for bundle in declaration.all_bundles():
        assert f'href="/matters/{bundle.code}/"' in page


@pytest.mark.parametrize(
    ("path", "menu"),
    [
        ("", "首页"),
        ("bundles/", "我要办税"),
        ("filing/", "我要办税"),
        ("guide/money/", "我要办税"),
        ("invoices/", "我要查询"),
        ("appointments/book/", "我要预约"),
        ("queue/", None),
    ],
)
def test_the_menu_says_where_the_reader_is(path, menu):
    citizen = factories.citizen()
    current = [entry.label for entry in navigation.menu(citizen, f"/as/{citizen.party.ref}/{path}") if entry.current]
    assert current == ([menu] if menu else [])


def test_a_matter_of_organisations_sends_a_person_to_another_identity_instead_of_a_form(signed_in):
    citizen = factories.citizen()
    page = signed_in(citizen.user).get(f"/as/{citizen.party.ref}/matters/cit-prepayment/").content.decode()
    assert "这件事由单位办理" in page
    assert f"/as/{citizen.party.ref}/filing/" not in page
