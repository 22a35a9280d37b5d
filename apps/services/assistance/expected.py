"""Who with needs is expected on a day: the office sees it before they come (Art 11, second paragraph)."""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass

from django.db.models import QuerySet
from django.utils import timezone

from apps.kernel.parties.actors import Actor
from apps.kernel.parties.models import Party
from apps.services.appointments.models import Booking
from apps.services.assistance import needs, profiles
from apps.services.assistance.models import HomeVisit, NeedsProfile
from apps.services.queue.models import Ticket

Met = tuple[dt.datetime, Party, str, str]


@dataclass(frozen=True)
class Expected:
    """Somebody who is visited or comes: when, where, and what to prepare."""

    at: dt.datetime
    party: Party
    where: str
    needs: needs.Needs
    case_number: str = ""


def on(day: dt.date, actor: Actor) -> list[Expected]:
    """The people with needs the office meets on a day, in the order they are met."""
    found = [*_visits(day, actor), *_bookings(day, actor), *_walk_ins(day, actor)]
    known = needs.of_all([party for _at, party, _where, _number in found])
    people = [Expected(at, party, where, known[party.pk], number) for at, party, where, number in found]
    return sorted(
        (each for each in people if each.needs.priority or each.needs.wishes), key=lambda each: (each.at, each.party.pk)
    )


def without_assistant(actor: Actor) -> QuerySet[NeedsProfile]:
    """Those who wish to be accompanied and to whom nobody is named yet."""
    waiting = NeedsProfile.objects.filter(party__in=profiles.people_of(actor), wants_assistant=True, assistant=None)
    return waiting.select_related("party").order_by("consented_at")


def _visits(day: dt.date, actor: Actor) -> Iterator[Met]:
    begin = timezone.make_aware(dt.datetime.combine(day, dt.time.min))
    visits = HomeVisit.objects.filter(
        holds=True, case__office=actor.office, starts_at__gte=begin, starts_at__lt=begin + dt.timedelta(days=1)
    )
    for visit in visits.select_related("case__applicant", "team"):
        yield visit.starts_at, visit.case.applicant, f"{visit.address}（{visit.team}）", visit.case.number


def _bookings(day: dt.date, actor: Actor) -> Iterator[Met]:
    booked = Booking.objects.visible_to(actor).current().filter(day=day)
    for booking in booked.select_related("visitor", "slot__site"):
        yield booking.slot.starts_at, booking.visitor, str(booking.slot.site), ""


def _walk_ins(day: dt.date, actor: Actor) -> Iterator[Met]:
    """Those who wait at a site now; a booking that has checked in is among them."""
    here = Ticket.objects.visible_to(actor).filter(day=day, party__isnull=False)
    waiting = here.filter(state__in=(Ticket.State.WAITING, *Ticket.AT_WINDOW))
    for ticket in waiting.select_related("party", "site"):
        yield ticket.issued_at, ticket.party, f"{ticket.site} {ticket.number}", ""
