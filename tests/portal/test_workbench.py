"""The workbench shows what is on an office's desk, to those who work there."""

import datetime as dt

import pytest
import time_machine

from apps.kernel.casework import cases
from apps.kernel.casework import desk as counted
from apps.kernel.charts import PLOT_WIDTH, Bar, bar_chart
from apps.kernel.parties.models import Role
from apps.portal import workload
from apps.services.procedures.deferral import DEFERRAL
from tests import factories, factories_appointments

pytestmark = pytest.mark.django_db

SUBMITTED = {"levy_id": "vat", "period": "2026-09", "months": 1, "ground": "no_funds", "explanation": "客户延迟付款。"}
START = dt.datetime(2026, 10, 12, 1, 0, tzinfo=dt.UTC)
DAY = dt.timedelta(days=1)


@pytest.fixture
def desk():
    """An office with five cases: decided in 20 days by law, submitted on days 0, 13, 17, 19 and 19."""
    with time_machine.travel(START, tick=False) as traveller:

        class Desk:
            office = factories.tax_office()
            clerk = factories.staff(office, Role.CLERK)
            payer = factories.citizen(office=office)
            cases = []

        for day in (0, 13, 17, 19, 19):
            traveller.move_to(START + day * DAY)
            Desk.cases.append(
                cases.open_submitted(
                    DEFERRAL, Desk.payer, {**SUBMITTED, "amount": "100.00"}, idempotency_key=f"desk-{len(Desk.cases)}"
                )
            )
        cases.perform(Desk.cases[1], "accept", Desk.clerk)
        cases.perform(Desk.cases[2], "accept", Desk.clerk)
        cases.perform(Desk.cases[2], "ask_supplement", Desk.clerk, reason="请补充银行对账单。")
        traveller.move_to(START + 30 * DAY)
        yield Desk


def test_the_load_counts_every_open_case_once(desk):
    load = counted.counts(desk.clerk)
    assert load["open"] == 5
    assert load["waiting"] == 1
    assert load["mine"] == 2
    assert load["unassigned"] == 3
    assert sum(load[part] for part in counted.BY_DUE) == load["open"]
    assert load["overdue"] == 1


def test_each_figure_leads_to_the_cases_it_counts(signed_in, desk):
    client = signed_in(desk.clerk.user)
    page = client.get("/counter/").content.decode()
    for part, number in counted.counts(desk.clerk).items():
        address = f"/counter/cases/?part={part}"
        assert (f'href="{address}"' in page) == bool(number)
        listed = client.get(address)
        assert len(listed.context["cases"]) == number
        assert str(counted.PARTS[part]) in listed.content.decode()


def test_a_part_of_the_desk_is_the_desk_of_those_who_ask(signed_in, desk):
    stranger = factories.staff(factories.tax_office("浦东新区税务局第五税务所"), Role.CLERK)
    assert signed_in(stranger.user).get("/counter/cases/?part=open").context["cases"] == []
    payer = desk.payer.party
    own = signed_in(desk.payer.user).get(f"/as/{payer.ref}/cases/?part=mine")
    assert len(own.context["cases"]) == 5  # a taxpayer has no desk: the list is the whole one


def test_lists_are_sorted_by_due_date(desk):
    assert workload.inbox(desk.clerk) == [desk.cases[0], desk.cases[3], desk.cases[4]]
    assert set(workload.mine(desk.clerk)) == {desk.cases[1], desk.cases[2]}


def test_the_page_shows_figures_chart_and_table(signed_in, desk):
    page = signed_in(desk.clerk.user).get("/counter/").content.decode()
    assert desk.cases[0].number in page
    assert "已超期" in page
    assert '<svg class="chart-plot"' in page
    assert page.count("三日内到期") == 2  # once in the drawing, once in its table
    assert desk.payer.party.name not in page


def test_a_transfer_waits_at_the_receiving_office(signed_in, desk):
    other = factories.tax_office("浦东新区税务局第五税务所")
    receiver = factories.staff(other, Role.CLERK, name="沈悦")
    cases.perform(desk.cases[1], "transfer", desk.clerk, office=other, reason="注册地已迁入。")
    page = signed_in(receiver.user).get("/counter/").content.decode()
    assert "待接收的转送" in page
    assert desk.cases[1].number in page


def test_the_number_of_queries_does_not_grow_with_the_desk(signed_in, desk, django_assert_max_num_queries):
    client = signed_in(desk.clerk.user)
    client.get("/counter/")  # from now on the process knows who works where
    with django_assert_max_num_queries(10):
        client.get("/counter/")


def test_another_offices_desk_is_empty(desk):
    stranger = factories.staff(factories.tax_office("浦东新区税务局第五税务所"), Role.CLERK)
    assert counted.counts(stranger)["open"] == 0
    assert workload.inbox(stranger) == workload.mine(stranger) == workload.offered(stranger) == []


def test_the_counter_sees_who_is_expected_next_and_how_many_wait(signed_in):
    office = factories.tax_office()
    site = factories_appointments.site(office)
    with time_machine.travel(factories_appointments.NOW, tick=False) as traveller:
        eight, ten, _two = (
            factories_appointments.slot(site, starts_at=factories_appointments.at(hour)) for hour in (8, 10, 14)
        )
        for slot in (eight, ten, ten):
            factories_appointments.booked(factories.citizen(), slot)
        traveller.move_to(factories_appointments.at(9))  # eight o'clock is over, and nobody is booked for two
        page = signed_in(factories.staff(office, Role.CLERK).user).get("/counter/")
    assert [(slot.hours, slot.people) for slot in page.context["expected"]] == [("10:00–10:30", 2)]
    assert page.context["queues"] == [(site, 0)]


def test_a_department_has_its_own_door_and_not_the_counters(signed_in):
    officer = factories.staff(factories.department(), Role.OFFICER)
    client = signed_in(officer.user)
    assert client.get("/partner/").status_code == 200
    assert client.get("/counter/").status_code == 404


def test_a_clerk_does_not_come_in_by_the_partners_door(signed_in):
    clerk = factories.staff(factories.tax_office(), Role.CLERK)
    assert signed_in(clerk.user).get("/partner/").status_code == 404


@pytest.mark.parametrize("door", ["/counter/", "/partner/"])
def test_nobody_else_sees_a_workbench(client, signed_in, door):
    assert client.get(door).url.startswith("/accounts/login/")
    assert signed_in(factories.citizen().user).get(door).status_code == 404


def test_the_longest_bar_fills_the_plot_and_none_is_drawn_for_nothing():
    chart = bar_chart([Bar("甲", 3), Bar("乙", 12), Bar("丙", 0)])
    assert [bar.width for bar in chart.bars] == [round(PLOT_WIDTH / 4), PLOT_WIDTH, 0]
    assert chart.height == chart.bars[-1].y + chart.bars[1].y


def test_an_empty_chart_has_no_height():
    assert bar_chart([]).height == 0
