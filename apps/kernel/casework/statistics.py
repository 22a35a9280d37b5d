"""How long handling takes, without the time spent waiting for the applicant."""

from dataclasses import dataclass
from decimal import Decimal

from apps.kernel import replica

_SQL = """
    SELECT c.procedure,
           count(*) AS closed,
           avg(extract(epoch FROM c.closed_at - c.submitted_at) / 86400)::numeric(12, 2) AS total_days,
           avg(extract(epoch FROM c.closed_at - c.submitted_at - waited.length) / 86400)::numeric(12, 2) AS own_days,
           count(*) FILTER (WHERE late.found) AS late
      FROM casework_case c
      CROSS JOIN LATERAL (
          SELECT coalesce(sum(spans.ended_at - spans.started_at), interval '0') AS length
            FROM (SELECT DISTINCT p.started_at, coalesce(p.ended_at, c.closed_at) AS ended_at
                    FROM casework_clockpause p JOIN casework_clock k ON k.id = p.clock_id
                   WHERE k.case_id = c.id) spans
      ) waited
      CROSS JOIN LATERAL (
          SELECT EXISTS (SELECT 1 FROM casework_clock k
                          WHERE k.case_id = c.id AND k.whose = 'office' AND k.stopped_at > k.due_at) AS found
      ) late
     WHERE c.closed_at IS NOT NULL AND c.office_id = ANY(%s)
     GROUP BY c.procedure
     ORDER BY c.procedure
"""


@dataclass(frozen=True)
class HandlingTime:
    """Closed cases of one procedure: mean calendar days in all, and without waiting for the applicant."""

    procedure: str
    closed: int
    total_days: Decimal
    own_days: Decimal
    late: int


@replica.reading()
def handling_times(office_ids: list[int]) -> list[HandlingTime]:
    """Handling times of the offices' closed cases, one row per procedure, in one statement."""
    with replica.connection().cursor() as cursor:
        cursor.execute(_SQL, [office_ids])
        return [HandlingTime(*row) for row in cursor.fetchall()]
