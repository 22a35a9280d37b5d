"""A delivery as a set: compared with what came before, matched, charged and written in a fixed number of statements
whatever its number of rows (Art 25).

The rows have been judged one by one (``rows.py``); here they lie in a table of the transaction.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db import connection
from psycopg2 import sql

from apps.collaboration.fees import billing, history
from apps.collaboration.fees.models import FeeDelivery, FeeSource, SourceEvent
from apps.collaboration.payers import plain_sql
from apps.kernel.facts import copying
from apps.kernel.ledger import charges
from apps.kernel.parties.actors import Actor
from apps.kernel.parties.ids import references
from apps.kernel.parties.models import Office
from apps.kernel.workcalendar.days import SHANGHAI

COLUMNS = ("row", "number", "payer_code", "payer", "levy", "base", "amount", "basis", "issued", "due")
REF = 12
Kind = SourceEvent.Kind

_SHAPE = (
    "row integer, number text, payer_code text, payer text, levy text, base text, amount numeric(18, 2), basis text,"
    " issued date, due date"
)

# A row and the source that stands under its number, and whether they say the same.
_KNOWN = """
FROM fee_staged s JOIN collaboration_feesource f ON f.office_id = %(office)s AND f.number = s.number
    AND f.state <> 'returned'
CROSS JOIN LATERAL (SELECT (f.payer_code, f.payer, f.levy_id, f.base, f.delivered, f.basis, f.due)
    = (s.payer_code, s.payer, s.levy, s.base, s.amount, s.basis, s.due) AS same) compared
"""

# Whose each row is: by its code with the name registered under it, since money is not billed to a wrong digit; without
# a code by a name that one organisation alone bears, since people share names.
_FRESH = f"""
CREATE TEMPORARY TABLE fee_fresh ON COMMIT DROP AS
SELECT s.*, p.id AS party_id, r.ref, nextval(pg_get_serial_sequence('collaboration_feesource', 'id')) AS source_id
FROM (SELECT *, row_number() OVER (ORDER BY row) AS place FROM fee_staged) s
JOIN unnest(%(refs)s::text[]) WITH ORDINALITY AS r(ref, place) USING (place)
LEFT JOIN parties_organisation o ON s.payer_code <> '' AND o.uscc = s.payer_code
LEFT JOIN parties_person n ON s.payer_code <> '' AND n.id_number = s.payer_code
LEFT JOIN (SELECT name, min(id) AS id FROM parties_party
           WHERE kind = 'organisation' AND active AND name IN (SELECT payer FROM fee_staged WHERE payer_code = '')
           GROUP BY name HAVING count(*) = 1) alone ON s.payer_code = '' AND alone.name = s.payer
LEFT JOIN parties_party p ON p.id = coalesce(o.party_id, n.party_id, alone.id) AND p.active
    AND {plain_sql("p.name")} = {plain_sql("s.payer")}
ORDER BY s.place
"""  # noqa: S608 - our own SQL

_TO_ASSESS = f"""
CREATE TEMPORARY TABLE fee_to_assess ON COMMIT DROP AS
SELECT source_id, party_id, levy, to_char(due, 'YYYY-MM') AS period, amount, due, '{billing.PREFIX}' || ref AS about
FROM fee_fresh WHERE party_id IS NOT NULL
"""  # noqa: S608 - our own SQL

_SOURCES = sql.SQL("""
INSERT INTO collaboration_feesource (id, ref, office_id, delivery_id, number, payer_code, payer, levy_id, base,
    delivered, amount, basis, issued, due, delivered_on, state, party_id, charge_id, fed_back)
SELECT f.source_id, f.ref, %(office)s, %(delivery)s, f.number, f.payer_code, f.payer, f.levy, f.base, f.amount,
    f.amount, f.basis, f.issued, f.due, %(day)s, CASE WHEN f.party_id IS NULL THEN %(unmatched)s ELSE %(billed)s END,
    f.party_id, {charge}, 0
FROM fee_fresh f {assessed}
""")


@dataclass(frozen=True)
class Before:
    """Rows that came before: with the same content so many and so much, with another content these."""

    count: int
    total: Decimal
    changed: list[int]


def stage(rows: Iterable[dict[str, Any]]) -> None:
    """Put judged rows into the table of this transaction."""
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE IF EXISTS fee_staged, fee_fresh, fee_to_assess")
        cursor.execute(f"CREATE TEMPORARY TABLE fee_staged ({_SHAPE}) ON COMMIT DROP")
        copying.copy_in(cursor, "fee_staged", COLUMNS, ([_cell(row[name]) for name in COLUMNS] for row in rows))
        cursor.execute("ANALYZE fee_staged")


def _cell(value: Any) -> str | int | None:
    return value if value is None or isinstance(value, str | int) else str(value)


def before(office: Office) -> Before:
    """What of the staged rows the department has delivered already."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FILTER (WHERE same), coalesce(sum(s.amount) FILTER (WHERE same), 0),"
            " coalesce(array_agg(s.row ORDER BY s.row) FILTER (WHERE NOT same), '{}')" + _KNOWN,
            {"office": office.pk},
        )
        return Before(*cursor.fetchone())


def write(delivery: FeeDelivery, actor: Actor) -> int:
    """Write what is new as sources, charge those that have a payer, leave the rest to a clerk; how many they are."""
    with connection.cursor() as cursor:
        cursor.execute(
            "DELETE FROM fee_staged WHERE row IN (SELECT s.row " + _KNOWN + ")",  # noqa: S608 - our own SQL
            {"office": delivery.office_id},
        )
        cursor.execute("SELECT count(*) FROM fee_staged")
        (count,) = cursor.fetchone()
        cursor.execute(_FRESH, {"refs": references(count, REF)})
        cursor.execute(_TO_ASSESS)
        matched = cursor.rowcount
        if matched:
            charges.assess_staged("fee_to_assess", about=delivery.about, actor=actor)
        parts = ("a.charge_id", f"LEFT JOIN {charges.ASSESSED} a USING (source_id)") if matched else ("NULL", "")
        cursor.execute(
            _SOURCES.format(charge=sql.SQL(parts[0]), assessed=sql.SQL(parts[1])),
            {
                "office": delivery.office_id,
                "delivery": delivery.pk,
                "day": delivery.finished_at.astimezone(SHANGHAI).date(),
                "unmatched": FeeSource.State.UNMATCHED,
                "billed": FeeSource.State.BILLED,
            },
        )
    history.write_staged(Kind.DELIVERED, "fee_fresh", actor, note=delivery.ref)
    history.write_staged(Kind.UNMATCHED, "fee_fresh", Actor.system("fees"), which="party_id IS NULL")
    history.write_staged(Kind.BILLED, "fee_fresh", actor, which="party_id IS NOT NULL")
    return count
