"""The quarter by article and department: clocks due, kept, overdue; orders, answers, escalations (Art 38).

One statement over all clocks. A clock counts for the office that held the case when it was stopped or fell due.
"""

import datetime as dt
from dataclasses import dataclass, replace

from apps.kernel import replica
from apps.kernel.casework import procedures
from apps.kernel.workcalendar import clock
from apps.kernel.workcalendar.days import SHANGHAI
from apps.kernel.workcalendar.periods import Period
from apps.supervision.liability import procedure
from apps.supervision.liability.forms import articles

_SQL = """
    WITH articles AS (SELECT * FROM unnest(%(codes)s::text[], %(articles)s::text[]) AS a(procedure, article)),
    clocks AS (
        SELECT a.article,
               coalesce(holder.office_id, c.office_id) AS office_id,
               count(*) AS due,
               count(*) FILTER (WHERE k.stopped_at <= k.due_at) AS on_time,
               count(*) FILTER (WHERE k.stopped_at > k.due_at
                                   OR (k.stopped_at IS NULL AND k.due_at < %(now)s AND NOT paused.is_so)) AS overdue
          FROM casework_clock k
          JOIN casework_case c ON c.id = k.case_id
          JOIN articles a ON a.procedure = c.procedure
          CROSS JOIN LATERAL (
              SELECT EXISTS (SELECT 1 FROM casework_clockpause p
                              WHERE p.clock_id = k.id AND p.ended_at IS NULL) AS is_so
          ) paused
          LEFT JOIN LATERAL (
              SELECT u.office_id
                FROM casework_custody u
               WHERE u.case_id = k.case_id
                 AND u.received_at <= least(k.stopped_at, k.due_at)
                 AND (u.released_at IS NULL OR u.released_at >= least(k.stopped_at, k.due_at))
               ORDER BY u.received_at, u.id
               LIMIT 1
          ) holder ON true
         WHERE k.whose = 'office' AND k.due_at >= %(since)s AND k.due_at < %(until)s
         GROUP BY 1, 2
    ),
    orders AS (
        SELECT o.article,
               o.office_id,
               count(*) AS orders,
               count(*) FILTER (WHERE first.stopped_at <= first.due_at AND o.escalated_at IS NULL) AS answered,
               count(*) FILTER (WHERE o.escalated_at IS NOT NULL) AS escalated
          FROM supervision_liabilityorder o
          JOIN casework_case c ON c.id = o.case_id
          LEFT JOIN LATERAL (
              SELECT k.stopped_at, k.due_at FROM casework_clock k
               WHERE k.case_id = o.case_id AND k.term = 'liability-answer' ORDER BY k.id LIMIT 1
          ) first ON true
         WHERE c.submitted_at >= %(since)s AND c.submitted_at < %(until)s
         GROUP BY 1, 2
    )
    SELECT article, office.name, coalesce(due, 0), coalesce(on_time, 0), coalesce(overdue, 0),
           coalesce(orders, 0), coalesce(answered, 0), coalesce(escalated, 0)
      FROM clocks FULL JOIN orders USING (article, office_id)
      JOIN parties_office office ON office.id = office_id
     WHERE %(offices)s::bigint[] IS NULL OR office_id = ANY(%(offices)s::bigint[])
     ORDER BY coalesce(overdue, 0) DESC, coalesce(escalated, 0) DESC, office.code
"""


@dataclass(frozen=True)
class Row:
    """One article and one office in a quarter."""

    article: str
    office: str
    due: int
    on_time: int
    overdue: int
    orders: int
    answered: int
    escalated: int


def bounds(period: Period) -> tuple[dt.datetime, dt.datetime]:
    """When a quarter begins and when the next one does."""
    until = period.end + dt.timedelta(days=1)
    return (
        dt.datetime.combine(period.start, dt.time.min, tzinfo=SHANGHAI),
        dt.datetime.combine(until, dt.time.min, tzinfo=SHANGHAI),
    )


def quarter_of(day: dt.date) -> Period:
    """The quarter a day lies in."""
    return Period.parse(f"{day.year}Q{(day.month + 2) // 3}")


@replica.reading()
def rows(period: Period, offices: list[int] | None = None) -> list[Row]:
    """A quarter's rows, the worst first; of the given offices, or of all."""
    found = [each for each in procedures.all() if each.code != procedure.CODE]
    since, until = bounds(period)
    given = {
        "codes": [each.code for each in found],
        "articles": [each.article for each in found],
        "now": clock.now(),
        "since": since,
        "until": until,
        "offices": offices,
    }
    with replica.connection().cursor() as cursor:
        cursor.execute(_SQL, given)
        some = [Row(*each) for each in cursor.fetchall()]
    return sorted(some, key=lambda row: (-row.overdue, -row.escalated, *_place(row.article)))


def _place(article: str) -> tuple[int, str]:
    """Where an article stands in the Measures; several together come after all."""
    order = [name for name, _label in articles()]
    return (order.index(article) if article in order else len(order), article)


def by_article(found: list[Row]) -> list[Row]:
    """The rows of all offices together, by article, the most overdue first, then in the order of the Measures."""
    names = {row.article for row in found}
    together = [replace(total([row for row in found if row.article == name]), article=name) for name in names]
    return sorted(together, key=lambda row: (-row.overdue, *_place(row.article)))


def total(found: list[Row]) -> Row:
    """Everything together."""
    names = ("due", "on_time", "overdue", "orders", "answered", "escalated")
    return Row("", "", *(sum(getattr(row, name) for row in found) for name in names))
