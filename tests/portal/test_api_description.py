"""The API's description says what the API does: scopes, refusals, procedures."""

from concurrent.futures import ThreadPoolExecutor
from functools import cache
from threading import Lock
from time import sleep

import pytest
import yaml
from django.db import connections
from django.test import Client
from django.urls import reverse
from drf_spectacular.views import SpectacularAPIView
from rest_framework.response import Response

from apps.kernel.casework import procedures

pytestmark = pytest.mark.django_db


@cache
def description() -> dict:
    """The same for everybody at all times."""
    return yaml.load(Client().get(reverse("api_schema")).content, Loader=yaml.CSafeLoader)


def test_who_ask_at_the_same_moment_are_answered_one_after_the_other(monkeypatch):
    """The generator of the description is not made for two: one of them was answered with a 500."""
    alone, met = Lock(), []

    def generate(_view, _request):
        met.append(not alone.acquire(blocking=False))
        sleep(0.2)
        if not met[-1]:
            alone.release()
        return Response({})

    monkeypatch.setattr(SpectacularAPIView, "_get_schema_response", generate)

    def status(_number: int) -> int:
        try:
            return Client().get(reverse("api_schema")).status_code
        finally:
            connections.close_all()

    with ThreadPoolExecutor(3) as pool:
        assert list(pool.map(status, range(3))) == [200, 200, 200]
    assert met == [False, False, False]


def test_a_partner_reads_which_scope_a_call_needs():
    security = description()["paths"]["/api/v1/registry/checks/"]["post"]["security"]
    assert {"oauth2": ["registry.check"]} in security


def test_refusals_come_in_one_described_shape(client):
    operation = description()["paths"]["/api/v1/cases/{number}/"]["get"]
    for status in ("401", "403", "404"):
        content = operation["responses"][status]["content"]["application/json"]
        assert content["schema"]["$ref"].endswith("/Errors")
    answer = client.get("/api/v1/cases/absent/")
    assert answer.status_code == 401
    assert list(answer.json()) == ["errors"]


def test_public_calls_ask_for_no_identity():
    operation = description()["paths"]["/api/v1/procedures/"]["get"]
    assert operation["security"] == [{}]
    assert set(operation["responses"]) == {"200"}


def test_every_procedure_is_given_as_described(client):
    found = {each["code"]: each for each in client.get("/api/v1/procedures/").json()}
    assert set(found) == {procedure.code for procedure in procedures.all()}
    promised = description()["components"]["schemas"]
    for given in found.values():
        assert set(given) == set(promised["ProcedureOut"]["properties"])
        for step in given["steps"]:
            assert set(step) == set(promised["ProcedureStepOut"]["properties"])
            assert set(step["from"]) <= {state["code"] for state in given["states"]}
        for running in given["clocks"]:
            assert set(running) == set(promised["ProcedureClockOut"]["properties"])
            assert running["term"] > 0 or running["unit"] == "fixed"
