"""The public calculation API from outside: amounts as text, errors by field, nobody shut out."""

import json
import secrets
from unittest.mock import ANY

import pytest
from rest_framework.test import APIClient

from apps.kernel.rules.api import CalculationThrottle
from apps.kernel.rules.calculators import CALCULATORS
from tests import factories
from tests.kernel.rules.test_examples import PUBLISHED

pytestmark = pytest.mark.django_db

URL = "/api/v1/calculations/"
SURCHARGES = {"vat": "42300.00", "location": "urban", "halved": True}


@pytest.fixture
def client() -> APIClient:
    return APIClient()


def send(client, text, kind="surcharges", content_type="application/json"):
    return client.generic("POST", f"{URL}{kind}/", text, content_type=content_type)


@pytest.mark.parametrize("example", PUBLISHED, ids=lambda example: example["id"])
def test_published_examples_from_outside(client, example):
    answer = client.post(f"{URL}{example['kind']}/", example["inputs"], format="json")
    assert answer.status_code == 200, answer.content
    body = answer.json()
    assert {name: body[name] for name in example["expected"]} == example["expected"]
    assert all(set(line) == {"label", "formula", "amount", "source", "confidence"} for line in body["lines"])


def test_every_amount_is_text_of_two_decimals(client):
    body = client.post(f"{URL}surcharges/", SURCHARGES, format="json").json()
    amounts = [body[name] for name in ("city", "edu", "local_edu", "total")] + [
        line["amount"] for line in body["lines"]
    ]
    assert all(isinstance(amount, str) and amount[-3] == "." for amount in amounts)


def test_every_wrong_field_is_named_in_one_shape(client):
    answer = client.post(f"{URL}surcharges/", {"vat": "x", "city": 1, "halved": None}, format="json")
    assert answer.status_code == 400
    assert answer.json() == {"errors": {"vat": [ANY], "location": [ANY], "city": [ANY]}}


def test_errors_are_in_the_callers_language(client):
    answer = client.post(f"{URL}surcharges/", {}, format="json", headers={"accept-language": "zh-hans"})
    assert answer.json()["errors"]["vat"] == ["请填写此项。"]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{",
        "[]",
        "null",
        '"text"',
        "NaN",
        '{"vat": NaN, "location": "urban"}',
        '{"vat": 1e999, "location": "urban"}',
        '{"vat": ' + "9" * 5000 + ', "location": "urban"}',
        "[" * 100_000,
        '{"vat": ' + "[" * 50_000 + "]" * 50_000 + "}",
        '{"\\ud800": 1}',
        '{"vat": "\\u0000", "location": "\\ud800"}',
        '{"vat": "1", "location": {"a": 1}}',
    ],
)
def test_a_broken_body_is_the_callers_mistake(client, text):
    answer = send(client, text)
    assert answer.status_code == 400
    assert answer.json()["errors"]


def test_bytes_that_are_no_text_are_refused(client):
    assert send(client, b"\xff\xfe{").status_code == 400


def test_another_content_type_is_refused(client):
    answer = send(client, "vat=1", content_type="application/x-www-form-urlencoded")
    assert answer.status_code == 415
    assert answer.json()["errors"]


def test_a_kind_that_is_not_offered_is_not_found(client):
    answer = client.post(f"{URL}wealth-tax/", {}, format="json")
    assert answer.status_code == 404
    assert "surcharges" in json.dumps(answer.json(), ensure_ascii=False)


@pytest.mark.parametrize("method", ["get", "put", "delete", "patch"])
def test_a_calculation_is_only_posted(client, method):
    assert getattr(client, method)(f"{URL}surcharges/").status_code == 405


def test_it_is_open_to_everyone_however_they_come(client):
    assert client.post(f"{URL}surcharges/", SURCHARGES, format="json").status_code == 200
    signed_in = APIClient(enforce_csrf_checks=True)
    signed_in.force_login(factories.user())
    assert signed_in.post(f"{URL}surcharges/", SURCHARGES, format="json").status_code == 200
    client.credentials(HTTP_AUTHORIZATION="Bearer expired")
    assert client.post(f"{URL}surcharges/", SURCHARGES, format="json").status_code == 200


def test_a_runaway_loop_is_slowed_down(client, monkeypatch):
    monkeypatch.setattr(CalculationThrottle, "rate", "2/min")
    address = f"2001:db8::{secrets.token_hex(2)}"  # nobody was here in the last minute
    statuses = [
        client.post(f"{URL}surcharges/", SURCHARGES, format="json", REMOTE_ADDR=address).status_code for _ in range(3)
    ]
    assert statuses == [200, 200, 429]


def test_the_kinds_and_their_inputs_are_listed(client):
    kinds = {row["kind"]: row for row in client.get(URL).json()["results"]}
    assert set(kinds) == set(CALCULATORS)
    assert kinds["vat"]["url"] == f"{URL}vat/"
    location = next(row for row in kinds["surcharges"]["inputs"] if row["name"] == "location")
    assert location["type"] == "choice"
    assert [choice["value"] for choice in location["choices"]] == ["urban", "county", "other"]


def test_a_calculation_takes_few_queries(client, django_assert_max_num_queries):
    with django_assert_max_num_queries(3):
        client.post(f"{URL}vat/", PUBLISHED[2]["inputs"], format="json")


def test_every_kind_is_documented_with_its_own_inputs_and_outputs(client):
    schema = client.get("/api/v1/schema/", headers={"accept": "application/vnd.oai.openapi+json"}).json()
    for kind, calculator in CALCULATORS.items():
        operation = schema["paths"][f"{URL}{kind}/"]["post"]
        request = operation["requestBody"]["content"]["application/json"]["schema"]["$ref"].rpartition("/")[2]
        answer = operation["responses"]["200"]["content"]["application/json"]["schema"]["$ref"].rpartition("/")[2]
        components = schema["components"]["schemas"]
        assert set(components[request]["properties"]) == {field.name for field in calculator.fields}
        assert set(components[answer]["properties"]) == {*calculator.outputs, "lines", "pending"}
