"""Reduction and exemption (减免税费核准): Article 6, with Article 33 of the Tax Collection Law.

For reductions the law leaves to the office's approval, such as after a natural disaster; those a payer
enjoys by declaring need no application.
"""

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
from apps.kernel.ledger import charges
from apps.kernel.ledger.models import Charge, Levy, Yuan
from apps.kernel.parties.actors import Actor
from apps.kernel.parties.models import Party
from apps.services.filing import charging
from apps.services.procedures.rights import TAXES, approving, charge_of, deciding, payers_office


class Reduction(CaseDetail):
    """Which charge should be reduced, by how much, and on what ground."""

    class Ground(models.TextChoices):
        DISASTER = "disaster", _("自然灾害等不可抗力造成重大损失")
        HARDSHIP = "hardship", _("缴纳确有困难，法律、行政法规规定可以减免")
        STATUTORY = "statutory", _("法律、行政法规规定的其他减免情形")

    levy = models.ForeignKey(
        Levy, models.PROTECT, null=True, related_name="+", verbose_name=_("税费种"), limit_choices_to=TAXES
    )
    period = models.CharField(_("所属期"), max_length=20, default="", help_text=_("与“我的账户”一致，例如：2026-09。"))
    amount = Yuan(
        _("申请减免的金额（元）"),
        max_digits=16,
        decimal_places=2,
        null=True,
        validators=[MinValueValidator(Decimal("0.01"), _("金额应大于 0 元。"))],
    )
    ground = models.CharField(_("减免情形"), max_length=20, choices=Ground, default="")
    explanation = models.TextField(_("事实和损失情况"), max_length=2000, default="")

    class Meta:
        verbose_name = _("减免税费申请")
        verbose_name_plural = _("减免税费申请")

    def __str__(self) -> str:
        return f"{self.levy_id} {self.amount}"


def check(reduction: Reduction) -> None:
    """Refuse a reduction of what the account does not show.

    :raises ValidationError: naming the field.
    """
    charge = _charge(reduction)
    if charging.return_behind(charge) is not None:
        raise ValidationError(
            {"period": gettext("这笔税费来自您的申报。可以自行申报享受的减免，请办理更正申报，不需要另行申请。")}
        )
    if charge.amount < reduction.amount:
        raise ValidationError(
            {
                "amount": gettext("这笔税费共 %(amount)s 元，减免的金额不能超过它。")
                % {"amount": f"{charge.amount:,.2f}"}
            }
        )


def _charge(reduction: Reduction) -> Charge:
    """What is to be reduced."""
    return charge_of(
        reduction.case.applicant,
        reduction.levy,
        reduction.period,
        bears=lambda charge: charge.amount,
        amount=reduction.amount,
    )


def still_owed(case: Case, actor: Actor) -> None:
    """Between application and decision the account may have changed: look again."""
    check(case.detail)


def reduce(case: Case, actor: Actor, data: dict[str, Any]) -> None:
    """The account follows the decision; what was paid beyond the reduced charge can be asked back."""
    reduction: Reduction = case.detail
    charge = _charge(reduction)
    reason = gettext("核准减免 %(number)s") % {"number": case.number}
    charges.adjust(charge, charge.amount - reduction.amount, reason=reason, actor=actor)
    data["reason"] = gettext("减免 %(amount)s 元。") % {"amount": f"{reduction.amount:,.2f}"}
    data["clause"] = "《税收征收管理法》第三十三条"


REDUCTION = procedures.register(
    Procedure(
        code="reduction",
        title=_("减税、免税核准"),
        summary=_(
            "遭受重大损失或者有法律规定的其他情形时，申请减征或者免征已核定的税费。自行申报即可享受的优惠不需要申请。"
        ),
        chapter="2",
        article="第六条",
        audience=frozenset({Party.Kind.PERSON, Party.Kind.ORGANISATION}),
        detail=Reduction,
        states=standard.STATES,
        transitions=approving(reduce, bar=still_owed),
        route=payers_office,
        clocks=deciding("reduction-decide", _("作出决定")),
        pages=(
            Page("what", _("哪一笔税费申请减免？"), ("levy", "period", "amount")),
            Page("why", _("符合哪一种情形？"), ("ground", "explanation")),
        ),
        papers=(_("能够证明损失或者困难的材料，例如灾情证明、财务报表。"),),
        minutes=15,
        subject=_("纳税人权利"),
        keywords=("减免", "免税", "减税", "灾害", "困难"),
        validate=check,
    )
)
