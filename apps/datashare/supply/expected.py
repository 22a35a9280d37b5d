"""Expected deliveries, derived in SQL from duty, frequency and working calendar; nothing of them is stored (Art 18).

A period's delivery is due so many working days after the period ends. What counts is the first delivery named
for the period, or else the first arrival after its end and before the next period's; on time, late, missing or
awaited follows from that.
"""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.db import connection
from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from apps.kernel.workcalendar import clock


class Standing(TextChoices):
    """How an expected delivery stands."""

    ON_TIME = "on_time", _("按时")
    LATE = "late", _("迟交")
    MISSING = "missing", _("未交")
    AWAITED = "awaited", _("待交")


TONES = {Standing.ON_TIME: "done", Standing.LATE: "wait", Standing.MISSING: "due", Standing.AWAITED: ""}

# Periods of each duty, the last one the latest that has ended. A daily period is a working day.
_EXPECTED = """
WITH duty AS (
    SELECT d.*, least(%(today)s::date, coalesce(d.until + 1, %(today)s::date)) AS upto
    FROM datashare_supplyduty d
    WHERE d.since <= %(today)s::date AND d.id = ANY(%(duties)s)
), period AS (
    SELECT duty.id AS duty_id, duty.office_id, duty.dataset_id, duty.within, first.day AS first,
           (first.day + step.length - interval '1 day')::date AS last,
           (first.day + 2 * step.length - interval '1 day')::date AS next_last
    FROM duty
    JOIN (VALUES ('daily', 'day', interval '1 day'), ('weekly', 'week', interval '7 days'),
                 ('monthly', 'month', interval '1 month'), ('quarterly', 'quarter', interval '3 months'),
                 ('yearly', 'year', interval '1 year')) AS step(frequency, unit, length)
        ON step.frequency = duty.frequency
    CROSS JOIN LATERAL generate_series(
        date_trunc(step.unit, greatest(duty.since, %(since)s::date)::timestamp), duty.upto::timestamp, step.length
    ) AS first(day)
    LEFT JOIN workcalendar_day special ON special.date = first.day::date AND duty.frequency = 'daily'
    WHERE first.day >= duty.since AND (first.day + step.length)::date <= duty.upto
      AND (duty.frequency <> 'daily' OR CASE WHEN special.kind IS NULL THEN extract(isodow FROM first.day) < 6
                                             ELSE special.kind = 'makeup' END)
), due AS (
    SELECT period.*, working.day AS due_on
    FROM period
    CROSS JOIN LATERAL (
        SELECT ahead.day::date AS day
        FROM generate_series(period.last + 1, period.last + 30 + 2 * period.within, interval '1 day') AS ahead(day)
        LEFT JOIN workcalendar_day special ON special.date = ahead.day::date
        WHERE CASE WHEN special.kind IS NULL THEN extract(isodow FROM ahead.day) < 6 ELSE special.kind = 'makeup' END
        ORDER BY ahead.day OFFSET period.within - 1 LIMIT 1
    ) AS working
), judged AS (
    SELECT due.*, coalesce(named.at, arrived.at) AS at, coalesce(named.rows, arrived.rows) AS rows
    FROM due
    LEFT JOIN LATERAL (
        SELECT v.at, v.rows FROM datashare_supplydelivery v
        WHERE v.duty_id = due.duty_id AND v.period_end = due.last ORDER BY v.at LIMIT 1
    ) AS named ON true
    LEFT JOIN LATERAL (
        SELECT a.at, a.rows FROM datashare_arrival a
        LEFT JOIN datashare_supplydelivery v ON v.arrival_id = a.id
        WHERE a.dataset_id = due.dataset_id AND v.id IS NULL
          AND (a.at AT TIME ZONE 'Asia/Shanghai')::date > due.last
          AND (a.at AT TIME ZONE 'Asia/Shanghai')::date <= greatest(due.next_last, due.due_on)
        ORDER BY a.at LIMIT 1
    ) AS arrived ON named.at IS NULL
)
SELECT judged.duty_id, judged.office_id, judged.first::date, judged.last, judged.due_on, judged.at, judged.rows,
       CASE WHEN (judged.at AT TIME ZONE 'Asia/Shanghai')::date <= judged.due_on THEN 'on_time'
            WHEN judged.at IS NOT NULL THEN 'late'
            WHEN judged.due_on < %(today)s::date THEN 'missing'
            ELSE 'awaited' END AS standing
FROM judged
"""
_BY_DUTY = f"""
SELECT office_id, duty_id, count(*) FILTER (WHERE standing = 'on_time'), count(*) FILTER (WHERE standing = 'late'),
       count(*) FILTER (WHERE standing = 'missing'), count(*) FILTER (WHERE standing = 'awaited'),
       max(at), min(due_on) FILTER (WHERE standing IN ('missing', 'awaited'))
FROM ({_EXPECTED}) AS expected GROUP BY office_id, duty_id ORDER BY office_id, duty_id
"""  # noqa: S608 - constant text
DAYS_BACK = 366


@dataclass(frozen=True)
class Expected:
    """One expected delivery and how it stands."""

    duty_id: int
    office_id: int
    first: dt.date
    last: dt.date
    due: dt.date
    at: dt.datetime | None
    rows: int | None
    standing: Standing

    @property
    def tone(self) -> str:
        return TONES[self.standing]

    @property
    def is_open(self) -> bool:
        """Whether it still waits to be delivered."""
        return self.standing in (Standing.MISSING, Standing.AWAITED)


@dataclass(frozen=True)
class Tally:
    """One duty over the last year: how often on time, late, missing, awaited."""

    office_id: int
    duty_id: int
    on_time: int
    late: int
    missing: int
    awaited: int
    last_at: dt.datetime | None
    next_due: dt.date | None


def of(duties: list[int], *, back: int = DAYS_BACK) -> list[Expected]:
    """The expected deliveries of duties over the last days, the latest period first."""
    rows = _run(f"{_EXPECTED} ORDER BY judged.last DESC, judged.duty_id", duties, back)
    return [Expected(*row[:-1], Standing(row[-1])) for row in rows]


def tallies(duties: list[int]) -> list[Tally]:
    """Each duty counted, in one statement."""
    return [Tally(*row) for row in _run(_BY_DUTY, duties, DAYS_BACK)]


def _run(statement: str, duties: list[int], back: int) -> list[tuple[Any, ...]]:
    today = clock.today()
    with connection.cursor() as cursor:
        cursor.execute(statement, {"duties": duties, "today": today, "since": today - dt.timedelta(days=back)})
        return cursor.fetchall()
