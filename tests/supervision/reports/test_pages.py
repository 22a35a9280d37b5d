"""The pages: answers that say nothing, pages that are not kept, staff pages that are not there for others."""

import pytest
import time_machine
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from apps.kernel.casework import cases
from apps.kernel.parties.models import Role
from apps.supervision.reports import receipts, reporting, vault
from apps.supervision.reports.models import Report
from tests import factories, factories_reports
from tests.factories_doors import signed_in
from tests.factories_reports import CONTENT, IDENTITY, PASSPHRASE

pytestmark = pytest.mark.django_db
ANSWERS = {"mode": "named", **CONTENT, **IDENTITY}


@pytest.fixture(autouse=True)
def _uncounted():
    """Tries of earlier tests do not count."""
    cache.clear()


@pytest.fixture
def desk():
    return factories_reports.desk()


def unlocked(actor) -> Client:
    client = signed_in(actor)
    client.post(reverse("reports_counter:box"), {"passphrase": PASSPHRASE})
    return client


def opened_with(receipt: str) -> Client:
    client = Client()
    assert client.post(reverse("report:back"), {"receipt": receipt})["Location"] == reverse("report:mine")
    return client


def wire(response) -> bytes:
    """Everything a browser receives; compare within one moment, for a header tells until when it may be kept."""
    return response.serialize_headers() + response.content


def test_a_named_report_from_the_first_question_to_the_receipt(desk):
    client = Client()
    checked = client.post(reverse("report:new"), {**ANSWERS, "page": "identity"})
    draft = checked.context["draft"]
    assert not Report.objects.exists()
    shown = client.post(reverse("report:new"), {**ANSWERS, "page": "check", "draft": draft})
    again = client.post(reverse("report:new"), {**ANSWERS, "page": "check", "draft": draft})
    receipt = shown.context["receipt"]
    assert again.context["receipt"] == receipt
    assert Report.objects.get().named
    wrong = client.post(reverse("report:kept"), {"draft": shown.context["draft"], "last": "00000"})
    assert wrong.status_code == 400
    assert Report.objects.get().kept_on is None
    kept = client.post(reverse("report:kept"), {"draft": shown.context["draft"], "last": receipt[-5:]})
    assert kept["Location"] == reverse("report:mine")
    assert Report.objects.get().kept_on
    assert not client.session.keys()
    assert IDENTITY["name"] not in client.get(reverse("report:mine")).content.decode()


@time_machine.travel("2026-11-10T10:00:00+08:00", tick=False)
def test_wrong_closed_and_never_given_receipts_get_the_same_bytes(desk, monkeypatch):
    _report, receipt = factories_reports.reported()
    client = Client(headers={"X-Request-ID": "one-and-the-same"})
    answers = set()
    for typed in (receipts.new(), "0" * 21, "x", ""):
        answers.add(wire(client.post(reverse("report:back"), {"receipt": typed})))
    monkeypatch.setattr(reporting, "is_closed", lambda _report: True)
    answers.add(wire(client.post(reverse("report:back"), {"receipt": receipt})))
    assert len(answers) == 1


def test_a_foreign_file_and_an_absent_one_get_the_same_bytes(desk, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    _one, mine = factories_reports.reported()
    _other, foreign = factories_reports.reported()
    kept = reporting.attach(reporting.come_back(foreign), factories_reports.photo())
    client = opened_with(mine)
    bodies = {
        (response.status_code, response.content)
        for response in (client.get(reverse("report:file", args=[ref])) for ref in (kept.ref, "0" * 10))
    }
    assert len(bodies) == 1
    assert bodies.pop()[0] == 404
    assert opened_with(foreign).get(reverse("report:file", args=[kept.ref])).status_code == 200


def test_guessing_receipts_is_slowed_down(desk):
    client = Client(REMOTE_ADDR="203.0.113.9")
    codes = [client.post(reverse("report:back"), {"receipt": "x"}).status_code for _ in range(61)]
    assert codes == [302] * 60 + [429]


def test_nothing_of_a_report_is_kept_by_the_browser(desk):
    _report, receipt = factories_reports.reported()
    response = opened_with(receipt).get(reverse("report:mine"))
    assert "no-store" in response["Cache-Control"]
    assert response["Referrer-Policy"] == "same-origin"
    cookie = response.cookies["receipt"]
    assert cookie["httponly"]
    assert (cookie["samesite"], cookie["path"], cookie["max-age"]) == ("Strict", "/report/", "")


def test_bad_input_is_told_how_to_mend_it(desk):
    response = Client().post(reverse("report:new"), {"mode": "anonymous", "subject": "", "page": "who"})
    assert response.status_code == 400
    assert Client().post(reverse("report:new"), {"page": "check"}).status_code == 400


def test_the_box_opens_the_report_and_locks_again(desk):
    report, _receipt = factories_reports.reported()
    url = reverse("reports_counter:report", args=[report.case.number])
    assert signed_in(desk.officer).get(url)["Location"] == reverse("reports_counter:box")
    client = unlocked(desk.officer)
    assert CONTENT["story"] in client.get(url).content.decode()
    client.post(reverse("reports_counter:lock"))
    assert client.get(url).status_code == 302


def test_neither_the_session_nor_the_cookie_alone_holds_the_key(desk):
    report, _receipt = factories_reports.reported()
    url = reverse("reports_counter:report", args=[report.case.number])
    client = unlocked(desk.officer)
    assert desk.opened.private.hex() not in repr(dict(client.session.items()))
    cookie = client.cookies.pop("vault")
    assert client.get(url).status_code == 302
    other = signed_in(desk.officer)
    other.cookies["vault"] = cookie.value
    assert other.get(url).status_code == 302


def test_an_open_box_locks_itself(desk, monkeypatch):
    monkeypatch.setattr(vault, "LASTS", -1)
    assert unlocked(desk.officer).get(reverse("reports_counter:report", args=["SH1"])).status_code == 302


@pytest.mark.parametrize("role", [Role.CLERK, Role.CHIEF, Role.AUDITOR, Role.RISK])
def test_for_other_staff_these_pages_are_not_there(desk, role):
    client = signed_in(factories.staff(desk.office, role))
    assert client.get(reverse("reports_counter:index")).status_code == 404
    assert client.get(reverse("reports_counter:make")).status_code == 404


def test_a_custodian_reads_no_report_and_a_stranger_of_another_office_none(desk):
    report, _receipt = factories_reports.reported()
    url = reverse("reports_counter:report", args=[report.case.number])
    stranger, _opened = factories_reports.holder(factories.tax_office(), Role.REPORTS, "外人")
    assert {unlocked(actor).get(url).status_code for actor in (desk.custodian, stranger)} == {404}


def test_asking_approving_and_reading_on_the_pages(desk):
    report, _receipt = factories_reports.reported(named=True)
    officer, custodian = unlocked(desk.officer), unlocked(desk.custodian)
    url = reverse("reports_counter:identity", args=[report.case.number])
    assert officer.post(url, {"reason": "短"}).status_code == 400
    officer.post(url, {"reason": "需要向检举人当面核对账本的来源。"})
    assert IDENTITY["name"] not in officer.get(url).content.decode()
    asked = report.identity_requests.get()
    custodian.post(reverse("reports_counter:decide", args=[asked.ref]), {"approve": "1"})
    assert IDENTITY["name"] in officer.get(url).content.decode()
    assert custodian.get(url).status_code == 404


def test_a_reward_is_claimed_and_granted_on_the_pages(desk):
    report, receipt = factories_reports.reported(named=True)
    cases.perform(report.case, "classify", desk.officer, category="verify")
    cases.perform(report.case, "conclude", desk.officer, collected=1_000_000)
    payee = {"name": "哨兵甲乙", "id_number": IDENTITY["id_number"], "bank": "某银行", "account": "62220000"}
    reporter, custodian = opened_with(receipt), unlocked(desk.custodian)
    link = f'href="{reverse("report:claim")}"'
    assert link in reporter.get(reverse("report:mine")).content.decode()
    assert reporter.post(reverse("report:claim"), {}).status_code == 400
    assert reporter.post(reverse("report:claim"), {**payee, "account": "我的账号"}).status_code == 400
    assert reporter.post(reverse("report:claim"), {**payee, "account": "6222 0000"}).status_code == 302
    assert link not in reporter.get(reverse("report:mine")).content.decode()  # it was used
    assert "<form method" not in reporter.get(reverse("report:claim")).content.decode().split("<main", 1)[1]
    url = reverse("reports_counter:grant", args=[report.case.number])
    assert "62220000" in custodian.get(url).content.decode()
    assert custodian.post(url, {"amount": "10000.01"}).status_code == 400
    assert custodian.post(url, {"amount": "9000"}).status_code == 302
    assert unlocked(desk.officer).get(url).status_code == 404


def test_admin_shows_no_word_of_it(desk):
    report, _receipt = factories_reports.reported(named=True)
    admin = factories.staff(desk.office, Role.CLERK)
    admin.user.is_staff = admin.user.is_superuser = True
    admin.user.save()
    page = signed_in(admin).get(reverse("admin:supervision_report_change", args=[report.pk])).content.decode()
    assert report.case.number in page
    assert CONTENT["subject"] not in page
    assert IDENTITY["name"] not in page


def test_only_offices_that_can_open_a_report_are_offered_to_transfer_it_to(desk):
    report, _receipt = factories_reports.reported()
    closed = factories.department("市档案局")
    client = unlocked(desk.officer)
    page = reverse("reports_counter:transfer", args=[report.case.number])
    offered = set(client.get(page).context["form"].fields["office"].queryset)
    assert closed not in offered
    assert report.case.office in offered
    refused = client.post(page, {"office": closed.code, "reason": "不属于本机关职责范围"})
    assert "office" in refused.context["form"].errors
