"""What JSON can say and a form cannot: a wrong type or text that cannot be kept is a bad request, never a failure."""

import json
from uuid import uuid4

import pytest
from django.test import Client

from apps.kernel.casework import procedures
from apps.kernel.parties.models import Role as StaffRole
from tests import factories
from tests.access.roles import Role
from tests.access.world import World

pytestmark = pytest.mark.django_db

NUL, HALF = "\0", "\ud800"


def open_case(client: Client, procedure: str, detail: object):
    body = json.dumps({"procedure": procedure, "detail": detail})
    return client.post("/api/v1/cases/", body, "application/json", headers={"Idempotency-Key": uuid4().hex})


@pytest.fixture
def clerk() -> Client:
    actor = factories.staff(factories.tax_office(), StaffRole.CLERK)
    return World({Role.CLERK: actor.user}, {}).client(Role.CLERK)


@pytest.fixture
def company() -> tuple[Client, str]:
    actor = factories.representative(factories.company(office=factories.tax_office()))
    return World({Role.OWNER: actor.user}, {}).client(Role.OWNER), actor.party.ref


@pytest.mark.parametrize("text", [NUL, HALF, {"deep": [NUL]}, {HALF: 1}])
def test_text_that_cannot_be_kept(clerk, text):
    answer = open_case(clerk, "data-request", {"dataset": text})
    assert answer.status_code == 400
    assert "不能保存" in answer.json()["errors"]["detail"][0]


def test_the_words_for_them_can_be_kept(clerk):
    answer = open_case(clerk, "data-request", {"dataset": r"\u0000 \ud800", "kind": "😀"})
    assert "dataset" not in answer.json()["errors"]
    assert answer.status_code == 400  # for what else is missing


@pytest.mark.parametrize("wrong", [["2026-09-30"], {"a": 1}, -1.5, True, 20260931])
def test_a_day_of_another_type(clerk, wrong):
    answer = open_case(clerk, "price-determination", {"basis_date": wrong})
    assert answer.status_code == 400
    assert "basis_date" in answer.json()["errors"]


@pytest.mark.parametrize("wrong", [["2026-09-30"], {"a": 1}, -1.5, True])
def test_a_day_of_another_type_in_the_form_over_the_pages(company, wrong):
    client, ref = company
    client.defaults["HTTP_X_ACTING_FOR"] = ref
    answer = open_case(client, "filing-extension", {"until": wrong})
    assert answer.status_code == 400
    assert "until" in answer.json()["errors"]


@pytest.mark.parametrize("digits", ["9" * 5000, "9" * 4001])
def test_a_number_without_end(digits):
    assert Client().get(f"/datashare/catalog.ttl?after={digits}").status_code == 400


def test_what_only_the_portal_opens_is_refused_and_says_so(clerk):
    """A step of another matter has nothing that could be given: its columns were found empty by the database."""
    unasked = [each.code for each in procedures.all() if not each.pages and each.opener is None]
    assert "risk-audit" in unasked
    for code in unasked:
        answer = open_case(clerk, code, {})
        assert answer.status_code == 400, code
        assert list(answer.json()["errors"]) == ["procedure"]


def test_what_a_matter_asks_for_is_described(clerk, company):
    """Who opens a case with nothing is told of fields that the description names, and of those it calls required."""
    described = {each["code"]: each["inputs"] for each in Client().get("/api/v1/procedures/").json()}
    client, ref = company
    client.defaults["HTTP_X_ACTING_FOR"] = ref
    tried = 0
    for code, inputs in described.items():
        procedure = procedures.get(code)
        if inputs is None:
            assert not procedure.pages, code
            assert procedure.opener is None, code
            continue
        answer = open_case(client if procedure.audience else clerk, code, {})
        if answer.status_code == 400:
            tried += 1
            names = {each["name"] for each in inputs}
            assert set(answer.json()["errors"]) <= names | {"detail"}, code
    assert tried > 25


def test_who_knows_the_description_alone_opens_a_case_and_acts_on_it(company):
    client, ref = company
    client.defaults["HTTP_X_ACTING_FOR"] = ref
    matter = next(each for each in client.get("/api/v1/procedures/").json() if each["code"] == "complaint")
    answers = {"choice": lambda asked: asked["choices"][0]["value"], "text": lambda asked: "窗口排队三小时"}
    wanted = [asked for asked in matter["inputs"] if asked["required"] or asked["name"] == "about"]
    detail = {asked["name"]: answers[asked["type"]](asked) for asked in wanted}
    opened = open_case(client, "complaint", detail)
    assert opened.status_code == 201, opened.content
    number = opened.json()["number"]
    action = next(each for each in client.get(f"/api/v1/cases/{number}/actions/").json() if each["inputs"])
    assert [asked["name"] for asked in action["inputs"]] == action["fields"]
    given = {asked["name"]: answers[asked["type"]](asked) for asked in action["inputs"] if asked["required"]}
    done = client.post(f"/api/v1/cases/{number}/actions/{action['action']}/", json.dumps(given), "application/json")
    assert done.status_code == 200, done.content
