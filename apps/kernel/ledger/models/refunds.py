"""What is given back (退还): money no charge needs, and its way to the payer."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from apps.kernel.ledger.models.amounts import Yuan
from apps.kernel.ledger.models.charges import charge_ref
from apps.kernel.ledger.models.payments import Payment
from apps.kernel.ledger.visibility import PayerQuerySet
from apps.kernel.parties.ids import reference
from apps.kernel.parties.models import Party, User
from apps.kernel.workcalendar import clock


def refund_number() -> str:
    return "R" + reference(15)


class Overpayment(models.Model):
    """Money of a payment that no charge needs (多缴税费): it is the payer's, and is refunded. Append-only."""

    ref = models.CharField(_("编号"), max_length=12, unique=True, default=charge_ref, editable=False)
    payment = models.ForeignKey(Payment, models.PROTECT, related_name="overpayments", verbose_name=_("缴款"))
    party = models.ForeignKey(Party, models.PROTECT, related_name="overpayments", verbose_name=_("纳税人、缴费人"))
    amount = Yuan(_("金额"))
    reason = models.CharField(_("原因"), max_length=200)
    found_at = models.DateTimeField(_("发现时间"), default=clock.now)

    objects = PayerQuerySet.as_manager()

    class Meta:
        verbose_name = _("多缴税费")
        verbose_name_plural = _("多缴税费")
        ordering = ["id"]
        constraints = [models.CheckConstraint(condition=Q(amount__gt=0), name="overpayment_amount")]
        indexes = [models.Index(fields=["party", "id"], name="overpayment_party")]

    def __str__(self) -> str:
        return f"{self.payment_id} {self.amount}"


class Refund(models.Model):
    """Giving an overpayment back the way it came (退税费, 税收征收管理法 Art 51)."""

    class State(models.TextChoices):
        REQUESTED = "requested", _("待审批")
        REJECTED = "rejected", _("未批准")
        APPROVED = "approved", _("已批准")
        AT_GATEWAY = "at_gateway", _("退款处理中")
        PAID = "paid", _("已退款")
        FAILED = "failed", _("退款失败")

    OVER = (State.REJECTED, State.FAILED)

    number = models.CharField(_("退款编号"), max_length=16, unique=True, default=refund_number, editable=False)
    overpayment = models.ForeignKey(Overpayment, models.PROTECT, related_name="refunds", verbose_name=_("多缴税费"))
    party = models.ForeignKey(Party, models.PROTECT, related_name="refunds", verbose_name=_("纳税人、缴费人"))
    amount = Yuan(_("金额"))
    reason = models.CharField(_("申请理由"), max_length=200)
    state = models.CharField(_("状态"), max_length=10, choices=State, default=State.REQUESTED)
    requested_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name=_("申请人"))
    requested_at = models.DateTimeField(_("申请时间"), default=clock.now)
    decided_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("审批人")
    )
    decided_at = models.DateTimeField(_("审批时间"), null=True, blank=True)
    decision_reason = models.CharField(_("审批意见"), max_length=200, blank=True)
    gateway_reference = models.CharField(_("支付机构流水号"), max_length=60, blank=True)
    paid_at = models.DateTimeField(_("退款时间"), null=True, blank=True)

    objects = PayerQuerySet.as_manager()

    class Meta:
        verbose_name = _("退税费")
        verbose_name_plural = _("退税费")
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["overpayment"],
                condition=~Q(state__in=["rejected", "failed"]),
                name="refund_once",
                violation_error_message=_("这笔多缴税费已申请退还。"),
            ),
            models.CheckConstraint(condition=Q(amount__gt=0), name="refund_amount"),
            models.CheckConstraint(
                condition=Q(decided_by__isnull=True) | ~Q(decided_by=F("requested_by")),
                name="refund_by_two_people",
                violation_error_message=_("申请人不能审批自己的退款。"),
            ),
            models.CheckConstraint(
                condition=Q(state="requested", decided_by__isnull=True)
                | (~Q(state="requested") & Q(decided_by__isnull=False, decided_at__isnull=False)),
                name="refund_decided",
            ),
            models.CheckConstraint(
                condition=Q(state="paid", paid_at__isnull=False) | ~Q(state="paid"), name="refund_paid_at"
            ),
        ]
        indexes = [models.Index(fields=["party", "-id"], name="refund_party")]

    def __str__(self) -> str:
        return self.number

    @property
    def about(self) -> str:
        return f"refund/{self.number}"
