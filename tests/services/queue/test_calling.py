"""Calling the next person: order, green channel, missed turns, handing over, two clerks at once."""

import datetime as dt
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
import time_machine
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, connections, transaction

from apps.kernel.audit.models import Event
from apps.services.queue import moves, service
from apps.services.queue.models import Shift, Ticket
from tests import factories, factories_assistance, factories_queue

pytestmark = pytest.mark.django_db


@pytest.fixture
def clock():
    with time_machine.travel(factories_queue.TUESDAY, tick=False) as traveller:
        yield traveller


@pytest.fixture
def site(clock):
    return factories_queue.site(factories.tax_office())


def call(clerk) -> Ticket:
    return service.next_ticket(clerk)


def serve_out(ticket, clerk) -> None:
    moves.move(ticket, "serve", clerk)
    moves.move(ticket, "finish", clerk)


def test_people_are_called_as_they_came_and_numbers_count_up(site, clock):
    clerk = factories_queue.clerk_at(site)
    first = factories_queue.walk_in(site)
    clock.shift(60)
    second = factories_queue.walk_in(site)
    assert [first.number, second.number] == ["A001", "A002"]
    assert call(clerk) == first
    serve_out(first, clerk)
    assert call(clerk) == second
    serve_out(second, clerk)
    assert call(clerk) is None


def test_each_line_and_each_day_has_its_own_series(clock):
    filing, invoices = factories_queue.line(), factories_queue.line("invoices", "发票业务", 2)
    site = factories_queue.site(factories.tax_office(), filing, invoices)
    assert factories_queue.walk_in(site, filing).number == "A001"
    assert factories_queue.walk_in(site, invoices).number == "B001"
    clock.shift(dt.timedelta(days=1))
    assert factories_queue.walk_in(site, filing).number == "A001"


def test_an_elderly_person_is_called_before_who_came_earlier_and_the_reason_is_kept(site, clock):
    clerk = factories_queue.clerk_at(site)
    factories_queue.walk_in(site)
    clock.shift(dt.timedelta(minutes=30))
    elder = factories_assistance.elder(site.office)
    ticket = factories_queue.walk_in(site, party=elder.party)
    assert ticket.priority_reason == "老年人"
    assert call(clerk) == ticket
    assert ticket.events.get(action="draw").reason == "老年人"


def test_priority_ends_where_the_other_has_waited_longer_than_the_head_start(site, clock):
    clerk = factories_queue.clerk_at(site)
    patient = factories_queue.walk_in(site)
    clock.shift(dt.timedelta(minutes=46))
    factories_queue.walk_in(site, declared=True)
    assert call(clerk) == patient


def test_the_green_channel_takes_priority_first_but_lets_nobody_wait_beyond_the_limit(site, clock):
    factories_queue.green_window(site)
    clerk = factories_queue.clerk_at(site, "G")
    other = factories_queue.walk_in(site)
    clock.shift(dt.timedelta(minutes=44))
    first, second = (factories_queue.walk_in(site, declared=True) for _ in range(2))
    assert call(clerk) == first
    serve_out(first, clerk)
    clock.shift(dt.timedelta(minutes=2))
    third = factories_queue.walk_in(site, declared=True)
    for expected in (second, other, third):
        assert call(clerk) == expected
        serve_out(expected, clerk)


def test_a_window_calls_only_the_lines_it_serves(clock):
    filing, estate = factories_queue.line(), factories_queue.line("real-estate", "不动产", 2)
    site = factories_queue.site(factories.tax_office(), filing, estate)
    site.windows.get(code="1").lines.add(estate)
    factories_queue.walk_in(site, filing)
    wanted = factories_queue.walk_in(site, estate)
    clerk = factories_queue.clerk_at(site)
    assert call(clerk) == wanted


def test_nobody_new_is_called_while_somebody_is_at_the_window(site):
    clerk = factories_queue.clerk_at(site)
    factories_queue.walk_in(site), factories_queue.walk_in(site)
    ticket = call(clerk)
    with pytest.raises(ValidationError, match="请先办完"):
        call(clerk)
    other = Ticket.objects.exclude(pk=ticket.pk).get()
    with pytest.raises(IntegrityError, match="ticket_one_at_a_window"), transaction.atomic():
        Ticket.objects.filter(pk=other.pk).update(
            state="called", window=ticket.window, called_at=factories_queue.TUESDAY
        )


def test_a_missed_turn_needs_two_calls_and_comes_back_behind_three(site, clock):
    clerk = factories_queue.clerk_at(site)
    late = factories_queue.walk_in(site)
    clock.shift(1)
    others = []
    for _ in range(4):
        others.append(factories_queue.walk_in(site))
        clock.shift(1)
    call(clerk)
    with pytest.raises(ValidationError, match="至少叫 2 次"):
        moves.move(late, "miss", clerk)
    moves.move(late, "recall", clerk)
    moves.move(late, "miss", clerk)
    clock.shift(dt.timedelta(minutes=5))
    moves.move(late, "return", moves.holder())
    called = []
    for _ in range(5):
        ticket = call(clerk)
        called.append(ticket)
        serve_out(ticket, clerk)
    assert called == [*others[:3], late, others[3]]


@pytest.mark.parametrize(("minutes", "code"), [(31, "grace"), (5, None)])
def test_the_grace_of_a_missed_turn_ends(site, clock, minutes, code):
    clerk = factories_queue.clerk_at(site)
    ticket = factories_queue.walk_in(site)
    call(clerk)
    moves.move(ticket, "recall", clerk)
    ticket = moves.move(ticket, "miss", clerk)
    clock.shift(dt.timedelta(minutes=minutes))
    assert ("return" in moves.open_to_holder(ticket)) is (code is None)
    if code:
        with pytest.raises(ValidationError) as refused:
            moves.move(ticket, "return", moves.holder())
        assert refused.value.code == code
    else:
        assert moves.move(ticket, "return", moves.holder()).state == "waiting"


def test_a_ticket_comes_back_once_only(site, clock):
    clerk = factories_queue.clerk_at(site)
    ticket = factories_queue.walk_in(site)
    for _ in range(2):
        call(clerk)
        moves.move(ticket, "recall", clerk)
        moves.move(ticket, "miss", clerk)
        if not Ticket.objects.get().returns:
            moves.move(ticket, "return", clerk)
    with pytest.raises(ValidationError, match="已经重排过"):
        moves.move(ticket, "return", clerk)


def test_handed_over_the_person_is_next_at_the_other_window_and_nowhere_else(site, clock):
    first, second = factories_queue.clerk_at(site), factories_queue.clerk_at(site, "2")
    ticket = factories_queue.walk_in(site)
    clock.shift(60)
    newcomer = factories_queue.walk_in(site)
    call(first)
    moves.move(ticket, "serve", first)
    moves.move(ticket, "send", first, to=site.windows.get(code="2"), reason="需要复核")
    assert call(first) == newcomer
    assert call(second) == ticket
    assert ticket.events.get(action="send").reason == "需要复核"


def test_only_the_clerk_at_the_window_moves_the_ticket(site):
    clerk, colleague = factories_queue.clerk_at(site), factories_queue.clerk_at(site, "2")
    stranger = factories.staff(factories.tax_office("浦东新区税务局第五税务所"), name="沈悦")
    ticket = factories_queue.walk_in(site)
    call(clerk)
    for other in (colleague, stranger, moves.holder()):
        with pytest.raises(PermissionDenied):
            moves.move(ticket, "serve", other)
    assert Event.objects.using("evidence").filter(action="ticket.serve", stream__startswith="denied/").count() == 3
    assert moves.move(ticket, "serve", clerk).state == "serving"


def test_only_clerks_of_the_sites_office_open_its_windows(site):
    window = site.windows.get(code="1")
    with pytest.raises(PermissionDenied):
        service.open_window(window, factories.staff(factories.tax_office("浦东新区税务局第五税务所"), name="沈悦"))
    with pytest.raises(PermissionDenied):
        service.open_window(window, factories.citizen(office=site.office))
    clerk = factories.staff(site.office)
    assert service.open_window(window, clerk) == service.open_window(window, clerk)
    with pytest.raises(ValidationError, match="已有同事在用"):
        service.open_window(window, factories.staff(site.office, name="方志远"))
    with pytest.raises(ValidationError, match="请先关窗"):
        service.open_window(site.windows.get(code="2"), clerk)


def test_a_window_is_not_left_while_somebody_stands_at_it(site):
    clerk = factories_queue.clerk_at(site)
    ticket = factories_queue.walk_in(site)
    call(clerk)
    with pytest.raises(ValidationError, match="再关窗"):
        service.close_window(clerk)
    serve_out(ticket, clerk)
    service.close_window(clerk)
    with pytest.raises(ValidationError, match="请先打开一个窗口"):
        call(clerk)


def test_no_ticket_outside_opening_hours_or_for_a_line_the_site_does_not_serve(site, clock):
    with pytest.raises(ValidationError, match="不办理所选业务"):
        factories_queue.walk_in(site, factories_queue.line("invoices", "发票业务", 2))
    clock.shift(dt.timedelta(hours=8))
    with pytest.raises(ValidationError, match="不在服务时间"):
        factories_queue.walk_in(site)
    clock.move_to(dt.datetime(2026, 10, 1, 2, tzinfo=dt.UTC))  # National Day
    with pytest.raises(ValidationError, match="不在服务时间"):
        factories_queue.walk_in(site)


def test_who_is_known_and_asks_twice_gets_the_same_ticket(site):
    person = factories.citizen(office=site.office)
    assert factories_queue.walk_in(site, party=person.party) == factories_queue.walk_in(site, party=person.party)


def test_the_night_closes_what_the_day_left_open(site, clock):
    clerk = factories_queue.clerk_at(site)
    factories_queue.walk_in(site), factories_queue.walk_in(site)
    call(clerk)
    clock.shift(dt.timedelta(days=1))
    assert service.end_past_days() == 2
    assert service.end_past_days() == 0
    assert set(Ticket.objects.values_list("state", flat=True)) == {"cancelled"}
    assert not Shift.objects.filter(closed_at__isnull=True).exists()


@pytest.mark.django_db(transaction=True)
def test_clerks_who_press_next_together_get_different_people():
    with time_machine.travel(factories_queue.TUESDAY, tick=True):
        site = factories_queue.site(factories.tax_office(), windows=6)
        clerks = [factories_queue.clerk_at(site, str(number)) for number in range(1, 7)]
        for _ in range(5):
            factories_queue.walk_in(site)
        together = Barrier(len(clerks))

        def press(clerk):
            try:
                together.wait()
                return service.next_ticket(clerk)
            finally:
                connections.close_all()

        with ThreadPoolExecutor(len(clerks)) as pool:
            called = list(pool.map(press, clerks))
    numbers = sorted(ticket.number for ticket in called if ticket is not None)
    assert numbers == ["A001", "A002", "A003", "A004", "A005"]
    assert Ticket.objects.filter(state="called").values("window").distinct().count() == 5
