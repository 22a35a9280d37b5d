"""Monthly partitions of the event table, made before they are needed."""

from django.db import connection

from apps.kernel.workcalendar import clock

_MONTHS_AHEAD = 3


def prepare() -> int:
    """Make the partitions of this month and the coming ones that are not there; returns how many were made."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FILTER (WHERE audit_event_month((%s + n * interval '1 month')::date))"
            " FROM generate_series(0, %s) AS n",
            [clock.today().replace(day=1), _MONTHS_AHEAD],
        )
        return cursor.fetchone()[0]
