"""Two web processes and two workers on one database and broker give the results one of each gives."""

import datetime as dt
import threading
import time
from collections.abc import Callable
from functools import partial

import httpx
import pytest
from django.urls import reverse

from apps.kernel.casework import cases
from apps.kernel.casework.models import Case, Step
from apps.kernel.ledger.models import Payment
from apps.kernel.notifications.models import Delivery
from apps.kernel.parties.models import Role
from apps.kernel.rules import review
from apps.kernel.rules.models import LegalDocument
from apps.services.procedures.deferral import DEFERRAL
from ops.chaos.load import DETAIL, SUBMISSION
from tests import factories
from tests.factories_law import keeper
from tests.factories_ledger import owed
from tests.processes import running
from tests.scale.conftest import PASSWORD, take_a_password

pytestmark = [pytest.mark.processes, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def office():
    return factories.tax_office()


@pytest.fixture
def owner(office):
    return factories.representative(factories.company(office=office))


def at_once(*calls: Callable[[], httpx.Response]) -> list[httpx.Response]:
    """The answers of requests sent at the same moment."""
    answers: list = [None] * len(calls)
    gate = threading.Barrier(len(calls))

    def call(index: int) -> None:
        gate.wait(timeout=10)
        answers[index] = calls[index]()

    threads = [threading.Thread(target=call, args=(index,)) for index in range(len(calls))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    return answers


def open_case(browser: httpx.Client, key: str = "two-of-each-1", **more) -> httpx.Response:
    return browser.post("/api/v1/cases/", json={**SUBMISSION, **more}, headers={"Idempotency-Key": key})


# --- nginx -------------------------------------------------------------------------------------------------


def test_the_front_spreads_requests_tells_who_asks_and_keeps_large_bodies_out(pair, neighbourhood):
    assert httpx.get(f"{pair.front}/healthz").json() == {"status": "ok"}
    answer = httpx.get(f"{pair.front}/")
    assert answer.status_code == 200
    assert answer.headers["Server"] == "nginx"  # and not which one
    assert "Content-Security-Policy" in answer.headers
    assert httpx.post(f"{pair.front}/payments/callback/", content=b"x" * (26 * 1024 * 1024)).status_code == 413
    assert httpx.post(f"{pair.front}/payments/callback/", content=b"x" * 1024).status_code == 401


def test_somebody_signs_in_through_the_front_and_is_signed_in_everywhere(pair, owner, browser_of):
    take_a_password(owner)
    with httpx.Client(base_url=pair.front, timeout=30) as visitor:
        visitor.get(reverse("account_login"))
        answer = visitor.post(
            reverse("account_login"),
            data={
                "username": owner.user.username,
                "password": PASSWORD,
                "csrfmiddlewaretoken": visitor.cookies["csrftoken"],
            },
            headers={"Origin": pair.front},
        )
        assert answer.status_code == 302, answer.text
        session = visitor.cookies["sessionid"]
    browsers = [browser_of.with_session(address, session, owner) for address in pair.both]
    home = reverse("acting_home", args=[owner.party.ref])
    assert [browser.get(home).status_code for browser in browsers] == [200, 200]
    assert browsers[0].post(reverse("account_logout")).status_code == 302
    assert [browser.get(home).status_code for browser in browsers] == [302, 302]


# --- what one process does, the other sees --------------------------------------------------------------------


def test_a_draft_begun_at_one_is_finished_at_the_other(pair, owner, browser_of):
    here, there = (browser_of(owner, address) for address in pair.both)
    number = open_case(here, draft=True).json()["number"]
    assert there.get(f"/api/v1/cases/{number}/").json()["state"] == "draft"
    assert there.post(f"/api/v1/cases/{number}/actions/submit/", json={}).status_code == 200
    assert here.get(f"/api/v1/cases/{number}/").json()["state"] == "submitted"
    assert here.post(f"/api/v1/cases/{number}/actions/submit/", json={}).status_code == 400


def test_to_dos_kept_by_one_are_fresh_when_the_other_changed_them(pair, owner, browser_of):
    here, there = (browser_of(owner, address) for address in pair.both)
    home = reverse("acting_home", args=[owner.party.ref])
    assert "/cases/" not in _todos(here.get(home))
    number = open_case(there, draft=True).json()["number"]
    assert number in _todos(here.get(home))
    assert there.post(f"/api/v1/cases/{number}/actions/submit/", json={}).status_code == 200
    assert number not in _todos(here.get(home))


def _todos(page: httpx.Response) -> str:
    assert page.status_code == 200
    return page.text.partition('id="todo"')[2].partition("</section>")[0]


def test_a_changed_law_counts_at_both_at_once(pair):
    asked = {"tax": "10000.00", "due": "2027-02-01", "paid": "2027-02-11"}

    def fees() -> list[str]:
        answers = [httpx.post(f"{address}/api/v1/calculations/late-fee/", json=asked) for address in pair.both]
        assert [answer.status_code for answer in answers] == [200, 200], answers[0].text
        return [answer.json()["late_fee"] for answer in answers]

    before = fees()
    change = review.propose(
        keeper("rules.add_parameterchange"),
        code="late-fee.rate",
        title="滞纳金每日比例",
        valid_from=dt.date(2027, 1, 1),
        value="0.0003",
        unit="rate",
        document=LegalDocument.objects.get(code="tax-collection-law"),
        clause="第三十二条（修订）",
        confidence="C",
        reason="法律修订",
    )
    assert fees() == before
    review.approve(change, keeper("rules.approve_parameterchange"))
    after = fees()
    assert after[0] == after[1] != before[0]


# --- both at the same moment -----------------------------------------------------------------------------------


def test_one_key_at_both_opens_one_case(pair, owner, browser_of):
    here, there = (browser_of(owner, address) for address in pair.both)
    answers = at_once(*(partial(open_case, browser) for browser in (here, there) * 2))
    assert [answer.status_code for answer in answers] == [201] * 4, answers[0].text
    case = Case.objects.get()
    assert {answer.json()["number"] for answer in answers} == {case.number}
    assert Step.objects.filter(case=case, action="submit").count() == 1


def test_two_clerks_at_two_processes_decide_once(pair, office, owner, browser_of):
    case = cases.open_submitted(DEFERRAL, owner, DETAIL, idempotency_key="two-of-each-2")
    clerks = [factories.staff(office, Role.CLERK) for _ in range(2)]
    taken = [
        partial(browser_of(clerk, address).post, f"/api/v1/cases/{case.number}/actions/accept/", json={})
        for clerk, address in zip(clerks, pair.both, strict=True)
    ]
    assert sorted(answer.status_code for answer in at_once(*taken)) == [200, 400]
    assert case.steps.filter(action="accept").count() == 1


def test_one_debt_paid_at_both_is_one_payment(pair, gateway, owner, browser_of):
    charge = owed(owner.party)
    address = reverse("ledger:pay", args=[owner.party.ref])
    pressed = [partial(browser_of(owner, where).post, address, data={"charge": charge.ref}) for where in pair.both * 2]
    answers = at_once(*pressed)
    assert [answer.status_code for answer in answers] == [302] * 4
    assert Payment.objects.count() == 1


def test_two_workers_deliver_each_message_once(pair, neighbourhood, sms_gateway, owner):
    owner.party.phone = "13800000000"
    owner.party.save()
    more = {"SMS_GATEWAY_URL": f"{sms_gateway.url}/messages"}
    workers = [
        running(
            *(f"worker-{number}", "celery", "-A", "taxportal", "worker", "--concurrency", 1),
            *("-n", f"scale-{number}@%h", "--without-gossip", "--without-mingle", "--loglevel", "INFO"),
            at=neighbourhood,
            ready=lambda: True,
            **more,
        )
        for number in (1, 2)
    ]
    with workers[0], workers[1]:
        for number in range(20):
            cases.open_submitted(DEFERRAL, owner, DETAIL, idempotency_key=f"two-of-each-{number:03d}")
        until = time.monotonic() + 60
        texts = Delivery.objects.filter(channel="sms")
        while texts.exclude(state="delivered").exists() and time.monotonic() < until:
            time.sleep(0.2)
    assert texts.filter(state="delivered", attempts=1).count() == texts.count() == 20
    received = httpx.get(f"{sms_gateway.url}/messages").json()
    assert received["posts"] == len(received["messages"]) == 20


# --- one is lost ---------------------------------------------------------------------------------------------------


def test_the_other_goes_on_while_one_is_dead(pair, owner, browser_of):
    browser = browser_of(owner, pair.front)
    home = reverse("acting_home", args=[owner.party.ref])
    with pair.one_dead():
        assert [browser.get(home).status_code for _ in range(6)] == [200] * 6
        assert open_case(browser).status_code == 201
    assert [browser.get(home).status_code for _ in range(6)] == [200] * 6
