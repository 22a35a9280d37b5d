"""Where a person has to be: at a tax hall or at home, not at both at once (Arts 10, 11).

Two home visits of a person the database keeps apart by itself. A visit and an appointment stand in two
tables, which no constraint spans: so whoever makes one of them holds the person's row and looks for the other.
"""

import datetime as dt

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.kernel.parties.models import Party
from apps.services.appointments.models import LENGTH, Booking
from apps.services.appointments.refusals import refusal
from apps.services.assistance.models import HomeVisit


def hold(person: Party) -> None:
    """Hold the person's row until the end of the transaction."""
    Party.objects.select_for_update(no_key=True).get(pk=person.pk)


def visits(person: int, starts: dt.datetime, ends: dt.datetime) -> QuerySet[HomeVisit]:
    """The home visits that take some of this time of the person."""
    return HomeVisit.objects.filter(case__applicant=person, holds=True, starts_at__lt=ends, ends_at__gt=starts)


def appointments(person: int, starts: dt.datetime, ends: dt.datetime) -> QuerySet[Booking]:
    """The appointments that take some of it, a place still held among them."""
    begun = starts - LENGTH
    return Booking.objects.current().filter(visitor=person, slot__starts_at__gt=begun, slot__starts_at__lt=ends)


def free_for_visit(person: Party, starts: dt.datetime, ends: dt.datetime) -> None:
    """Refuse a home visit while the person is due somewhere else, or is visited already.

    :raises ValidationError: on ``starts_at``, saying what is in the way.
    """
    booking = appointments(person.pk, starts, ends).select_related("slot__site").first()
    if booking is not None:
        message = _("这段时间您预约了到%(site)s办事（%(time)s）。请另选上门时间，或者先取消那个预约。")
        said = {"site": booking.slot.site, "time": _moment(booking.slot.starts_at)}
        raise refusal("starts_at", message % said, "engaged")
    visit = visits(person.pk, starts, ends).first()
    if visit is not None:
        message = _("这段时间已经约好上门服务（%(time)s）。请另选上门时间，或者先取消那次上门。")
        raise refusal("starts_at", message % {"time": _moment(visit.starts_at)}, "engaged")


def free_for_appointment(person: Party, starts: dt.datetime, ends: dt.datetime) -> None:
    """Refuse an appointment during a home visit to whoever would come.

    :raises ValidationError: on ``slot``.
    """
    visit = visits(person.pk, starts, ends).first()
    if visit is not None:
        message = _("到场人这段时间约了税务人员上门（%(time)s）。请另选时间，或者先取消那次上门。")
        raise refusal("slot", message % {"time": _moment(visit.starts_at)}, "engaged")


def _moment(moment: dt.datetime) -> str:
    return f"{timezone.localtime(moment):%Y-%m-%d %H:%M}"
