"""A complaint from the first word to the review: who handles it, by when, and what the complainant is told."""

import datetime as dt

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from apps.kernel.casework import cases, rights
from apps.kernel.casework.models import Case
from apps.kernel.documents.models import IssuedDocument
from apps.kernel.notifications.models import Message
from apps.kernel.workcalendar.days import SHANGHAI
from apps.supervision.complaints import analysis, receipts, silence
from apps.supervision.complaints.forms import ComplaintForm
from apps.supervision.complaints.models import Kind
from tests import factories

pytestmark = pytest.mark.django_db


def running(case) -> dict[str, dt.date]:
    """The running clocks with the day each ends."""
    clocks = case.clocks.filter(stopped_at__isnull=True)
    return {clock.term: clock.due_at.astimezone(SHANGHAI).date() for clock in clocks}


def told(case) -> list[str]:
    return list(Message.objects.filter(about=case.about).order_by("pk").values_list("template", flat=True))


def letters(case) -> list[str]:
    return list(IssuedDocument.objects.filter(about=case.about).order_by("pk").values_list("kind", flat=True))


def test_the_superior_of_the_office_complained_of_handles_it_and_says_so_within_a_working_day(world):
    case = world.complained()
    assert (case.office, case.state) == (world.bureau, "submitted")
    assert running(case) == {"complaint-accept": dt.date(2026, 10, 13)}
    assert not Case.objects.visible_to(world.accused).filter(pk=case.pk).exists()
    assert not Case.objects.visible_to(world.stranger).filter(pk=case.pk).exists()


@pytest.mark.parametrize(
    ("kind", "term", "due"),
    [
        (Kind.MANNER, "complaint-handle-manner", dt.date(2026, 10, 19)),
        (Kind.QUALITY, "complaint-handle-quality", dt.date(2026, 10, 26)),
        (Kind.RIGHTS, "complaint-handle-quality", dt.date(2026, 10, 26)),
    ],
)
def test_the_term_for_handling_follows_from_what_it_is_about(world, kind, term, due):
    case = cases.perform(world.complained(kind=kind), "accept", world.clerk)
    assert running(case) == {term: due}


def test_the_officer_may_put_the_kind_right_when_accepting(world):
    case = cases.perform(world.complained(kind=Kind.QUALITY), "accept", world.clerk, kind="manner")
    assert running(case) == {"complaint-handle-manner": dt.date(2026, 10, 19)}
    with pytest.raises(ValidationError) as error:
        cases.perform(world.complained(), "accept", world.clerk, kind="rumour")
    assert "kind" in error.value.message_dict


@pytest.mark.parametrize("area", ["social_insurance", "non_tax"])
def test_a_persons_complaint_about_contributions_or_fees_is_in_the_fast_lane(world, area):
    case = cases.perform(world.complained(area=area), "accept", world.clerk)
    assert running(case) == {"complaint-fast-lane": dt.date(2026, 10, 15)}  # three working days
    cases.perform(case, "answer", world.clerk, outcome="upheld", reason="已退还。")
    assert running(case) == {}


def test_a_companys_complaint_about_contributions_has_the_usual_term(world):
    company = factories.representative(factories.company(office=world.office))
    case = cases.perform(world.complained(by=company, area="social_insurance"), "accept", world.clerk)
    assert running(case) == {"complaint-handle-quality": dt.date(2026, 10, 26)}


def test_the_officer_puts_a_complaint_about_income_tax_or_a_policy_of_weight_into_the_fast_lane(world):
    case = cases.perform(world.complained(kind=Kind.MANNER), "accept", world.clerk, fast=True)
    assert running(case) == {"complaint-fast-lane": dt.date(2026, 10, 15)}


def test_silence_does_not_take_a_complaint_out_of_the_fast_lane(world):
    case = world.complained(area="non_tax")
    world.clock.move_to(dt.datetime(2026, 10, 15, 10, 0, tzinfo=SHANGHAI))
    assert silence.accept() == 1
    assert running(case) == {"complaint-fast-lane": dt.date(2026, 10, 16)}  # three working days after the 13th


def test_what_is_clear_is_answered_at_once(world):
    case = world.complained()
    with pytest.raises(PermissionDenied):
        cases.perform(case, "answer_at_once", world.accused, outcome="upheld", reason="自己答复。")
    case = cases.perform(case, "answer_at_once", world.clerk, outcome="upheld", reason="叫号机已修好，向您致歉。")
    assert (case.state, case.handler) == ("answered", world.clerk.user)
    assert running(case) == {}
    assert letters(case) == ["complaint-answer"]
    assert case.steps.get(action="answer_at_once").reason.startswith("属实。")


def test_silence_is_acceptance_from_the_due_moment_on_however_late_it_is_noticed(world):
    case = world.complained(kind=Kind.MANNER)
    world.clock.move_to(dt.datetime(2026, 10, 13, 17, 0, tzinfo=SHANGHAI))
    assert silence.accept() == 0
    world.clock.move_to(dt.datetime(2026, 10, 15, 10, 0, tzinfo=SHANGHAI))  # the beat was away for a day
    assert silence.accept() == 1
    assert silence.accept() == 0
    case.refresh_from_db()
    assert case.state == "handling"
    assert running(case) == {"complaint-handle-manner": dt.date(2026, 10, 20)}  # five working days after the 13th
    assert "2026-10-13" in case.steps.get(action="accept_by_silence").reason
    assert told(case)[-1] == "case-accepted"


def test_a_complaint_accepted_or_passed_on_in_time_is_not_accepted_by_silence(world):
    cases.perform(world.complained(), "accept", world.clerk)
    cases.perform(world.complained(), "transfer", world.clerk, office=world.hrss, reason="由人社部门负责。")
    world.clock.move_to(dt.datetime(2026, 10, 20, 10, 0, tzinfo=SHANGHAI))
    assert silence.accept() == 0


def test_one_extension_and_no_more(world):
    case = cases.perform(world.complained(), "accept", world.clerk)
    assert "extend" in {row.action for row in rights.available_actions(case, world.chief)}
    case = cases.perform(case, "extend", world.chief, reason="需要调取录像。")
    assert "extend" not in {row.action for row in rights.available_actions(case, world.chief)}
    assert running(case) == {"complaint-handle-quality": dt.date(2026, 11, 9)}
    with pytest.raises(ValidationError, match="已经延长过一次"):
        cases.perform(case, "extend", world.chief, reason="还需要。")
    with pytest.raises(PermissionDenied):
        cases.perform(case, "extend", world.clerk, reason="自己延长。")


def test_out_of_scope_goes_to_the_agency_in_charge_which_must_acknowledge(world):
    case = world.complained(area="social_insurance", about=world.bureau)
    cases.perform(case, "transfer", world.clerk, office=world.hrss, reason="缴费年限由人社部门认定。")
    assert letters(case) == ["transfer-notice"]
    assert told(case)[-1] == "case-transferred"
    assert world.hrss.name in Message.objects.filter(about=case.about).latest("pk").subject
    assert running(case) == {"complaint-transfer": dt.date(2026, 10, 13)}
    case = cases.perform(case, "receive", world.hrss_officer)
    assert (case.office, case.state) == (world.hrss, "handling")
    assert running(case) == {"complaint-handle-quality": dt.date(2026, 10, 26)}
    assert told(case)[-1] == "complaint-received"
    with pytest.raises(PermissionDenied):
        cases.perform(case, "answer", world.clerk, outcome="upheld", reason="不再是我们的。")
    case = cases.perform(case, "answer", world.hrss_officer, outcome="partly", reason="已补记两个月。")
    assert case.state == "answered"


def test_what_the_agency_gives_back_is_to_be_accepted_again(world):
    case = world.complained()
    cases.perform(case, "transfer", world.clerk, office=world.hrss, reason="疑似人社职责。")
    world.clock.move_to(dt.datetime(2026, 10, 13, 9, 0, tzinfo=SHANGHAI))
    case = cases.perform(case, "decline", world.hrss_officer, reason="不属于我局职责。")
    assert (case.office, case.state) == (world.bureau, "submitted")
    assert running(case) == {"complaint-accept": dt.date(2026, 10, 14)}


def test_the_person_complained_of_has_no_hand_in_it(world):
    case = world.complained(respondent="郑文斌（3号窗口）")
    for action, data in (("take", {}), ("accept", {}), ("refuse", {"reason": "无", "clause": "无"})):
        with pytest.raises(PermissionDenied, match="被投诉人"):
            cases.perform(case, action, world.clerk, **data)
    assert cases.perform(case, "accept", world.chief).state == "handling"


def test_an_answer_needs_a_finding_and_a_reason_and_comes_as_a_letter(world):
    case = cases.perform(world.complained(), "accept", world.clerk)
    with pytest.raises(ValidationError) as error:
        cases.perform(case, "answer", world.clerk, outcome="maybe", reason="说不清。")
    assert "outcome" in error.value.message_dict
    case = cases.perform(case, "answer", world.clerk, outcome="unfounded", reason="录像显示已一次告知。")
    assert case.state == "answered"
    assert case.steps.get(action="answer").reason == "不属实。录像显示已一次告知。"
    assert letters(case)[-1] == "complaint-answer"
    assert running(case) == {}


def test_rated_once_and_a_bad_rating_is_told_to_the_superior(world):
    case = world.answered()
    with pytest.raises(ValidationError):
        cases.perform(case, "rate", world.complainant, rating=9)
    with pytest.raises(PermissionDenied):
        cases.perform(case, "rate", world.clerk, rating=5)
    cases.perform(case, "rate", world.complainant, rating=1, reason="没有解决。")
    assert Message.objects.get(template="complaint-rated-badly").office == world.city
    case.refresh_from_db()
    assert (case.state, running(case)) == ("call_back", {"bad-rating-callback": dt.date(2026, 10, 13)})
    with pytest.raises(PermissionDenied):
        cases.perform(case, "call_back", world.complainant, reason="自己给自己打电话。")
    case = cases.perform(case, "call_back", world.clerk, reason="电话回访，说明了计算方法。")
    assert (case.state, running(case)) == ("answered", {})
    with pytest.raises(ValidationError, match="已经评价过"):
        cases.perform(case, "rate", world.complainant, rating=5)


def test_who_is_content_is_not_called_and_who_is_not_need_not_wait(world):
    content = cases.perform(world.answered(), "rate", world.complainant, rating=3)
    assert (content.state, content.closed_at is None) == ("answered", False)
    angry = cases.perform(world.answered(), "rate", world.complainant, rating=2)
    angry = cases.perform(angry, "reopen", world.complainant, reason="没有回答为什么。")
    assert set(running(angry)) == {"complaint-handle-quality"}


def test_reopened_once_with_the_full_term(world):
    case = world.answered()
    case = cases.perform(case, "reopen", world.complainant, reason="没有回答为什么。")
    assert running(case) == {"complaint-handle-quality": dt.date(2026, 10, 26)}
    case = cases.perform(case, "answer", world.clerk, outcome="upheld", reason="补充说明。")
    with pytest.raises(ValidationError, match="只能要求一次"):
        cases.perform(case, "reopen", world.complainant, reason="还不满意。")


def test_each_answer_is_rated_by_itself_and_a_good_second_one_does_not_wipe_out_the_first(world):
    case = cases.perform(world.answered(), "rate", world.complainant, rating=1, reason="没有解决。")
    case = cases.perform(case, "reopen", world.complainant, reason="没有回答为什么。")
    with pytest.raises(ValidationError):
        cases.perform(case, "rate", world.complainant, rating=5)  # there is nothing to rate yet
    case = cases.perform(case, "answer", world.clerk, outcome="upheld", reason="多收的已退还。")
    assert "rate" in {row.action for row in rights.available_actions(case, world.complainant)}
    case = cases.perform(case, "rate", world.complainant, rating=5)
    assert (case.state, case.detail.rating, case.detail.lowest_rating) == ("answered", 5, 1)
    with pytest.raises(ValidationError, match="已经评价过"):
        cases.perform(case, "rate", world.complainant, rating=4)
    assert [(row.label, row.bad) for row in analysis.by_office(world.reviewer)] == [(str(case.detail.about), 1)]
    case = cases.perform(case, "ask_review", world.complainant, reason="结论不公。")
    case = cases.perform(case, "uphold", world.reviewer, reason="处理适当。")
    case = cases.perform(case, "rate", world.complainant, rating=2)
    assert (case.state, case.detail.rating, running(case)) == ("reviewed", 2, {})


def test_the_superior_reviews_and_may_have_it_handled_again(world):
    case = cases.perform(world.answered(), "ask_review", world.complainant, reason="结论不公。")
    assert running(case) == {"complaint-review": dt.date(2026, 10, 26)}
    assert Message.objects.get(template="complaint-review-asked").office == world.city
    with pytest.raises(PermissionDenied):
        cases.perform(case, "uphold", world.chief, reason="自己维持自己。")
    case = cases.perform(case, "order_again", world.reviewer, reason="未核对录像。")
    assert (case.state, case.office) == ("handling", world.bureau)
    case = cases.perform(case, "answer", world.clerk, outcome="upheld", reason="重新核实。")
    case = cases.perform(case, "ask_review", world.complainant, reason="仍不满意。")
    case = cases.perform(case, "uphold", world.reviewer, reason="处理适当。")
    assert case.state == "reviewed"


def test_mediation_begins_only_when_both_sides_agree(world):
    case = cases.perform(world.complained(), "accept", world.clerk)
    proposal = {"mediator": world.street, "reason": "双方愿意坐下来谈。"}
    with pytest.raises(ValidationError) as error:
        cases.perform(case, "propose_mediation", world.clerk, office_agrees=False, **proposal)
    assert "office_agrees" in error.value.message_dict
    cases.perform(case, "propose_mediation", world.clerk, office_agrees=True, **proposal)
    assert not Case.objects.visible_to(world.mediator).exists()
    world.clock.move_to(dt.datetime(2026, 10, 14, 9, 0, tzinfo=SHANGHAI))
    case = cases.perform(case, "accept_mediation", world.complainant)
    assert Case.objects.visible_to(world.mediator).get() == case
    world.clock.move_to(dt.datetime(2026, 10, 15, 9, 0, tzinfo=SHANGHAI))
    case = cases.perform(case, "fail_mediation", world.mediator, reason="一方不愿让步。")
    assert (case.state, case.office) == ("handling", world.bureau)
    assert running(case) == {"complaint-handle-quality": dt.date(2026, 10, 29)}  # three working days stood still
    assert not Case.objects.visible_to(world.mediator).exists()


def test_what_the_street_settles_is_answered(world):
    case = cases.perform(world.complained(), "accept", world.clerk)
    cases.perform(
        case, "propose_mediation", world.clerk, mediator=world.street, office_agrees=True, reason="建议调解。"
    )
    case = cases.perform(case, "accept_mediation", world.complainant)
    with pytest.raises(PermissionDenied):
        cases.perform(case, "settle", world.clerk, reason="我们自己定。")
    case = cases.perform(case, "settle", world.mediator, reason="所里当面致歉，重新受理。")
    assert case.state == "answered"
    assert letters(case)[-1] == "complaint-answer"


@pytest.mark.parametrize("action", ["accept", "take", "refuse", "transfer"])
@pytest.mark.parametrize("who", ["accused", "reviewer", "hrss_officer", "complainant", "stranger"])
def test_only_the_office_that_holds_it_handles_it(world, action, who):
    case = world.complained()
    data = {"reason": "理由", "clause": "依据", "office": world.hrss}
    with pytest.raises(PermissionDenied):
        cases.perform(case, action, getattr(world, who), **data)
    case.refresh_from_db()
    assert (case.state, case.office) == ("submitted", world.bureau)


def test_whoever_does_not_know_the_office_turns_to_the_city(world):
    assert world.complained(about=None).office == world.city


def test_what_is_complained_of_has_happened(world):
    tomorrow = dt.date(2026, 10, 13)
    with pytest.raises(ValidationError) as named:
        world.complained(happened_on=tomorrow)
    with pytest.raises(ValidationError) as anonymous:
        receipts.complain(world.detail(happened_on=tomorrow), key="tomorrow")
    assert "happened_on" in named.value.message_dict
    assert "happened_on" in anonymous.value.message_dict
    assert "happened_on" in ComplaintForm({**world.detail(), "about": "", "happened_on": tomorrow}).errors
    world.complained(happened_on=dt.date(2026, 10, 12))


def test_after_the_time_to_accept_nothing_is_refused_even_before_the_clock_noticed(world):
    case = world.complained()
    world.clock.move_to(dt.datetime(2026, 10, 14, 0, 1, tzinfo=SHANGHAI))
    assert "refuse" not in {row.action for row in rights.available_actions(case, world.clerk)}
    with pytest.raises(ValidationError, match="视为受理"):
        cases.perform(case, "refuse", world.clerk, reason="不归我们管。", clause="第三十一条")
    assert cases.perform(case, "accept", world.clerk).state == "handling"


def test_who_takes_over_is_named_and_not_who_sent(world):
    case = world.complained(area="social_insurance")
    cases.perform(case, "transfer", world.clerk, office=world.hrss, reason="由人社部门负责。")
    cases.perform(case, "receive", world.hrss_officer)
    sent, taken = case.steps.get(action="transfer"), case.steps.get(action="receive")
    assert (sent.target_office, taken.target_office) == (world.hrss, world.hrss)
    cases.perform(case, "transfer", world.hrss_officer, office=world.bureau, reason="属于税务。")
    cases.perform(case, "decline", world.clerk, reason="属于人社。")
    assert case.steps.get(action="decline").target_office == world.hrss  # it stays there
