"""The list of matters for 一网通办, and the deep links it follows (Art 15)."""

import pytest

from apps.kernel.casework import cases, procedures
from apps.services.onenet.models import ListedMatter
from apps.services.procedures.deferral import DEFERRAL
from tests import factories
from tests.services.onenet.test_pushing import DETAIL

FEED = "/api/v1/onenet/matters/"
pytestmark = pytest.mark.django_db


def test_every_matter_of_taxpayers_is_listed_with_what_a_page_needs(client):
    listed = {entry["code"]: entry for entry in client.get(FEED).json()}
    assert set(listed) == {procedure.code for procedure in procedures.all() if procedure.audience}
    deferral = listed["deferral"]
    assert deferral["name"] == "延期缴纳税款"
    assert deferral["articles"] == ["第六条"]
    assert deferral["clocks"][0]["term"] == 20
    assert deferral["url"].endswith("/onenet/matters/deferral/")


def test_an_unchanged_list_is_not_sent_again(client):
    first = client.get(FEED)
    assert client.get(FEED, headers={"If-None-Match": first["ETag"]}).status_code == 304
    assert client.get(FEED, headers={"If-Modified-Since": first["Last-Modified"]}).status_code == 304
    changed = ListedMatter.objects.get(code="deferral")
    changed.digest = "as it was before"
    changed.save()
    assert client.get(FEED, headers={"If-None-Match": first["ETag"]}).status_code == 200


def test_only_what_changed_since_is_listed_and_withdrawn_matters_are_named(client):
    client.get(FEED)
    newest = max(row.changed_at for row in ListedMatter.objects.all())
    ListedMatter.objects.create(code="no-longer-offered", digest="x")
    since = newest.isoformat()
    told = client.get(FEED, {"modified_since": since}).json()
    assert [(entry["code"], entry["status"]) for entry in told] == [("no-longer-offered", "withdrawn")]


@pytest.mark.parametrize("since", ["yesterday", "2026-10-01", "2026-13-01T00:00:00Z"])
def test_a_date_that_is_none_is_explained(client, since):
    answer = client.get(FEED, {"modified_since": since})
    assert answer.status_code == 400
    assert "modified_since" in str(answer.json())


def test_a_link_into_a_matter_asks_to_sign_on_and_comes_back(client, settings):
    settings.OIDC_ISSUER_URL = "https://one.example"
    answer = client.get("/onenet/matters/deferral/?for=abc")
    assert answer["Location"].startswith("/accounts/oidc/ywtb/login/?next=%2Fonenet%2Fmatters%2Fdeferral")


def test_a_link_into_a_matter_keeps_the_company(client):
    company = factories.company()
    owner = factories.representative(company)
    client.force_login(owner.user)
    assert client.get(f"/onenet/matters/deferral/?for={company.ref}")["Location"] == (
        f"/as/{company.ref}/matters/deferral/"
    )
    assert client.get("/onenet/matters/deferral/")["Location"] == f"/as/{owner.user.own_party.ref}/matters/deferral/"


def test_a_strangers_company_and_an_unknown_matter_look_the_same(client):
    foreign = factories.company()
    client.force_login(factories.citizen().user)
    answers = [
        client.get(f"/onenet/matters/deferral/?for={foreign.ref}"),
        client.get("/onenet/matters/deferral/?for=absent"),
    ]
    assert [answer.status_code for answer in answers] == [404, 404]
    assert client.get("/onenet/matters/no-such/").status_code == 404


def test_a_link_into_a_case_finds_the_identity_and_hides_it_from_others(client):
    owner = factories.representative(factories.company(office=factories.tax_office()))
    case = cases.open_submitted(DEFERRAL, owner, DETAIL, idempotency_key="link-0001")
    client.force_login(owner.user)
    assert client.get(f"/onenet/cases/{case.number}/")["Location"] == f"/as/{owner.party.ref}/cases/{case.number}/"
    client.force_login(factories.citizen("外人").user)
    assert client.get(f"/onenet/cases/{case.number}/").status_code == 404
