"""Deferral of payment (延期缴纳税款): Article 6, with Article 31 of the Tax Collection Law.

A taxpayer in special difficulty may pay up to three months later; the office decides within twenty
days of receiving the application (实施细则 Art 42), or the arrears bear late fees from the due date.
"""

from decimal import Decimal

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from apps.kernel.casework import procedures, standard
from apps.kernel.casework.models import Case, CaseDetail
from apps.kernel.casework.procedures import ClockSpec, Page, Procedure
from apps.kernel.parties.models import Office, Party


class Deferral(CaseDetail):
    """What is to be paid later, by how much, and why."""

    class Ground(models.TextChoices):
        FORCE_MAJEURE = "force_majeure", _("因不可抗力发生较大损失，正常经营受到较大影响")
        NO_FUNDS = "no_funds", _("货币资金扣除应付职工工资、社会保险费后不足以缴纳税款")

    levy = models.CharField(_("税费种"), max_length=40, default="", help_text=_("例如：增值税。"))
    period = models.CharField(_("所属期"), max_length=20, default="", help_text=_("例如：2026-09。"))
    amount = models.DecimalField(
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

    class Meta:
        verbose_name = _("延期缴纳税款申请")
        verbose_name_plural = _("延期缴纳税款申请")

    def __str__(self) -> str:
        return f"{self.levy} {self.amount}"


def _payers_office(case: Case) -> Office:
    """The tax office in charge of the payer."""
    return case.applicant.office


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
        transitions=standard.TRANSITIONS,
        route=_payers_office,
        clocks=(
            ClockSpec(
                "deferral-decide",
                _("作出决定"),
                starts=("submit", "reopen"),
                stops=("approve", "refuse", "withdraw"),
            ),
            ClockSpec(
                "supplement",
                _("补正材料"),
                starts=("ask_supplement",),
                stops=("supply", "withdraw"),
                pausable=False,
                whose="applicant",
            ),
        ),
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
