"""A body that is no JSON object is a bad request at every door of the API, and never a page that fails."""

import pytest
from django.test import Client

from tests import factories

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("body", ["0", "null", "[]", '"number"', "true"])
@pytest.mark.parametrize("address", ["/api/v1/cases/", "/api/v1/registry/checks/", "/api/v1/calculations/vat/"])
def test_what_is_no_object_is_refused(address, body):
    browser = Client()
    browser.force_login(factories.citizen(office=factories.tax_office()).user)
    answer = browser.post(address, body, content_type="application/json")
    assert answer.status_code in (400, 403)
    assert answer.json()["errors"]


def test_and_is_told_why():
    browser = Client()
    browser.force_login(factories.citizen(office=factories.tax_office()).user)
    answer = browser.post("/api/v1/cases/", "0", content_type="application/json")
    assert answer.status_code == 400
    assert answer.json() == {"errors": {"detail": ["请求正文必须是一个 JSON 对象。"]}}
