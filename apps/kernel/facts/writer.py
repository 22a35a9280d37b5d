"""The one writer of party facts: checks, weighs against what is known, keeps who said so (Arts 16-19).

Work is done in sets inside PostgreSQL, so one value and a whole city take the same road:
rows are copied to a temporary table, judged against the current statements, and the winners
are turned into columns of the profile. A later ``as_of`` prevails; on the same day the source
of higher rank; between equals the later run. One call is one transaction: all or nothing.
"""

import datetime as dt
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.db import connection, transaction
from django.db.models import F
from django.utils.translation import gettext as _
from psycopg2 import sql
from psycopg2.extras import execute_values

from apps.kernel.facts import catalogue
from apps.kernel.facts.columns import as_text
from apps.kernel.facts.copying import copy_in
from apps.kernel.facts.models import Run
from apps.kernel.lists import joined
from apps.kernel.workcalendar import clock

Row = tuple[int, str, Any, dt.date]  # party id, field, value, as of

_SHOWN = 20  # how many mistakes one error names


@dataclass(frozen=True)
class Counts:
    """What became of the rows of one call."""

    received: int
    changed: int
    confirmed: int
    outdated: int


def write(rows: Iterable[Row], *, run: Run) -> Counts:
    """Write facts. Amounts are whole fen; ``None`` says "not known".

    :raises ValidationError: naming each wrong field; then nothing is written.
    """
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("DROP TABLE IF EXISTS pg_temp.facts_incoming")
        cursor.execute(
            "CREATE TEMP TABLE facts_incoming (party_id bigint, field text, value text, as_of date) ON COMMIT DROP"
        )
        copy_in(cursor, "facts_incoming", ("party_id", "field", "value", "as_of"), _lines(rows))
        return _write(cursor, "facts_incoming", run)


def write_staged(table: str, *, run: Run) -> Counts:
    """Write the rows of a table the caller has filled: ``(party_id bigint, field, value text, as_of date)``."""
    with transaction.atomic(), connection.cursor() as cursor:
        return _write(cursor, table, run)


def _lines(rows: Iterable[Row]) -> Iterator[tuple[int, str, str | None, str]]:
    for party_id, field, value, as_of in rows:
        try:
            text = as_text(value)
        except TypeError as error:
            raise ValidationError({field: _("不接受浮点数。金额请用以分为单位的整数。")}) from error
        if text is not None and "\x00" in text:
            raise ValidationError({field: _("值中有不能保存的字符。")})
        yield party_id, field, text, as_of.isoformat()


def _write(cursor, table: str, run: Run) -> Counts:
    _check(cursor, table)
    _lock(cursor, table)
    _judge(cursor, table, run)
    fields = _record(cursor, run)
    if fields:
        _turn_into_columns(cursor, fields)
    counts = _count(cursor)
    cursor.execute("DROP TABLE facts_judged")
    Run.objects.filter(pk=run.pk).update(
        received=F("received") + counts.received,
        changed=F("changed") + counts.changed,
        confirmed=F("confirmed") + counts.confirmed,
        outdated=F("outdated") + counts.outdated,
    )
    return counts


def _check(cursor, table: str) -> None:
    """Refuse unknown fields, wrong types, future dates and absent parties, naming what is wrong."""
    cursor.execute(sql.SQL("ANALYZE {}").format(sql.Identifier(table)))  # a fresh table has no statistics
    cursor.execute("DROP TABLE IF EXISTS pg_temp.facts_known")
    cursor.execute(
        "CREATE TEMP TABLE facts_known (field text, kind text, type text, pattern text, choices text[]) ON COMMIT DROP"
    )
    execute_values(
        cursor.cursor,
        "INSERT INTO facts_known VALUES %s",
        [
            (entry.code, entry.kind, entry.column.db_type(connection), entry.column.pattern, entry.choices)
            for entry in catalogue.entries().values()
        ],
        page_size=500,
    )
    cursor.execute("ANALYZE facts_known")
    cursor.execute(
        sql.SQL("""
            SELECT i.field, min(i.value), count(*), bool_or(k.field IS NULL), bool_or(i.as_of IS NULL OR i.as_of > %s)
            FROM {} i LEFT JOIN facts_known k USING (field)
            WHERE k.field IS NULL OR i.as_of IS NULL OR i.as_of > %s
               OR NOT coalesce(i.value IS NULL
                    OR i.value ~ k.pattern AND pg_input_is_valid(i.value, k.type)
                       AND (k.choices IS NULL OR i.value = ANY (k.choices)), false)
            GROUP BY i.field ORDER BY i.field LIMIT {}""").format(sql.Identifier(table), sql.Literal(_SHOWN)),
        [clock.today(), clock.today()],
    )
    mistakes = {field or "field": _mistake(field, *rest) for field, *rest in cursor.fetchall()}
    if mistakes:
        raise ValidationError(mistakes)
    cursor.execute(
        sql.SQL("""
            SELECT DISTINCT i.party_id FROM {} i
            WHERE NOT EXISTS (SELECT FROM parties_party p WHERE p.id = i.party_id) LIMIT {}""").format(
            sql.Identifier(table), sql.Literal(_SHOWN)
        )
    )
    absent = [str(party_id) for (party_id,) in cursor.fetchall()]
    if absent:
        raise ValidationError({"party": _("没有这些纳税人：%(ids)s。") % {"ids": joined(absent)}})
    cursor.execute(
        sql.SQL("""
            SELECT field FROM {} GROUP BY party_id, field, as_of
            HAVING count(DISTINCT value) + (count(*) > count(value))::int > 1 LIMIT {}""").format(
            sql.Identifier(table), sql.Literal(_SHOWN)
        )
    )
    contradictions = {field: _("同一日期有两个不同的值。请只保留一个。") for (field,) in cursor.fetchall()}
    if contradictions:
        raise ValidationError(contradictions)


def _mistake(field: str, value: str | None, count: int, unknown: bool, misdated: bool) -> str:  # noqa: FBT001 - a row
    if unknown:
        return _("没有名为“%(field)s”的事实项目。") % {"field": field}
    if misdated:
        return _("数据日期不能空缺，也不能晚于今天（%(count)d 行）。") % {"count": count}
    entry = catalogue.entries()[field]
    expected = joined(entry.choices) if entry.choices else entry.column.example
    return _("“%(value)s”不能作为“%(label)s”的值（%(count)d 行）。应为：%(expected)s。") % {
        "value": value,
        "label": entry.label,
        "count": count,
        "expected": expected,
    }


def _lock(cursor, table: str) -> None:
    """Make and lock the profile rows in order of party, so two writers wait and never deadlock."""
    parties = sql.SQL("SELECT DISTINCT party_id FROM {}").format(sql.Identifier(table))
    cursor.execute(
        sql.SQL("INSERT INTO facts_profile (party_id) {} ORDER BY party_id ON CONFLICT DO NOTHING").format(parties)
    )
    cursor.execute(
        sql.SQL("""
            SELECT count(*) FROM (
                SELECT party_id FROM facts_profile WHERE party_id IN ({}) ORDER BY party_id FOR NO KEY UPDATE
            ) locked""").format(parties)
    )


def _judge(cursor, table: str, run: Run) -> None:
    """Weigh each statement against the current one.

    Verdicts: ``lead`` becomes current, ``history`` is kept beside it, ``touch`` moves on the
    day until which the same source says the same, ``repeat`` says nothing new.
    """
    cursor.execute("DROP TABLE IF EXISTS pg_temp.facts_judged")
    cursor.execute(
        sql.SQL("""
        CREATE TEMP TABLE facts_judged ON COMMIT DROP AS
        WITH said AS (
            SELECT DISTINCT i.party_id, i.field, i.as_of,
                   CASE k.kind WHEN 'integer' THEN i.value::bigint::text
                               WHEN 'number' THEN i.value::numeric(10, 2)::text
                               ELSE i.value END AS value
            FROM {table} i JOIN facts_known k USING (field)
        ), weighed AS (
            SELECT said.*, said.as_of = max(said.as_of) OVER (PARTITION BY said.party_id, said.field) AS leads
            FROM said
        ), known AS (
            SELECT weighed.*, earlier.id AS said_id, earlier.value AS said_value, current.id AS current_id,
                   coalesce(current.confirmed_on, base.as_of) AS current_as_of, current.as_of AS current_since,
                   coalesce(source.rank, base_source.rank) AS current_rank,
                   coalesce(current.source_id, base.source_id) AS current_source,
                   CASE WHEN current.id IS NOT NULL THEN current.value
                        WHEN base.id IS NOT NULL THEN (
                            SELECT to_jsonb(whole) ->> weighed.field FROM facts_profile whole
                            WHERE whole.party_id = weighed.party_id) END AS current_value
            FROM weighed
            JOIN facts_profile profile USING (party_id)
            LEFT JOIN facts_provenance earlier ON earlier.party_id = weighed.party_id
                 AND earlier.field = weighed.field AND earlier.as_of = weighed.as_of AND earlier.run_id = %(run)s
            LEFT JOIN facts_provenance current ON current.party_id = weighed.party_id
                 AND current.field = weighed.field AND current.current
            LEFT JOIN facts_source source ON source.id = current.source_id
            LEFT JOIN facts_run base ON base.id = profile.base_run_id AND current.id IS NULL
            LEFT JOIN facts_source base_source ON base_source.id = base.source_id
        )
        SELECT known.*, CASE
            WHEN said_id IS NOT NULL THEN 'repeat'
            WHEN current_id IS NULL AND current_value IS NULL THEN CASE WHEN leads THEN 'lead' ELSE 'history' END
            WHEN value IS NOT DISTINCT FROM current_value AND current_source = %(source)s THEN
                CASE WHEN as_of < current_since THEN 'history'
                     WHEN as_of <= current_as_of THEN 'repeat'
                     WHEN NOT leads THEN 'repeat'
                     WHEN current_id IS NULL THEN 'lead' ELSE 'touch' END
            WHEN leads AND (as_of, %(rank)s) >= (current_as_of, current_rank) THEN 'lead'
            ELSE 'history' END AS verdict
        FROM known""").format(table=sql.Identifier(table)),
        {"run": run.pk, "source": run.source_id, "rank": run.source.rank},
    )
    cursor.execute(
        "SELECT DISTINCT field FROM facts_judged WHERE said_id IS NOT NULL AND value IS DISTINCT FROM said_value"
    )
    contradictions = {field: _("这一批次已经写过同一日期的另一个值。") for (field,) in cursor.fetchall()}
    if contradictions:
        raise ValidationError(contradictions)
    cursor.execute("ANALYZE facts_judged")


def _record(cursor, run: Run) -> list[str]:
    """Keep the statements; the fields whose values change in the profile are returned."""
    cursor.execute(
        "UPDATE facts_provenance SET current = false"
        " WHERE id IN (SELECT current_id FROM facts_judged WHERE verdict = 'lead')"
    )
    cursor.execute(
        """
        INSERT INTO facts_provenance (party_id, field, value, source_id, as_of, confirmed_on, run_id, at, current)
        SELECT party_id, field, value, %(source)s, as_of, as_of, %(run)s, %(at)s, verdict = 'lead'
        FROM facts_judged WHERE verdict IN ('lead', 'history') ORDER BY party_id, field, as_of""",
        {"source": run.source_id, "run": run.pk, "at": clock.now()},
    )
    cursor.execute(
        """
        UPDATE facts_provenance p SET confirmed_on = j.as_of
        FROM facts_judged j WHERE j.verdict = 'touch' AND p.id = j.current_id"""
    )
    cursor.execute(
        "SELECT DISTINCT field FROM facts_judged"
        " WHERE verdict = 'lead' AND value IS DISTINCT FROM current_value ORDER BY field"
    )
    return [field for (field,) in cursor.fetchall()]


def _turn_into_columns(cursor, fields: list[str]) -> None:
    """Pivot the winning statements into the typed columns, one update per party."""
    types = {field: catalogue.entries()[field].column.db_type(connection) for field in fields}
    cursor.execute(
        sql.SQL("""
            UPDATE facts_profile p SET {sets}
            FROM (SELECT party_id, array_agg(field) AS fields, {values} FROM facts_judged
                  WHERE verdict = 'lead' AND value IS DISTINCT FROM current_value GROUP BY party_id) w
            WHERE p.party_id = w.party_id""").format(
            sets=sql.SQL(", ").join(
                sql.SQL("{0} = CASE WHEN {1} = ANY (w.fields) THEN w.{0} ELSE p.{0} END").format(
                    sql.Identifier(field), sql.Literal(field)
                )
                for field in fields
            ),
            values=sql.SQL(", ").join(
                sql.SQL("(max(value) FILTER (WHERE field = {1}))::{2} AS {0}").format(
                    sql.Identifier(field), sql.Literal(field), sql.SQL(types[field])
                )
                for field in fields
            ),
        )
    )


def _count(cursor) -> Counts:
    cursor.execute("""
        SELECT count(*),
               count(*) FILTER (WHERE verdict = 'lead' AND value IS DISTINCT FROM current_value),
               count(*) FILTER (WHERE verdict IN ('touch', 'repeat')
                                   OR verdict = 'lead' AND value IS NOT DISTINCT FROM current_value),
               count(*) FILTER (WHERE verdict = 'history')
        FROM facts_judged""")
    return Counts(*cursor.fetchone())
