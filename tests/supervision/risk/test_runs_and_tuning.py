"""Runs are resumable, one at a time; weights are tried on past runs and changed only by two people (Art 32)."""

from dataclasses import replace
from decimal import Decimal

import pytest
from django.contrib.auth.models import Permission
from django.core.exceptions import PermissionDenied
from django.db import DatabaseError, connection

from apps.kernel.casework.models import Case
from apps.kernel.parties.actors import Actor
from apps.kernel.parties.models import Party, User
from apps.kernel.rules import review
from apps.kernel.rules.models import Parameter
from apps.kernel.workcalendar import clock
from apps.supervision.risk import dashboard, explaining, running, tuning
from apps.supervision.risk.indicators import in_force, indicators
from apps.supervision.risk.models import RiskOutcome, RiskRun, RiskScore
from tests.factories_risk import DOUBTED_ONCE, DOUBTFUL, SOUND, know, scanned

pytestmark = pytest.mark.django_db


def test_a_run_that_was_cut_short_goes_on_where_its_last_step_ended(world, monkeypatch):
    know(world.company, DOUBTFUL)
    others = [world.another(f"上海第{number}贸易有限公司", DOUBTED_ONCE) for number in range(4)]
    monkeypatch.setattr(running, "STEP", 2)
    run = running.start(Actor.system("risk"))
    real, calls = running._scan, []

    def cut(run, upto):
        calls.append(upto)
        if len(calls) == 2:
            raise DatabaseError("the worker is gone")
        real(run, upto)

    monkeypatch.setattr(running, "_scan", cut)
    with pytest.raises(DatabaseError):
        running.work()
    run.refresh_from_db()
    assert run.state == "running"
    assert 0 < run.done < 5
    assert "gone" in run.error
    running.work()
    run.refresh_from_db()
    assert (run.state, run.done, run.error) == ("done", 5, "")
    assert RiskScore.objects.filter(run=run).count() == 1 + len(others)


def test_a_second_start_joins_the_run_under_way_and_only_analysts_start_and_stop(world):
    first = running.start(world.analyst)
    assert running.start(world.chief).pk == first.pk
    for outsider in (world.clerk, world.payer):
        with pytest.raises(PermissionDenied):
            running.start(outsider)
        with pytest.raises(PermissionDenied):
            running.stop(first, outsider)
    running.stop(first, world.analyst)
    assert RiskRun.objects.get().state == "failed"


def test_scores_are_read_when_the_run_is_done_and_go_with_it_when_it_is_not_kept(world, monkeypatch):
    know(world.company, DOUBTED_ONCE)
    monkeypatch.setattr(running, "KEPT", 2)
    first, second, given_up = scanned(), scanned(), running.start(Actor.system("risk"))
    running._scan(given_up, world.company.pk)
    assert not RiskScore.objects.filter(run=given_up).exists()
    running.stop(given_up, world.analyst)
    third = scanned()
    assert set(RiskScore.objects.values_list("run", flat=True)) == {second.pk, third.pk}
    assert tables() == {f"supervision_riskscore_{run.pk}" for run in (second, third)}
    assert first.found == 1  # what the run itself says of its findings stays


def tables() -> set[str]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT relname FROM pg_class WHERE relkind = 'r' AND relname ~ '^supervision_riskscore_'")
        return {name for (name,) in cursor.fetchall()}


def test_a_run_keeps_the_rules_it_began_with(world):
    know(world.company, DOUBTED_ONCE)
    run = scanned()
    before = RiskScore.objects.get(run=run, party=world.company).score
    Parameter.objects.filter(code="risk.r13.weight").update(value="1")
    assert explaining.explain(run, world.company).score == before
    assert explaining.explain(scanned(), world.company).score < before


def test_the_desk_shows_an_office_its_own_payers_by_score(world):
    know(world.company, DOUBTED_ONCE)
    worse = world.another("上海梧桐里餐饮管理有限公司", DOUBTFUL)
    run = scanned()
    found = dashboard.payers(run, world.analyst, level="", indicator=None, after=None)
    assert [row.party_id for row in found] == [worse.pk, world.company.pk]
    rest = dashboard.payers(run, world.analyst, level="", indicator=None, after=(found[0].score, worse.pk))
    assert [row.party_id for row in rest] == [world.company.pk]
    assert dashboard.payers(run, world.stranger, level="", indicator=None, after=None) == []
    assert dashboard.payers(run, world.analyst, level="", indicator=22, after=None)[0].party_id == worse.pk


def test_back_test_says_how_much_would_have_been_found_with_how_many_tasks(world):
    know(world.company, DOUBTED_ONCE)
    worse = world.another("上海梧桐里餐饮管理有限公司", DOUBTFUL)
    run = scanned()
    case = _case_of(worse)
    RiskOutcome.objects.create(case=case, party=worse, indicator=13, verdict="confirmed")
    RiskOutcome.objects.create(case=_case_of(world.company), party=world.company, indicator=13, verdict="cleared")
    rules = in_force(clock.today())
    now = tuning.try_on(run, rules)
    assert (now.tasks, now.found, now.needless, now.true) == (2, 1, 1, 1)
    stricter = replace(rules, levels={**rules.levels, "reminder": Decimal(50)})
    then = tuning.try_on(run, stricter)
    assert (then.tasks, then.found, then.needless) == (1, 1, 0)
    blind = replace(rules, weights=dict.fromkeys(rules.weights, Decimal(0)))
    assert tuning.try_on(run, blind).tasks == 0


def limited(rules, number: int, **values: str):
    """The rules with other thresholds of one indicator."""
    changed = {name: Decimal(value) for name, value in values.items()}
    return replace(rules, thresholds={**rules.thresholds, number: {**rules.thresholds[number], **changed}})


def test_other_thresholds_are_tried_on_a_past_run_both_ways(world):
    know(world.company, DOUBTED_ONCE)
    slight = world.another("上海微差贸易有限公司", {**SOUND, "return_net": 99_500_000})  # half a per cent below
    worse = world.another("上海梧桐里餐饮管理有限公司", DOUBTFUL)
    run = scanned()
    for party in (world.company, worse):
        RiskOutcome.objects.create(case=_case_of(party), party=party, indicator=13, verdict="confirmed")
    rules = in_force(clock.today())
    assert tuning.try_on(run, rules).tasks == 2
    assert not RiskScore.objects.filter(run=run, party=slight).exists()
    stricter = tuning.try_on(run, limited(rules, 13, gt="0.004"))
    assert (stricter.tasks, stricter.found) == (3, 2)
    blind = tuning.try_on(run, limited(rules, 13, gt="0.5"))  # the worse one has other hits
    assert (blind.tasks, blind.found, blind.true) == (1, 1, 2)
    one_fen_apart = tuning.try_on(run, limited(rules, 13, gt="0.4"))  # exactly forty per cent is not more
    assert (one_fen_apart.tasks, RiskScore.objects.filter(run=run).count()) == (1, 2)


def test_trying_the_rules_in_force_gives_back_the_scores_of_the_run(world):
    know(world.company, DOUBTFUL)
    run = scanned()
    tried = tuning.try_on(run, in_force(clock.today()))
    levels = list(RiskScore.objects.filter(run=run).values_list("level", flat=True))
    assert (tried.reminders, tried.assessments, tried.audits) == tuple(
        levels.count(level) for level in ("reminder", "assessment", "audit")
    )


def test_weights_change_only_by_two_people(world):
    rules = in_force(clock.today())
    after = replace(limited(rules, 13, gt="0.02"), weights={**rules.weights, 13: Decimal("7.5")})
    with pytest.raises(PermissionDenied):
        tuning.propose(world.analyst, rules, after, "多次排除。")
    _permit(world.analyst.user, "add_parameterchange")
    _permit(world.chief.user, "approve_parameterchange")
    analyst, chief = (
        Actor(**{**vars(a), "user": User.objects.get(pk=a.user.pk)}) for a in (world.analyst, world.chief)
    )
    changes = tuning.propose(analyst, rules, after, "多次排除。")
    assert {change.code for change in changes} == {"risk.r13.weight", "risk.r13.gt"}
    assert in_force(clock.today()).weights[13] == 9
    for change in changes:
        review.approve(change, chief)
    now = in_force(clock.today())
    assert (now.weights[13], now.thresholds[13]["gt"]) == (Decimal("7.5"), Decimal("0.02"))


def test_every_weight_and_threshold_is_a_dated_rule_with_source_and_confidence():
    codes = [each.parameter(name) for each in indicators().values() for name in ("weight", *each.thresholds)]
    rows = {row.code: row for row in Parameter.objects.filter(code__in=codes)}
    assert len(indicators()) == 35
    assert set(rows) == set(codes)
    assert all(row.document_id and row.confidence for row in rows.values())
    assert rows["risk.r32.weight"].number == 0


def _permit(user: User, codename: str) -> None:
    user.user_permissions.add(Permission.objects.get(codename=codename))


def _case_of(party: Party) -> Case:
    return Case.objects.get(applicant=party)
