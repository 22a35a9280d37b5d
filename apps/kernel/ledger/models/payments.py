"""What is paid (缴款): orders to the gateway or money others collected, and where the money went."""

from django.contrib.postgres.indexes import BrinIndex
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from apps.kernel.ledger.models.amounts import ZERO, Yuan
from apps.kernel.ledger.models.charges import Charge
from apps.kernel.ledger.visibility import PaymentQuerySet
from apps.kernel.parties.ids import reference
from apps.kernel.parties.models import Party, User
from apps.kernel.workcalendar import clock


def payment_number() -> str:
    return "P" + reference(15)


class Payment(models.Model):
    """An order to pay one or more charges through the gateway, or money others collected for the treasury (缴款).

    Amounts are frozen when the payer goes to the gateway, late fee up to that day included. What others
    collected (``collected_by``) was never an order: it is written as received.
    """

    class State(models.TextChoices):
        CREATED = "created", _("待提交支付机构")
        AT_GATEWAY = "at_gateway", _("等待支付")
        SUCCEEDED = "succeeded", _("支付成功")
        FAILED = "failed", _("支付失败")
        EXPIRED = "expired", _("已过期")

    LIVE = (State.CREATED, State.AT_GATEWAY)

    number = models.CharField(_("缴款编号"), max_length=16, unique=True, default=payment_number, editable=False)
    party = models.ForeignKey(Party, models.PROTECT, related_name="payments", verbose_name=_("纳税人、缴费人"))
    user = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("经办人"))
    amount = Yuan(_("金额"))
    received = Yuan(_("实收金额"), default=ZERO)
    state = models.CharField(_("状态"), max_length=10, choices=State, default=State.CREATED)
    valued_on = models.DateField(_("滞纳金计算至"))
    created_at = models.DateTimeField(_("创建时间"), default=clock.now)
    expires_at = models.DateTimeField(_("有效期至"))
    return_url = models.URLField(_("返回地址"), max_length=300, blank=True)
    pay_url = models.URLField(_("支付页面"), max_length=300, blank=True)
    gateway_reference = models.CharField(_("支付机构流水号"), max_length=60, blank=True)
    paid_at = models.DateTimeField(_("支付时间"), null=True, blank=True)
    announced_at = models.DateTimeField(_("通知各业务的时间"), null=True, blank=True, editable=False)
    collected_by = models.CharField(
        _("代收来源"),
        max_length=80,
        blank=True,
        help_text=_("由他人代收、扣缴、划转的，记其业务；网上支付的为空。"),
    )
    collection_key = models.CharField(max_length=120, null=True, unique=True, editable=False)

    objects = PaymentQuerySet.as_manager()

    class Meta:
        verbose_name = _("缴款")
        verbose_name_plural = _("缴款")
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(condition=Q(amount__gt=0), name="payment_amount"),
            models.CheckConstraint(
                condition=Q(state="succeeded", received__gt=0, paid_at__isnull=False)
                | (~Q(state="succeeded") & Q(received=0)),
                name="payment_received_when_succeeded",
            ),
            models.CheckConstraint(
                condition=Q(collected_by="", collection_key__isnull=True)
                | (~Q(collected_by="") & Q(collection_key__isnull=False, state="succeeded")),
                name="payment_collected_is_received",
            ),
        ]
        indexes = [
            models.Index(fields=["party", "-id"], name="payment_party"),
            models.Index(fields=["created_at"], condition=Q(state__in=["created", "at_gateway"]), name="payment_live"),
            models.Index(
                fields=["id"], condition=Q(state="succeeded", announced_at__isnull=True), name="payment_unannounced"
            ),
            models.Index(fields=["paid_at"], condition=Q(state="succeeded"), name="payment_paid_at"),
            models.Index(fields=["collected_by"], condition=~Q(collected_by=""), name="payment_collected_by"),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def about(self) -> str:
        return f"payment/{self.number}"


class PaymentLine(models.Model):
    """What a payment means to pay of one charge, frozen at its start (缴款明细)."""

    payment = models.ForeignKey(Payment, models.PROTECT, related_name="lines", verbose_name=_("缴款"))
    charge = models.ForeignKey(Charge, models.PROTECT, related_name="payment_lines", verbose_name=_("应征税费"))
    principal = Yuan(_("本金"))
    late_fee = Yuan(_("滞纳金"))
    live = models.BooleanField(_("占用中"), default=True)

    class Meta:
        verbose_name = _("缴款明细")
        verbose_name_plural = _("缴款明细")
        constraints = [
            models.UniqueConstraint(fields=["payment", "charge"], name="payment_line_once"),
            # One live payment per charge: nobody can be sent to the gateway twice for one debt.
            models.UniqueConstraint(fields=["charge"], condition=Q(live=True), name="payment_line_one_live"),
            models.CheckConstraint(condition=Q(principal__gte=0, late_fee__gte=0), name="payment_line_amounts"),
        ]

    def __str__(self) -> str:
        return f"{self.payment_id} → {self.charge_id}"


class Allocation(models.Model):
    """Money of a payment put on a charge (分配); a negative row takes it off again. Append-only."""

    class Component(models.TextChoices):
        PRINCIPAL = "principal", _("本金")
        LATE_FEE = "late_fee", _("滞纳金")

    payment = models.ForeignKey(Payment, models.PROTECT, related_name="allocations", verbose_name=_("缴款"))
    charge = models.ForeignKey(Charge, models.PROTECT, related_name="allocations", verbose_name=_("应征税费"))
    component = models.CharField(_("组成"), max_length=10, choices=Component)
    amount = Yuan(_("金额"))
    at = models.DateTimeField(_("时间"), default=clock.now)

    class Meta:
        verbose_name = _("分配")
        verbose_name_plural = _("分配")
        ordering = ["id"]
        constraints = [models.CheckConstraint(condition=~Q(amount=0), name="allocation_not_zero")]
        # Written in order and never changed: what moved lately lies at the end.
        indexes = [BrinIndex(fields=["at"], name="allocation_lately", autosummarize=True, pages_per_range=32)]

    def __str__(self) -> str:
        return f"{self.amount} {self.component}"
