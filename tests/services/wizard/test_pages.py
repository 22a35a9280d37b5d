"""A reader goes through a guide without JavaScript and starts the right matter; the answers stay with the case."""

import pytest
from django.test import Client

from apps.kernel.casework.models import Case, Thread
from apps.services.filing import drafts
from apps.services.wizard.models import Transcript
from tests import factories
from tests.factories_filing import SEPTEMBER, example_payer

pytestmark = pytest.mark.django_db


@pytest.fixture
def payer():
    return factories.citizen(office=factories.tax_office())


def signed_in(actor) -> Client:
    client = Client()
    client.force_login(actor.user, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


def test_one_question_a_page_and_back(client):
    page = client.get("/guide/money/")
    assert "您遇到的是哪一种情况" in page.text
    following = client.get("/guide/money/", {"path": "", "answer": "cannot-pay", "next": "1"})
    assert following["Location"] == "/guide/money/?path=cannot-pay"
    page = client.get(following["Location"])
    assert "缴不起的原因是什么" in page.text
    assert 'href="?path="' in page.text


def test_no_answer_is_told_and_nothing_is_lost(client):
    page = client.get("/guide/money/", {"path": "cannot-pay", "next": "1"})
    assert page.status_code == 422
    assert "请选择一个答案" in page.text
    assert 'value="cannot-pay"' in page.text


@pytest.mark.parametrize("url", ["/guide/nothing/", "/guide/money/?path=nothing", "/guide/money/?path=" + "a." * 900])
def test_an_address_nobody_gave_is_not_found(client, url):
    assert client.get(url).status_code == 404


def test_the_end_opens_the_matter_with_what_is_known_and_keeps_the_answers(payer):
    client = signed_in(payer)
    end = client.get(f"/as/{payer.party.ref}/guide/money/?path=cannot-pay.funds")
    assert "请办理：延期缴纳税款" in end.text
    response = client.post(f"/as/{payer.party.ref}/guide/money/begin/", {"path": "cannot-pay.funds"})
    case = Case.objects.get()
    assert response["Location"].endswith(f"/cases/{case.number}/fill/what/")
    assert case.detail.ground == "no_funds"
    assert "答：到期了，暂时缴不起" in case.transcript.text
    assert "缴不起的原因是什么" in client.get(f"/as/{payer.party.ref}/cases/{case.number}/").text


def test_a_matter_with_its_own_flow_keeps_the_answers_too():
    payer = example_payer()
    client = signed_in(payer)
    response = client.post(f"/as/{payer.party.ref}/guide/money/begin/", {"path": "cannot-file.yes"})
    assert response["Location"] == f"/as/{payer.party.ref}/filing/"
    case = drafts.begin(payer, "vat", SEPTEMBER)
    assert Transcript.objects.get().case == case


def test_the_answers_go_to_an_officer(payer):
    client = signed_in(payer)
    response = client.post(
        f"/as/{payer.party.ref}/guide/money/ask/", {"path": "cannot-pay.other", "question": "可以分期吗？"}
    )
    thread = Thread.objects.get()
    assert thread.ref in response["Location"]
    text = thread.messages.get().text
    assert text.startswith("可以分期吗？")
    assert "答：其他原因" in text


def test_an_unfinished_path_starts_nothing(payer):
    signed_in(payer).post(f"/as/{payer.party.ref}/guide/money/begin/", {"path": "cannot-pay"})
    assert not Case.objects.exists()


def test_who_may_not_apply_is_told_so(payer):
    response = signed_in(payer).post(
        f"/as/{payer.party.ref}/guide/money/begin/", {"path": "cannot-file.no"}, follow=True
    )
    assert "不适用于您当前的身份" in response.text
    assert not Transcript.objects.exists()


def test_a_stranger_starts_nothing_for_another_taxpayer(payer):
    stranger = factories.citizen("陌生人")
    for page in ("begin", "ask"):
        url = f"/as/{payer.party.ref}/guide/money/{page}/"
        assert signed_in(stranger).post(url, {"path": "cannot-pay.funds"}).status_code == 404
    assert not Case.objects.exists()
    assert not Thread.objects.exists()


def test_the_guide_by_api(client):
    assert {row["code"] for row in client.get("/api/v1/guides/").json()} >= {"money", "business"}
    walk = client.get("/api/v1/guides/money/", {"path": "cannot-pay"}).json()
    assert [row["code"] for row in walk["question"]["answers"]] == ["funds", "disaster", "other"]
    end = client.get("/api/v1/guides/money/", {"path": "cannot-pay.funds"}).json()["end"]
    assert (end["kind"], end["matter"], end["prefill"]) == ("matter", "deferral", {"ground": "no_funds"})
    assert client.get("/api/v1/guides/money/", {"path": "nothing"}).status_code == 404


def test_a_guide_in_english(client):
    client.cookies["django_language"] = "en"
    assert "What is your situation?" in client.get("/guide/money/").text
