"""Precise push: who is reminded of what, once within the interval, and never of what they do not want."""

import datetime as dt
import threading

import pytest
import time_machine
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import DatabaseError, connections

from apps.kernel.facts import city
from apps.kernel.notifications import inbox
from apps.kernel.notifications.models import Delivery, Message
from apps.kernel.parties.actors import Actor
from apps.kernel.parties.models import Role
from apps.services.entitlement import matching
from apps.services.entitlement.models import Match, MatchRun, MonitorCount
from apps.services.guidance import choices, content, pushing
from apps.services.guidance.models import Reminder
from tests import factories, factories_policies
from tests.factories_policies import know, payer, policy, push

pytestmark = pytest.mark.django_db
# Fits the reduced rate of small enterprises, and takes the other relief it fits already.
SMALL_PROFIT = {**factories_policies.SMALL_PROFIT, "six_two_reduction": True}
FIRST = dt.datetime(2026, 11, 2, 10, tzinfo=dt.UTC)


@pytest.fixture
def later():
    with time_machine.travel(FIRST, tick=False) as traveller:
        yield lambda days: traveller.move_to(FIRST + dt.timedelta(days=days))


def reminded(party) -> list[str]:
    return sorted(Reminder.objects.filter(party=party).values_list("policy__code", flat=True))


def test_a_payer_is_reminded_of_what_fits_in_one_message_by_inbox_and_one_net(later, settings):
    settings.YWTB_PUSH_URL, settings.YWTB_PUSH_SECRET = "https://push.example/", "secret"
    party = payer(**SMALL_PROFIT, hnte_valid=True)
    run = push()
    assert reminded(party) == ["CIT-HNTE", "CIT-SLP"]
    message = Message.objects.get(party=party)
    assert message.about == f"policy-push/{run.ref}"
    assert "我的优惠" in message.body
    assert sorted(Delivery.objects.filter(message=message).values_list("channel", "state")) == [
        ("inbox", "delivered"),
        ("push", "queued"),
    ]
    assert (run.reminded, run.told, run.done, run.state) == (2, 1, run.total, "done")


def test_what_is_taken_already_is_not_repeated(later):
    party = payer(**SMALL_PROFIT, cit_slp_reduction=True)
    push()
    assert reminded(party) == []


def test_nothing_is_repeated_before_the_interval_ends(later):
    party = payer(**SMALL_PROFIT)
    push()
    later(89)
    assert push().reminded == 0
    later(90)
    assert push().reminded == 1
    assert reminded(party) == ["CIT-SLP", "CIT-SLP"]


def test_something_new_is_told_within_the_interval(later):
    party = payer(**SMALL_PROFIT)
    push()
    later(5)
    know(party, hnte_valid=True)
    assert push().reminded == 1
    assert reminded(party) == ["CIT-HNTE", "CIT-SLP"]


def test_a_topic_somebody_does_not_want_stays_silent_until_they_do(later):
    party = payer(**SMALL_PROFIT, hnte_valid=True)
    actor = factories.representative(party)
    wanted = [code for code in content.topics() if code != "innovation"]
    choices.listen_to(wanted, actor)
    push()
    assert reminded(party) == ["CIT-SLP"]
    choices.listen_to(list(content.topics()), actor)
    assert choices.silenced(party) == set()
    push()
    assert reminded(party) == ["CIT-HNTE", "CIT-SLP"]


def test_an_unknown_topic_changes_nothing(later):
    actor = factories.representative(payer())
    with pytest.raises(ValidationError, match="没有这些专题"):
        choices.listen_to(["sports"], actor)
    assert choices.silenced(actor.party) == set()


def test_nobody_chooses_topics_for_a_payer_they_do_not_act_for(later):
    with pytest.raises(PermissionDenied):
        choices.listen_to(["small"], factories.staff(factories.tax_office()))


def test_looking_is_the_receipt(later):
    actor = factories.representative(payer(**SMALL_PROFIT))
    push()
    choices.opened(policy("CIT-SLP"), actor)
    inbox.mark_read(Message.objects.get(party=actor.party), actor=actor)
    row = Reminder.objects.get(party=actor.party)
    assert (row.opened_at, row.opened_by) == (FIRST, actor.user)
    later(1)
    choices.opened(policy("CIT-SLP"), actor)
    row.refresh_from_db()
    assert row.opened_at == FIRST


def test_somebody_who_reads_english_is_written_to_in_english(later):
    actor = factories.citizen()
    actor.user.language = "en"
    actor.user.save()
    know(actor.party, subject_kind="natural", house_sale_hold_months=36)
    push()
    assert Message.objects.get(party=actor.party).subject == "Tax policies that may suit you"


@pytest.mark.parametrize(("role", "may"), [(Role.CHIEF, True), (Role.RISK, True), (Role.CLERK, False)])
def test_chiefs_and_risk_staff_start_and_stop_runs(later, role, may):
    actor = factories.staff(factories.tax_office(), role)
    if may:
        run = pushing.start(actor)
        pushing.stop(run, actor)
        run.refresh_from_db()
        assert run.state == "failed"
        return
    with pytest.raises(PermissionDenied):
        pushing.start(actor)
    run = pushing.start(Actor.system("test"))
    with pytest.raises(PermissionDenied):
        pushing.stop(run, actor)


def test_a_second_start_joins_the_run_under_way(later):
    assert pushing.start(Actor.system("test")) == pushing.start(Actor.system("test"))
    assert MatchRun.objects.count() == 1


def test_a_run_goes_on_where_its_worker_died(later, monkeypatch):
    monkeypatch.setattr(matching, "STEP", 100)
    city.fill(350, progress=lambda _done: None)
    pushing.start(Actor.system("test"))
    remind, calls = pushing._remind, []

    def die_at_the_third(*args):
        calls.append(args)
        if len(calls) == 3:
            raise DatabaseError("the server went away")
        remind(*args)

    monkeypatch.setattr(pushing, "_remind", die_at_the_third)
    with pytest.raises(DatabaseError):
        pushing.work()
    run = MatchRun.objects.get()
    assert (run.state, run.done) == ("running", 300)
    monkeypatch.setattr(pushing, "_remind", remind)
    pushing.work()
    run.refresh_from_db()
    assert (run.state, run.done) == ("done", run.total)
    assert run.reminded == Reminder.objects.count()
    assert run.told == Message.objects.filter(template="policy-reminder").count()


@pytest.mark.django_db(transaction=True)
def test_two_workers_on_one_run_double_nothing(monkeypatch):
    monkeypatch.setattr(matching, "STEP", 50)
    city.fill(300, progress=lambda _done: None)

    def one():
        try:
            pushing.start(Actor.system("test"))
            pushing.work()
        finally:
            connections.close_all()

    threads = [threading.Thread(target=one) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    pushing.work()
    for run in MatchRun.objects.all():
        assert run.state == "done"
        assert run.done == run.total
        assert Match.objects.filter(run=run).count() <= run.total
    pairs = list(Reminder.objects.values_list("party", "policy"))
    assert len(pairs) == len(set(pairs)) > 0
    told = Message.objects.filter(template="policy-reminder")
    assert told.count() == told.values("party").distinct().count() == len({party for party, _policy in pairs})
    assert MonitorCount.objects.exists()


def test_only_the_latest_passes_are_kept(later):
    payer(**SMALL_PROFIT)
    for _ in range(3):
        push()
    assert set(Match.objects.values_list("run", flat=True)) == set(
        MatchRun.objects.order_by("-id").values_list("pk", flat=True)[:2]
    )


def test_every_policy_has_one_topic():
    codes = sorted(code for topic in content.topics().values() for code in topic.policies)
    assert codes == sorted(set(codes))
    assert {policy(code).code for code in codes} == set(codes)
    assert len(codes) == 51
    assert {code for scene in content.scenes().values() for code in scene.policies} <= set(codes)
