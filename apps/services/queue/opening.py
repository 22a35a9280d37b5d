"""Whether a site is open at a moment: its hours on working days, nothing on holidays."""

import datetime as dt

from django.utils import timezone

from apps.kernel.workcalendar.days import Calendar
from apps.services.sites.models import OpeningHours, Site


def is_open(site: Site, moment: dt.datetime) -> bool:
    """Whether the doors are open. A make-up day keeps the hours of a Monday."""
    local, calendar = timezone.localtime(moment), Calendar()
    day = local.date()
    weekday = day.weekday()
    if weekday > OpeningHours.Weekday.FRIDAY and calendar.is_working(day):
        weekday = OpeningHours.Weekday.MONDAY
    elif calendar.is_holiday(day):
        return False
    return any(hours.covers(local.time(), local.time()) for hours in site.opening_hours.filter(weekday=weekday))
