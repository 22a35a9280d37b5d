"""The handling fee (代征手续费): a rate on what a year brought in, within its ceilings (财行〔2019〕11号, Art 23)."""

import datetime as dt

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import Exists, F, OuterRef, Sum
from django.utils.translation import gettext as _

from apps.collaboration.delegated import access
from apps.collaboration.delegated.models import (
    CollectedItem,
    DelegatedAgreement,
    FeeLine,
    FeeStatement,
    Remittance,
)
from apps.collaboration.delegated.rows import ENDED
from apps.kernel.audit import log
from apps.kernel.ledger.models import ZERO
from apps.kernel.notifications import outbox
from apps.kernel.parties.actors import Actor
from apps.kernel.rules import parameters
from apps.kernel.rules.money import fen
from apps.kernel.workcalendar import clock
from apps.kernel.workcalendar.days import SHANGHAI


def remitted_by_levy(agreement: DelegatedAgreement, year: int) -> dict[str, object]:
    """What a year's collections brought in, by levy: only of days that are handed in completely."""
    handed_in = Remittance.objects.filter(
        agreement=OuterRef("agreement"), day=OuterRef("collected_on"), charge__paid__gte=F("charge__amount")
    )
    rows = CollectedItem.objects.filter(Exists(handed_in), agreement=agreement, collected_on__year=year)
    return dict(rows.values_list("levy").annotate(total=Sum("amount")).order_by("levy"))


@transaction.atomic
def compute(agreement: DelegatedAgreement, year: int, actor: Actor) -> FeeStatement:
    """The statement of a year that is over; computed again until it is confirmed.

    :raises ValidationError: on ``year`` while it runs, after confirmation, or when nothing was handed in.
    """
    access.require("fee", actor, agreement.about, allowed=access.looks_after(actor, agreement))
    agreement = (
        DelegatedAgreement.objects.select_for_update(no_key=True, of=("self",))
        .select_related("case")
        .get(pk=agreement.pk)
    )
    if year >= clock.today().year and agreement.case.state not in ENDED:
        raise ValidationError({"year": _("手续费按年结算：请在年度结束或者协议终止后计算。")})
    statement = FeeStatement.objects.filter(agreement=agreement, year=year).first()
    if statement is not None and statement.confirmed_at is not None:
        raise ValidationError({"year": _("这一年的手续费已经审定。")})
    sums = remitted_by_levy(agreement, year)
    if not sums:
        raise ValidationError({"year": _("这一年没有全部解缴的代征税费。")})
    if statement is not None:
        statement.delete()  # lines go with it: what was never confirmed binds nobody
    lines = [_line(agreement, levy, total, year) for levy, total in sums.items()]
    statement = FeeStatement.objects.create(
        agreement=agreement,
        year=year,
        amount=sum((line.amount for line in lines), ZERO),
        computed_by=actor.person,
    )
    for line in lines:
        line.statement = statement
    FeeLine.objects.bulk_create(lines)
    log.record(agreement.about, "fee-computed", actor=actor, data={"year": year, "amount": str(statement.amount)})
    return statement


def _line(agreement: DelegatedAgreement, levy: str, total, year: int) -> FeeLine:
    law = parameters.row(
        f"delegated.fee.{levy}", min(clock.today(), clock.today().replace(year=year, month=12, day=31))
    )
    rate = min(agreement.fee_rate, law.number)
    return FeeLine(
        levy_id=levy,
        remitted=total,
        rate=rate,
        ceiling=law.number,
        amount=fen(total * rate),
        source=law.source,
        confidence=law.confidence,
    )


@transaction.atomic
def confirm(statement: FeeStatement, actor: Actor) -> FeeStatement:
    """A chief who did not compute it confirms the statement; the collector is told.

    :raises PermissionDenied: for whoever computed it.
    """
    row = (
        FeeStatement.objects.select_for_update(no_key=True, of=("self",))
        .select_related("agreement__case__applicant")
        .get(pk=statement.pk)
    )
    access.require("fee-confirm", actor, row.agreement.about, allowed=access.decides(actor, row.agreement))
    if row.computed_by_id == actor.person.pk:
        log.denied("delegated.fee-confirm", actor=actor, target=row.agreement.about, reason="computed it")
        raise PermissionDenied(_("计算的人不能自己审定，请由另一位同事审定。"))
    if row.confirmed_at is not None:
        raise ValidationError(_("这一年的手续费已经审定。"))
    row.confirmed_by, row.confirmed_at = actor.user, clock.now()
    row.save(update_fields=["confirmed_by", "confirmed_at"])
    log.record(row.agreement.about, "fee-confirmed", actor=actor, data={"year": row.year})
    outbox.send(
        "delegated-fee",
        row.agreement.case.applicant,
        {"year": row.year, "amount": row.amount},
        about=row.agreement.about,
    )
    return row


@transaction.atomic
def pay(statement: FeeStatement, actor: Actor, *, paid_on: dt.date, reference: str) -> FeeStatement:
    """Put on record that the treasury has paid a confirmed fee; the collector is told.

    :raises ValidationError: before confirmation, a second time, on a day that cannot be, or a voucher used before.
    """
    row = (
        FeeStatement.objects.select_for_update(no_key=True, of=("self",))
        .select_related("agreement__case__applicant")
        .get(pk=statement.pk)
    )
    access.require("fee-pay", actor, row.agreement.about, allowed=access.looks_after(actor, row.agreement))
    if row.confirmed_at is None:
        raise ValidationError(_("手续费审定以后才能支付。"))
    if row.paid_on is not None:
        raise ValidationError(_("这一年的手续费已经支付。"))
    if not row.confirmed_at.astimezone(SHANGHAI).date() <= paid_on <= clock.today():
        raise ValidationError({"paid_on": _("支付日期须在审定之日至今天之间。")})
    if FeeStatement.objects.filter(paid_reference=reference.strip()).exists():
        raise ValidationError({"reference": _("这个凭证号已经用过，同一笔不能登记两次。")})
    row.paid_on, row.paid_reference, row.paid_by = paid_on, reference.strip(), actor.user
    row.save(update_fields=["paid_on", "paid_reference", "paid_by"])
    log.record(row.agreement.about, "fee-paid", actor=actor, data={"year": row.year, "reference": row.paid_reference})
    outbox.send(
        "delegated-fee-paid",
        row.agreement.case.applicant,
        {"year": row.year, "amount": row.amount, "paid_on": paid_on, "reference": row.paid_reference},
        about=row.agreement.about,
    )
    return row
