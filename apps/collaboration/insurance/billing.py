"""One bill for each payer, insurance and period, and one charge for each bill, whoever assessed it (Art 24).

The bill's unique key and the key of its charge are the same three things, so a second delivery, a declaration
and a list can never charge the same month twice; a return by totals that was charged before is seen too.
"""

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.db import connection, transaction
from django.utils.translation import gettext as _
from psycopg2 import sql

from apps.collaboration.insurance.models import InsuranceBill, InsuranceDuty, InsuranceExchange
from apps.kernel.audit import log
from apps.kernel.facts import copying
from apps.kernel.ledger import charges
from apps.kernel.ledger.models import ZERO
from apps.kernel.notifications import outbox
from apps.kernel.parties.actors import Actor
from apps.kernel.parties.models import Office
from apps.kernel.rules.money import fen
from apps.kernel.workcalendar import clock, filing
from apps.kernel.workcalendar.periods import Period

PREFIX = "insurance/"


@dataclass(frozen=True)
class Wanted:
    """A bill to be made."""

    party: int
    levy: str
    period: str
    persons: int
    amount: Decimal

    @property
    def key(self) -> tuple[int, str, str]:
        """What can be billed once."""
        return self.party, self.levy, self.period


TABLE = "insurance_wanted"
_SHAPE = "party_id bigint, levy text, period text, persons integer, amount numeric"

# The keys that have a bill here, or a charge of another origin such as a return by totals.
_CHARGED = f"""
SELECT w.party_id, w.levy, w.period FROM {TABLE} w
WHERE EXISTS (SELECT FROM collaboration_insurancebill b
              WHERE b.party_id = w.party_id AND b.levy_id = w.levy AND b.period = w.period)
   OR EXISTS (SELECT FROM ledger_charge c
              WHERE c.party_id = w.party_id AND c.levy_id = w.levy AND c.period = w.period AND c.amount > 0)
"""  # noqa: S608 - our own SQL

# What the ledger assesses: the key of a bill is the key of its charge.
_TO_ASSESS = f"""
CREATE TEMPORARY TABLE insurance_to_assess ON COMMIT DROP AS
SELECT w.party_id, w.levy, w.period, w.amount, d.due, w.persons,
       '{PREFIX}' || w.levy || '/' || w.period || '/' || p.ref AS about
FROM {TABLE} w JOIN parties_party p ON p.id = w.party_id
JOIN unnest(%s::text[], %s::date[]) AS d(period, due) USING (period)
"""  # noqa: S608 - our own SQL

_BILLS = """
INSERT INTO collaboration_insurancebill
    (ref, party_id, office_id, levy_id, period, persons, assessed, amount, due, made_on, {origin}, charge_id,
     fed_back)
SELECT a.charge_ref, a.party_id, d.office_id, a.levy, a.period, a.persons, a.amount, a.amount, a.due, %s, %s,
       a.charge_id, 0
FROM ledger_assessed a JOIN collaboration_insuranceduty d ON d.levy_id = a.levy ORDER BY a.charge_id
"""


def stage_from(cursor, query: str) -> None:
    """Take what is to be billed from a query: party, insurance, period, persons, amount."""
    cursor.execute(f"DROP TABLE IF EXISTS {TABLE}")
    cursor.execute(f"CREATE TEMPORARY TABLE {TABLE} ({_SHAPE}) ON COMMIT DROP")
    cursor.execute(f"INSERT INTO {TABLE} {query}")
    cursor.execute(f"ANALYZE {TABLE}")


def _stage(wanted: list[Wanted]) -> None:
    with connection.cursor() as cursor:
        stage_from(cursor, "SELECT NULL, NULL, NULL, NULL, NULL WHERE false")
        rows = ((each.party, each.levy, each.period, each.persons, str(each.amount)) for each in wanted)
        copying.copy_in(cursor, TABLE, ("party_id", "levy", "period", "persons", "amount"), rows)


def charged_already(wanted: list[Wanted]) -> set[tuple[int, str, str]]:
    """The keys that were charged before, by a bill or by another return."""
    if not wanted:
        return set()
    _stage(wanted)
    return charged()


def charged() -> set[tuple[int, str, str]]:
    """The same of what is staged."""
    with connection.cursor() as cursor:
        cursor.execute(_CHARGED)
        return set(cursor.fetchall())


def due_of(period: str) -> dt.date:
    """Until when a period is paid: its own date; when that has passed, the next monthly one from today.

    Contributions of a year are paid before it begins.
    """
    today = clock.today()
    month = Period.parse(period)
    own = filing.period_due(month).due if month.is_month else dt.date(month.year - 1, 12, 31)
    if own >= today:
        return own
    this = filing.monthly_due(today.year, today.month).due
    following = (today.replace(day=28) + dt.timedelta(days=4)).replace(day=1)
    return this if this >= today else filing.monthly_due(following.year, following.month).due


@transaction.atomic
def bill(wanted: list[Wanted], *, about: str, actor: Actor, due: dt.date | None = None, **origin: Any) -> list:
    """Charge and bill as one set; ``origin`` names the delivery, declaration or list behind it.

    ``due`` overrides the period's own date. The payers are told in a few statements.
    """
    if not wanted:
        return []
    _stage(wanted)
    bill_staged(about=about, actor=actor, due=due, **origin)
    made = InsuranceBill.objects.filter(**origin, party__in={each.party for each in wanted})
    keys = {each.key for each in wanted}
    return [row for row in made.select_related("charge", "party") if (row.party_id, row.levy_id, row.period) in keys]


@transaction.atomic
def bill_staged(*, about: str, actor: Actor, due: dt.date | None = None, **origin: Any) -> None:
    """The same for what is staged, in a fixed number of statements however much it is."""
    ((kind, source),) = origin.items()
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT DISTINCT period FROM {TABLE}")  # noqa: S608 - our own SQL
        dues = {period: due or due_of(period) for (period,) in cursor.fetchall()}
        cursor.execute("DROP TABLE IF EXISTS insurance_to_assess")
        cursor.execute(_TO_ASSESS, [list(dues), list(dues.values())])
        charges.assess_staged("insurance_to_assess", rows=cursor.rowcount, about=about, actor=actor)
        bills = sql.SQL(_BILLS).format(origin=sql.Identifier(f"{kind}_id"))
        cursor.execute(bills, [clock.today(), source.pk])
        if kind == "declaration":  # an employer that declares knows
            return
        cursor.execute(f"SELECT DISTINCT party_id FROM {TABLE}")  # noqa: S608 - as above
        payers = [party for (party,) in cursor.fetchall()]
    outbox.send_many("insurance-billed", payers, {}, about=about, via=("inbox", "sms"))


@transaction.atomic
def bill_or_add(wanted: list[Wanted], *, about: str, actor: Actor, exchange: InsuranceExchange) -> list:
    """Bill, or raise the bill the same delivery has made for the payer already.

    :raises ValidationError: when the period was charged by something else.
    """
    there = {
        (each.party_id, each.levy_id, each.period): each
        for each in InsuranceBill.objects.select_for_update(no_key=True, of=("self",))
        .select_related("charge", "party")
        .filter(exchange=exchange, party__in=[each.party for each in wanted])
    }
    fresh = [each for each in wanted if each.key not in there]
    if charged_already(fresh):
        raise ValidationError(_("这个缴费人的这个所属期已经应征，不能再开一次。请退回经办部门核实。"))
    made = bill(fresh, about=about, actor=actor, exchange=exchange)
    for each in wanted:
        row = there.get(each.key)
        if row is not None:
            row.persons += each.persons
            row.assessed += each.amount
            row.save(update_fields=["persons", "assessed"])
            made.append(correct(row, row.amount + each.amount, reason=about, actor=actor))
    return made


@transaction.atomic
def correct(row: InsuranceBill, amount: Decimal, *, reason: str, actor: Actor) -> InsuranceBill:
    """Bring a bill and its charge to another amount; what was paid beyond it becomes the payer's overpayment.

    A higher amount bears late fees from the original due date.
    """
    if amount < ZERO or fen(amount) != amount:
        raise ValidationError({"amount": _("金额不能小于零，最多两位小数。")})
    row = (
        InsuranceBill.objects.select_for_update(no_key=True, of=("self",))
        .select_related("charge", "office", "party")
        .get(pk=row.pk)
    )
    before, row.amount = row.amount, amount
    if before == amount:
        return row
    row.charge = charges.adjust(row.charge, amount, reason=reason, actor=actor)
    row.save(update_fields=["amount"])
    log.record(
        f"office/{row.office.code}",
        "insurance.corrected",
        actor=actor,
        target=row.about,
        data={"from": str(before), "to": str(amount), "reason": reason},
    )
    return row


def agency_of(levy: str) -> Office:
    """The agency in charge of an insurance.

    :raises ValidationError: when nobody is.
    """
    duty = InsuranceDuty.objects.select_related("office").filter(levy=levy).first()
    if duty is None:
        raise ValidationError(_("还没有登记经办这个险种的部门。"))
    return duty.office


def reason_of(text: str) -> str:
    """
    :raises ValidationError: on ``reason``, when there is none.
    """
    text = text.strip()
    if not text:
        raise ValidationError({"reason": _("请写明原因和需要更正的内容。")})
    return text[:300]


def refuse_done(found: object) -> None:
    """
    :raises ValidationError: when nothing waits any more.
    """
    if not found:
        raise ValidationError(_("这条核定已经处理过了，请刷新页面。"))
