"""Remittance (解缴): each day's collections fall due on the collector's account, are paid or late (Art 23)."""

import datetime as dt
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import translation
from django.utils.translation import gettext as _

from apps.collaboration.delegated import access
from apps.collaboration.delegated.models import (
    CollectedItem,
    DelegatedAgreement,
    LatePenalty,
    Remittance,
    Transfer,
)
from apps.kernel.audit import log
from apps.kernel.ledger import charges, collections
from apps.kernel.ledger.models import ZERO, Allocation
from apps.kernel.notifications import outbox
from apps.kernel.parties.actors import Actor
from apps.kernel.rules import parameters, terms
from apps.kernel.rules.money import fen
from apps.kernel.workcalendar import clock, deadlines
from apps.kernel.workcalendar.days import SHANGHAI

REMITTANCE, PENALTY = "collected-remittance", "collected-penalty"
RATE = "delegated.late-remit.rate"


def due(agreement: DelegatedAgreement, day: dt.date) -> deadlines.Derivation:
    """By when a day's money is handed in: as agreed, else by the rule."""
    term = agreement.remit_days or terms.term("delegated-remit", day).term
    noon = dt.datetime.combine(day, dt.time(12), tzinfo=SHANGHAI)
    with translation.override("zh-hans"):
        return deadlines.due(noon, term, deadlines.Unit.WORKING_DAY)


def expect(agreement: DelegatedAgreement, items: Sequence[CollectedItem], *, actor: Actor) -> None:
    """Each day's sum falls due on the collector's account; more of a day adds to it. The agreement is locked."""
    sums: dict[dt.date, Decimal] = defaultdict(lambda: ZERO)
    for item in items:
        sums[item.collected_on] += item.amount
    known = {
        row.day: row
        for row in agreement.remittances.filter(day__in=sums).select_related("charge__levy", "charge__party")
    }
    for day, amount in sorted(sums.items()):
        before = known.get(day)
        if before is not None:
            charges.adjust(before.charge, before.charge.amount + amount, reason=_("同日补报代征"), actor=actor)
            continue
        derived = due(agreement, day)
        row = Remittance(
            agreement=agreement,
            day=day,
            due=derived.due.astimezone(SHANGHAI).date(),
            reasons=list(derived.lines),
        )
        row.charge = charges.assess(
            party=agreement.case.applicant,
            levy=REMITTANCE,
            period=day.isoformat(),
            amount=amount,
            due=row.due,
            about=row.about,
            actor=actor,
        )
        row.save()


@transaction.atomic
def state_transfer(
    remittance: Remittance, *, amount: Decimal, bank_reference: str, paid_on: dt.date, actor: Actor
) -> Transfer:
    """The collector says it has transferred money; the office looks for it.

    :raises ValidationError: on a future day, more than is owed, or a reference stated before.
    """
    agreement = remittance.agreement
    access.require("transfer", actor, remittance.about, allowed=access.collects(actor, agreement))
    row = Remittance.objects.select_for_update(no_key=True, of=("self",)).select_related("charge").get(pk=remittance.pk)
    if paid_on > clock.today() or paid_on < row.day:
        raise ValidationError({"paid_on": _("转账日期不早于代征之日，不晚于今天。")})
    waiting = sum((each.amount for each in row.transfers.filter(state=Transfer.State.STATED)), ZERO)
    if amount + waiting > row.outstanding:
        raise ValidationError({"amount": _("多于尚未解缴的金额 %s 元。") % f"{row.outstanding - waiting:,.2f}"})
    try:
        with transaction.atomic():
            transfer = Transfer.objects.create(
                remittance=row,
                amount=amount,
                bank_reference=bank_reference.strip(),
                paid_on=paid_on,
                stated_by=actor.user,
            )
    except IntegrityError as error:
        raise ValidationError({"bank_reference": _("这个银行流水号已经填报过。")}) from error
    log.record(agreement.about, "transfer-stated", actor=actor, target=row.about, data={"amount": str(amount)})
    return transfer


@transaction.atomic
def decide_transfer(transfer: Transfer, *, found: bool, actor: Actor) -> Transfer:
    """The office has found the money, and it is handed in; or it has not.

    :raises ValidationError: when it was decided before.
    """
    row = (
        Transfer.objects.select_for_update(no_key=True, of=("self",))
        .select_related("remittance__agreement__case", "remittance__charge")
        .get(pk=transfer.pk)
    )
    agreement = row.remittance.agreement
    access.require("confirm", actor, row.remittance.about, allowed=access.looks_after(actor, agreement))
    if row.state != Transfer.State.STATED:
        raise ValidationError(_("这笔转账已经核实过了。"))
    row.state = Transfer.State.CONFIRMED if found else Transfer.State.REFUSED
    row.decided_by, row.decided_at = actor.user, clock.now()
    if found:
        row.payment = collections.collect(
            row.remittance.charge,
            row.amount,
            by=row.remittance.about,
            day=row.paid_on,
            actor=actor,
            idempotency_key=f"delegated-transfer/{row.ref}",
        )
    row.save()
    log.record(agreement.about, f"transfer-{row.state}", actor=actor, target=row.remittance.about)
    return row


@dataclass(frozen=True)
class Late:
    """One part of a day's money that came late."""

    amount: Decimal
    paid_on: dt.date
    days: int
    penalty: Decimal


def late_parts(due_on: dt.date, parts: Sequence[tuple[Decimal, dt.date]], rate: Decimal) -> list[Late]:
    """The damages on each part handed in after it was due: part x rate x days, rounded to the fen a part."""
    return [
        Late(amount, paid_on, (paid_on - due_on).days, fen(amount * rate * (paid_on - due_on).days))
        for amount, paid_on in parts
        if paid_on > due_on
    ]


def lateness(remittance: Remittance) -> tuple[Decimal, list[Late]]:
    """The rate in force and what came late, as the ledger has it."""
    rate = parameters.row(RATE, remittance.due).number
    paid = Allocation.objects.filter(charge=remittance.charge, component="principal").select_related("payment")
    parts = [(each.amount, each.payment.paid_at.astimezone(SHANGHAI).date()) for each in paid]
    return rate, late_parts(remittance.due, parts, rate)


@transaction.atomic
def impose(remittance: Remittance, *, reason: str, actor: Actor) -> LatePenalty:
    """Damages where the collector is at fault, once everything is handed in: by a chief, with the reason.

    :raises ValidationError: when something is still owed, nothing was late, or it was decided before.
    """
    agreement = remittance.agreement
    access.require("penalty", actor, remittance.about, allowed=access.decides(actor, agreement))
    row = Remittance.objects.select_for_update(no_key=True, of=("self",)).select_related("charge").get(pk=remittance.pk)
    if not reason.strip():
        raise ValidationError({"reason": _("请写明代征单位有什么过错。")})
    if row.outstanding:
        raise ValidationError({"reason": _("还没有全部解缴，违约金待解缴后计算。")})
    if LatePenalty.objects.filter(remittance=row).exists():
        raise ValidationError({"reason": _("这一天的违约金已经决定。")})
    rate, parts = lateness(row)
    amount = sum((each.penalty for each in parts), ZERO)
    if not amount:
        raise ValidationError({"reason": _("这一天没有逾期解缴的金额。")})
    source = parameters.row(RATE, row.due)
    charge = charges.assess(
        party=agreement.case.applicant,
        levy=PENALTY,
        period=row.day.isoformat(),
        amount=amount,
        due=deadlines.due(clock.now(), 15, deadlines.Unit.DAY).due.astimezone(SHANGHAI).date(),
        about=row.about,
        actor=actor,
    )
    penalty = LatePenalty.objects.create(
        remittance=row,
        amount=amount,
        lines=[_line(each, rate, source) for each in parts],
        reason=reason.strip(),
        decided_by=actor.person,
        charge=charge,
    )
    log.record(agreement.about, "penalty", actor=actor, target=row.about, data={"amount": str(amount)})
    outbox.send(
        "delegated-penalty",
        agreement.case.applicant,
        {"day": row.day, "amount": amount, "reason": penalty.reason},
        about=row.about,
    )
    return penalty


def _line(late: Late, rate: Decimal, source: Any) -> dict[str, str]:
    with translation.override("zh-hans"):
        formula = _("%(amount)s × %(rate)s × %(days)d 天") % {
            "amount": f"{late.amount:,.2f}",
            "rate": f"{rate:.2%}",
            "days": late.days,
        }
    return {
        "label": late.paid_on.isoformat(),
        "formula": formula,
        "amount": str(late.penalty),
        "source": source.source,
        "confidence": source.confidence,
    }
