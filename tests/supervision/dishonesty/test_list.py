"""On the list only on the law's figures, heard first, by another's decision; off after three years or early."""

import datetime as dt
from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from apps.kernel.casework import cases
from apps.kernel.casework.models import Case
from apps.kernel.documents.models import IssuedDocument
from apps.kernel.notifications.models import Message
from apps.kernel.parties.actors import Actor
from apps.kernel.workcalendar import clock
from apps.kernel.workcalendar.days import SHANGHAI
from apps.supervision.credit import repair, standing, yearly
from apps.supervision.credit.arithmetic import Rules
from apps.supervision.credit.indicators import ENTERED
from apps.supervision.credit.models import Deduction
from apps.supervision.dishonesty import lapsing, listing
from apps.supervision.dishonesty.models import DishonestEntry
from apps.supervision.dishonesty.procedures import EXIT

pytestmark = pytest.mark.django_db

DETAIL = {
    "kind": "evasion",
    "amount": Decimal("1000000.00"),
    "share": Decimal("0.1"),
    "number": None,
    "decision": "沪税稽一处〔2026〕41号",
    "decided_on": dt.date(2026, 9, 18),
    "facts": "隐匿销售收入。",
}


def proposed(world, **more) -> Case:
    return listing.propose(world.analyst, world.company, {**DETAIL, **more})


def published(world) -> Case:
    case = cases.perform(proposed(world), "defend", world.payer, reason="已全部补缴。")
    cases.perform(case, "list", world.chief, clause="第六条第一项", reason="达到标准。")
    return cases.perform(case, "publish", world.analyst)


def at(world, *when: int) -> None:
    world.clock.move_to(dt.datetime(*when, tzinfo=SHANGHAI))


@pytest.mark.parametrize(
    ("kind", "amount", "share", "number", "reached"),
    [
        ("evasion", "1000000.00", "0.1", None, True),
        ("evasion", "999999.99", "0.1", None, False),
        ("evasion", "1000000.00", "0.0999", None, False),
        ("evasion", "1000000.00", None, None, False),
        ("false-ordinary", "0.00", None, 100, True),
        ("false-ordinary", "3999999.99", None, 99, False),
        ("false-ordinary", "4000000.00", None, 1, True),
        ("false-special", "0.01", None, 1, True),
        ("false-special", "0.00", None, 1, False),
        ("forged-invoices", "399999.99", None, 99, False),
        ("resistance", "0.00", None, None, True),
    ],
)
def test_the_figures_the_law_asks_for(world, kind, amount, share, number, reached):
    figures = {"kind": kind, "amount": Decimal(amount), "share": share and Decimal(share), "number": number}
    if reached:
        assert proposed(world, **figures).state == "hearing"
        return
    with pytest.raises(ValidationError, match="没有达到列入名单的标准"):
        proposed(world, **figures)
    assert not Case.objects.exists()


def test_the_taxpayer_is_heard_for_five_days_before_anybody_decides(world):
    case = proposed(world)
    clock = case.clocks.get()
    assert clock.whose == "applicant"
    assert clock.due_at.astimezone(SHANGHAI).date() == dt.date(2026, 11, 25)
    assert list(Message.objects.filter(party=world.company).values_list("template", flat=True)) == ["dishonesty-notice"]
    with pytest.raises(cases.NotOpen):
        cases.perform(case, "list", world.chief, clause="第六条", reason="达到标准。")
    at(world, 2026, 11, 25, 12)
    assert lapsing.lapse() == 0
    at(world, 2026, 11, 26, 9)
    assert lapsing.lapse() == 1
    case.refresh_from_db()
    assert case.state == "heard"
    assert not DishonestEntry.objects.exists()


def test_whoever_proposed_it_does_not_decide(world):
    case = cases.perform(listing.propose(world.chief, world.company, DETAIL), "defend", world.payer, reason="无异议。")
    with pytest.raises(PermissionDenied):
        cases.perform(case, "list", world.chief, clause="第六条", reason="达到标准。")
    with pytest.raises(PermissionDenied):
        cases.perform(case, "list", world.analyst, clause="第六条", reason="达到标准。")


def test_it_is_published_by_the_fifteenth_of_the_next_month_shown_three_years_and_shared(world, client):
    case = cases.perform(proposed(world), "defend", world.payer, reason="已全部补缴。")
    cases.perform(case, "list", world.chief, clause="第六条第一项", reason="达到标准。")
    assert case.clocks.get(term="dishonesty-publish").due_at.astimezone(SHANGHAI).date() == dt.date(2026, 12, 15)
    assert world.company.name not in client.get("/dishonesty/").content.decode()
    cases.perform(case, "publish", world.analyst)
    entry = DishonestEntry.objects.get()
    assert (entry.published_on, entry.shown_until) == (dt.date(2026, 11, 20), dt.date(2029, 11, 20))
    assert world.company.name in client.get("/dishonesty/?q=精密").content.decode()
    assert world.company.name not in client.get("/dishonesty/?q=梧桐").content.decode()
    (row,) = client.get("/api/v1/dishonesty/", {"q": entry.code}).json()["results"]
    assert (row["name"], row["kind"]) == (world.company.name, "evasion")
    assert Message.objects.filter(office=world.market, template="dishonesty-shared").count() == 1
    client.force_login(world.regulator.user)
    assert world.company.name in client.get("/partner/dishonesty/").content.decode()
    assert IssuedDocument.objects.filter(about=case.about, kind="dishonesty-decision").exists()


def test_the_case_is_read_while_its_publication_is_waited_for(world, client):
    case = proposed(world)
    case = cases.perform(case, "defend", world.payer, reason="交易真实。")
    case = cases.perform(case, "list", world.chief, clause="第六条", reason="申辩理由不能成立。")
    client.force_login(world.payer.user)
    page = client.get(f"/as/{case.applicant.ref}/cases/{case.number}/").content.decode()
    # Decided on 20 November, to be published by 15 December.
    assert "已用 0 / 25 日" in page


def test_after_three_years_it_is_shown_no_more(world, client):
    published(world)
    at(world, 2029, 11, 20, 12)
    assert DishonestEntry.objects.shown().count() == 1
    at(world, 2029, 11, 21, 12)
    assert DishonestEntry.objects.shown().count() == 0
    assert client.get("/api/v1/dishonesty/").json()["results"] == []


def test_whoever_paid_and_put_it_right_leaves_early(world, client):
    case = published(world)
    at(world, 2027, 5, 20, 9)
    given = {"paid": True, "corrected": False, "explanation": "已缴清。"}
    with pytest.raises(ValidationError) as error:
        cases.open_submitted(EXIT, world.payer, given, idempotency_key="exit-0001")
    assert "corrected" in error.value.message_dict
    given["corrected"] = True
    leaving = cases.open_submitted(EXIT, world.payer, given, idempotency_key="exit-0002")
    client.force_login(world.payer.user)
    page = client.get(f"/as/{leaving.applicant.ref}/cases/{leaving.number}/").content.decode()
    assert "<dd>是</dd>" in page
    assert "True" not in page
    cases.perform(leaving, "accept", world.clerk)
    cases.perform(leaving, "approve", world.chief)
    entry = DishonestEntry.objects.get()
    assert (entry.removal, entry.removed_on) == ("early", dt.date(2027, 5, 20))
    case.refresh_from_db()
    assert case.state == "left"
    assert Message.objects.filter(office=world.market, template="dishonesty-shared").count() == 2


def test_nobody_leaves_before_six_months_of_publication(world):
    published(world)
    given = {"paid": True, "corrected": True, "explanation": "已缴清。"}
    at(world, 2027, 5, 19, 12)
    with pytest.raises(ValidationError, match="最早 2027-05-20"):
        cases.open_submitted(EXIT, world.payer, given, idempotency_key="exit-0004")
    at(world, 2027, 5, 20, 9)
    assert cases.open_submitted(EXIT, world.payer, given, idempotency_key="exit-0005").submitted_at is not None


def leaves(world, key: str) -> Case:
    given = {"paid": True, "corrected": True, "explanation": "已缴清。"}
    return cases.open_submitted(EXIT, world.payer, given, idempotency_key=key)


def test_whoever_was_listed_twice_within_five_years_does_not_leave_early(world):
    published(world)
    at(world, 2028, 1, 10, 9)
    published(world)
    at(world, 2028, 7, 10, 9)
    with pytest.raises(ValidationError, match=r"5 年内已经 2 次被确定为失信主体.*第二十二条"):
        leaves(world, "exit-0006")


def test_a_listing_that_was_wrong_or_is_more_than_five_years_old_does_not_count(world):
    wrong = published(world)
    cases.perform(wrong, "revoke", world.chief, reason="认定有误。")
    published(world)
    at(world, 2027, 5, 20, 9)
    leaves(world, "exit-0007")
    at(world, 2031, 11, 25, 9)
    published(world)
    at(world, 2032, 5, 26, 9)
    assert leaves(world, "exit-0008").submitted_at is not None


def test_while_a_listing_is_heard_lists_say_until_when_the_taxpayer_may_speak(world, client):
    proposed(world)
    for reader, address in ((world.analyst, "/counter/dishonesty/"), (world.payer, f"/as/{world.company.ref}/cases/")):
        client.force_login(reader.user)
        assert "2026年11月25日" in client.get(address).content.decode()


def test_a_case_an_office_opened_itself_has_no_applicant(world, client):
    case = proposed(world)
    client.force_login(world.analyst.user)
    page = client.get(f"/counter/cases/{case.number}/").content.decode()
    assert f"当事人 <strong>{world.company}" in page
    assert "申请人 <strong>" not in page


def test_the_officer_who_notifies_is_named(world, client):
    case = proposed(world)
    assert case.steps.get(action="submit").user == world.analyst.user
    client.force_login(world.payer.user)
    page = client.get(f"/as/{case.applicant.ref}/cases/{case.number}/").content.decode()
    assert "<strong>系统</strong>" not in page


def test_evasion_paid_before_publication_is_kept_from_the_public_but_not_from_credit(world, client):
    case = cases.perform(proposed(world), "defend", world.payer, reason="已全部补缴。")
    cases.perform(case, "list", world.chief, clause="第六条第一项", reason="达到标准。")
    with pytest.raises(PermissionDenied):
        cases.perform(case, "withhold", world.analyst, reason="已缴清。")
    case = cases.perform(case, "withhold", world.chief, reason="税款、滞纳金、罚款已于今日缴清。")
    assert not DishonestEntry.objects.exists()
    assert world.company.name not in client.get("/dishonesty/").content.decode()
    assert case.closed_at is not None
    assert Deduction.objects.get(party=world.company).direct


def test_false_invoices_are_published_even_when_all_is_paid(world):
    case = cases.perform(proposed(world, kind="false-special"), "defend", world.payer, reason="已缴清。")
    cases.perform(case, "list", world.chief, clause="第六条第五项", reason="达到标准。")
    with pytest.raises(ValidationError, match="公布前缴清"):
        cases.perform(case, "withhold", world.chief, reason="已缴清。")


def test_level_d_is_not_repaired_while_the_entry_is_shown(world, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        published(world)
    deduction = Deduction.objects.get(party=world.company)
    with pytest.raises(ValidationError, match="停止公布后"):
        repair.apply(deduction, world.payer, explanation="已全部缴清。", key="mend-0001")
    at(world, 2029, 11, 21, 12)
    assert repair.apply(deduction, world.payer, explanation="已全部缴清。", key="mend-0002").submitted_at is not None


def test_whoever_is_not_listed_has_nothing_to_leave(world):
    given = {"paid": True, "corrected": True, "explanation": "已缴清。"}
    with pytest.raises(ValidationError, match="不在公布的名单中"):
        cases.open_submitted(EXIT, world.payer, given, idempotency_key="exit-0003")


def test_an_error_is_withdrawn_at_once_and_the_departments_are_told(world, client):
    case = published(world)
    with pytest.raises(PermissionDenied):
        cases.perform(case, "revoke", world.analyst, reason="处理决定已被撤销。")
    cases.perform(case, "revoke", world.chief, reason="处理决定已被撤销。")
    assert DishonestEntry.objects.get().removal == "error"
    assert world.company.name not in client.get("/dishonesty/").content.decode()
    assert Message.objects.filter(office=world.market, template="dishonesty-shared").count() == 2


def test_only_analysts_within_reach_propose_and_pages_follow(world, client):
    for outsider in (world.clerk, world.stranger, world.regulator, world.payer):
        with pytest.raises(PermissionDenied):
            listing.propose(outsider, world.company, DETAIL)
    client.force_login(world.clerk.user)
    assert client.get("/counter/dishonesty/propose/").status_code == 404
    client.force_login(world.analyst.user)
    posted = {**DETAIL, "share": "0.1", "number": "", "code": world.company.organisation.uscc, "key": "k-0001"}
    assert client.post("/counter/dishonesty/propose/", {**posted, "amount": "1"}).status_code == 422
    answer = client.post("/counter/dishonesty/propose/", {**posted, "decided_on": "2026-09-18"})
    assert answer.status_code == 302, answer.context["form"].errors
    again = client.post("/counter/dishonesty/propose/", {**posted, "decided_on": "2026-09-18"})
    assert (again["Location"], Case.objects.count()) == (answer["Location"], 1)
    assert Case.objects.get().number in client.get("/counter/dishonesty/").content.decode()


def test_the_portal_never_lists_or_decides(world):
    case = proposed(world)
    for action in ("list", "publish", "dismiss", "revoke"):
        with pytest.raises((PermissionDenied, ValidationError)):
            cases.perform(case, action, Actor.system("dishonesty"), reason="自动。", clause="无")


def test_a_share_is_at_most_the_whole_and_read_as_a_percentage(world, client):
    with pytest.raises(ValidationError) as refused:
        proposed(world, share=Decimal(15))  # fifteen per cent meant: as a share it would reach any threshold
    assert "share" in refused.value.message_dict
    with pytest.raises(ValidationError, match=r"规定 >= 10%，实际 9\.99%"):
        proposed(world, share=Decimal("0.0999"))
    case = proposed(world, share=Decimal("0.2310"))
    client.force_login(world.payer.user)
    page = client.get(f"/as/{world.company.ref}/cases/{case.number}/").content.decode()
    assert "23.1%" in page
    assert "0.231" not in page


def test_whoever_is_published_is_directly_at_level_d_until_it_proves_wrong(world, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        case = published(world)
    deduction = Deduction.objects.get(party=world.company)
    assert (deduction.code, deduction.direct, deduction.source) == ("dishonesty-list", True, "data")
    assert deduction.told_at is not None
    assert Message.objects.filter(party=world.company, template="credit-deduction").count() == 1
    today = clock.today()
    assert standing.of_year(world.company, today.year, Rules.on_day(today)).level == "D"
    cases.perform(case, "revoke", world.chief, reason="处理决定已被撤销。")
    deduction.refresh_from_db()
    assert deduction.struck_at is not None
    assert standing.of_year(world.company, today.year, Rules.on_day(today)).level != "D"


def test_nobody_enters_the_list_into_the_credit_file_a_second_time():
    assert "dishonesty-list" not in dict(ENTERED)


def test_a_listing_that_was_never_published_leaves_the_credit_file_alone(world):
    case = cases.perform(proposed(world), "defend", world.payer, reason="已全部补缴。")
    cases.perform(case, "list", world.chief, clause="第六条第一项", reason="达到标准。")
    cases.perform(case, "revoke", world.chief, reason="计算有误。")
    assert not Deduction.objects.exists()


def test_the_result_in_force_falls_to_d_on_the_day_of_publication(world, django_capture_on_commit_callbacks):
    run = yearly.start(2025, Actor.system("credit"))
    yearly.work()
    run.refresh_from_db()
    yearly.publish(run, Actor.system("credit"))
    yearly.work()
    before = standing.latest(world.company).level
    assert before != "D"
    with django_capture_on_commit_callbacks(execute=True):
        case = published(world)
    assert standing.latest(world.company).level == "D"
    assert Message.objects.filter(party=world.company, template="credit-changed").count() == 1
    cases.perform(case, "revoke", world.chief, reason="处理决定已被撤销。")
    assert standing.latest(world.company).level == before
