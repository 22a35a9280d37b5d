"""A delivery as a set: compared with what came before, matched, charged and written in a fixed number of statements
whatever its number of rows (Art 25).

The rows have been judged one by one (``rows.py``); here they lie in a table of the transaction.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from django.db import connection

from apps.collaboration.fees import billing, history
from apps.collaboration.fees.models import FeeDelivery, FeeSource, SourceEvent
from apps.collaboration.payers import plain_sql
from apps.kernel.facts import copying
from apps.kernel.ledger import charges
from apps.kernel.parties.actors import Actor
from apps.kernel.parties.ids import references
from apps.kernel.parties.models import Office
from apps.kernel.workcalendar.days import SHANGHAI

REF = 12
Kind = SourceEvent.Kind

_SHAPE = {
    "ref": "text",
    "row": "integer",
    **dict.fromkeys(("number", "payer_code", "payer", "levy", "base"), "text"),
    "amount": "numeric(18, 2)",
    "basis": "text",
    "issued": "date",
    "due": "date",
}

# A row and the source that stands under its number, and whether they say the same. Each number is looked up by its
# index (OFFSET 0): all that was ever delivered would not be read for one delivery.
_KNOWN = """
FROM fee_staged s CROSS JOIN LATERAL (
    SELECT (f.payer_code, f.payer, f.levy_id, f.base, f.delivered, f.basis, f.due)
        = (s.payer_code, s.payer, s.levy, s.base, s.amount, s.basis, s.due) AS same
    FROM collaboration_feesource f
    WHERE f.office_id = %(office)s AND f.number = s.number AND f.state <> 'returned' OFFSET 0
) known
"""

# Whose each row is: by its code with the name registered under it, since money is not billed to a wrong digit; without
# a code by a name that one organisation alone bears, since people share names.
_FRESH = f"""
CREATE TEMPORARY VIEW fee_fresh AS
SELECT s.*, p.id AS party_id, to_char(s.due, 'YYYY-MM') AS period, '{billing.PREFIX}' || s.ref AS about
FROM fee_staged s
LEFT JOIN parties_organisation o ON s.payer_code <> '' AND o.uscc = s.payer_code
LEFT JOIN parties_person n ON s.payer_code <> '' AND n.id_number = s.payer_code
LEFT JOIN (SELECT name, min(id) AS id FROM parties_party
           WHERE kind = 'organisation' AND active AND name IN (SELECT payer FROM fee_staged WHERE payer_code = '')
           GROUP BY name HAVING count(*) = 1) alone ON s.payer_code = '' AND alone.name = s.payer
LEFT JOIN parties_party p ON p.id = coalesce(o.party_id, n.party_id, alone.id) AND p.active
    AND (p.name = s.payer OR {plain_sql("p.name")} = {plain_sql("s.payer")})
"""  # noqa: S608 - our own SQL

_SOURCES = f"""
INSERT INTO collaboration_feesource (ref, office_id, delivery_id, number, payer_code, payer, levy_id, base, delivered,
    amount, basis, issued, due, delivered_on, state, charge_id, fed_back)
SELECT ref, %(office)s, %(delivery)s, number, payer_code, payer, levy, base, amount, amount, basis, issued, due,
    %(day)s, CASE WHEN charge_id IS NULL THEN %(unmatched)s ELSE %(billed)s END, charge_id, 0
FROM {charges.ASSESSED} ORDER BY row
"""  # noqa: S608 - our own SQL


@dataclass(frozen=True)
class Before:
    """Rows that came before: with the same content so many and so much, with another content these."""

    count: int
    total: Decimal
    changed: list[int]


def stage(lines: Iterable[str], *, most: int) -> None:
    """Put judged rows, ``most`` at most, into the table of this transaction, each with the reference its source
    will have."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL work_mem = '64MB'")  # fifty thousand rows are joined and put in order in memory
        cursor.execute("DROP TABLE IF EXISTS fee_staged CASCADE")
        shape = ", ".join(f"{name} {kind}" for name, kind in _SHAPE.items())
        cursor.execute(f"CREATE TEMPORARY TABLE fee_staged ({shape}) ON COMMIT DROP")
        named = zip(lines, sorted(references(most, REF)), strict=False)  # an index is filled in its order
        copying.copy_lines(cursor, "fee_staged", tuple(_SHAPE), (f"{ref}\t{line}" for line, ref in named))


def before(office: Office) -> Before:
    """What of the staged rows the department has delivered already."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FILTER (WHERE same), coalesce(sum(s.amount) FILTER (WHERE same), 0),"
            " coalesce(array_agg(s.row ORDER BY s.row) FILTER (WHERE NOT same), '{}')" + _KNOWN,
            {"office": office.pk},
        )
        return Before(*cursor.fetchone())


def write(delivery: FeeDelivery, known: Before, actor: Actor) -> int:
    """Write what is new as sources, charge those that have a payer, leave the rest to a clerk; how many they are."""
    with connection.cursor() as cursor:
        count = delivery.count - known.count
        if known.count:
            cursor.execute(
                "DELETE FROM fee_staged WHERE row IN (SELECT s.row " + _KNOWN + ")",  # noqa: S608 - our own SQL
                {"office": delivery.office_id},
            )
        cursor.execute(_FRESH)
        charges.assess_staged("fee_fresh", rows=count, about=delivery.about, actor=actor)
        cursor.execute(
            _SOURCES,
            {
                "office": delivery.office_id,
                "delivery": delivery.pk,
                "day": delivery.finished_at.astimezone(SHANGHAI).date(),
                "unmatched": FeeSource.State.UNMATCHED,
                "billed": FeeSource.State.BILLED,
            },
        )
    history.write_many(Kind.UNMATCHED, delivery.sources.filter(state=FeeSource.State.UNMATCHED), Actor.system("fees"))
    return count
