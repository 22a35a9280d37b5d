"""Charges assessed from a table: one statement for a step, whatever the number of rows (应征税费批量核定)."""

from decimal import Decimal

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

_LOOKED_AT = """
SELECT count(*), bool_or(NOT coalesce(amount > 0, false)), bool_or(amount <> round(amount, 2)),
       coalesce(array_agg(DISTINCT levy), '{{}}'), coalesce(array_agg(DISTINCT period), '{{}}')
FROM {table} WHERE party_id IS NOT NULL
"""

# Every row with the key its charge will have, so what follows needs no looking up.
_NUMBERED = """
CREATE TEMPORARY TABLE ledger_assessed ON COMMIT DROP AS
SELECT s.*, span.starts, span.ends, r.ref AS charge_ref,
       nextval((SELECT pg_get_serial_sequence('ledger_charge', 'id')::regclass)) AS charge_id
FROM (SELECT *, row_number() OVER () AS charge_number FROM {table} WHERE party_id IS NOT NULL) s
JOIN unnest(%s::text[], %s::date[], %s::date[]) AS span(period, starts, ends) ON span.period = s.period
JOIN unnest(%s::text[]) WITH ORDINALITY AS r(ref, number) ON r.number = s.charge_number
"""

_CHARGES = """
INSERT INTO ledger_charge (id, ref, party_id, levy_id, period, period_start, period_end, due, about, assessed_at,
                           amount, paid, late_fee_fixed, late_fee_paid)
SELECT charge_id, charge_ref, party_id, levy, period, starts, ends, due, about, %s, amount, 0, 0, 0
FROM ledger_assessed
"""

# One entry for all of them: what each payer owes, against what each levy brings.
_POSTINGS = """
INSERT INTO ledger_posting (entry_id, account_id, party_id, amount)
SELECT %(entry)s, %(receivable)s, party_id, sum(amount) FROM ledger_assessed GROUP BY party_id
UNION ALL
SELECT %(entry)s, l.account_id, NULL, -sum(a.amount) FROM ledger_assessed a JOIN ledger_levy l ON l.code = a.levy
GROUP BY l.account_id
"""


@transaction.atomic
def assess_staged(table: str, *, about: str, actor: Actor) -> int:
    """Put the charges of a table on their payers' accounts, in one entry and on record; how many they are.

    ``table`` has ``party_id bigint, levy text, period text, amount numeric, due date, about text`` and whatever else
    the caller needs: each row that has a party stands afterwards, with ``charge_ref`` and ``charge_id``, in the table
    ``ledger_assessed`` of the transaction. The caller has decided that each is owed. The entry and the evidence are
    one of each, under ``about``.

    :raises ValidationError: naming ``amount``, ``period`` or ``levy``; then nothing is written.
    """
    source = sql.Identifier(table)
    with connection.cursor() as cursor:
        cursor.execute(sql.SQL(_LOOKED_AT).format(table=source))
        count, nothing, odd, codes, named = cursor.fetchone()
        if nothing:
            raise ValidationError({"amount": _("应缴金额必须大于零。")}, code="amount")
        if odd:
            raise ValidationError({"amount": _("金额最多两位小数，请精确到分。")}, code="amount")
        for code in codes:
            levies.get(code)
        spans = {period: periods.span(period) for period in named}
        starts, ends = zip(*spans.values(), strict=True) if spans else ((), ())
        cursor.execute(sql.SQL("DROP TABLE IF EXISTS {}").format(sql.Identifier(ASSESSED)))
        cursor.execute(
            sql.SQL(_NUMBERED).format(table=source), [list(spans), list(starts), list(ends), sorted(references(count, REF))]
        )
        if count:
            entry = JournalEntry.objects.create(kind=JournalEntry.Kind.ASSESSMENT, about=about)
            cursor.execute(_CHARGES, [entry.at])
            cursor.execute(_POSTINGS, {"entry": entry.pk, "receivable": Account.RECEIVABLE})
        cursor.execute("SELECT coalesce(sum(amount), 0), array_agg(DISTINCT party_id) FROM ledger_assessed")
        total, parties = cursor.fetchone()
    if not count:
        return 0
    todos.changed_for(parties)
    log.record(about, "charges-assessed", actor=actor, data={"count": count, "total": str(Decimal(total))})
    assessed = RawSQL("SELECT charge_id FROM ledger_assessed", [])
    charges_assessed.send(Charge, charges=Charge.objects.filter(pk__in=assessed))
    return count
