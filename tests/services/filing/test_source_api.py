"""Accounting software keeps the register of tax sources, under the same checks as the pages."""

import pytest
from django.test import Client

from apps.services.filing import sources
from apps.services.filing.models import SourceDetail
from tests import factories
from tests.factories_filing import payer as other_payer

pytestmark = pytest.mark.django_db

AT = "/api/v1/filing/sources/"
LAND = {"levy": "land-use", "item": "grade_2", "name": "一号地块", "base": "1200.00", "since": "2020-01-01"}


def caller(actor) -> Client:
    client = Client(headers={"X-Acting-For": actor.party.ref})
    client.force_login(actor.user)
    return client


@pytest.fixture
def api(payer):
    return caller(payer)


def test_a_source_is_registered_amended_and_struck_off(api):
    made = api.post(AT, LAND, content_type="application/json")
    assert made.status_code == 201, made.content
    ref = made.json()["ref"]
    facts = {name: value for name, value in LAND.items() if name != "levy"}
    amended = api.put(f"{AT}{ref}/", {**facts, "base": "800.00"}, content_type="application/json")
    assert (amended.status_code, amended.json()["base"], amended.json()["ref"]) == (200, "800.00", ref)
    assert [row["base"] for row in api.get(AT).json()] == ["800.00"]
    assert api.delete(f"{AT}{ref}/").status_code == 204
    assert api.get(f"{AT}{ref}/").status_code == 404
    assert SourceDetail.objects.count() == 2  # what was is kept


def test_what_is_registered_here_is_filed_in_one_request(api):
    api.post(AT, LAND, content_type="application/json")
    answer = api.post(
        "/api/v1/cases/",
        {"procedure": "property-return", "detail": {"period": "2026-09", "figures": "as_prefilled"}},
        content_type="application/json",
        headers={"Idempotency-Key": "land-of-the-half-year"},
    )
    assert (answer.status_code, answer.json()["state"]) == (201, "filed")
    (figure,) = api.get(f"/api/v1/filing/returns/{answer.json()['number']}/").json()["figures"]
    assert figure["period"] == "2026H2"


def test_the_taxes_tell_which_headings_there_are_and_every_one_of_them_is_taken(api):
    for tax in api.get("/api/v1/filing/source-taxes/").json():
        for item in [each["value"] for each in tax["items"]] or [""]:
            given = {"levy": tax["levy"], "item": item, "name": "税源", "base": "1.00", "since": "2026-09-01"}
            more = {"deductions": "1.00"} if item == "settlement" else {}
            until = {"until": "2026-12-01"} if tax["levy"] == "deed" else {}
            answer = api.post(AT, {**given, **more, **until}, content_type="application/json")
            assert answer.status_code == 201, (given, answer.content)


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"levy": "paint"}, "levy"),
        ({"item": "value"}, "item"),
        ({"base": "-1"}, "base"),
        ({"base": None}, "base"),
        ({"since": "soon"}, "since"),
        ({"until": "2019-01-01"}, "until"),
        ({"occasional": True}, "occasional"),
    ],
)
def test_what_is_wrong_is_named(api, change, field):
    answer = api.post(AT, {**LAND, **change}, content_type="application/json")
    assert answer.status_code == 400
    assert field in answer.json()["errors"]
    assert not SourceDetail.objects.exists()


def test_nobody_elses_sources_are_there(api, payer, office):
    api.post(AT, LAND, content_type="application/json")
    row = sources.register(payer.party)[0]
    stranger = caller(other_payer(office))
    assert stranger.get(AT).json() == []
    answers = [
        getattr(stranger, method)(f"{AT}{ref}/", LAND, content_type="application/json")
        for ref in (row.ref, "000000000000")
        for method in ("put", "delete")
    ]
    assert {(answer.status_code, answer.content) for answer in answers} == {(404, answers[0].content)}
    narrow = factories.representative(payer.party, "filer", levies=["vat"])
    assert caller(narrow).post(AT, LAND, content_type="application/json").status_code == 403
    assert caller(factories.citizen(office=office)).get(AT).status_code == 403
    assert sources.register(payer.party) == [row]
