"""The same request twice at the same moment (a double click, a retry): one case and one answer."""

import threading

import pytest
from django.db import connection
from django.test import Client

from apps.kernel.casework.models import Case, Step
from apps.kernel.parties.actors import Actor
from tests import factories

pytestmark = pytest.mark.django_db(transaction=True)

DETAIL = {
    "levy": "vat",
    "period": "2026-10",
    "amount": "1000.00",
    "months": 1,
    "ground": "no_funds",
    "explanation": "资金不足。",
}


def _post(actor: Actor, *, draft: bool, answers: list, gate: threading.Barrier) -> None:
    client = Client(raise_request_exception=False)
    client.force_login(actor.user)
    try:
        gate.wait(timeout=10)
        answers.append(
            client.post(
                "/api/v1/cases/",
                {"procedure": "deferral", "detail": DETAIL, "draft": draft},
                content_type="application/json",
                headers={"Idempotency-Key": "double-click-1", "X-Acting-For": actor.party.ref},
            )
        )
    finally:
        connection.close()


@pytest.mark.parametrize("draft", [True, False])
def test_five_requests_with_one_key_open_one_case(draft):
    payer = factories.representative(factories.company(office=factories.tax_office()))
    answers: list = []
    gate = threading.Barrier(5)
    threads = [
        threading.Thread(target=_post, args=(payer,), kwargs={"draft": draft, "answers": answers, "gate": gate})
        for _ in range(5)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    assert [answer.status_code for answer in answers] == [201] * 5, answers[0].content
    case = Case.objects.get()
    assert {answer.json()["number"] for answer in answers} == {case.number}
    assert Step.objects.filter(case=case, action="submit").count() == (0 if draft else 1)


def test_a_key_under_which_something_else_was_asked_is_refused():
    """A client that numbers its requests badly learns it, instead of taking the first case for its second."""
    payer = factories.representative(factories.company(office=factories.tax_office()))
    client = Client()
    client.force_login(payer.user)

    def ask(address: str, body: dict, **more: str):
        headers = {"Idempotency-Key": "badly-numbered-1", "X-Acting-For": payer.party.ref} | more
        return client.post(address, body, content_type="application/json", headers=headers)

    first = ask("/api/v1/cases/", {"procedure": "deferral", "detail": DETAIL})
    assert first.status_code == 201
    other = ask("/api/v1/cases/", {"procedure": "deferral", "detail": {**DETAIL, "amount": "9000.00"}})
    assert (other.status_code, list(other.json()["errors"])) == (400, ["Idempotency-Key"])
    assert Case.objects.get().number == first.json()["number"]

    door = f"/api/v1/cases/{first.json()['number']}/actions/withdraw/"
    other = ask(door, {"reason": "已筹足资金。"})
    assert (other.status_code, list(other.json()["errors"])) == (400, ["Idempotency-Key"])
    assert ask(door, {"reason": "已筹足资金。"}, **{"Idempotency-Key": "k" * 81}).status_code == 400
    fresh = {"Idempotency-Key": "badly-numbered-2"}
    assert [ask(door, {"reason": "已筹足资金。"}, **fresh).json()["state"] for _ in range(2)] == [
        "withdrawn",
        "withdrawn",
    ]


def test_a_key_of_another_matter_is_refused():
    """It opened a draft; the other request must neither submit that draft nor be told that it is the answer."""
    payer = factories.representative(factories.company(office=factories.tax_office()))
    answers: list = []
    _post(payer, draft=True, answers=answers, gate=threading.Barrier(1))
    client = Client()
    client.force_login(payer.user)
    for other in ("filing-extension", "vat-return"):
        asked = {"period": "2036-10", "until": "2036-11-30", "ground": "force_majeure", "explanation": "停电。"}
        answer = client.post(
            "/api/v1/cases/",
            {"procedure": other, "detail": asked if other == "filing-extension" else {"period": "2026-10"}},
            content_type="application/json",
            headers={"Idempotency-Key": "double-click-1", "X-Acting-For": payer.party.ref},
        )
        assert answer.status_code == 400
        assert list(answer.json()["errors"]) == ["Idempotency-Key"], answer.json()
    assert Case.objects.get().state == "draft"


def test_a_form_sent_with_the_key_of_another_matter_begins_its_own():
    payer = factories.representative(factories.company(office=factories.tax_office()))
    client = Client()
    client.force_login(payer.user)
    begun = [
        client.post(f"/as/{payer.party.ref}/matters/{code}/begin/", {"key": key})
        for code in ("deferral", "filing-extension")
        for key in ("one-key-for-both", "one-key-for-both", "k" * 200, "\x00")
    ]
    assert {answer.status_code for answer in begun} == {302}
    assert Case.objects.filter(procedure="deferral").count() == 3
    assert Case.objects.filter(procedure="filing-extension").count() == 3
