"""The booking storm: 2,000 people want 200 places at once, beside a bare view that runs the one conditional UPDATE."""

import datetime as dt
import json
import urllib.parse

from django.db.models import Count
from stdnum.cn import ric

from apps.kernel.parties.models import Party, Person, User
from apps.kernel.workcalendar import clock
from apps.kernel.workcalendar.days import SHANGHAI
from apps.services.appointments.models import Booking, Half, Slot
from apps.services.sites.models import SiteMatter
from bench import load, people
from bench.figures import Figure

PEOPLE, PLACES, CLIENTS = 2_000, 200, 16
BORN = dt.date(1970, 1, 1)
ANSWERS = frozenset({201, 409})  # a place, or told that there is none


def measure(address: str) -> list[Figure]:
    """Bookings and refusals per second through the whole portal, and whether exactly the places were given out."""
    storm = [(code, people.headers(username)) for username, code in _crowd()]
    slot, twin = _slot(hour=9), _slot(hour=10)
    ours = load.run(
        address,
        lambda index: _booking(storm[index], slot, index),
        requests=PEOPLE,
        clients=CLIENTS,
        ok=ANSWERS,
    )
    plain = urllib.parse.urlencode({"slot": twin.pk})
    form = {"Content-Type": "application/x-www-form-urlencoded"}
    bare = load.run(
        address,
        lambda _: load.Request("POST", "/bench/take/", form, plain),
        requests=PEOPLE,
        clients=CLIENTS,
        ok=ANSWERS,
    )
    slot.refresh_from_db()
    booked = Booking.objects.filter(slot=slot, state=Booking.State.CONFIRMED)
    doubled = booked.values("visitor").annotate(times=Count("pk")).filter(times__gt=1).count()
    return [
        Figure(what="booking storm: answers, everything on", value=ours.per_second, unit="answers/s"),
        Figure(what="bare view with the one conditional UPDATE", value=bare.per_second, unit="answers/s"),
        Figure(what="share of the bare view", value=ours.per_second / bare.per_second, unit="ratio", at_least=0.5),
        Figure(what="booking storm: 95th percentile latency", value=ours.p95_ms, unit="ms"),
        Figure(what=f"booked, of {PLACES} places", value=booked.count(), unit="places", at_least=PLACES),
        Figure(
            what="booked too many, doubled or answered otherwise",
            value=max(0, booked.count() - PLACES) + doubled + slot.public_remaining + ours.failures,
            unit="places",
            at_most=0,
        ),
    ]


def _booking(person: tuple[str, dict[str, str]], slot: Slot, index: int) -> load.Request:
    identity_code, headers = person
    body = json.dumps({"slot": slot.pk, "identity_code": identity_code, "phone": "13800000000"})
    headers = {**headers, "Content-Type": "application/json", "Idempotency-Key": f"storm-{index:06d}"}
    return load.Request("POST", "/api/v1/appointments/", headers, body)


def _crowd() -> list[tuple[str, str]]:
    """People who sign in, by user name and identity code; each is born on a day of their own."""
    users = User.objects.bulk_create(
        User(username=f"storm-{number}", display_name="预约人", password="!") for number in range(PEOPLE)
    )
    parties = Party.objects.bulk_create(Party(kind=Party.Kind.PERSON, name="预约人") for _ in range(PEOPLE))
    persons = [
        Person(party=party, user=user, id_number=_identity_code(born), birth_date=born, sex=Person.Sex.MALE)
        for party, user, born in zip(parties, users, _birthdays(), strict=True)
    ]
    Person.objects.bulk_create(persons)
    return [(person.user.username, person.id_number) for person in persons]


def _birthdays() -> list[dt.date]:
    return [BORN + dt.timedelta(days=number) for number in range(PEOPLE)]


def _identity_code(born: dt.date) -> str:
    body = f"310151{born:%Y%m%d}999"
    return body + ric.calc_check_digit(f"{body}?")


def _slot(*, hour: int) -> Slot:
    """A half-hour of the day after tomorrow with all the places, at a site of the demonstration."""
    matter = SiteMatter.objects.first()
    day = clock.today() + dt.timedelta(days=2)
    starts_at = dt.datetime.combine(day, dt.time(hour, 15), SHANGHAI)
    return Slot.objects.create(
        site=matter.site,
        line=matter.line,
        day=day,
        half=Half.of(starts_at),
        starts_at=starts_at,
        public_capacity=PLACES,
        public_remaining=PLACES,
    )
