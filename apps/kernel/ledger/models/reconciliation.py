"""A day compared with the gateway's statement (对账), to the fen."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from apps.kernel.ledger.models.amounts import Yuan
from apps.kernel.workcalendar import clock


class Reconciliation(models.Model):
    """One comparison of a day with the gateway's statement (对账)."""

    day = models.DateField(_("账单日"))
    run_at = models.DateTimeField(_("对账时间"), default=clock.now)
    here_count = models.PositiveIntegerField(_("我方笔数"))
    here_total = Yuan(_("我方金额"))
    there_count = models.PositiveIntegerField(_("对方笔数"))
    there_total = Yuan(_("对方金额"))
    control_ok = models.BooleanField(_("对方控制总数相符"))

    class Meta:
        verbose_name = _("对账报告")
        verbose_name_plural = _("对账报告")
        ordering = ["-day", "-id"]

    def __str__(self) -> str:
        return f"{self.day}"


class ReconciliationRow(models.Model):
    """One payment or refund in a comparison (对账明细)."""

    class Kind(models.TextChoices):
        MATCHED = "matched", _("相符")
        MISSING_HERE = "missing_here", _("我方缺少")
        MISSING_THERE = "missing_there", _("对方缺少")
        DIFFERING = "differing", _("金额不符")

    report = models.ForeignKey(Reconciliation, models.CASCADE, related_name="rows", verbose_name=_("报告"))
    kind = models.CharField(_("结果"), max_length=15, choices=Kind)
    number = models.CharField(_("编号"), max_length=60)
    here = Yuan(_("我方金额"), null=True, blank=True)
    there = Yuan(_("对方金额"), null=True, blank=True)

    class Meta:
        verbose_name = _("对账明细")
        verbose_name_plural = _("对账明细")
        constraints = [models.UniqueConstraint(fields=["report", "number"], name="reconciliation_row_once")]

    def __str__(self) -> str:
        return f"{self.number} {self.kind}"
