"""An agency's clients: every deadline on one page, never more than the mandates allow (Art 7)."""

import datetime as dt
from decimal import Decimal

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from apps.kernel.casework import cases
from apps.kernel.ledger import charges
from apps.kernel.parties import mandates
from apps.kernel.parties.actors import Actor
from apps.kernel.parties.models import Mandate
from apps.services.agencies import clients
from apps.services.procedures.deferral import DEFERRAL
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _november():
    with time_machine.travel("2026-11-10 10:00+08:00", tick=True):
        yield


@pytest.fixture
def firm():
    return factories.company("上海衡信税务师事务所", form="agency")


@pytest.fixture
def head(firm):
    return factories.representative(firm)


def client_of(firm, name: str, **scope):
    party = factories.company(name, office=factories.tax_office())
    Mandate.objects.create(
        principal=party, agent=firm, kind=Mandate.Kind.AGENT, state="active", valid_from=dt.date(2024, 1, 1), **scope
    )
    return party


def charge(party, levy: str = "vat", due: dt.date = dt.date(2026, 11, 16)):
    return charges.assess(
        party=party,
        levy=levy,
        period="2026-10",
        amount=Decimal("100.00"),
        due=due,
        about="",
        actor=Actor.system("test"),
    )


def names(page) -> list[str]:
    return [client.party.name for client in page.clients]


def test_every_client_stands_with_what_falls_due(firm, head):
    party = client_of(firm, "甲公司")
    charge(party)
    draft = cases.open_case(DEFERRAL, factories.representative(party), {})
    (client,) = clients.page(head).clients
    assert client.owed == Decimal("100.00")
    assert [str(each.period) for each in client.returns if each.kind.code == "vat"] == ["2026-10", "2026-09"]
    assert client.next_due == dt.date(2026, 10, 26)
    assert client.overdue
    assert [case.number for case in client.waiting] == [draft.number]


def test_a_revoked_mandate_is_gone_at_once(firm, head, client):
    party = client_of(firm, "甲公司")
    client.force_login(head.user)
    url = f"/as/{firm.ref}/agency/clients/"
    assert "甲公司" in client.get(url).content.decode()
    owner = factories.representative(party)
    mandates.revoke(Mandate.objects.get(principal=party, agent=firm), actor=owner, reason="不再委托")
    assert "甲公司" not in client.get(url).content.decode()
    assert client.get(f"/as/{party.ref}/").status_code == 404


def test_a_mandate_for_one_levy_shows_no_other(firm, head):
    party = client_of(firm, "甲公司", levies=["vat"])
    charge(party, "vat")
    charge(party, "stamp")
    (client,) = clients.page(head).clients
    assert [row.levy_id for row in client.charges] == ["vat"]


def test_a_filter_never_tells_of_what_the_mandate_hides(firm, head):
    charge(client_of(firm, "甲公司", levies=["stamp"]), "vat")
    charge(client_of(firm, "乙公司"), "vat")
    assert names(clients.page(head, which="pay")) == ["乙公司"]
    assert names(clients.page(head, which="overdue")) == []


def test_waiting_cases_are_filtered_by_the_matters_of_the_mandate(firm, head):
    for name, matters in (("甲公司", ["agency-registration"]), ("乙公司", ["deferral"])):
        party = client_of(firm, name, matters=matters)
        cases.open_case(DEFERRAL, factories.representative(party), {})
    assert names(clients.page(head, which="waiting")) == ["乙公司"]
    assert [client.waiting for client in clients.page(head, name="甲").clients] == [[]]


def test_an_employee_sees_only_what_the_firm_gave_as_well(firm):
    party = client_of(firm, "甲公司")
    charge(party, "vat")
    charge(party, "stamp")
    employee = factories.representative(firm, Mandate.Kind.FILER, name="小王", levies=["stamp"])
    (client,) = clients.page(employee).clients
    assert [row.levy_id for row in client.charges] == ["stamp"]


def test_many_clients_cost_as_many_queries_as_one(firm, head):
    def queries() -> int:
        with CaptureQueriesContext(
            connection,
        ) as counted:
            clients.page(head)
        return len(counted)

    charge(client_of(firm, "客户0"))
    few = queries()
    for number in range(1, 12):
        charge(client_of(firm, f"客户{number:02d}"))
    assert queries() <= few


def test_pages_follow_by_name_without_gap_or_double(firm, head, monkeypatch):
    monkeypatch.setattr(clients, "PER_PAGE", 3)
    for number in range(7):
        client_of(firm, f"客户{number}")
    seen, after = [], ""
    while True:
        page = clients.page(head, after=after)
        seen += names(page)
        after = page.next
        if not after:
            break
    assert seen == [f"客户{number}" for number in range(7)]


def test_the_page_is_closed_to_others_and_reads_are_on_record(firm, head, client):
    from apps.kernel.audit.reading import reads_of  # noqa: PLC0415 - only here

    party = client_of(firm, "甲公司")
    client.force_login(factories.citizen().user)
    assert client.get(f"/as/{firm.ref}/agency/clients/").status_code == 404
    client.force_login(head.user)
    page = client.get(f"/as/{firm.ref}/agency/clients/").content.decode()
    assert f"/as/{party.ref}/" in page
    assert list(reads_of(party))
    own = factories.representative(factories.company("普通公司"))
    client.force_login(own.user)
    assert client.get(f"/as/{own.party.ref}/agency/clients/").status_code == 404


def test_the_api_tells_the_same(firm, head, client):
    party = client_of(firm, "甲公司")
    charge(party)
    client.force_login(head.user)
    (row,) = client.get("/api/v1/agency/clients/", headers={"X-Acting-For": firm.ref}).json()["results"]
    assert (row["party"], row["owed"]) == (party.ref, "100.00")
    assert row["returns"][0]["period"] == "2026-10"
    assert client.get("/api/v1/agency/clients/", headers={"X-Acting-For": "absent"}).status_code == 404
