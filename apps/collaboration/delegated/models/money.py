"""Money between the collector and the treasury: remittances, transfers, damages, handling fees (Art 23)."""

import datetime as dt
from decimal import Decimal

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from apps.collaboration.delegated.models.agreements import DelegatedAgreement
from apps.collaboration.delegated.models.batches import OfAgreement, batch_ref
from apps.kernel.ledger.models import ZERO, Charge, Levy, Payment, Yuan
from apps.kernel.parties.actors import Actor
from apps.kernel.parties.models import User
from apps.kernel.workcalendar import clock


class Remittance(models.Model):
    """What a collector hands in for one day: a charge on its own account (解缴)."""

    ref = models.CharField(_("编号"), max_length=12, unique=True, default=batch_ref, editable=False)
    agreement = models.ForeignKey(DelegatedAgreement, models.PROTECT, related_name="remittances")
    day = models.DateField(_("代征日期"))
    due = models.DateField(_("解缴期限"))
    reasons = models.JSONField(_("期限的推算"), default=list)
    charge = models.OneToOneField(Charge, models.PROTECT, related_name="+", verbose_name=_("应解缴"))

    objects = OfAgreement.as_manager()

    class Meta:
        verbose_name = _("解缴")
        verbose_name_plural = _("解缴")
        ordering = ["-day"]
        constraints = [
            models.UniqueConstraint(fields=["agreement", "day"], name="delegated_remittance_once"),
            models.CheckConstraint(condition=Q(due__gte=models.F("day")), name="delegated_remittance_due"),
        ]

    def __str__(self) -> str:
        return f"{self.agreement_id} {self.day}"

    @property
    def about(self) -> str:
        return f"delegated-remittance/{self.ref}"

    @property
    def outstanding(self) -> Decimal:
        """What is still with the collector."""
        return self.charge.outstanding

    def late(self, on: dt.date) -> bool:
        """Whether it should have been handed in before this day."""
        return self.outstanding > ZERO and on > self.due


class TransferQuerySet(models.QuerySet):
    """Transfers, seen by whoever sees the agreement."""

    def visible_to(self, actor: Actor):
        """Those of the agreements the actor sees."""
        return self.filter(remittance__in=Remittance.objects.visible_to(actor))


class Transfer(models.Model):
    """A bank transfer the collector says it made; it counts when the office has found it (银行转账解缴)."""

    class State(models.TextChoices):
        STATED = "stated", _("待核实")
        CONFIRMED = "confirmed", _("已入库")
        REFUSED = "refused", _("查无此款")

    ref = models.CharField(_("编号"), max_length=12, unique=True, default=batch_ref, editable=False)
    remittance = models.ForeignKey(Remittance, models.PROTECT, related_name="transfers")
    amount = Yuan(_("金额"))
    bank_reference = models.CharField(_("银行流水号"), max_length=40)
    paid_on = models.DateField(_("转账日期"))
    state = models.CharField(_("状态"), max_length=10, choices=State, default=State.STATED)
    stated_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", verbose_name=_("填报人"))
    stated_at = models.DateTimeField(_("填报时间"), default=clock.now)
    decided_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", verbose_name=_("核实人"))
    decided_at = models.DateTimeField(_("核实时间"), null=True)
    payment = models.OneToOneField(Payment, models.PROTECT, null=True, related_name="+", verbose_name=_("缴款"))

    objects = TransferQuerySet.as_manager()

    class Meta:
        verbose_name = _("解缴转账")
        verbose_name_plural = _("解缴转账")
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["bank_reference"],
                condition=~Q(state="refused"),
                name="delegated_transfer_once",
                violation_error_message=_("这个银行流水号已经填报过。"),
            ),
            models.CheckConstraint(condition=Q(amount__gt=ZERO), name="delegated_transfer_amount"),
            models.CheckConstraint(
                condition=Q(state="stated", decided_at__isnull=True, payment__isnull=True)
                | Q(state="confirmed", decided_at__isnull=False, payment__isnull=False)
                | Q(state="refused", decided_at__isnull=False, payment__isnull=True),
                name="delegated_transfer_decided",
            ),
        ]

    def __str__(self) -> str:
        return self.bank_reference


class LatePenalty(models.Model):
    """Damages for remitting late, where the collector is at fault (违约金): a charge on the collector's account."""

    remittance = models.OneToOneField(Remittance, models.PROTECT, related_name="penalty")
    amount = Yuan(_("违约金"))
    lines = models.JSONField(_("计算"))
    reason = models.CharField(_("过错认定"), max_length=300)
    decided_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name=_("决定人"))
    decided_at = models.DateTimeField(_("决定时间"), default=clock.now)
    charge = models.OneToOneField(Charge, models.PROTECT, related_name="+", verbose_name=_("应缴"))

    class Meta:
        verbose_name = _("解缴违约金")
        verbose_name_plural = _("解缴违约金")
        constraints = [models.CheckConstraint(condition=Q(amount__gt=ZERO), name="delegated_penalty_amount")]

    def __str__(self) -> str:
        return f"{self.remittance_id} {self.amount}"


class FeeStatement(models.Model):
    """The handling fee of a year (代征手续费结算): computed by one person, confirmed by another."""

    agreement = models.ForeignKey(DelegatedAgreement, models.PROTECT, related_name="statements")
    year = models.PositiveSmallIntegerField(_("年度"))
    amount = Yuan(_("手续费"))
    computed_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name=_("计算人"))
    computed_at = models.DateTimeField(_("计算时间"), default=clock.now)
    confirmed_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", verbose_name=_("审定人"))
    confirmed_at = models.DateTimeField(_("审定时间"), null=True)
    paid_on = models.DateField(_("支付日期"), null=True)
    paid_reference = models.CharField(_("支付凭证号"), max_length=40, blank=True)
    paid_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", verbose_name=_("登记人"))

    objects = OfAgreement.as_manager()

    class Meta:
        verbose_name = _("代征手续费结算")
        verbose_name_plural = _("代征手续费结算")
        ordering = ["-year"]
        constraints = [
            models.UniqueConstraint(fields=["agreement", "year"], name="delegated_statement_once"),
            models.CheckConstraint(
                condition=Q(confirmed_at__isnull=True, confirmed_by__isnull=True)
                | Q(confirmed_at__isnull=False, confirmed_by__isnull=False) & ~Q(confirmed_by=models.F("computed_by")),
                name="delegated_statement_two_people",
            ),
            models.CheckConstraint(
                condition=Q(paid_on__isnull=True, paid_reference="", paid_by__isnull=True)
                | Q(paid_on__isnull=False, paid_by__isnull=False, confirmed_at__isnull=False) & ~Q(paid_reference=""),
                name="delegated_statement_paid",
            ),
            models.UniqueConstraint(
                fields=["paid_reference"], condition=~Q(paid_reference=""), name="delegated_statement_paid_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.agreement_id} {self.year}"


class FeeLine(models.Model):
    """The handling fee of one levy, with the rate it was computed by (手续费明细)."""

    statement = models.ForeignKey(FeeStatement, models.CASCADE, related_name="lines")
    levy = models.ForeignKey(Levy, models.PROTECT, related_name="+", verbose_name=_("税费种"))
    remitted = Yuan(_("实际解缴"))
    rate = models.DecimalField(_("比例"), max_digits=7, decimal_places=5)
    ceiling = models.DecimalField(_("比例上限"), max_digits=7, decimal_places=5)
    amount = Yuan(_("手续费"))
    source = models.CharField(_("依据"), max_length=160)
    confidence = models.CharField(_("可信程度"), max_length=1)

    class Meta:
        verbose_name = _("手续费明细")
        verbose_name_plural = _("手续费明细")
        ordering = ["levy"]
        constraints = [
            models.UniqueConstraint(fields=["statement", "levy"], name="delegated_fee_line_once"),
            models.CheckConstraint(
                condition=Q(rate__lte=models.F("ceiling"), rate__gte=0), name="delegated_fee_within_ceiling"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.levy_id} {self.amount}"
