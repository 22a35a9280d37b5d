"""What the gateway said (支付机构通知), and what of it needs a person."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from apps.kernel.ledger.models.amounts import Yuan
from apps.kernel.ledger.models.payments import Payment
from apps.kernel.parties.models import User
from apps.kernel.workcalendar import clock


class GatewayNotice(models.Model):
    """Something the gateway told us, by callback or when asked (支付机构通知). The nonce lets each in once."""

    class Source(models.TextChoices):
        CALLBACK = "callback", _("回调")
        QUERY = "query", _("查询")

    nonce = models.CharField(max_length=64, unique=True)
    source = models.CharField(_("来源"), max_length=10, choices=Source)
    number = models.CharField(_("编号"), max_length=60)
    status = models.CharField(_("结果"), max_length=20)
    amount = Yuan(_("金额"))
    reference = models.CharField(_("支付机构流水号"), max_length=60, blank=True)
    happened_at = models.DateTimeField(_("发生时间"), null=True, blank=True)
    received_at = models.DateTimeField(_("收到时间"), default=clock.now)
    outcome = models.CharField(_("处理结果"), max_length=30, blank=True)

    class Meta:
        verbose_name = _("支付机构通知")
        verbose_name_plural = _("支付机构通知")
        ordering = ["-id"]
        indexes = [models.Index(fields=["number"], name="notice_number")]

    def __str__(self) -> str:
        return f"{self.number} {self.status}"


class PaymentException(models.Model):
    """What the gateway says and the books do not allow: a person decides (支付异常)."""

    class Kind(models.TextChoices):
        UNKNOWN_ORDER = "unknown_order", _("没有对应的缴款")
        WRONG_AMOUNT = "wrong_amount", _("金额不符")
        FAILED_AFTER_SUCCESS = "failed_after_success", _("入账后又通知失败")
        REFUND_MISMATCH = "refund_mismatch", _("退款通知不符")

    class Decision(models.TextChoices):
        BOOK = "book", _("按实收金额入账")
        DISMISS = "dismiss", _("核实后不作处理")

    kind = models.CharField(_("类别"), max_length=20, choices=Kind)
    payment = models.ForeignKey(
        Payment, models.PROTECT, null=True, blank=True, related_name="exceptions", verbose_name=_("缴款")
    )
    notice = models.ForeignKey(GatewayNotice, models.PROTECT, related_name="exceptions", verbose_name=_("通知"))
    number = models.CharField(_("编号"), max_length=60)
    found_at = models.DateTimeField(_("发现时间"), default=clock.now)
    decision = models.CharField(_("处理"), max_length=10, choices=Decision, blank=True)
    note = models.CharField(_("说明"), max_length=300, blank=True)
    resolved_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("处理人")
    )
    resolved_at = models.DateTimeField(_("处理时间"), null=True, blank=True)

    class Meta:
        verbose_name = _("支付异常")
        verbose_name_plural = _("支付异常")
        ordering = ["-id"]
        constraints = [
            # The same trouble told again (callback, query, statement) stays one entry in the queue.
            models.UniqueConstraint(
                fields=["number", "kind"], condition=Q(resolved_at__isnull=True), name="exception_once_open"
            ),
            models.CheckConstraint(
                condition=Q(resolved_at__isnull=True, decision="")
                | (Q(resolved_at__isnull=False, resolved_by__isnull=False) & ~Q(decision="")),
                name="exception_resolved",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.number}"
