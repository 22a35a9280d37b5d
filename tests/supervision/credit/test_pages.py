"""The pages and the API at each front door, and the demonstration."""

import datetime as dt
from decimal import Decimal

import pytest
from django.urls import reverse

from apps.kernel.audit.models import Event
from apps.kernel.casework.models import Case
from apps.kernel.documents.models import IssuedDocument
from apps.kernel.facts import demo as facts
from apps.kernel.ledger import charges
from apps.kernel.parties import demo as accounts
from apps.kernel.parties.models import Party
from apps.supervision.credit import deductions, demo, mending
from apps.supervision.credit.models import CreditRun, CreditYear, Deduction, MeasureTask, Proposal
from tests import factories, factories_credit, factories_ledger
from tests.factories_ledger import paid

pytestmark = pytest.mark.django_db
DUE = dt.date(2026, 9, 15)


def test_the_file_shows_the_score_line_by_line_and_how_to_mend(enter, world):
    factories_credit.evaluated(2025)
    row = factories_credit.deducted(world.party, counted_from=DUE, period="2026-09")
    browser, ref = enter(world.owner), world.party.ref
    page = browser.get(reverse("credit:file", args=[ref])).content.decode()
    assert "<svg" in page
    assert "2026年10月15日以前：恢复 4 分" in page
    assert reverse("credit:deduction", args=[ref, row.ref]) in page
    last = browser.get(reverse("credit:file", args=[ref]), {"year": 2025}).content.decode()
    assert reverse("credit:dispute", args=[ref, 2025]) in last
    assert browser.get(reverse("credit:file", args=[ref]), {"year": 1999}).status_code == 404


def test_a_year_without_a_result_says_why_and_when_there_will_be_one(enter, world):
    browser, ref = enter(world.owner), world.party.ref
    address = reverse("credit:file", args=[ref])
    running = browser.get(address).content.decode()
    assert "2026 年度还没有结束，所以还没有评价。年度结束以后评价，2027 年 4 月发布。" in running
    waiting = browser.get(address, {"year": 2025}).content.decode()  # nobody has evaluated it yet
    assert "2025 年度的评价结果还没有发布；应在 2026 年 4 月发布" in waiting
    assert "2025年度还没有评价结果" in waiting
    Party.objects.filter(pk=world.party.pk).update(active=False)
    factories_credit.evaluated(2025)
    Party.objects.filter(pk=world.party.pk).update(active=True)
    assert "2025 年度的评价没有包括您" in browser.get(address, {"year": 2025}).content.decode()
    told = browser.get("/api/v1/credit/file/", {"year": 2025}, headers={"X-Acting-For": ref}).json()
    assert (told["published_level"], told["unrated"][:8]) == ("", "2025 年度的")
    Party.objects.filter(pk=world.party.pk).update(registered_on=dt.date(2026, 3, 2))
    never = browser.get(address, {"year": 2025})  # there was no such payer
    assert (never.status_code, "2025年度还没有信用档案" in never.content.decode()) == (200, True)


def test_one_click_repairs_what_the_data_show_mended(enter, world):
    row = factories_credit.deducted(world.party, counted_from=DUE, period="2026-09")
    mending.mended(world.party, "late-filing", "2026-09", dt.date(2026, 9, 18), about="test")
    browser, address = enter(world.owner), reverse("credit:deduction", args=[world.party.ref, row.ref])
    for _twice in range(2):
        assert browser.post(address, {"do": "repair", "key": "key-000001"}).status_code == 302
    case = Case.objects.get(procedure="credit-repair")
    page = browser.get(reverse("cases:page", args=[world.party.ref, case.number])).content.decode()
    assert "起第 3 天纠正，恢复 100%" in page


def test_a_month_is_mended_when_all_of_it_is_paid_and_the_page_names_what_is_left(enter, world):
    paid_one, left = (
        charges.assess(
            party=world.party,
            levy=levy,
            period="2026-08",
            amount=Decimal("900.00"),
            due=dt.date(2026, 9, 15),
            about="test",
            actor=factories_credit.SYSTEM,
        )
        for levy in ("vat", "stamp")
    )
    mending.sweep()
    deductions.tell()
    row = Deduction.objects.get(party=world.party)
    mending.on_charge_paid(None, charge=paid_one, payment=paid(paid_one, actor=world.owner))
    page = enter(world.owner).get(reverse("credit:deduction", args=[world.party.ref, row.ref])).content.decode()
    assert f"还没有缴清：{left.levy.name} 2026-08" in page
    assert reverse("ledger:charge", args=[world.party.ref, left.ref]) in page
    assert reverse("ledger:charge", args=[world.party.ref, paid_one.ref]) not in page
    mending.on_charge_paid(None, charge=left, payment=paid(left, actor=world.owner))
    row.refresh_from_db()
    assert row.mended_on is not None
    page = enter(world.owner).get(reverse("credit:deduction", args=[world.party.ref, row.ref])).content.decode()
    assert "还没有缴清" not in page


def test_what_is_missing_is_said_beside_the_field(enter, world):
    row = factories_credit.deducted(world.party, "undisclosed-account")
    browser, address = enter(world.owner), reverse("credit:deduction", args=[world.party.ref, row.ref])
    assert browser.post(address, {"do": "repair"}).status_code == 422
    assert browser.post(address, {"do": "dispute"}).status_code == 422
    said = {"do": "dispute", "dispute-grounds": "账户是子公司的。", "key": "key-000002"}
    assert browser.post(address, said).status_code == 302
    assert Case.objects.get(procedure="credit-reevaluation").detail.deduction == row


def test_a_foreign_and_an_untold_deduction_are_not_there(enter, world):
    told = factories_credit.deducted(world.party)
    untold = factories_credit.deductions.record(
        [factories_credit.finding(world.stranger.party)], actor=factories_credit.SYSTEM
    )[0]
    browser = enter(world.stranger)
    for row in (told, untold):
        assert browser.get(reverse("credit:deduction", args=[world.stranger.party.ref, row.ref])).status_code == 404


def test_a_mandate_for_other_matters_does_not_open_the_file(enter, world):
    other = factories.representative(world.party, kind="filer", name="办税员", matters=["vat-return"])
    assert enter(other).get(reverse("credit:file", args=[world.party.ref])).status_code == 404


def test_the_certificate_is_checked_by_anybody(enter, client, world):
    factories_credit.evaluated(2025)
    browser = enter(world.owner)
    assert browser.post(reverse("credit:certificate", args=[world.party.ref])).status_code == 302
    paper = IssuedDocument.objects.get(kind="credit-certificate")
    page = client.get(reverse("documents:verify_code", args=[paper.code])).content.decode()
    assert paper.number in page
    pdf = browser.get(reverse("documents:letter", args=[paper.ref]))
    assert b"".join(pdf.streaming_content if pdf.streaming else [pdf.content]).startswith(b"%PDF")


def test_a_person_has_a_record_of_what_was_kept_and_no_score(enter, world):
    person = factories.citizen("李四", office=world.office)
    factories_ledger.owed(person.party, due=dt.date(2026, 10, 1))
    page = enter(person).get(reverse("credit:file", args=[person.party.ref])).content.decode()
    assert "守信档案" in page
    assert "2026" in page


def test_a_clerk_finds_a_file_and_reading_it_is_on_record(enter, world):
    browser = enter(world.clerk)
    found = browser.get(reverse("credit_counter:search"), {"payer": world.party.organisation.uscc})
    assert found.url == reverse("credit_counter:file", args=[world.party.ref])
    assert browser.get(found.url).status_code == 200
    assert Event.objects.filter(stream=f"reads/{world.party.pk}", target="credit/2026").exists()
    assert enter(world.other_clerk).get(found.url).status_code == 404


def test_a_deduction_is_entered_on_one_desk_and_decided_on_another(enter, world):
    said = {
        "code": "false-commitment",
        "period": "沪税责〔2026〕7号",
        "happened_on": "2026-09-01",
        "tax": "",
        "evidence": "材料到期未补。",
    }
    address = reverse("credit_counter:enter", args=[world.party.ref])
    browser = enter(world.clerk)
    assert browser.post(address, {**said, "happened_on": "2027-01-01"}).status_code == 422
    assert browser.post(address, said).status_code == 302
    row = Proposal.objects.get()
    own = reverse("credit_counter:proposal", args=[row.ref])
    assert "确认复核" not in browser.get(own).content.decode()
    chief = enter(world.chief)
    assert chief.post(own, {"accepted": "no"}).status_code == 422
    assert chief.post(own, {"accepted": "yes"}).status_code == 302
    assert Deduction.objects.get().points == 11


def test_the_city_runs_the_year_and_everybody_at_the_counter_may_follow(enter, world):
    browser = enter(world.city_chief)
    assert browser.post(reverse("credit_counter:runs"), {"year": "2026"}).status_code == 422
    started = browser.post(reverse("credit_counter:runs"), {"year": "2025"})
    run = CreditRun.objects.get()
    assert started.url == reverse("credit_counter:run", args=[run.ref])
    assert browser.get(started.url, {"live": "1"})["Refresh"] == "3"
    demo.yearly.work()
    assert "发布结果" in browser.get(started.url).content.decode()
    assert browser.post(reverse("credit_counter:publish", args=[run.ref])).status_code == 302
    clerk = enter(world.clerk)
    assert "停止自动更新" not in clerk.get(started.url).content.decode()
    assert clerk.post(reverse("credit_counter:publish", args=[run.ref])).status_code == 404
    assert "<svg" in clerk.get(reverse("credit_counter:dashboard")).content.decode()


def test_the_public_finds_level_a_by_name_and_nothing_of_anybody_else(client, world):
    factories_credit.deducted(world.stranger.party, "false-materials", dt.date(2025, 5, 5))
    factories_credit.evaluated(2025)
    page = client.get(reverse("credit_public"), {"name": "浦江"}).content.decode()
    assert world.party.organisation.uscc in page
    assert world.stranger.party.name not in client.get(reverse("credit_public")).content.decode()
    listed = client.get(reverse("api-credit-a"), {"year": "2025"}).json()
    assert [row["credit_code"] for row in listed["results"]] == [world.party.organisation.uscc]


def test_a_department_reports_back_by_page_and_system_and_only_on_its_own(enter, world):
    task, officer = factories_credit.task(world.party)
    _other, stranger = factories_credit.task(world.party)
    browser, address = enter(officer), reverse("credit_partner:task", args=[task.ref])
    assert task.ref in browser.get(reverse("credit_partner:tasks")).content.decode()
    assert browser.post(address, {"state": "done", "report": ""}).status_code == 422
    assert browser.post(address, {"state": "done", "report": "已抽查。"}).status_code == 302
    task.refresh_from_db()
    assert (task.state, task.reported_by) == ("done", officer.user)
    assert enter(stranger).get(address).status_code == 404
    assert enter(world.clerk).get(address).status_code == 404
    browser = enter(officer)
    api = browser.get(reverse("api-credit-measures")).json()["results"]
    assert [row["ref"] for row in api] == [task.ref]
    declined = {"state": "declined", "report": "该单位已注销。"}
    answer = browser.post(
        reverse("api-credit-measure-report", args=[task.ref]), declined, content_type="application/json"
    )
    assert answer.json()["state"] == "declined"


def test_the_own_file_by_api_adds_up(enter, world):
    factories_credit.deducted(world.party, counted_from=DUE)
    answer = enter(world.owner).get(reverse("api-credit-file"), headers={"X-Acting-For": world.party.ref}).json()
    assert (answer["score"], answer["level"], answer["published_level"]) == ("95.00", "A", "")
    assert sum(float(line["points"]) for line in answer["lines"]) == 95
    assert answer["deductions"][0]["steps"][0]["points"] == "4.00"


def test_pages_ask_a_fixed_number_of_questions(enter, world, django_assert_max_num_queries):
    for month in range(1, 9):
        factories_credit.deducted(world.party, happened_on=dt.date(2026, month, 10))
    browser, address = enter(world.owner), reverse("credit:file", args=[world.party.ref])
    browser.get(address)
    with django_assert_max_num_queries(45):
        browser.get(address)


def test_the_demonstration_tells_its_story_once():
    accounts.seed()
    facts.seed(60)
    demo.seed()
    demo.seed()
    levels = dict(CreditYear.objects.values_list("party__name", "level"))
    assert (levels[demo.MACHINES], levels[demo.KITCHEN], levels["上海花序信息科技有限公司"]) == ("B", "D", "A")
    machines = Party.objects.get(name=demo.MACHINES)
    restored = Deduction.objects.get(party=machines, code="late-filing")
    assert restored.restored == restored.points
    assert Deduction.objects.get(party=machines, code="late-statements").state == Deduction.State.OPEN
    assert Proposal.objects.filter(accepted__isnull=True).count() == 1
    assert set(MeasureTask.objects.filter(state="open").values_list("measure__office__code", flat=True)) >= {
        "market",
        "bank",
    }
