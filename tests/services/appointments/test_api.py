"""The appointment API: the same doors as the pages."""

import pytest

from apps.services.appointments import arrivals
from apps.services.appointments.models import Booking
from tests import factories
from tests import factories_appointments as made
from tests.factories_appointments import PHONE, at

pytestmark = pytest.mark.django_db
URL = "/api/v1/appointments/"
KEY = {"Idempotency-Key": "api-key-0001"}


@pytest.fixture
def api(time, signed_in):
    actor = factories.citizen()
    return actor, signed_in(actor.user)


def _book(client, actor, where, *, headers=KEY, **given):
    body = {"slot": where.pk, "identity_code": made.identity_code(actor), "phone": PHONE, **given}
    return client.post(URL, body, content_type="application/json", headers=headers)


def test_free_places_are_public(time, client):
    slot = made.slot(places=2)
    answer = client.get(f"{URL}slots/?site={slot.site.code}&line=filing")
    assert [(row["id"], row["free"]) for row in answer.json()] == [(slot.pk, 2)]
    assert "site" in client.get(f"{URL}slots/?site=nowhere&line=filing").json()["errors"]


def test_book_once_per_key_and_show_the_check_in_code(api):
    actor, client = api
    slot = made.slot(places=1)
    first, again = _book(client, actor, slot), _book(client, actor, slot)
    assert (first.status_code, again.status_code) == (201, 201)
    assert first.json()["number"] == again.json()["number"]
    assert arrivals.find_by_token(first.json()["checkin_token"]).ref == first.json()["number"]
    assert client.get(URL).json() == [first.json()]


def test_a_full_slot_is_a_conflict_and_bad_input_names_its_field(api):
    actor, client = api
    slot = made.slot(places=1)
    made.booked(factories.citizen("李强"), slot)
    assert _book(client, actor, slot).status_code == 409
    open_slot = made.slot(slot.site, starts_at=at(10))
    cases = {
        "slot": _book(client, actor, open_slot, slot=0),
        "identity_code": _book(client, actor, open_slot, identity_code="310101190001010000"),
        "phone": _book(client, actor, open_slot, phone="not a number"),
        "Idempotency-Key": _book(client, actor, open_slot, headers={}),
    }
    for field, answer in cases.items():
        assert answer.status_code == 400
        assert field in answer.json()["errors"]
    assert Booking.objects.filter(visitor=actor.party).count() == 0


def test_hold_confirm_move_cancel(api):
    actor, client = api
    slot = made.slot()
    later = made.slot(slot.site, starts_at=at(14))
    post = {"content_type": "application/json"}
    held = client.post(URL, {"slot": slot.pk}, headers=KEY, **post).json()
    assert (held["state"], held["held_until"] is not None, held["checkin_token"]) == ("held", True, None)
    one = f"{URL}{held['number']}/"
    details = {"identity_code": made.identity_code(actor), "phone": PHONE}
    assert client.post(f"{one}confirm/", details, **post).json()["state"] == "confirmed"
    assert client.post(f"{one}move/", {"slot": later.pk}, **post).json()["starts_at"].startswith("2026-11-25T14:00")
    assert client.post(f"{one}cancel/", **post).json()["state"] == "cancelled"
    assert client.post(f"{one}move/", {"slot": slot.pk}, **post).status_code == 400


def test_a_strangers_appointment_is_not_there(api):
    _actor, client = api
    row = made.booked(factories.citizen("李强"), made.slot())
    one = f"{URL}{row.ref}/"
    assert client.get(one).content == client.get(f"{URL}0000000000/").content
    for action in ("confirm/", "cancel/", "move/"):
        assert client.post(one + action, {}, content_type="application/json").status_code == 404
