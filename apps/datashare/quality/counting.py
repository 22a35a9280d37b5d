"""The raw counts of a period, in one statement: rows of unit, dataset (none: the whole unit), indicator, hits, all.

What a run found counts for the dataset's provider; accesses and grants for the unit that uses, and beside that
for the dataset itself. Requests are answered in time by the provider, data are provided in time by the data centre,
and what a published scenario grants at once is in time. Nothing is estimated.
"""

import datetime as dt
from collections import defaultdict

from django.db import connection

from apps.datashare.supply import expected
from apps.datashare.supply.models import SupplyDuty
from apps.kernel.workcalendar import clock
from apps.kernel.workcalendar.days import SHANGHAI
from apps.kernel.workcalendar.periods import Period

Key = tuple[int, int | None]
Counts = dict[Key, dict[str, tuple[int, int]]]

_COUNTS = """
WITH run AS (
    SELECT p.*, d.provider_id, d.id AS dataset_id
    FROM datashare_pull p JOIN datashare_pullsource s ON s.id = p.source_id
    JOIN datashare_dataset d ON d.id = s.dataset_id
    WHERE p.at >= %(begin)s AND p.at < %(end)s AND p.kind <> 'replay'
), field AS (
    SELECT run.provider_id, run.dataset_id, c.* FROM run JOIN datashare_runcount c ON c.run_id = run.id
), access AS (
    SELECT a.id, a.office_id, g.dataset_id, d.provider_id,
           (a.refusal = '' AND NOT EXISTS (
               SELECT FROM datashare_usefinding f
               WHERE f.state = 'confirmed' AND f.user_id = a.user_id AND f.grant_id = a.grant_id
                 AND f.day = (a.at AT TIME ZONE 'Asia/Shanghai')::date))::int AS inside
    FROM datashare_dataaccess a JOIN datashare_datagrant g ON g.id = a.grant_id
    JOIN datashare_dataset d ON d.id = g.dataset_id
    WHERE a.at >= %(begin)s AND a.at < %(end)s
), granted AS (
    SELECT g.office_id, g.dataset_id, d.provider_id,
           EXISTS (SELECT FROM datashare_dataaccess a WHERE a.grant_id = g.id AND a.released
                   AND a.at >= %(begin)s AND a.at < %(end)s)::int AS used
    FROM datashare_datagrant g JOIN datashare_dataset d ON d.id = g.dataset_id
    WHERE g.valid_from <= %(last)s AND g.valid_until >= %(first)s
      AND (g.revoked_at IS NULL OR g.revoked_at >= %(begin)s)
), timed AS (
    SELECT c.case_id, k.procedure, c.term, (c.stopped_at IS NOT NULL AND c.stopped_at <= c.due_at)::int AS in_time
    FROM casework_clock c JOIN casework_case k ON k.id = c.case_id
    WHERE (k.procedure = 'data-request' AND c.term IN ('data-unconditional', 'data-conditional-reply', 'data-provide')
           OR k.procedure = 'data-correction' AND c.term = 'correction-verify')
      AND (c.stopped_at >= %(begin)s AND c.stopped_at < %(end)s
           OR c.stopped_at IS NULL AND c.due_at >= %(begin)s AND c.due_at < least(%(end)s, %(now)s))
), said (office_id, dataset_id, code, hits, out_of) AS (
    SELECT provider_id, dataset_id, '010101', type_checked - type_failed, type_checked FROM field
    UNION ALL SELECT provider_id, dataset_id, '010102', format_checked - format_failed, format_checked FROM field
    UNION ALL SELECT provider_id, dataset_id, '010103', length_checked - length_failed, length_checked FROM field
    UNION ALL SELECT provider_id, dataset_id, '020100', least(filled, expected), expected FROM field
    UNION ALL SELECT provider_id, dataset_id, '020200', least(received, control_rows), control_rows
              FROM run WHERE control_rows IS NOT NULL
    UNION ALL SELECT provider_id, dataset_id, '030300', least(duplicates, received), received FROM run
    UNION ALL SELECT provider_id, dataset_id, '030500', least(quarantined, received), received FROM run
    UNION ALL SELECT provider_id, dataset_id, '050200', on_time::int, 1 FROM run
              WHERE on_time IS NOT NULL AND NOT dataset_id = ANY(%(supplied)s)
    UNION ALL SELECT provider_id, dataset_id, '060100', least(succeeded, tried), tried FROM run
    UNION ALL SELECT d.provider_id, d.id, 'E1', t.in_time, 1 FROM timed t
              JOIN datashare_datarequest q ON q.case_id = t.case_id JOIN datashare_dataset d ON d.id = q.dataset_id
              WHERE t.term = 'data-conditional-reply'
    UNION ALL SELECT o.id, NULL, 'E1', t.in_time, 1 FROM timed t
              JOIN datashare_datarequest q ON q.case_id = t.case_id JOIN parties_office o ON o.kind = 'data_centre'
              WHERE t.term <> 'data-conditional-reply'
    UNION ALL SELECT d.provider_id, d.id, 'E1', 1, 1 FROM datashare_datagrant g
              JOIN datashare_dataset d ON d.id = g.dataset_id
              WHERE g.direct AND g.valid_from BETWEEN %(first)s AND %(last)s
    UNION ALL SELECT k.provider_id, k.dataset_id, 'E3', t.in_time, 1 FROM timed t
              JOIN datashare_datacorrection k ON k.case_id = t.case_id WHERE k.provider_id IS NOT NULL
), whole (office_id, dataset_id, code, hits, out_of) AS (
    SELECT office_id, NULL::bigint, code, hits, out_of FROM said
    UNION ALL SELECT office_id, dataset_id, code, hits, out_of FROM said WHERE dataset_id IS NOT NULL
    UNION ALL SELECT office_id, NULL, '040100', matched, compared FROM datashare_auditrun
              WHERE office_id IS NOT NULL AND at >= %(begin)s AND at < %(end)s
    UNION ALL SELECT office_id, NULL, '050400', inside, 1 FROM access
    UNION ALL SELECT provider_id, dataset_id, '050400', inside, 1 FROM access
    UNION ALL SELECT office_id, NULL, 'E2', used, 1 FROM granted
    UNION ALL SELECT provider_id, dataset_id, 'E2', used, 1 FROM granted
)
SELECT office_id, dataset_id, code, sum(hits)::bigint, sum(out_of)::bigint FROM whole
GROUP BY office_id, dataset_id, code
"""


def count(period: Period) -> Counts:
    """Every unit and dataset about which something was counted in a period."""
    begin = dt.datetime.combine(period.start, dt.time(), tzinfo=SHANGHAI)
    end = dt.datetime.combine(period.end + dt.timedelta(days=1), dt.time(), tzinfo=SHANGHAI)
    duties = SupplyDuty.objects.in_bulk()
    values = {
        "begin": begin,
        "end": end,
        "first": period.start,
        "last": period.end,
        "now": clock.now(),
        "supplied": [duty.dataset_id for duty in duties.values() if duty.dataset_id],
    }
    found: Counts = defaultdict(dict)
    with connection.cursor() as cursor:
        cursor.execute(_COUNTS, values)
        for office, dataset, code, hits, out_of in cursor.fetchall():
            found[office, dataset][code] = (hits, out_of)
    _add_supply(found, duties, period)
    return found


def _add_supply(found: Counts, duties: dict[int, SupplyDuty], period: Period) -> None:
    """Deliveries due in the period: on time, or late or missing."""
    back = (clock.today() - period.start).days + 31
    for row in expected.of(list(duties), back=max(back, 1)):
        if not period.start <= row.due <= period.end or row.standing == expected.Standing.AWAITED:
            continue
        dataset = duties[row.duty_id].dataset_id
        for key in {(row.office_id, None), (row.office_id, dataset)}:
            hits, out_of = found[key].get("050200", (0, 0))
            found[key]["050200"] = (hits + (row.standing == expected.Standing.ON_TIME), out_of + 1)
