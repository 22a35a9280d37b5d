"""What was collected goes back to the agency in charge the same day, to the fen (Art 24; 征缴暂行条例 Art 15).

A row is the difference between what is on the charge and what was told so far. Rows are numbered as they are
written, so a system reads on from the last it has; a day's file is the same whenever it is fetched.
"""

import csv
import datetime as dt
import io
from decimal import Decimal

from django.db import connection, transaction
from django.db.models import QuerySet, Sum
from django.utils.translation import gettext as _
from psycopg2 import sql

from apps.collaboration.insurance import billing
from apps.collaboration.insurance.models import InsuranceFeedback
from apps.kernel.audit import log
from apps.kernel.ledger.models import ZERO, Charge
from apps.kernel.parties.actors import Actor
from apps.kernel.parties.models import Office
from apps.kernel.workcalendar import clock
from apps.kernel.workcalendar.days import SHANGHAI

_ONE_WRITER = 2_400_241  # readers page by number: rows must become visible in its order

_TELL = sql.SQL("""
WITH moved AS (
    SELECT b.id, b.office_id, c.paid - b.fed_back AS amount, c.paid,
           ((SELECT max(a.at) FROM ledger_allocation a WHERE a.charge_id = c.id) AT TIME ZONE 'Asia/Shanghai')::date
               AS collected_on
    FROM collaboration_insurancebill b JOIN ledger_charge c ON c.id = b.charge_id
    WHERE c.paid <> b.fed_back AND {which}
    ORDER BY b.id
    FOR NO KEY UPDATE OF b
), told AS (
    UPDATE collaboration_insurancebill b SET fed_back = m.paid FROM moved m WHERE b.id = m.id RETURNING b.id
)
INSERT INTO collaboration_insurancefeedback (office_id, bill_id, amount, total, collected_on, at)
SELECT m.office_id, m.id, m.amount, m.paid, m.collected_on, %(now)s FROM moved m JOIN told USING (id) ORDER BY m.id
""")
# Which bills are looked at.
_ALL, _ONE = sql.SQL("true"), sql.SQL("c.id = %(charge)s")
_LATELY = sql.SQL("c.id IN (SELECT a.charge_id FROM ledger_allocation a WHERE a.at >= %(since)s)")


@transaction.atomic
def tell(*, charge: Charge | None = None, since: dt.datetime | None = None) -> int:
    """Write the feedback of everything collected or given back that was not told yet, in one statement.

    Told of one charge, or of what moved ``since`` a moment, it looks at no other: a city's bills are not read for each
    payment.
    """
    which = _ONE if charge is not None else _LATELY if since is not None else _ALL
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_ONE_WRITER])
        given = {"now": clock.now(), "charge": charge and charge.pk, "since": since}
        cursor.execute(_TELL.format(which=which), given)
        told = cursor.rowcount
    if told:
        log.record("insurance", "insurance.fed_back", actor=Actor.system("insurance"), data={"count": told})
    return told


def on_charge_paid(sender: object, *, charge: Charge, **_more: object) -> None:
    """Sent after commit and at least once; telling twice is telling once."""
    if charge.about.startswith(billing.PREFIX):
        tell(charge=charge)


def of_day(office: Office, day: dt.date) -> QuerySet[InsuranceFeedback]:
    """What an agency was told on a day."""
    begin = dt.datetime.combine(day, dt.time.min, tzinfo=SHANGHAI)
    return (
        InsuranceFeedback.objects.filter(office=office, at__gte=begin, at__lt=begin + dt.timedelta(days=1))
        .select_related("bill__levy", "bill__party__organisation", "bill__party__person")
        .order_by("id")
    )


def total(rows: QuerySet[InsuranceFeedback]) -> Decimal:
    """The sum of feedback."""
    return rows.aggregate(total=Sum("amount"))["total"] or ZERO


def code_of(row: InsuranceFeedback) -> str:
    """The payer's code, as the agency knows it."""
    party = row.bill.party
    organisation, person = getattr(party, "organisation", None), getattr(party, "person", None)
    return organisation.uscc if organisation else person.id_number if person else ""


def file_of(office: Office, day: dt.date) -> str:
    """The day's exchange file: a line for each row, and a last line with its count and sum."""
    rows = list(of_day(office, day))
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(
        ["序号", "缴费人代码", "险种", "所属期", "本次金额（元）", "累计已征（元）", "入账日期", "反馈时间"]
    )
    for row in rows:
        at = row.at.astimezone(SHANGHAI).isoformat(timespec="seconds")
        bill = row.bill
        writer.writerow([row.pk, code_of(row), bill.levy_id, bill.period, row.amount, row.total, row.collected_on, at])
    writer.writerow([_("合计"), len(rows), "", "", sum((row.amount for row in rows), ZERO), "", "", ""])
    return out.getvalue()
