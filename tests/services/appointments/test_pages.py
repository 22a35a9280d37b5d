"""The pages from choosing the business to checking in, at home and at the counter."""

import datetime as dt

import pytest
from icalendar import Calendar

from apps.services.appointments import booking
from apps.services.appointments.models import Appeal, Booking, Slot, WaitingEntry
from tests import factories
from tests import factories_appointments as made
from tests.factories_appointments import DAY, NOW, PHONE, at

pytestmark = pytest.mark.django_db


@pytest.fixture
def visitor(time, signed_in):
    actor = factories.citizen("周思远")
    return actor, signed_in(actor.user), f"/as/{actor.party.ref}/appointments/"


def test_from_business_to_confirmed_without_javascript(visitor):
    actor, client, base = visitor
    slot = made.slot(places=1)
    assert "申报纳税" in client.get(f"{base}book/").content.decode()
    assert slot.site.name in client.get(f"{base}book/filing/").content.decode()
    times = f"{base}book/filing/{slot.site.code}/"
    assert "09:00–09:30" in client.get(times).content.decode()
    held = client.post(times, {"slot": slot.pk, "key": "key-00000001"})
    row = Booking.objects.get()
    assert held["Location"] == f"{base}{row.ref}/check/"
    assert "保留到" in client.get(held["Location"]).content.decode()
    wrong = client.post(held["Location"], {"identity_code": "x", "phone": PHONE, "note": "坐轮椅"})
    assert wrong.status_code == 422
    assert "不一致" in wrong.content.decode()
    assert "坐轮椅" in wrong.content.decode()
    details = {"identity_code": made.identity_code(actor), "phone": PHONE, "note": "坐轮椅"}
    assert client.post(held["Location"], details)["Location"] == f"{base}{row.ref}/"
    page = client.get(f"{base}{row.ref}/").content.decode()
    assert row.ref in page
    assert "data:image/svg+xml" in page
    assert "居民身份证" in page
    assert made.identity_code(actor) not in page


def test_a_lapsed_hold_says_so_and_the_next_one_starts_with_what_was_typed(visitor, time):
    actor, client, base = visitor
    slot = made.slot()
    held = booking.hold(actor, slot)
    time.shift(dt.timedelta(minutes=11))
    details = {"identity_code": made.identity_code(actor), "phone": "13900000000", "note": "坐轮椅"}
    late = client.post(f"{base}{held.ref}/check/", details)
    assert late.status_code == 422
    assert "保留的时间已过" in late.content.decode()
    again = client.post(f"{base}book/filing/{slot.site.code}/", {"slot": slot.pk}, follow=True).content.decode()
    assert "13900000000" in again
    assert "坐轮椅" in again


def test_a_place_taken_meanwhile_is_told_and_other_times_are_shown(visitor):
    _actor, client, base = visitor
    slot = made.slot(places=1)
    other = made.slot(slot.site, starts_at=at(10))
    made.booked(factories.citizen("李强"), slot)
    answer = client.post(f"{base}book/filing/{slot.site.code}/", {"slot": slot.pk})
    assert answer.status_code == 422
    assert "刚刚约满" in answer.content.decode()
    assert f'value="{other.pk}"' in answer.content.decode()
    for nonsense in ("", "abc", "999999999999999999999", other.pk + 1000):
        assert client.post(f"{base}book/filing/{slot.site.code}/", {"slot": nonsense}).status_code == 422


def test_a_full_half_day_offers_the_waiting_list(visitor):
    _actor, client, base = visitor
    slot = made.slot(places=1)
    made.booked(factories.citizen("李强"), slot)
    times = f"{base}book/filing/{slot.site.code}/"
    assert "候补上午" in client.get(times).content.decode()
    client.post(f"{times}wait/", {"day": "2026-11-25", "half": "am"})
    entry = WaitingEntry.objects.get()
    assert "前面还有 0 人" in client.get(base).content.decode()
    client.post(f"{base}waiting/{entry.ref}/stop/")
    entry.refresh_from_db()
    assert entry.state == WaitingEntry.State.WITHDRAWN
    assert client.post(f"{times}wait/", {"day": "bad", "half": "xx"}).status_code == 302


def test_the_calendar_file_holds_time_and_place_and_no_person(visitor):
    actor, client, base = visitor
    row = made.booked(actor, made.slot())
    answer = client.get(f"{base}{row.ref}/calendar.ics")
    event = Calendar.from_ical(answer.content).walk("VEVENT")[0]
    assert (event["dtstart"].dt, event["dtend"].dt) == (at(9), at(9, 30))
    assert row.slot.site.address in event["location"]
    assert actor.party.name not in answer.content.decode()


def test_move_and_cancel_on_the_pages(visitor):
    actor, client, base = visitor
    row = made.booked(actor, made.slot())
    later = made.slot(row.slot.site, starts_at=at(14))
    assert client.post(f"{base}{row.ref}/move/", {"slot": later.pk}).status_code == 302
    assert client.get(f"{base}{row.ref}/cancel/").status_code == 200
    client.post(f"{base}{row.ref}/cancel/")
    row.refresh_from_db()
    assert (row.slot, row.state) == (later, Booking.State.CANCELLED)
    assert client.get(f"{base}{row.ref}/").status_code == 200


def test_what_is_over_is_neither_moved_cancelled_nor_appealed(visitor):
    actor, client, base = visitor
    row = made.booked(actor, made.slot())
    assert client.get(f"{base}{row.ref}/appeal/").url == f"{base}{row.ref}/"
    client.post(f"{base}{row.ref}/cancel/")
    for page in ("move/", "cancel/", "appeal/"):
        assert client.get(f"{base}{row.ref}/{page}").url == f"{base}{row.ref}/"


def test_who_waits_already_is_told_on_the_same_day(visitor):
    _actor, client, base = visitor
    slot = made.slot(places=1)
    made.booked(factories.citizen("李强"), slot)
    times = f"{base}book/filing/{slot.site.code}/"
    client.post(f"{times}wait/", {"day": "2026-11-25", "half": "am"})
    again = client.post(f"{times}wait/", {"day": "2026-11-25", "half": "am"})
    assert again.url == f"{times}?day=2026-11-25"
    assert "已经在这一天的候补名单上" in client.get(again.url).content.decode()


def test_a_strangers_pages_are_not_there(visitor):
    _actor, client, base = visitor
    row = made.booked(factories.citizen("李强"), made.slot())
    absent = client.get(f"{base}0000000000/")
    for page in ("", "check/", "calendar.ics", "cancel/", "move/", "appeal/"):
        assert client.get(f"{base}{row.ref}/{page}").status_code == 404
    assert client.get(f"{base}{row.ref}/").content.replace(row.ref.encode(), b"0000000000") == absent.content


def test_things_to_do_name_the_appointment(visitor):
    actor, client, _base = visitor
    made.booked(actor, made.slot())
    assert "到场办理：申报纳税" in client.get(f"/as/{actor.party.ref}/").content.decode()


def test_booking_without_an_identity_leads_through_sign_in_to_ones_own(visitor, client):
    _actor, own, base = visitor
    assert client.get("/appointments/book/")["Location"].startswith("/accounts/login/")
    assert own.get("/appointments/book/")["Location"] == f"{base}book/"
    assert own.get("/appointments/book/filing/centre/")["Location"] == f"{base}book/filing/centre/"


def test_the_counter_sees_its_day_books_and_cancels(time, signed_in):
    office, citizen = factories.tax_office(), factories.citizen("周思远")
    slot = made.slot(made.site(office), internal=1)
    elsewhere = made.booked(factories.citizen("李强"), made.slot(made.site(factories.tax_office("浦东"))))
    client = signed_in(factories.staff(office).user)
    found = client.get("/counter/appointments/book/?line=filing&day=2026-11-25").content.decode()
    assert f'value="{slot.pk}"' in found
    form = {"slot": slot.pk, "identity_code": "wrong", "phone": "", "key": "key-00000001"}
    refused = client.post("/counter/appointments/book/?line=filing&day=2026-11-25", form)
    assert refused.status_code == 422
    assert "没有找到" in refused.content.decode()
    done = client.post("/counter/appointments/book/", {**form, "identity_code": made.identity_code(citizen)})
    assert done["Location"] == f"/counter/appointments/?day={DAY}"
    page = client.get(done["Location"]).content.decode()
    assert "周思远" in page
    assert elsewhere.ref not in page
    row = Booking.objects.get(visitor=citizen.party)
    client.post(f"/counter/appointments/{row.ref}/cancel/")
    row.refresh_from_db()
    assert row.state == Booking.State.CANCELLED
    assert client.get(f"/counter/appointments/{elsewhere.ref}/cancel/").status_code == 404


def test_an_appeal_from_the_visitors_page_to_the_counters_decision(time, signed_in):
    office, citizen = factories.tax_office(), factories.citizen("周思远")
    where = made.slot(made.site(office), starts_at=at(9, day=NOW.date() - dt.timedelta(days=3)))
    row = Booking.objects.create(
        slot=where, day=where.day, half=where.half, party=citizen.party, visitor=citizen.party,
        booked_by=citizen.user, channel="online", state=Booking.State.MISSED,
    )  # fmt: skip
    own, base = signed_in(citizen.user), f"/as/{citizen.party.ref}/appointments/"
    assert own.post(f"{base}{row.ref}/appeal/", {"reason": ""}).status_code == 422
    own.post(f"{base}{row.ref}/appeal/", {"reason": "当天住院。"})
    clerk = signed_in(factories.staff(office).user)
    assert "周思远" in clerk.get("/counter/appointments/appeals/").content.decode()
    page = f"/counter/appointments/appeals/{row.ref}/"
    assert clerk.post(page, {"upheld": "no", "opinion": ""}).status_code == 422
    assert clerk.post(page, {"upheld": "yes", "opinion": ""}).status_code == 302
    assert Appeal.objects.get().state == Appeal.State.UPHELD
    assert "成立" in own.get(f"{base}{row.ref}/").content.decode()
    assert Slot.objects.count() == 1
