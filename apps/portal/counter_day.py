"""Who is expected next at the counter, for its workbench (Arts 10, 11). Nobody is named: the day's list does that."""

from django.db.models import Count, Q

from apps.kernel.parties.actors import Actor
from apps.kernel.workcalendar import clock
from apps.services.appointments.models import Booking, Slot

SHOWN = 5


def expected(actor: Actor) -> list[Slot]:
    """The next times of today at the office's sites with somebody booked; ``people`` counts them."""
    confirmed = Count("bookings", filter=Q(bookings__state=Booking.State.CONFIRMED))
    coming = Slot.objects.filter(site__office=actor.office, day=clock.today(), starts_at__gte=clock.now())
    booked = coming.annotate(people=confirmed).filter(people__gt=0)
    return list(booked.select_related("site", "line").order_by("starts_at", "site", "line")[:SHOWN])
