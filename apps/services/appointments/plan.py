"""Makes the coming days' slots from the templates, in one statement for the whole city (Art 10)."""

import datetime as dt

from django.db import connection, transaction

from apps.kernel.workcalendar import clock
from apps.kernel.workcalendar.days import Calendar, days
from apps.services.appointments import policy
from apps.services.appointments.models import Slot

# A template's hours cut into half-hours, on each working day it is valid for. What is there stays as it is.
_MAKE = """
INSERT INTO services_slot (site_id, line_id, day, half, starts_at,
    public_capacity, public_remaining, internal_capacity, internal_remaining)
SELECT t.site_id, t.line_id, d.day, CASE WHEN extract(hour FROM s.at) < 12 THEN 'am' ELSE 'pm' END,
    s.at AT TIME ZONE 'Asia/Shanghai', t.public_places, t.public_places, t.internal_places, t.internal_places
FROM services_slottemplate t
JOIN services_site site ON site.id = t.site_id AND site.active
JOIN services_businessline line ON line.id = t.line_id AND line.active
JOIN unnest(%s::date[]) AS d(day)
    ON t.valid_from <= d.day AND (t.valid_to IS NULL OR d.day <= t.valid_to)
    AND (cardinality(t.weekdays) = 0 OR extract(isodow FROM d.day)::int - 1 = ANY (t.weekdays))
CROSS JOIN LATERAL generate_series(
    d.day + t.begins, d.day + t.ends - interval '30 minutes', interval '30 minutes') AS s(at)
ON CONFLICT (site_id, line_id, starts_at) DO NOTHING
"""


@transaction.atomic
def make_slots() -> int:
    """Make what is missing up to the horizon and say how many slots that was; a second run makes none.

    A day that has become a holiday loses the slots nobody has used.
    """
    today = clock.today()
    calendar = Calendar()
    ahead = list(days(today, today + dt.timedelta(days=policy.in_force().horizon_days)))
    working = [day for day in ahead if calendar.is_working(day)]
    closed = [day for day in ahead if day not in working]
    Slot.objects.filter(day__in=closed, bookings__isnull=True, releases__isnull=True).delete()
    with connection.cursor() as cursor:
        cursor.execute(_MAKE, [working])
        return cursor.rowcount
