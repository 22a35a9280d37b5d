"""Charges on a payer's account: assessed, corrected, found (应征税费)."""

import datetime as dt
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection, transaction
from django.db.models import QuerySet, Sum
from django.utils.translation import gettext as _

from apps.kernel.audit import log
from apps.kernel.facts import copying
from apps.kernel.ledger import journal, late_fees, levies, periods
from apps.kernel.ledger.models import ZERO, Account, Allocation, Charge, JournalEntry, Overpayment
from apps.kernel.ledger.signals import charges_assessed
from apps.kernel.ledger.staging import ASSESSED, assess_staged
from apps.kernel.parties.actors import Actor
from apps.kernel.parties.models import Party, User
from apps.kernel.rules.money import fen
from apps.kernel.workcalendar import clock

Component = Allocation.Component


@transaction.atomic
def assess(*, party: Party, levy: str, period: str, amount: Decimal, due: dt.date, about: str, actor: Actor) -> Charge:
    """Put a charge on a payer's account. The caller has decided that it is owed and who may say so."""
    kind = levies.get(levy)
    start, end = periods.span(period)
    if amount <= ZERO:
        raise ValidationError({"amount": _("应缴金额必须大于零。")}, code="amount")
    _whole_fen(amount)
    charge = Charge.objects.create(
        party=party,
        levy=kind,
        period=period,
        period_start=start,
        period_end=end,
        amount=amount,
        due=due,
        about=about,
    )
    journal.post(
        JournalEntry.Kind.ASSESSMENT,
        party,
        {Account.RECEIVABLE: amount, kind.account_id: -amount},
        about=f"charge/{charge.ref}",
    )
    log.record(
        f"party/{party.ref}",
        "charge-assessed",
        actor=actor,
        target=f"charge/{charge.ref}",
        data={"levy": levy, "period": period, "amount": str(amount), "due": due.isoformat(), "about": about},
    )
    charges_assessed.send(Charge, charges=Charge.objects.filter(pk=charge.pk), periods=[period])
    return charge


@dataclass(frozen=True)
class Assessment:
    """One charge of many to be assessed together."""

    party: Party
    levy: str
    period: str
    amount: Decimal
    due: dt.date
    about: str


@transaction.atomic
def assess_many(rows: Sequence[Assessment], *, about: str, actor: Actor) -> list[Charge]:
    """Put many charges on their payers' accounts, in a fixed number of statements however many they are.

    They are one entry of the books and one event of the evidence, both under ``about``.
    """
    if not rows:
        return []
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE IF EXISTS ledger_to_assess")
        cursor.execute(
            "CREATE TEMPORARY TABLE ledger_to_assess (place integer, party_id bigint, levy text, period text,"
            " amount numeric, due date, about text) ON COMMIT DROP"
        )
        copying.copy_in(
            cursor,
            "ledger_to_assess",
            ("place", "party_id", "levy", "period", "amount", "due", "about"),
            (
                (place, row.party.pk, row.levy, row.period, str(row.amount), row.due.isoformat(), row.about)
                for place, row in enumerate(rows)
            ),
        )
        assess_staged("ledger_to_assess", rows=len(rows), about=about, actor=actor)
        cursor.execute(f"SELECT charge_id FROM {ASSESSED} ORDER BY place")  # noqa: S608 - our own name
        ids = [charge_id for (charge_id,) in cursor.fetchall()]
    made = Charge.objects.select_related("levy").in_bulk(ids)
    for charge_id, row in zip(ids, rows, strict=True):
        made[charge_id].party = row.party
    return [made[charge_id] for charge_id in ids]


@transaction.atomic
def postpone(charge: Charge, until: dt.date, *, reason: str, actor: Actor) -> Charge:
    """Let a charge fall due later (延期缴纳): what is still owed bears a late fee only after the new day.

    The caller has decided that it may. A day that is not later changes nothing.
    """
    charge = Charge.objects.select_for_update(no_key=True, of=("self",)).select_related("party").get(pk=charge.pk)
    before = charge.due
    if until <= before:
        return charge
    charge.due, charge.reminded_at = until, None
    charge.save(update_fields=["due", "reminded_at"])
    log.record(
        f"party/{charge.party.ref}",
        "charge-postponed",
        actor=actor,
        target=f"charge/{charge.ref}",
        data={"from": before.isoformat(), "to": until.isoformat(), "reason": reason},
    )
    return charge


@transaction.atomic
def adjust(charge: Charge, amount: Decimal, *, reason: str, actor: Actor) -> Charge:
    """Correct what is owed to ``amount``; zero cancels the charge.

    What was paid beyond the new amount, with the late fee on it, becomes the payer's overpayment.
    """
    if amount < ZERO:
        raise ValidationError({"amount": _("更正后的金额不能小于零。")}, code="amount")
    _whole_fen(amount)
    charge = (
        Charge.objects.select_for_update(no_key=True, of=("self",)).select_related("levy", "party").get(pk=charge.pk)
    )
    change = amount - charge.amount
    if not change:
        return charge
    principal, late_fee = _release(charge, charge.paid - amount, reason) if charge.paid > amount else (ZERO, ZERO)
    before, charge.amount = charge.amount, amount
    charge.save(update_fields=["amount", "paid", "late_fee_fixed", "late_fee_paid"])
    journal.post(
        JournalEntry.Kind.ADJUSTMENT,
        charge.party,
        {
            Account.RECEIVABLE: change + principal,
            charge.levy.account_id: -change,
            Account.LATE_FEES: late_fee,
            Account.REFUNDABLE: -(principal + late_fee),
        },
        about=f"charge/{charge.ref}",
        memo=reason[:200],
    )
    log.record(
        f"party/{charge.party.ref}",
        "charge-adjusted",
        actor=actor,
        target=f"charge/{charge.ref}",
        data={"from": str(before), "to": str(amount), "overpaid": str(principal + late_fee), "reason": reason},
    )
    return charge


@transaction.atomic
def write_off(charge: Charge, *, reason: str, proposed_by: User, actor: Actor) -> tuple[Decimal, Decimal]:
    """Take what can never be collected off a charge (核销): what was paid stays paid, the rest is given up.

    Two people decide it: ``actor`` approves what ``proposed_by`` has proposed. The caller has decided by what law.

    :returns: the principal and the late fee given up; zero each when nothing is left.
    :raises PermissionDenied: when one person would do both; the attempt is on record.
    """
    if actor.user is None or actor.user.pk == proposed_by.pk:
        log.denied("charge-write-off", actor=actor, target=f"charge/{charge.ref}", reason="one person for both")
        raise PermissionDenied(_("提请核销和批准核销须是两个人。"))
    charge = (
        Charge.objects.select_for_update(no_key=True, of=("self",)).select_related("levy", "party").get(pk=charge.pk)
    )
    today = clock.today()
    principal, late_fee = charge.outstanding, late_fees.outstanding(charge, today)
    if not principal and not late_fee:
        return ZERO, ZERO
    charge.amount, charge.late_fee_fixed = charge.paid, charge.late_fee_paid
    charge.save(update_fields=["amount", "late_fee_fixed"])
    if principal:
        journal.post(
            JournalEntry.Kind.ADJUSTMENT,
            charge.party,
            {Account.RECEIVABLE: -principal, charge.levy.account_id: principal},
            about=f"charge/{charge.ref}",
            memo=reason[:200],
        )
    log.record(
        f"party/{charge.party.ref}",
        "charge-written-off",
        actor=actor,
        target=f"charge/{charge.ref}",
        data={
            "principal": str(principal),
            "late_fee": str(late_fee),
            "reason": reason,
            "proposed_by": proposed_by.pk,
        },
    )
    return principal, late_fee


def moved_since(moment: dt.datetime) -> QuerySet[Allocation]:
    """What was put on charges or taken off them since a moment, for whoever passes it on: found by an index."""
    return Allocation.objects.filter(at__gte=moment)


def _whole_fen(amount: Decimal) -> None:
    if fen(amount) != amount:
        raise ValidationError({"amount": _("金额最多两位小数，请精确到分。")}, code="amount")


def _release(charge: Charge, excess: Decimal, reason: str) -> tuple[Decimal, Decimal]:
    """Take ``excess`` principal and the late fee on it off a charge, latest payment first."""
    freed: dict[int, Decimal] = defaultdict(Decimal)
    rows, left = [], excess
    fixed = charge.late_fee_fixed
    for payment_id, valued_on, net in _put_on(charge, Component.PRINCIPAL):
        part = min(left, net)
        if part > ZERO:
            rows.append(_allocation(charge, payment_id, Component.PRINCIPAL, -part))
            freed[payment_id] += part
            left -= part
            fixed -= min(fixed, late_fees.on_principal(charge, part, valued_on))
    late = left_late = max(ZERO, charge.late_fee_paid - fixed)
    for payment_id, _valued_on, net in _put_on(charge, Component.LATE_FEE):
        part = min(left_late, net)
        if part > ZERO:
            rows.append(_allocation(charge, payment_id, Component.LATE_FEE, -part))
            freed[payment_id] += part
            left_late -= part
    Allocation.objects.bulk_create(rows)
    Overpayment.objects.bulk_create(
        Overpayment(payment_id=payment_id, party=charge.party, amount=amount, reason=reason[:200])
        for payment_id, amount in freed.items()
    )
    charge.paid -= excess
    charge.late_fee_fixed = fixed
    charge.late_fee_paid -= late
    return excess, late


def _put_on(charge: Charge, component: str) -> list[tuple[int, dt.date, Decimal]]:
    """Payments with what they still have on a component of a charge, latest first."""
    return list(
        Allocation.objects.filter(charge=charge, component=component)
        .values("payment_id", "payment__valued_on")
        .annotate(net=Sum("amount"))
        .filter(net__gt=0)
        .order_by("-payment_id")
        .values_list("payment_id", "payment__valued_on", "net")
    )


def _allocation(charge: Charge, payment_id: int, component: str, amount: Decimal) -> Allocation:
    return Allocation(charge=charge, payment_id=payment_id, component=component, amount=amount)


def open_for(party: Party) -> list[Charge]:
    """The charges of a party with something left to pay, oldest due date first."""
    return list(Charge.objects.filter(party=party).open().select_related("levy"))
