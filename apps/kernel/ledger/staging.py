"""Charges assessed from a table: one statement for a step, whatever the number of rows (应征税费批量核定)."""

from django.core.exceptions import ValidationError
from django.db import connection, transaction
from django.db.models.expressions import RawSQL
from django.utils.translation import gettext as _
from psycopg2 import sql

from apps.kernel.audit import log
from apps.kernel.ledger import levies, periods
from apps.kernel.ledger.models import Account, Charge, JournalEntry
from apps.kernel.ledger.signals import charges_assessed
from apps.kernel.parties import todos
from apps.kernel.parties.actors import Actor
from apps.kernel.parties.ids import references

ASSESSED = "ledger_assessed"
REF = 12

# Every row once, with its part of the references; those that have a party with the key their charge will have: what
# follows needs no looking up.
_NUMBERED = f"""
CREATE TEMPORARY TABLE ledger_assessed ON COMMIT DROP AS
SELECT s.*, CASE WHEN s.party_id IS NOT NULL
       THEN nextval((SELECT pg_get_serial_sequence('ledger_charge', 'id')::regclass)) END AS charge_id,
       convert_from(substring(%s FROM (row_number() OVER ())::integer * {REF} - {REF - 1} FOR {REF}), 'UTF8')
           AS charge_ref
FROM {{table}} s
"""  # noqa: S608 - our own SQL

_LOOKED_AT = """
SELECT count(*), coalesce(sum(amount), 0), bool_or(NOT coalesce(amount > 0, false)),
       bool_or(amount <> round(amount, 2)), array_agg(DISTINCT levy), array_agg(DISTINCT period),
       array_agg(DISTINCT party_id)
FROM ledger_assessed WHERE charge_id IS NOT NULL
"""

_CHARGES = """
INSERT INTO ledger_charge (id, ref, party_id, levy_id, period, period_start, period_end, due, about, assessed_at,
                           amount, paid, late_fee_fixed, late_fee_paid)
SELECT a.charge_id, a.charge_ref, a.party_id, a.levy, a.period, span.starts, span.ends, a.due, a.about, %s, a.amount,
       0, 0, 0
FROM ledger_assessed a JOIN unnest(%s::text[], %s::date[], %s::date[]) AS span(period, starts, ends) USING (period)
WHERE a.charge_id IS NOT NULL
"""

# One entry for all of them: what each payer owes, against what each levy brings.
_POSTINGS = """
INSERT INTO ledger_posting (entry_id, account_id, party_id, amount)
SELECT %(entry)s, %(receivable)s, party_id, sum(amount) FROM ledger_assessed
WHERE charge_id IS NOT NULL GROUP BY party_id
UNION ALL
SELECT %(entry)s, l.account_id, NULL, -sum(a.amount) FROM ledger_assessed a JOIN ledger_levy l ON l.code = a.levy
WHERE a.charge_id IS NOT NULL GROUP BY l.account_id
"""


@transaction.atomic
def assess_staged(table: str, *, rows: int, about: str, actor: Actor) -> int:
    """Put the charges of a table on their payers' accounts, in one entry and on record; how many they are.

    ``table``, of ``rows`` rows, has ``party_id bigint, levy text, period text, amount numeric, due date, about text``
    and whatever else the caller needs: all of it stands afterwards in the table ``ledger_assessed`` of the transaction,
    with ``charge_ref`` and ``charge_id``. A row without a party is charged to nobody and has no ``charge_id``. The
    caller has decided that each of the others is owed. The entry and the evidence are one of each, under ``about``.

    :raises ValidationError: naming ``amount``, ``period`` or ``levy``; then nothing is written.
    """
    with connection.cursor() as cursor:
        cursor.execute(sql.SQL("DROP TABLE IF EXISTS {}").format(sql.Identifier(ASSESSED)))
        numbered = sql.SQL(_NUMBERED).format(table=sql.Identifier(table))
        # In order, as the index is filled fastest; in one piece, as each of fifty thousand constants would be parsed.
        cursor.execute(numbered, ["".join(sorted(references(rows, REF))).encode()])
        cursor.execute(_LOOKED_AT)
        count, total, nothing, odd, codes, periods_named, parties = cursor.fetchone()
        if nothing:
            raise ValidationError({"amount": _("应缴金额必须大于零。")}, code="amount")
        if odd:
            raise ValidationError({"amount": _("金额最多两位小数，请精确到分。")}, code="amount")
        if not count:
            return 0
        for code in codes:
            levies.get(code)
        starts, ends = zip(*map(periods.span, periods_named), strict=True)
        entry = JournalEntry.objects.create(kind=JournalEntry.Kind.ASSESSMENT, about=about)
        cursor.execute(_CHARGES, [entry.at, periods_named, list(starts), list(ends)])
        cursor.execute(_POSTINGS, {"entry": entry.pk, "receivable": Account.RECEIVABLE})
    todos.changed_for(parties)
    log.record(about, "charges-assessed", actor=actor, data={"count": count, "total": str(total)})
    assessed = RawSQL("SELECT charge_id FROM ledger_assessed", [])
    charges_assessed.send(Charge, charges=Charge.objects.filter(pk__in=assessed), periods=periods_named)
    return count
