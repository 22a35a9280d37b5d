"""Overdue clocks become orders; orders are answered, sent back once, or rise; discipline by two (Art 38)."""

import datetime as dt

import pytest
import time_machine
import yaml
from django.conf import settings
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse

from apps.kernel.casework import cases
from apps.kernel.casework.models import Case
from apps.kernel.documents import codes, rendering
from apps.kernel.documents.models import IssuedDocument
from apps.kernel.parties.models import Office, Role
from apps.kernel.workcalendar import clock
from apps.kernel.workcalendar.periods import Period
from apps.supervision.liability import issuing, overdue, report
from apps.supervision.liability.forms import articles
from apps.supervision.liability.models import DisciplineSuggestion, LiabilityOrder, QuarterlyReport
from apps.supervision.liability.tasks import escalate, order_overdue
from tests import factories, factories_referral
from tests.access.world import World

pytestmark = pytest.mark.django_db
AT = dt.datetime(2026, 10, 28, 2, 0, tzinfo=dt.UTC)
LATER = AT + dt.timedelta(days=20)


@pytest.fixture
def world():
    with time_machine.travel(AT, tick=False):

        class There:
            city, district, tax = factories_referral.tax_tree()
            risk = factories.staff(tax, Role.RISK, name="罗宇航")
            second = factories.staff(tax, Role.CLERK)
            chief = factories.staff(district, Role.CHIEF, name="曹安平")
            reviewer = factories.staff(city, Role.CHIEF, name="潘立言")
            general = factories.staff(
                factories.department("市政府办公厅", kind=Office.Kind.GENERAL_OFFICE), Role.OFFICER, name="尹若兰"
            )
            police = factories_referral.police()
            payer = factories.company(office=tax)

        yield There


@pytest.fixture
def late(world) -> Case:
    """A referral whose head does not decide."""
    return factories_referral.reported(world.risk, world.second, world.police.office, world.payer)


def only_order() -> Case:
    return Case.objects.get(procedure="liability-order")


def test_an_overdue_clock_becomes_one_order_of_the_superior(world, late):
    assert order_overdue() == 0  # not yet due
    with time_machine.travel(LATER, tick=False):
        assert order_overdue() == 1
        assert order_overdue() == 0
        case = only_order()
        order = case.detail
        assert (order.office, order.superior, order.article) == (world.tax, world.district, "第三十五条")
        assert (case.state, case.office) == ("ordered", world.tax)
        assert late.number in order.facts
        assert case.clocks.get().due_at.date() == dt.date(2026, 11, 24)
    with pytest.raises(IntegrityError), transaction.atomic():
        LiabilityOrder.objects.create(
            case=late, office=world.tax, superior=world.city, clock=order.clock, article="x", clause="x", facts="x"
        )


def test_a_department_without_a_superior_is_ordered_by_the_general_office(world, late):
    cases.perform(late, "approve", factories.staff(world.tax, Role.CHIEF, name="负责人"))
    cases.perform(late, "send", world.risk, transfer_number="移1号")
    with time_machine.travel(LATER, tick=False):
        assert order_overdue() == 2  # neither said whose the file is, nor decided
    orders = LiabilityOrder.objects.all()
    assert {order.clock.term for order in orders} == {"referral-pass-on", "referral-police-decide"}
    assert {(order.office, order.superior) for order in orders} == {(world.police.office, world.general.office)}


def test_a_stopped_or_paused_clock_and_one_of_the_payers_are_not_ordered(world, late):
    running = late.clocks.get()
    running.pauses.create(started_at=clock.now(), reason="等待材料")
    with time_machine.travel(LATER, tick=False):
        assert order_overdue() == 0
        running.pauses.update(ended_at=clock.now())
        late.clocks.update(whose="applicant")
        assert order_overdue() == 0
        late.clocks.update(whose="office", stopped_at=clock.now())
        assert order_overdue() == 0


def test_an_order_is_answered_sent_back_once_and_closed(world):
    case = factories_referral.ordered(world.chief, world.tax)
    for who in (world.chief, world.police):
        with pytest.raises(PermissionDenied):
            cases.perform(case, "answer", who, correction="替别人答复。")
    case = cases.perform(case, "answer", world.second, correction="已更新。")
    assert (case.state, case.office) == ("answered", world.district)
    for who in (world.second, world.reviewer):
        with pytest.raises(PermissionDenied):
            cases.perform(case, "close", who, reason="自己办结。")
    case = cases.perform(case, "send_back", world.chief, reason="没有写明原因。")
    case = cases.perform(case, "answer", world.second, correction="系统升级，已恢复。")
    with pytest.raises(ValidationError):
        cases.perform(case, "send_back", world.chief, reason="再退。")
    assert cases.perform(case, "close", world.chief, reason="已改正。").closed_at is not None
    assert escalate() == 0


def test_an_unanswered_order_rises_once_and_may_be_ordered_again(world):
    case = factories_referral.ordered(world.chief, world.tax)
    assert escalate() == 0
    with time_machine.travel(LATER, tick=False):
        assert escalate() == 1
        assert escalate() == 0
        case.refresh_from_db()
        assert (case.state, case.office, case.detail.authority) == ("escalated", world.city, world.city)
        case = cases.perform(case, "order_again", world.reviewer, reason="五个工作日内答复。")
        assert case.office == world.tax
    with time_machine.travel(LATER + dt.timedelta(days=20), tick=False):
        assert escalate() == 0
        case = cases.perform(case, "answer", world.second, correction="已改正。")
    assert case.office == world.city


def test_discipline_is_suggested_by_one_and_confirmed_by_another(world):
    case = factories_referral.ordered(world.chief, world.tax)
    cases.perform(case, "answer", world.second, correction="已改正。")
    given = {"authority": "区监察委员会", "clause": "公务员法第五十九条", "reason": "造成严重后果，建议给予警告。"}
    with pytest.raises(PermissionDenied):
        cases.perform(case, "suggest_discipline", world.second, **given)
    with pytest.raises(ValidationError):
        cases.perform(case, "confirm_suggestion", world.chief)
    cases.perform(case, "suggest_discipline", world.chief, **given)
    with pytest.raises(ValidationError):
        cases.perform(case, "suggest_discipline", world.chief, **given)
    with pytest.raises(PermissionDenied):
        cases.perform(case, "confirm_suggestion", world.chief)
    other = factories.staff(world.district, Role.CHIEF, name="另一位")
    cases.perform(case, "confirm_suggestion", other)
    row = DisciplineSuggestion.objects.get()
    assert (row.proposed_by, row.confirmed_by) == (world.chief.user, other.user)
    row.confirmed_by = row.proposed_by
    with pytest.raises(IntegrityError), transaction.atomic():
        row.save()


def test_an_order_is_not_closed_while_its_suggestion_waits_and_a_second_person_may_refuse_it(world):
    case = factories_referral.ordered(world.chief, world.tax)
    cases.perform(case, "answer", world.second, correction="已改正。")
    given = {"authority": "区监察委员会", "clause": "公务员法第五十九条", "reason": "建议给予警告。"}
    cases.perform(case, "suggest_discipline", world.chief, **given)
    with pytest.raises(ValidationError, match="等待另一位同事复核"):
        cases.perform(case, "close", world.chief, reason="已改正。")
    with pytest.raises(PermissionDenied):
        cases.perform(case, "drop_suggestion", world.chief, reason="情节轻微。")
    cases.perform(
        case, "drop_suggestion", factories.staff(world.district, Role.CHIEF, name="另一位"), reason="情节轻微。"
    )
    assert not DisciplineSuggestion.objects.exists()
    step = case.steps.get(action="drop_suggestion")
    assert step.reason == "情节轻微。（区监察委员会：建议给予警告。）"
    assert cases.perform(case, "close", world.chief, reason="已改正。").state == "closed"


def test_only_a_superior_orders_and_only_offices_below(world):
    with pytest.raises(ValidationError) as refusal:
        factories_referral.ordered(world.chief, world.police.office)
    assert "office" in refusal.value.message_dict
    for who in (world.second, world.police):
        with pytest.raises(PermissionDenied):
            factories_referral.ordered(who, world.tax)
    assert factories_referral.ordered(world.general, world.police.office).office == world.police.office


def test_the_quarter_counts_clocks_orders_answers_and_escalations(world, late):
    kept = factories_referral.reported(world.risk, world.second, world.police.office, world.payer)
    cases.perform(kept, "refuse", factories.staff(world.tax, Role.CHIEF, name="负责人"), clause="三", reason="不构成。")
    with time_machine.travel(LATER, tick=False):
        overdue.order_overdue()
    with time_machine.travel(LATER + dt.timedelta(days=20), tick=False):
        overdue.escalate_unanswered()
        answered = factories_referral.ordered(world.chief, world.tax, article="第三十五条")
        cases.perform(answered, "answer", world.second, correction="已改正。")
        found = report.rows(Period.parse("2026Q4"))
    assert [(row.article, row.office) for row in found] == [("第三十五条", "第一税务所")]
    row = found[0]
    assert (row.due, row.on_time, row.overdue, row.orders, row.answered, row.escalated) == (2, 1, 1, 2, 1, 1)
    assert report.rows(Period.parse("2026Q3")) == []
    assert report.rows(Period.parse("2026Q4"), [world.police.office.pk]) == []


def test_the_general_office_issues_an_ended_quarter_once_as_it_was(world, late, client):
    quarter = Period.parse("2026Q4")
    with pytest.raises(ValidationError):
        issuing.issue(world.general, quarter)
    with time_machine.travel(dt.datetime(2027, 1, 5, 2, 0, tzinfo=dt.UTC), tick=False):
        with pytest.raises(PermissionDenied):
            issuing.issue(world.chief, quarter)
        World._sign_in(client, world.general.user)
        given = {"quarter": "2026Q4"}
        assert client.post(reverse("liability_partner:issue"), given).status_code == 302
        issued = QuarterlyReport.objects.get()
        assert issued.rows[0]["overdue"] == 1
        factories_referral.ordered(world.chief, world.tax)
        assert issuing.issue(world.general, quarter) == issued
        page = client.get(reverse("liability_partner:report") + "?quarter=2026Q4").content.decode()
        assert issued.number in page
        opened = client.get(reverse("liability_partner:letter", args=[issued.ref]))
        document = IssuedDocument.objects.get(about=f"quarterly-report/{issued.ref}")
        assert (opened["Location"], document.number) == (
            reverse("documents:letter", args=[document.ref]),
            issued.number,
        )
        assert rendering.pdf(document).startswith(b"%PDF")
        said = Client().get(reverse("documents:verify_code", args=[codes.grouped(document.code)])).content.decode()
        assert issued.number in said  # anybody can check it


def test_pages_are_the_superiors_and_an_order_is_given_once(world, client):
    World._sign_in(client, world.chief.user)
    given = {
        "office": world.tax.code,
        "article": "第十一条",
        "clause": "办法第十一条",
        "facts": "没有确认。",
        "key": "p-1",
    }
    for _each in range(2):
        assert client.post(reverse("liability_counter:new"), given).status_code == 302
    case = only_order()
    assert case.number in client.get(reverse("liability_counter:list")).content.decode()
    assert client.get(reverse("liability_counter:report")).status_code == 200
    assert client.get(reverse("counter_cases:page", args=[case.number])).status_code == 200
    assert client.post(reverse("liability_counter:new"), {}).status_code == 422
    assert client.post(reverse("liability_partner:issue"), {"quarter": "2026Q3"}).status_code == 404
    World._sign_in(client, world.second.user)
    assert case.number in client.get(reverse("liability_counter:list")).content.decode()
    for page in ("new", "report"):
        assert client.get(reverse(f"liability_counter:{page}")).status_code == 404


def test_articles_are_named_as_the_measures_name_them():
    text = (settings.BASE_DIR / "apps/portal/content/measures.yaml").read_text(encoding="utf-8")
    named = [article["label"] for chapter in yaml.safe_load(text)["chapters"] for article in chapter["articles"]]
    assert [code for code, _label in articles()] == named
