"""When something is absent, refused or broken: in the house's words, and telling strangers nothing."""

import pytest
from django.core.exceptions import PermissionDenied
from django.core.exceptions import ValidationError as DjangoValidationError
from django.db import OperationalError
from django.http import HttpResponse
from django.test import Client, RequestFactory
from django.urls import path
from rest_framework import serializers
from rest_framework.exceptions import ValidationError
from rest_framework.permissions import AllowAny
from rest_framework.response import Response
from rest_framework.views import APIView

from apps.kernel.casework import cases
from apps.portal import api_errors, errors
from apps.services.procedures.deferral import DEFERRAL
from taxportal import urls as portal_urls
from tests import factories

handler400, handler403 = portal_urls.handler400, portal_urls.handler403
handler404, handler500 = portal_urls.handler404, portal_urls.handler500


class AmountsIn(serializers.Serializer):
    amount = serializers.DecimalField(max_digits=10, decimal_places=2)


class Echo(APIView):
    """Takes one amount; breaks as it is told to."""

    permission_classes = [AllowAny]

    def post(self, request):
        AmountsIn(data=request.data).is_valid(raise_exception=True)
        raise DjangoValidationError({"amount": ["金额应大于 0 元。"]})


def _broken(request):
    raise RuntimeError


def _away(request):
    raise OperationalError("connection refused")


def _refused(request):
    raise PermissionDenied("经办人不能审批自己办理的事项。")


urlpatterns = [
    path("broken/", _broken),
    path("away/", _away),
    path("refused/", _refused),
    path("api/v1/echo/", Echo.as_view()),
    path("api/v1/broken/", _broken),
    path("api/v1/away/", _away),
    path("fine/", lambda request: HttpResponse("ok")),
    *portal_urls.urlpatterns,
]


@pytest.fixture
def our_routes(settings):
    settings.ROOT_URLCONF = __name__


@pytest.mark.django_db
def test_a_foreign_case_and_an_absent_one_answer_with_the_same_bytes(signed_in):
    owner = factories.citizen(office=factories.tax_office())
    case = cases.open_case(DEFERRAL, owner, {})
    stranger = factories.citizen("陌生人")
    client = signed_in(stranger.user)
    answers = [
        client.get(address, headers={"X-Request-ID": "one-and-the-same"})
        for address in (
            f"/as/{stranger.party.ref}/cases/{case.number}/",
            f"/as/{stranger.party.ref}/cases/SH2026999999999/",
            f"/as/{owner.party.ref}/cases/{case.number}/",
            f"/as/{owner.party.ref}/",
            "/as/nobody0000/",
            "/counter/",
            "/partner/",
            "/no/such/page/",
        )
    ]
    assert {answer.status_code for answer in answers} == {404}
    assert len({answer.content for answer in answers}) == 1
    assert len({tuple(sorted(answer.headers.items())) for answer in answers}) == 1


def test_every_error_page_speaks_both_languages(our_routes):
    page = Client(headers={"accept-language": "zh-CN"}).get("/no/such/page/").content.decode()
    assert "没有找到这个页面" in page
    assert "Page not found" in page


def test_a_fault_is_told_without_the_database(our_routes):
    answer = Client(raise_request_exception=False, headers={"accept-language": "en"}).get("/broken/")
    assert answer.status_code == 500
    assert "Something went wrong" in answer.content.decode()


@pytest.mark.parametrize(("language", "words"), [("zh-CN", "请半分钟后刷新页面"), ("en", "not be counted twice")])
def test_while_the_database_is_away_people_are_told_when_to_try_again(our_routes, language, words):
    answer = Client(raise_request_exception=False, headers={"accept-language": language}).get("/away/")
    assert answer.status_code == 503
    assert answer["Retry-After"] == "30"
    assert words in answer.content.decode()


def test_a_refusal_says_why(our_routes):
    answer = Client().get("/refused/")
    assert answer.status_code == 403
    assert "经办人不能审批自己办理的事项。" in answer.content.decode()


@pytest.mark.parametrize(
    ("language", "words"), [("zh-CN", "这次没有办理任何事项"), ("en", "Nothing has been done: go back")]
)
def test_the_address_of_a_button_opened_by_itself_leads_back_to_its_page(language, words):
    answer = Client(headers={"accept-language": language}).get("/preferences/language/")
    page = answer.content.decode()
    assert answer.status_code == 405
    assert answer["Allow"] == "POST"
    assert words in page
    assert '<a class="button" href="/preferences/">' in page


def test_a_form_sent_to_a_page_that_takes_none_is_told_so_too():
    answer = Client().post("/no-such-place/", headers={"accept-language": "en"})
    assert answer.status_code == 404
    answer = Client().post("/measures/", headers={"accept-language": "en"})
    assert answer.status_code == 405
    assert "cannot be opened by itself" in answer.content.decode()


def test_the_api_refuses_a_method_in_its_own_form():
    answer = Client().delete("/api/v1/procedures/", headers={"accept": "application/json"})
    assert answer.status_code == 405
    assert list(answer.json()) == ["errors"]


def test_an_expired_form_says_how_to_go_on():
    answer = Client(enforce_csrf_checks=True, headers={"accept-language": "zh-CN"}).post("/preferences/language/")
    assert answer.status_code == 403
    assert "页面已过期" in answer.content.decode()


def test_a_bad_request_has_a_page():
    answer = errors.bad_request(RequestFactory().get("/"))
    assert answer.status_code == 400
    assert "请求无法识别" in answer.content.decode()


def test_large_text_is_kept_on_error_pages():
    client = Client()
    client.cookies["text_size"] = "large"
    assert 'data-text="large"' in client.get("/no/such/page/").content.decode()


@pytest.mark.parametrize(
    ("body", "status", "told"),
    [
        ('{"amount": "x"}', 400, "amount"),
        ("{}", 400, "amount"),
        ("[]", 400, "detail"),
        ('{"amount": "1.00"}', 400, "amount"),
        ("{broken", 400, "detail"),
    ],
)
def test_bad_input_to_the_api_names_the_field(our_routes, body, status, told):
    answer = Client().post("/api/v1/echo/", body, content_type="application/json")
    assert answer.status_code == status
    assert list(answer.json()) == ["errors"]
    assert list(answer.json()["errors"]) == [told]
    assert all(isinstance(text, str) for text in answer.json()["errors"][told])


@pytest.mark.parametrize(("language", "words"), [("zh-CN", "这一项不能空着。"), ("en", "This field is required.")])
def test_the_api_speaks_the_callers_language(our_routes, language, words):
    answer = Client(headers={"accept-language": language}).post("/api/v1/echo/", "{}", content_type="application/json")
    assert answer.json() == {"errors": {"amount": [words]}}


@pytest.mark.parametrize(
    ("address", "status"), [("/api/v1/nothing/", 404), ("/api/v1/broken/", 500), ("/api/v1/away/", 503)]
)
def test_the_api_answers_every_error_in_json(our_routes, address, status):
    answer = Client(raise_request_exception=False).get(address)
    assert answer.status_code == status
    assert list(answer.json()["errors"]) == ["detail"]


def test_the_wrong_method_and_missing_rights_have_the_same_shape(our_routes):
    assert list(Client().get("/api/v1/echo/").json()["errors"]) == ["detail"]
    assert list(Client().get("/api/v1/cases/").json()["errors"]) == ["detail"]


def test_errors_deep_in_lists_get_dotted_names():
    error = ValidationError({"items": [{}, {"amount": ["太小"]}], "non_field_errors": ["不一致"], "levies": ["未知"]})
    answer = api_errors.handle(error, {})
    assert isinstance(answer, Response)
    assert answer.data == {"errors": {"items.1.amount": ["太小"], "detail": ["不一致"], "levies": ["未知"]}}


def test_what_is_no_bad_input_is_left_to_break():
    assert api_errors.handle(RuntimeError(), {}) is None
