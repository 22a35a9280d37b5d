"""The yearly run: the same answers as the arithmetic, in steps that can be taken up again, published in April."""

import datetime as dt
from concurrent.futures import ThreadPoolExecutor

import pytest
import time_machine
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connections, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from apps.kernel.facts import reading, runs, writer
from apps.kernel.notifications.models import Message
from apps.kernel.parties.models import Party
from apps.kernel.workcalendar import clock
from apps.supervision.credit import evaluation, results, standing, tasks, yearly
from apps.supervision.credit.arithmetic import Rules
from apps.supervision.credit.models import CreditRun, CreditYear, Deduction, MeasureTask
from tests import factories, factories_credit

CODES = ("late-filing", "false-commitment", "accounting-system-late", "false-materials")
conduct = st.lists(
    st.tuples(
        st.sampled_from(CODES),
        st.integers(1, 400),
        st.sampled_from(["open", "repaired", "struck", "untold"]),
        st.sampled_from([0, 3, 4, 30, 31, 91]),
    ),
    max_size=5,
)
payers = st.lists(
    st.tuples(st.dates(dt.date(2021, 12, 1), dt.date(2026, 2, 1)), st.sampled_from([None, 0, 100]), conduct),
    min_size=1,
    max_size=4,
)


def _conduct(party: Party, rows) -> None:
    for code, day, what, _days in rows:
        happened_on = dt.date(2025, 1, 1) + dt.timedelta(days=day - 1)
        row = factories_credit.deductions.record(
            [factories_credit.finding(party, code, happened_on)], actor=factories_credit.SYSTEM
        )[0]
        if what == "untold":
            continue
        change = {"told_at": clock.now()}
        if what == "struck":
            change["struck_at"] = clock.now()
        if what == "repaired":
            change |= {
                "mended_on": happened_on,
                "repaired_on": happened_on,
                "restored": row.points * _days % (row.points + 1),
            }
        Deduction.objects.filter(pk=row.pk).update(**change)


@pytest.mark.django_db
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(payers)
def test_one_statement_for_everybody_agrees_with_the_arithmetic_for_each(world, some):
    with transaction.atomic():
        made = []
        for registered_on, revenue, rows in some:
            party = factories_credit.payer(world.office, registered_on)
            if revenue is not None:
                delivery = runs.start("returns", kind="test")
                writer.write([(party.pk, "revenue", revenue, dt.date(2026, 1, 1))], run=delivery)
            _conduct(party, rows)
            made.append(party)
        rules = Rules.on_day(clock.today())
        results.open_for(2025)
        evaluation.evaluate(2025, rules, after=made[0].pk - 1, upto=made[-1].pk)
        found = {row.party_id: row for row in CreditYear.objects.filter(party__in=made)}
        assert set(found) == {party.pk for party in made if party.registered_on.year <= 2025}
        for party in made:
            if party.pk not in found:
                continue
            row, expected = found[party.pk], standing.of_year(party, 2025, rules, holds=True)
            assert (row.start, row.deducted, row.restored, row.clean, row.score, row.direct, row.level) == (
                expected.start,
                expected.deducted,
                expected.restored,
                expected.clean,
                expected.total,
                expected.direct,
                expected.level,
            )
        transaction.set_rollback(True)


@pytest.mark.django_db
def test_a_run_goes_on_where_its_last_step_ended_and_nobody_counts_twice(world, monkeypatch):
    for number in range(5):
        factories_credit.payer(world.office, name=f"上海第{number}有限公司")
    monkeypatch.setattr(yearly, "STEP", 2)
    yearly.start(2025, factories_credit.SYSTEM)
    yearly._step()
    run = CreditRun.objects.get()
    assert 0 < run.done < run.total
    yearly.work()
    run.refresh_from_db()
    assert (run.state, run.done, CreditYear.objects.count()) == (CreditRun.State.EVALUATED, run.total, run.total)
    yearly.publish(run, factories_credit.SYSTEM)
    yearly._step()
    yearly.work()
    run.refresh_from_db()
    assert (run.state, run.told) == (CreditRun.State.PUBLISHED, run.total)
    assert Message.objects.filter(template="credit-result").count() == run.total
    yearly.work()
    assert Message.objects.filter(template="credit-result").count() == run.total


@pytest.mark.django_db
def test_what_was_evaluated_is_neither_shown_nor_told_before_april(world):
    factories_credit.measure("A")
    world.on(2026, 3, 31)
    run = factories_credit.evaluated(2025)
    assert run.state == CreditRun.State.EVALUATED
    with pytest.raises(ValidationError, match="4 月"):
        yearly.publish(run, world.city_chief)
    tasks.evaluate()
    assert standing.latest(world.party) is None
    assert not Message.objects.filter(template="credit-result").exists()
    assert not MeasureTask.objects.exists()
    world.on(2026, 4, 1)
    tasks.evaluate()
    run.refresh_from_db()
    assert run.state == CreditRun.State.PUBLISHED
    assert standing.latest(world.party).level == "A"
    assert Message.objects.get(template="credit-result", party=world.party).subject.endswith("A 级")
    assert reading.profile(world.party)["credit_rating"] == "A"
    assert run.tasks == CreditYear.objects.filter(level="A").count()


@pytest.mark.django_db
def test_the_speed_of_publishing_is_not_counted_from_the_evaluation_months_before(world, enter):
    world.on(2026, 1, 20)
    yearly.start(2025, factories_credit.SYSTEM)
    yearly.work()
    world.on(2026, 4, 1)
    run = yearly.publish(CreditRun.objects.get(), factories_credit.SYSTEM)
    CreditRun.objects.update(told=1000, total=3000)
    world.clock.shift(dt.timedelta(seconds=10))
    CreditRun.objects.update(worked_at=clock.now())
    page = enter(world.city_chief).get(f"/counter/credit/runs/{run.ref}/").content.decode()
    assert "每秒 100 户" in page
    assert "0:00:20" in page  # what is left


@pytest.mark.django_db
def test_measures_of_the_year_before_end_when_the_next_is_published(world):
    _measure, officer = factories_credit.measure("A")
    factories_credit.evaluated(2024)
    factories_credit.evaluated(2025)
    assert set(MeasureTask.objects.of_department(officer).filter(state="open").values_list("year", flat=True)) == {2025}


@pytest.mark.django_db
def test_a_year_is_evaluated_once_it_is_over_and_once_only(world):
    with pytest.raises(ValidationError):
        yearly.start(2026, world.city_chief)
    first = yearly.start(2025, world.city_chief)
    assert yearly.start(2025, world.city_chief).pk == first.pk


@pytest.mark.django_db
@pytest.mark.parametrize("who", ["clerk", "chief", "owner"])
def test_only_the_citys_authority_starts_and_publishes(world, who):
    with pytest.raises(PermissionDenied):
        yearly.start(2025, getattr(world, who))
    run = yearly.start(2025, world.city_chief)
    yearly.work()
    with pytest.raises(PermissionDenied):
        yearly.publish(run, getattr(world, who))


@pytest.mark.django_db(transaction=True)
def test_two_workers_on_one_run_do_the_work_once(monkeypatch):
    office = factories.tax_office()
    for number in range(6):
        factories_credit.payer(office, name=f"上海第{number}有限公司")
    monkeypatch.setattr(yearly, "STEP", 1)
    with time_machine.travel(dt.datetime(2026, 4, 1, tzinfo=dt.UTC), tick=True):
        yearly.start(2025, factories_credit.SYSTEM)

    def work(_number):
        try:
            yearly.work()
        finally:
            connections.close_all()

    with ThreadPoolExecutor(2) as pool:
        list(pool.map(work, range(2)))
    yearly.work()  # a worker that found the lock taken leaves the rest to the next sweep
    run = CreditRun.objects.get()
    assert (run.state, run.done, CreditYear.objects.count()) == (CreditRun.State.EVALUATED, 6, 6)


@pytest.mark.django_db
def test_people_and_offices_without_a_company_are_not_scored(world):
    person = factories.citizen("李四", office=world.office)
    factories_credit.evaluated(2025)
    assert not CreditYear.objects.filter(party=person.party).exists()


@pytest.mark.django_db
def test_an_older_year_does_not_take_the_place_of_the_result_in_force(world):
    older = yearly.start(2024, factories_credit.SYSTEM)
    yearly.work()
    factories_credit.evaluated(2025)
    with pytest.raises(ValidationError, match="2025 年度的结果已经发布"):
        yearly.publish(older, factories_credit.SYSTEM)
    with pytest.raises(ValidationError, match="2025 年度的结果已经发布"):
        yearly.start(2023, factories_credit.SYSTEM)
