"""Refund of overpaid tax (退还多缴税款): Article 6, with Article 51 of the Tax Collection Law.

The payer claims within three years of paying; the office verifies and returns within thirty days of the
claim, with interest at the demand deposit rate of the day of the refund (实施细则 Art 78). What the books
show as overpaid already is asked back on the account page and does not need this claim.
"""

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import MinValueValidator
from django.db import models
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from apps.kernel.casework import procedures, standard
from apps.kernel.casework.models import Case, CaseDetail
from apps.kernel.casework.procedures import Page, Procedure
from apps.kernel.ledger import charges, refunds
from apps.kernel.ledger.models import Allocation, Charge, Levy, Overpayment, Yuan
from apps.kernel.parties.actors import Actor
from apps.kernel.parties.models import Party
from apps.kernel.rules import parameters, terms
from apps.kernel.rules.money import fen
from apps.kernel.workcalendar import clock, deadlines
from apps.kernel.workcalendar.days import SHANGHAI
from apps.services.filing import charging
from apps.services.procedures.rights import TAXES, approving, charge_of, deciding, payers_office

DEMAND_RATE = "refund-interest.demand-rate"
DAYS_OF_A_YEAR = 360  # the banks' year for interest on deposits


class RefundClaim(CaseDetail):
    """What was paid too much, and why; on approval also the interest and how it comes about."""

    class Ground(models.TextChoices):
        MISCALCULATED = "miscalculated", _("计算错误")
        TWICE = "twice", _("重复缴纳")
        EXEMPT = "exempt", _("符合减免条件但未享受")
        REDETERMINED = "redetermined", _("税务机关重新核定")
        OTHER = "other", _("其他")

    levy = models.ForeignKey(
        Levy, models.PROTECT, null=True, related_name="+", verbose_name=_("税费种"), limit_choices_to=TAXES
    )
    period = models.CharField(_("所属期"), max_length=20, default="", help_text=_("与“我的账户”一致，例如：2026-09。"))
    amount = Yuan(
        _("多缴的金额（元）"),
        max_digits=16,
        decimal_places=2,
        null=True,
        validators=[MinValueValidator(Decimal("0.01"), _("金额应大于 0 元。"))],
    )
    ground = models.CharField(_("多缴原因"), max_length=20, choices=Ground, default="")
    explanation = models.TextField(_("情况说明"), max_length=2000, default="")
    interest = models.DecimalField(_("利息（元）"), max_digits=16, decimal_places=2, null=True, editable=False)
    interest_how = models.TextField(_("利息计算"), default="", blank=True, editable=False)

    class Meta:
        verbose_name = _("退还多缴税款申请")
        verbose_name_plural = _("退还多缴税款申请")

    def __str__(self) -> str:
        return f"{self.levy_id} {self.amount}"


@dataclass(frozen=True)
class Interest:
    """Interest on one part of the overpaid money, from the day it was paid."""

    principal: Decimal
    paid_on: dt.date
    returned_on: dt.date
    rate: Decimal

    @property
    def days(self) -> int:
        return max(0, (self.returned_on - self.paid_on).days)

    @property
    def amount(self) -> Decimal:
        return fen(self.principal * self.rate * self.days / DAYS_OF_A_YEAR)

    @property
    def line(self) -> str:
        return f"{self.principal:,.2f} × {self.rate:.2%} ÷ {DAYS_OF_A_YEAR} × {self.days} 天 = {self.amount:,.2f}"


def check(claim: RefundClaim) -> None:
    """Refuse a claim the account or the law does not bear.

    :raises ValidationError: naming the field.
    """
    charge = _charge(claim)
    if charging.return_behind(charge) is not None:
        raise ValidationError(
            {
                "period": gettext(
                    "这笔税费来自您的申报，请先办理更正申报；多缴的部分会列入“我的账户”，可以直接申请退还。"
                )
            }
        )
    if charge.paid < claim.amount:
        raise ValidationError(
            {"amount": gettext("这笔税费只缴了 %(paid)s 元，多缴的金额不能超过它。") % {"paid": f"{charge.paid:,.2f}"}}
        )
    last = _payments(charge)[0][0]
    limit = terms.term("refund-claim", clock.today())
    paid_at = dt.datetime.combine(last, dt.time.max, tzinfo=SHANGHAI)
    if deadlines.due(paid_at, limit.term, limit.unit).due < clock.now():
        raise ValidationError({"period": gettext("自结算缴纳税款之日起已超过三年，依法不能再申请退还。")})


def verified(case: Case, actor: Actor) -> None:
    """Between claim and decision the account may have changed: look again."""
    check(case.detail)


def give_back(case: Case, actor: Actor, data: dict[str, Any]) -> None:
    """Take the overpaid part off the charge and order its refund; the interest is computed to this day."""
    claim: RefundClaim = case.detail
    charge = _charge(claim)
    parts = _interest(charge, claim.amount)
    reason = gettext("退还多缴税款 %(number)s") % {"number": case.number}
    charges.adjust(charge, charge.amount - claim.amount, reason=reason, actor=actor)
    for overpayment in Overpayment.objects.filter(party=case.applicant, reason=reason):
        refunds.grant(overpayment, requested_by=case.opened_by, reason=reason, actor=actor)
    claim.interest = sum((part.amount for part in parts), Decimal("0.00"))
    claim.interest_how = "\n".join(part.line for part in parts)
    claim.save(update_fields=["interest", "interest_how"])
    data["reason"] = gettext(
        "退还 %(amount)s 元，加算银行同期存款利息 %(interest)s 元（%(how)s）。"
        "利息由国库另行划付，不计入“我的账户”的退款。"
    ) % {
        "amount": f"{claim.amount:,.2f}",
        "interest": f"{claim.interest:,.2f}",
        "how": claim.interest_how.replace("\n", "；"),
    }
    data["clause"] = "《税收征收管理法》第五十一条、《税收征收管理法实施细则》第七十八条"


def _charge(claim: RefundClaim) -> Charge:
    """What the claimed money was paid on."""
    return charge_of(
        claim.case.applicant, claim.levy, claim.period, bears=lambda charge: charge.paid, amount=claim.amount
    )


def _interest(charge: Charge, amount: Decimal) -> list[Interest]:
    """The overpaid money is what was paid last."""
    today, parts, left = clock.today(), [], amount
    rate = parameters.row(DEMAND_RATE, today).number
    for paid_on, net in _payments(charge):
        part = min(left, net)
        if part:
            parts.append(Interest(part, paid_on, today, rate))
            left -= part
    return parts


def _payments(charge: Charge) -> list[tuple[dt.date, Decimal]]:
    """The days and amounts of principal paid on a charge, the latest first."""
    rows = (
        Allocation.objects.filter(charge=charge, component=Allocation.Component.PRINCIPAL)
        .values("payment_id", "payment__valued_on")
        .annotate(net=models.Sum("amount"))
        .filter(net__gt=0)
        .order_by("-payment_id")
    )
    return [(row["payment__valued_on"], row["net"]) for row in rows]


REFUND = procedures.register(
    Procedure(
        code="refund",
        title=_("退还多缴税款"),
        summary=_("自缴纳之日起三年内发现多缴的，可以申请退还并加算银行同期存款利息；税务机关三十日内查实退还。"),
        chapter="2",
        article="第六条",
        audience=frozenset({Party.Kind.PERSON, Party.Kind.ORGANISATION}),
        detail=RefundClaim,
        states=standard.STATES,
        transitions=approving(give_back, bar=verified),
        route=payers_office,
        clocks=deciding("refund-applied", _("查实并退还")),
        pages=(
            Page("what", _("哪一笔税费多缴了？"), ("levy", "period", "amount")),
            Page("why", _("为什么多缴了？"), ("ground", "explanation")),
        ),
        papers=(_("能够说明多缴的材料，例如完税证明、计算过程。"),),
        minutes=10,
        subject=_("纳税人权利"),
        keywords=("退税", "多缴", "重复缴纳", "退还", "利息"),
        detail_template="services/procedures/refund.html",
        validate=check,
    )
)
