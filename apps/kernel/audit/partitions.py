"""Monthly partitions of tables that only grow, made before they are needed; a room registers its own."""

import logging
from datetime import date

from django.db import connection

from apps.kernel.workcalendar import clock

_MONTHS_AHEAD = 3
_makers = {"audit_event": "audit_event_month"}
logger = logging.getLogger(__name__)


def register(table: str, maker: str) -> None:
    """A table partitioned as ``<table>_YYYYMM``, and the database's function that makes the partition of a month."""
    _makers[table] = maker


def prepare() -> int:
    """Make the partitions of this month and the coming ones that are not there; returns how many were made."""
    made = 0
    with connection.cursor() as cursor:
        for maker in _makers.values():
            for month in _months():
                cursor.execute(f"SELECT {maker}(%s)", [month])
                made += cursor.fetchone()[0]
    for name in missing():
        logger.warning("Partition %s is missing: its rows go to the default partition and stay there", name)
    return made


def missing() -> list[str]:
    """The partitions of this month and the coming ones that are not there."""
    wanted = [f"{table}_{month:%Y%m}" for table in _makers for month in _months()]
    with connection.cursor() as cursor:
        cursor.execute("SELECT name FROM unnest(%s::text[]) AS name WHERE to_regclass(name) IS NULL", [wanted])
        return [name for (name,) in cursor.fetchall()]


def _months() -> list[date]:
    first = clock.today().replace(day=1)
    counted = [first.year * 12 + first.month - 1 + ahead for ahead in range(_MONTHS_AHEAD + 1)]
    return [date(number // 12, number % 12 + 1, 1) for number in counted]
