"""The yearly evaluation of everybody (年度评价, Art 34): one statement a step, with the rules of ``arithmetic.py``."""

import datetime as dt

from django.db import connection

from apps.kernel.workcalendar import clock
from apps.supervision.credit.arithmetic import Rules

# Only what the payer was told of counts, and nothing that was struck out.
_COUNTED = "told_at IS NOT NULL AND struck_at IS NULL"

_EVALUATED = f"""
    WITH taken AS (
        SELECT party_id, sum(points) AS deducted, sum(restored) AS restored,
               max(extract(year FROM happened_on)::int * 12 + extract(month FROM happened_on)::int) AS last
          FROM supervision_deduction
         WHERE year = %(year)s AND NOT direct AND {_COUNTED} AND party_id > %(after)s AND party_id <= %(upto)s
         GROUP BY party_id
    ), direct AS (
        SELECT DISTINCT party_id FROM supervision_deduction
         WHERE direct AND {_COUNTED} AND repaired_on IS NULL AND happened_on <= %(direct_by)s
           AND party_id > %(after)s AND party_id <= %(upto)s
    ), listed AS (
        SELECT p.id AS party_id,
               greatest(0, (%(end_year)s - date_part('year', p.registered_on)::int) * 12
                           + %(end_of)s - date_part('month', p.registered_on)::int
                           - (date_part('day', p.registered_on) > %(end_day)s)::int) AS months
          FROM parties_party p
         WHERE p.kind = 'organisation' AND p.active AND p.registered_on <= %(end)s
           AND p.id > %(after)s AND p.id <= %(upto)s
        OFFSET 0  -- or months and scores were computed again wherever they are used
    ), lines AS (
        SELECT m.party_id, coalesce(t.deducted, 0) AS deducted, coalesce(t.restored, 0) AS restored,
               CASE WHEN m.months >= %(full_months)s THEN %(full)s
                    WHEN m.months >= %(part_months)s THEN %(part)s ELSE %(new)s END AS start,
               least(
                   %(clean_points)s * coalesce(greatest(0, %(end_month)s - t.last), 0), %(clean_most)s,
                   coalesce(t.deducted - t.restored, 0)
               ) AS clean,
               d.party_id IS NOT NULL AS direct,
               m.months < %(part_months)s OR coalesce(f.revenue = 0, false) AS young
          FROM listed m
          LEFT JOIN taken t ON t.party_id = m.party_id
          LEFT JOIN direct d ON d.party_id = m.party_id
          LEFT JOIN facts_profile f ON f.party_id = m.party_id AND f.party_id > %(after)s AND f.party_id <= %(upto)s
        OFFSET 0
    ), scored AS (
        SELECT lines.*, greatest(0, start - deducted + restored + clean) AS score FROM lines OFFSET 0
    )
    INSERT INTO supervision_credityear (year, party_id, start, deducted, restored, clean, score, direct, level)
    SELECT %(year)s, party_id, start, deducted, restored, clean, score, direct,
           CASE WHEN direct OR score < %(c)s THEN 'D'
                WHEN young AND score >= %(m)s THEN 'M'
                WHEN score >= %(a)s THEN 'A' WHEN score >= %(b)s THEN 'B' ELSE 'C' END
      FROM scored
"""  # noqa: S608 - a constant of our own


def evaluate(year: int, rules: Rules, *, after: int, upto: int) -> int:
    """Write the results of a range of parties, none of whom has one yet, into the year's table; how many."""
    end = dt.date(year, 12, 31)
    params = {
        "year": year,
        "after": after,
        "upto": upto,
        "end": end,
        # The result will hold from its publication, so it is D for whatever is known until now.
        "direct_by": max(end, clock.today()) if year == clock.today().year - 1 else end,
        "end_year": end.year,
        "end_of": end.month,
        "end_day": end.day,
        # The evaluated year ends with its last month, so that month counts as lived through.
        "end_month": end.year * 12 + end.month,
        "full": rules.full,
        "full_months": rules.full_months,
        "part": rules.part,
        "part_months": rules.part_months,
        "new": rules.new,
        "clean_points": rules.clean_points,
        "clean_most": rules.clean_most,
        **{letter.lower(): floor for letter, floor in rules.floors.items()},
    }
    with connection.cursor() as cursor:
        cursor.execute(_EVALUATED, params)
        return cursor.rowcount
