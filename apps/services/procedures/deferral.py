"""Deferral of payment (延期缴纳税款): Article 6, with Article 31 of the Tax Collection Law.

A taxpayer in special difficulty may pay up to three months later; the office decides within twenty
days of receiving the application (实施细则 Art 42), or the arrears bear late fees from the due date.
"""

import datetime as dt
from collections.abc import Collection
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import QuerySet
from django.utils.formats import date_format
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from apps.kernel.casework import procedures, standard
from apps.kernel.casework.models import Case, CaseDetail
from apps.kernel.casework.procedures import Page, Procedure
from apps.kernel.ledger import charges
from apps.kernel.ledger.models import Charge, Levy, Yuan
from apps.kernel.parties.actors import Actor
from apps.kernel.parties.models import Party
from apps.kernel.workcalendar import deadlines
from apps.kernel.workcalendar.days import SHANGHAI
from apps.services.procedures.rights import approving, deciding, payers_office


class Deferral(CaseDetail):
    """What is to be paid later, by how much, and why."""

    class Ground(models.TextChoices):
        FORCE_MAJEURE = "force_majeure", _("因不可抗力发生较大损失，正常经营受到较大影响")
        NO_FUNDS = "no_funds", _("货币资金扣除应付职工工资、社会保险费后不足以缴纳税款")

    levy = models.ForeignKey(
        Levy,
        models.PROTECT,
        null=True,
        related_name="+",
        verbose_name=_("税种"),
        limit_choices_to={"kind": Levy.Kind.TAX},  # the law lets taxes be deferred, not contributions and fees
    )
    period = models.CharField(_("所属期"), max_length=20, default="", help_text=_("与“我的账户”一致，例如：2026-09。"))
    amount = Yuan(
        _("申请延期的金额（元）"),
        max_digits=16,
        decimal_places=2,
        null=True,
        validators=[MinValueValidator(Decimal("0.01"), _("金额应大于 0 元。"))],
    )
    months = models.PositiveSmallIntegerField(
        _("延期月数"),
        null=True,
        help_text=_("最长三个月。"),
        validators=[
            MinValueValidator(1, _("至少延期一个月。")),
            MaxValueValidator(3, _("依法最长延期三个月，请填写 1 至 3。")),
        ],
    )
    ground = models.CharField(_("理由类别"), max_length=20, choices=Ground, default="")
    explanation = models.TextField(_("情况说明"), max_length=2000, default="")
    postponed_until = models.DateField(_("延期后的缴款期限"), null=True, blank=True, editable=False)

    class Meta:
        verbose_name = _("延期缴纳税款申请")
        verbose_name_plural = _("延期缴纳税款申请")

    def __str__(self) -> str:
        return f"{self.levy_id} {self.amount}"


def covers_all(case: Case, actor: Actor) -> None:
    """A charge has one due date, so what is deferred of it is all that is still owed (its rest is paid first)."""
    deferral: Deferral = case.detail
    for charge in _charges(deferral, case.applicant):
        if charge.outstanding > deferral.amount:
            raise ValidationError(
                gettext(
                    "该笔税费尚有 %(owed)s 元未缴，多于申请延期的金额。请先要求补正金额，或者待其余部分缴纳后核准。"
                )
                % {"owed": f"{charge.outstanding:,.2f}"}
            )


def postpone(case: Case, actor: Actor, data: dict[str, Any]) -> None:
    """The account follows the decision: the charge falls due later, and the late fee with it."""
    for charge in _charges(case.detail, case.applicant):
        _postpone(charge, case, actor)
    if until := case.detail.postponed_until:
        data["reason"] = gettext("缴款期限延至 %(until)s。") % {"until": date_format(until)}


def on_charges_assessed(
    sender: object, *, charges: QuerySet[Charge], periods: Collection[str], **_more: object
) -> None:
    """A return filed after the decision: its charge falls due on the deferred day from the start."""
    approved = Deferral.objects.filter(
        case__state=standard.APPROVED,
        case__applicant__in=charges.values("party"),
        period__in=periods,
    ).select_related("case")
    for deferral in approved:
        mine = charges.filter(party=deferral.case.applicant_id, period=deferral.period, amount__lte=deferral.amount)
        for charge in mine.filter(levy=deferral.levy_id):
            _postpone(charge, deferral.case, Actor.system("deferral"))


def _charges(deferral: Deferral, party: Party) -> list[Charge]:
    """The open charges an application is about."""
    return list(Charge.objects.filter(party=party, levy=deferral.levy_id, period=deferral.period).open())


def _postpone(charge: Charge, case: Case, actor: Actor) -> None:
    """Once for one application, also when it is decided again after a reopening."""
    deferral: Deferral = case.detail
    if deferral.postponed_until is not None and charge.due >= deferral.postponed_until:
        return
    due = dt.datetime.combine(charge.due, dt.time.max, tzinfo=SHANGHAI)
    until = deadlines.due(due, deferral.months, deadlines.Unit.MONTH).due.astimezone(SHANGHAI).date()
    charges.postpone(charge, until, reason=case.number, actor=actor)
    deferral.postponed_until = until
    deferral.save(update_fields=["postponed_until"])


DEFERRAL = procedures.register(
    Procedure(
        code="deferral",
        title=_("延期缴纳税款"),
        summary=_("有特殊困难、不能按期缴纳税款时，可以申请最长三个月的延期，延期内不加收滞纳金。"),
        chapter="2",
        article="第六条",
        audience=frozenset({Party.Kind.PERSON, Party.Kind.ORGANISATION}),
        detail=Deferral,
        states=standard.STATES,
        transitions=approving(postpone, bar=covers_all, reopens=True),
        route=payers_office,
        clocks=deciding("deferral-decide", _("作出决定")),
        pages=(
            Page("what", _("哪一笔税费需要延期？"), ("levy", "period", "amount")),
            Page("how-long", _("需要延期多久？"), ("months",)),
            Page("why", _("为什么不能按期缴纳？"), ("ground", "explanation")),
        ),
        papers=(_("能够证明困难的材料，例如银行对账单、灾情报告。"),),
        minutes=15,
        subject=_("纳税人权利"),
        keywords=("延期", "缓缴", "困难"),
    )
)
