"""The queue in use: machine, ticket, screen, window, figures, estimates, and the same by API."""

import datetime as dt
import re

import pytest
import time_machine
from django.core.exceptions import PermissionDenied, ValidationError
from django.urls import reverse

from apps.kernel.casework import counter, handover, procedures
from apps.kernel.casework.models import Case
from apps.kernel.parties.actors import Actor
from apps.services.appointments import arrivals
from apps.services.appointments.models import Booking, Half, Slot
from apps.services.queue import board, estimates, moves, service, starting
from apps.services.queue.models import Kiosk, Ticket
from tests import factories, factories_assistance, factories_queue
from tests.access.world import World

pytestmark = pytest.mark.django_db


@pytest.fixture
def clock():
    with time_machine.travel(factories_queue.TUESDAY, tick=False) as traveller:
        yield traveller


@pytest.fixture
def site(clock):
    return factories_queue.site(factories.tax_office())


@pytest.fixture
def machine(site):
    return reverse("queue:kiosk", args=[Kiosk.objects.create(site=site, label="大厅").key])


def booking(site, who: Actor, at: dt.datetime) -> Booking:
    """A confirmed appointment."""
    slot = Slot.objects.create(
        site=site,
        line=site.lines.get(),
        day=at.date(),
        half=Half.of(at),
        starts_at=at,
        public_capacity=1,
        public_remaining=0,
    )
    return Booking.objects.create(
        slot=slot,
        day=slot.day,
        half=slot.half,
        party=who.party,
        visitor=who.party,
        booked_by=who.user,
        channel=who.channel,
        state=Booking.State.CONFIRMED,
    )


def served(site, minutes: int, times: int) -> None:
    """People who were served in the last weeks."""
    at = factories_queue.TUESDAY - dt.timedelta(days=1)
    for serial in range(times):
        Ticket.objects.create(
            site=site,
            line=site.lines.get(),
            day=at.date(),
            letter="A",
            serial=serial,
            kind=Ticket.Kind.WALK_IN,
            state=Ticket.State.DONE,
            turn_at=at,
            served_at=at,
            ended_at=at + dt.timedelta(minutes=minutes),
        )


def test_at_the_machine_nobody_signs_in_and_the_ticket_has_a_page_of_its_own(client, machine, site):
    answer = client.post(machine, {"line": "filing", "declared": "on"})
    ticket = Ticket.objects.get()
    assert answer.url == reverse("queue:ticket", args=[ticket.code])
    shown = client.get(answer.url).content.decode()
    assert "A001" in shown
    assert "现场声明，由窗口核对" in shown
    assert client.get(reverse("queue:ticket", args=["guess"])).status_code == 404


def test_an_empty_choice_at_the_machine_is_told_how_to_mend(client, machine):
    answer = client.post(machine, {})
    assert answer.status_code == 422
    assert "请选择要办的业务" in answer.content.decode()
    assert not Ticket.objects.exists()


def test_a_booking_checks_in_once_keeps_its_time_and_counts_as_attended(client, machine, site, clock):
    person = factories.citizen(office=site.office)
    booked = booking(site, person, factories_queue.TUESDAY + dt.timedelta(minutes=10))
    token = arrivals.checkin_token(booked)
    first = client.post(machine, {"token": token})
    assert client.post(machine, {"token": token}).url == first.url
    ticket = Ticket.objects.get()
    booked.refresh_from_db()
    assert (ticket.kind, ticket.party, booked.state) == ("booked", person.party, "attended")
    assert ticket.turn_at == booked.slot.starts_at - dt.timedelta(minutes=20)


def test_a_booking_for_another_site_or_day_or_a_made_up_code_draws_no_ticket(client, machine, site, clock):
    person = factories.citizen()
    elsewhere = booking(factories_queue.site(site.office), person, factories_queue.TUESDAY)
    tomorrow = booking(site, person, factories_queue.TUESDAY + dt.timedelta(days=1))
    for token in (arrivals.checkin_token(elsewhere), arrivals.checkin_token(tomorrow), "made-up"):
        assert client.post(machine, {"token": token}).status_code == 422
    assert not Ticket.objects.exists()
    assert set(Booking.objects.values_list("state", flat=True)) == {"confirmed"}


def test_who_cannot_scan_tells_the_number_at_the_counter(client, site, clock):
    clerk = factories.staff(site.office)
    World._sign_in(client, clerk.user)
    booked = booking(site, factories.citizen(office=site.office), factories_queue.TUESDAY + dt.timedelta(minutes=10))
    client.post(reverse("counter_queue:act", args=["open"]), {"window": site.windows.get(code="1").pk})
    assert "预约号" in client.get(reverse("counter_queue:window")).content.decode()
    draw = reverse("counter_queue:draw", args=[site.code])
    for wrong, said in (("", "请填写预约号"), ("0000000000", "没有认出这个预约码")):
        refused = client.post(draw, {"number": wrong})
        assert (refused.status_code, said in refused.content.decode()) == (422, True)
        assert refused.context["number_form"]["number"].value() == wrong  # what was typed stays, and is in sight
        assert "<details open>" in refused.content.decode()
    assert client.post(draw, {"number": f" {booked.ref.upper()} "}).status_code == 302
    booked.refresh_from_db()
    assert (Ticket.objects.get().kind, booked.state) == ("booked", "attended")


def test_a_booking_of_another_office_is_not_checked_in_at_this_counter(client, site, clock):
    World._sign_in(client, factories.staff(site.office).user)
    elsewhere = factories_queue.site(factories.tax_office("静安区税务局第一税务所"))
    booked = booking(elsewhere, factories.citizen(), factories_queue.TUESDAY)
    client.post(reverse("counter_queue:draw", args=[site.code]), {"number": booked.ref})
    assert not Ticket.objects.exists()


def test_the_screen_shows_number_and_window_and_masks_the_name(client, site):
    person = factories.citizen("欧阳玉珍", office=site.office)
    factories_queue.walk_in(site, party=person.party)
    service.next_ticket(factories_queue.clerk_at(site))
    answer = client.get(reverse("queue:screen", args=[site.code]))
    shown = answer.content.decode()
    assert "请 A001 号到 1号窗口 办理" in shown
    assert "欧**" in shown
    assert "玉珍" not in shown
    assert "queue-live" in shown
    assert "Refresh" not in answer  # nothing reloads behind a reader's back
    assert 'http-equiv="refresh"' not in shown
    assert "<script>" not in shown


def test_a_screen_without_scripts_renews_itself_once_asked_to(client, site):
    address = reverse("queue:screen", args=[site.code])
    asleep = client.get(address).content.decode()
    assert 'href="?live=1"' in asleep[asleep.index("<noscript>") : asleep.index("</noscript>")]
    live = client.get(f"{address}?live=1")
    assert live["Refresh"] == "5"
    assert 'href="?">停止自动更新' in live.content.decode()


def test_where_no_window_is_open_nothing_is_estimated_nor_explained(site, client):
    ticket = factories_queue.walk_in(site)
    told = estimates.for_ticket(ticket)
    assert (told.low, told.high, told.derived) == (None, None, "")
    page = client.get(reverse("queue:ticket", args=[ticket.code])).content.decode()
    assert "还没有窗口开放，暂时不能估计" in page
    assert "怎么估计的" not in page


def test_the_wait_is_a_range_from_recent_service_times(site, clock):
    factories_queue.clerk_at(site)
    first = factories_queue.walk_in(site)
    clock.shift(60)
    second = factories_queue.walk_in(site)
    usual = estimates.for_ticket(second)
    assert (usual.ahead, usual.low, usual.high) == (1, 5, 45)
    assert "通常用时（15 分钟）" in usual.derived
    served(site, minutes=10, times=20)
    measured = estimates.for_ticket(second)
    assert (measured.low, measured.high) == (10, 20)
    assert "20 人次" in measured.derived
    assert estimates.for_ticket(first).ahead == 0
    factories_queue.clerk_at(site, "2")
    assert (estimates.for_ticket(second).low, estimates.for_ticket(second).high) == (5, 10)


def test_without_an_open_window_no_wait_is_promised(site):
    ticket = factories_queue.walk_in(site)
    assert estimates.for_ticket(ticket).low is None
    assert "还没有窗口开放" in estimates.for_ticket(ticket).words


def test_the_holder_gives_up_once_and_only_while_waiting(client, site):
    ticket = factories_queue.walk_in(site)
    page = reverse("queue:ticket", args=[ticket.code])
    for action in ("serve", "give_up", "give_up"):
        assert client.post(page, {"action": action}).status_code == 302
    ticket.refresh_from_db()
    assert ticket.state == "cancelled"
    assert ticket.events.count() == 2


def test_a_clerk_works_through_the_window_page(client, site):
    clerk = factories.staff(site.office)
    World._sign_in(client, clerk.user)
    elder = factories_assistance.elder(site.office)
    factories_queue.walk_in(site, party=elder.party)
    page = reverse("counter_queue:window")

    def act(action, **data):
        client.post(reverse("counter_queue:act", args=[action]), data)
        return client.get(page).content.decode()

    assert "您今天在哪个窗口" in client.get(page).content.decode()
    assert "窗口空闲" in act("open", window=site.windows.get(code="1").pk)
    called = act("next")
    assert elder.party.name in called
    assert "至少叫 2 次才能过号" in called
    assert reverse("counter_queue:act", args=["miss"]) not in called
    assert reverse("counter_queue:act", args=["miss"]) in act("recall")
    assert "请选择转到哪个窗口" in act("send")
    assert "办理中" in act("serve")
    assert "已办 1 人" in act("finish")
    assert "现在没有人等候" in act("next")
    assert "请先叫号" in act("serve")
    act("close")
    assert "您今天在哪个窗口" in client.get(page).content.decode()


def test_the_day_of_a_site_in_figures(client, site, clock):
    clerk = factories_queue.clerk_at(site)
    for _ in range(3):
        factories_queue.walk_in(site, declared=True)
    clock.shift(dt.timedelta(minutes=12))
    ticket = service.next_ticket(clerk)
    moves.move(ticket, "serve", clerk)
    moves.move(ticket, "finish", clerk)
    (day,) = board.of(clerk)
    assert (day.waiting, day.priority, day.served, day.windows) == (2, 2, 1, 1)
    assert (day.median_wait, day.longest_now) == (12, 12)
    World._sign_in(client, clerk.user)
    shown = client.get(reverse("counter_queue:day")).content.decode()
    assert "<svg" in shown
    assert re.search(r'<td class="amount">12</td>', shown)


def test_machines_screens_and_windows_work_by_api(client, site):
    key = Kiosk.objects.create(site=site, label="大厅").key
    draw = reverse("api-queue-draw", args=[key])
    assert client.post(draw, {"line": "nothing"}, content_type="application/json").status_code == 400
    drawn = client.post(draw, {"line": "filing", "priority": True}, content_type="application/json")
    assert (drawn.status_code, drawn.json()["number"]) == (201, "A001")
    assert client.get(reverse("api-queue-ticket", args=[drawn.json()["code"]])).json()["state"] == "waiting"
    waits = client.get(reverse("api-queue-waits", args=[site.code])).json()
    assert waits[0]["estimate"]["ahead"] == 1

    World._sign_in(client, factories.staff(site.office).user)

    def act(action, **data):
        return client.post(reverse("api-queue-window", args=[action]), data, content_type="application/json")

    assert act("next").status_code == 400
    assert act("open", window=f"{site.code}/1").status_code == 204
    assert act("next").json()["state"] == "called"
    assert act("dance").status_code == 400
    screen = client.get(reverse("api-queue-screen", args=[site.code])).json()
    assert screen["calls"][0]["number"] == "A001"
    assert act("send", to="2", reason="复核").json()["state"] == "waiting"
    assert act("next").status_code == 204


@pytest.mark.parametrize("role", ["citizen", "stranger"])
def test_windows_are_not_there_for_others(client, site, role):
    who = (
        factories.citizen(office=site.office)
        if role == "citizen"
        else factories.staff(factories.department(), "officer", name="周敏")
    )
    World._sign_in(client, who.user)
    for url in (reverse("counter_queue:window"), reverse("counter_queue:day")):
        assert client.get(url).status_code == 404
    assert client.post(reverse("api-queue-window", args=["next"])).status_code == 404


def test_a_closed_site_says_so_at_the_machine(client, machine, clock):
    clock.shift(dt.timedelta(hours=9))
    answer = client.post(machine, {"line": "filing"})
    assert answer.status_code == 422
    assert "不在服务时间" in answer.content.decode()


def test_a_made_up_code_says_what_to_do(site):
    with pytest.raises(ValidationError, match="直接取号"):
        service.check_in(site, "made-up", actor=Actor.system("kiosk"))


def test_a_clerk_begins_a_matter_for_the_person_at_the_window(client, site):
    who, clerk = factories.citizen(), factories_queue.clerk_at(site)
    service.draw(site, site.lines.get(), actor=Actor.system("kiosk"), party=who.party)
    service.next_ticket(clerk)
    client.force_login(clerk.user)
    begin = {"path": reverse("counter_queue:begin"), "data": {"matter": "refund"}}
    assert client.post(**begin).url == reverse("counter_queue:window")  # called, but not there yet
    moves.move(service.current(service.shift_of(clerk)), "serve", clerk)
    assert "为来人开始办理" in client.get(reverse("counter_queue:window")).content.decode()
    first = client.post(**begin)
    case = Case.objects.get()
    assert (case.applicant, case.channel, case.opened_by) == (who.party, "counter", clerk.user)
    assert client.get(first.url).status_code == 200
    assert client.post(**begin).url == first.url  # pressed twice: the same draft
    assert Case.objects.count() == 1
    assert client.post(reverse("counter_queue:begin"), {"matter": "no-such-matter"}).status_code == 302
    handover.take_back(case, who)
    assert client.get(first.url).status_code == 404


def test_nobody_else_begins_a_matter_for_the_person_at_the_window(client, site):
    who, clerk = factories.citizen(), factories_queue.clerk_at(site)
    service.draw(site, site.lines.get(), actor=Actor.system("kiosk"), party=who.party)
    service.next_ticket(clerk)
    moves.move(service.current(service.shift_of(clerk)), "serve", clerk)
    colleague, elsewhere = factories.staff(site.office), factories.staff(factories.tax_office("浦东"))
    for other in (colleague, elsewhere):
        with pytest.raises(ValidationError, match="来人"):
            starting.begin(procedures.get("refund"), other)
    with pytest.raises(PermissionDenied):
        counter.begin(procedures.get("refund"), who, who.party, idempotency_key="k")
    assert not Case.objects.exists()
