"""An appointment as a calendar file (.ics) for the visitor's own calendar."""

from django.utils.translation import gettext as _
from icalendar import Alarm, Calendar, Event

from apps.kernel.workcalendar import clock
from apps.services.appointments.models import Booking

PRODUCT = "-//Shanghai tax and fee services//appointments//ZH"
THE_DAY_BEFORE = "-P1D"


def write(booking: Booking) -> bytes:
    """The file. It names place and time; whose appointment it is stays out of it."""
    slot = booking.slot
    event = Event()
    event.add("uid", f"{booking.ref}@appointments.tax-portal")
    event.add("dtstamp", clock.now())
    event.add("dtstart", slot.starts_at)
    event.add("dtend", slot.ends_at)
    event.add("summary", _("办税预约：%(line)s") % {"line": slot.line})
    event.add("location", f"{slot.site} {slot.site.address}")
    event.add("description", _("预约号 %(number)s") % {"number": booking.ref})
    alarm = Alarm()
    alarm.add("action", "DISPLAY")
    alarm.add("description", slot.site.name)
    alarm["trigger"] = THE_DAY_BEFORE
    event.add_component(alarm)
    calendar = Calendar()
    calendar.add("prodid", PRODUCT)
    calendar.add("version", "2.0")
    calendar.add_component(event)
    return calendar.to_ical()
