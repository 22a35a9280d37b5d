"""What is owed, paid and refunded: one account per payer, with double entry beneath it (Art 6).

The figures on ``Charge`` are kept beside the rows they sum, so that a plain CHECK guards them;
triggers (see ``schema.py``) hold both to the rows, hold every journal entry in balance, and
refuse to change what is written.
"""

import datetime as dt
from decimal import Decimal

from django.db import models
from django.db.models import F, Q
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from apps.kernel.ledger.visibility import ChargeQuerySet, PayerQuerySet, PaymentQuerySet
from apps.kernel.parties.ids import reference
from apps.kernel.parties.models import Party, User
from apps.kernel.workcalendar import clock

ZERO = Decimal("0.00")


def charge_ref() -> str:
    return reference(12)


def payment_number() -> str:
    return "P" + reference(15)


def refund_number() -> str:
    return "R" + reference(15)


class Yuan(models.DecimalField):
    """An amount in yuan with fen."""

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **{"max_digits": 18, "decimal_places": 2, **kwargs})


class Account(models.Model):
    """One account of the books (会计科目); income accounts carry the budget classification code (政府收支分类)."""

    class Kind(models.TextChoices):
        ASSET = "asset", _("资产")
        LIABILITY = "liability", _("负债")
        INCOME = "income", _("收入")

    # The four accounts every entry of ours goes through, beside the levies' own.
    RECEIVABLE, CLEARING, REFUNDABLE, LATE_FEES = "receivable", "clearing", "refundable", "late-fees"

    code = models.SlugField(_("科目代码"), max_length=30, primary_key=True)
    name = models.CharField(_("名称"), max_length=80)
    kind = models.CharField(_("类别"), max_length=10, choices=Kind)

    class Meta:
        verbose_name = _("会计科目")
        verbose_name_plural = _("会计科目")

    def __str__(self) -> str:
        return f"{self.code} {self.name}"


class Levy(models.Model):
    """A tax, insurance contribution or non-tax revenue (税费种), loaded from the dated files in ``data/``."""

    class Kind(models.TextChoices):
        TAX = "tax", _("税收")
        FEE = "fee", _("附加费")
        INSURANCE = "insurance", _("社会保险费")
        NONTAX = "nontax", _("政府非税收入")

    code = models.SlugField(_("代码"), max_length=30, primary_key=True)
    name = models.CharField(_("名称"), max_length=60)
    name_en = models.CharField(_("英文名称"), max_length=80)
    kind = models.CharField(_("类别"), max_length=10, choices=Kind)
    account = models.ForeignKey(Account, models.PROTECT, related_name="levies", verbose_name=_("科目"))
    late_fee = models.BooleanField(_("加收滞纳金"), default=True)
    source = models.CharField(_("依据"), max_length=120)
    confidence = models.CharField(
        _("可信程度"), max_length=1, choices=[("C", _("已核对")), ("H", _("待核对（高）")), ("M", _("待核对（中）"))]
    )

    class Meta:
        verbose_name = _("税费种")
        verbose_name_plural = _("税费种")
        ordering = ["kind", "code"]

    def __str__(self) -> str:
        return self.name_en if translation.get_language() == "en" else self.name


class Charge(models.Model):
    """An amount a party owes for a levy and a period (应征税费)."""

    class State(models.TextChoices):
        """Derived from the figures and the day, never stored."""

        OPEN = "open", _("待缴")
        OVERDUE = "overdue", _("已逾期")
        PART_PAID = "part_paid", _("部分缴纳")
        PAID = "paid", _("已缴清")
        CANCELLED = "cancelled", _("已冲销")

    ref = models.CharField(_("编号"), max_length=12, unique=True, default=charge_ref, editable=False)
    party = models.ForeignKey(Party, models.PROTECT, related_name="charges", verbose_name=_("纳税人、缴费人"))
    levy = models.ForeignKey(Levy, models.PROTECT, related_name="charges", verbose_name=_("税费种"))
    period = models.CharField(_("所属期"), max_length=20)
    period_start = models.DateField(_("所属期起"))
    period_end = models.DateField(_("所属期止"))
    due = models.DateField(_("缴款期限"))
    about = models.CharField(_("来源"), max_length=80)
    assessed_at = models.DateTimeField(_("核定时间"), default=clock.now)
    amount = Yuan(_("应缴金额"))
    paid = Yuan(_("已缴金额"), default=ZERO)
    late_fee_fixed = Yuan(
        _("已固定的滞纳金"), default=ZERO, help_text=_("随已缴本金固定，不再增加；未缴部分的滞纳金按日推算。")
    )
    late_fee_paid = Yuan(_("已缴滞纳金"), default=ZERO)
    reminded_at = models.DateTimeField(_("提醒时间"), null=True, blank=True, editable=False)

    objects = ChargeQuerySet.as_manager()

    class Meta:
        verbose_name = _("应征税费")
        verbose_name_plural = _("应征税费")
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(condition=Q(amount__gte=0), name="charge_amount"),
            models.CheckConstraint(condition=Q(paid__gte=0, paid__lte=F("amount")), name="charge_paid_within_amount"),
            models.CheckConstraint(
                condition=Q(late_fee_paid__gte=0, late_fee_paid__lte=F("late_fee_fixed")), name="charge_late_fee_paid"
            ),
            models.CheckConstraint(condition=Q(period_end__gte=F("period_start")), name="charge_period"),
        ]
        indexes = [
            models.Index(fields=["party", "-id"], name="charge_party"),
            models.Index(
                fields=["party", "due", "id"],
                condition=Q(paid__lt=F("amount")) | Q(late_fee_paid__lt=F("late_fee_fixed")),
                name="charge_party_open",
            ),
            models.Index(fields=["due"], condition=Q(paid__lt=F("amount")), name="charge_due"),
            models.Index(fields=["about"], name="charge_about"),
        ]

    def __str__(self) -> str:
        return f"{self.levy_id} {self.period}"

    @property
    def outstanding(self) -> Decimal:
        """Principal still owed."""
        return self.amount - self.paid

    def state(self, on: dt.date) -> str:
        """What this charge is on a day."""
        if self.amount == 0:
            return self.State.CANCELLED
        if self.outstanding == 0 and self.late_fee_fixed == self.late_fee_paid:
            return self.State.PAID
        if on > self.due:
            return self.State.OVERDUE
        return self.State.PART_PAID if self.paid else self.State.OPEN


class Payment(models.Model):
    """An order to pay one or more charges through the gateway (缴款).

    Amounts are frozen when the payer goes to the gateway, late fee up to that day included.
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
    return_url = models.URLField(_("返回地址"), max_length=300)
    pay_url = models.URLField(_("支付页面"), max_length=300, blank=True)
    gateway_reference = models.CharField(_("支付机构流水号"), max_length=60, blank=True)
    paid_at = models.DateTimeField(_("支付时间"), null=True, blank=True)
    announced_at = models.DateTimeField(_("通知各业务的时间"), null=True, blank=True, editable=False)

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
        ]
        indexes = [
            models.Index(fields=["party", "-id"], name="payment_party"),
            models.Index(fields=["created_at"], condition=Q(state__in=["created", "at_gateway"]), name="payment_live"),
            models.Index(
                fields=["id"], condition=Q(state="succeeded", announced_at__isnull=True), name="payment_unannounced"
            ),
            models.Index(fields=["paid_at"], condition=Q(state="succeeded"), name="payment_paid_at"),
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

    def __str__(self) -> str:
        return f"{self.amount} {self.component}"


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


class JournalEntry(models.Model):
    """One event in the books (记账凭证). Append-only; its postings sum to zero."""

    class Kind(models.TextChoices):
        ASSESSMENT = "assessment", _("核定")
        ADJUSTMENT = "adjustment", _("调整")
        PAYMENT = "payment", _("缴款")
        REFUND = "refund", _("退款")

    kind = models.CharField(_("类别"), max_length=12, choices=Kind)
    about = models.CharField(_("对象"), max_length=80)
    memo = models.CharField(_("摘要"), max_length=200, blank=True)
    at = models.DateTimeField(_("时间"), default=clock.now)

    class Meta:
        verbose_name = _("记账凭证")
        verbose_name_plural = _("记账凭证")
        ordering = ["-id"]
        constraints = [
            # A payment or refund is booked once, whatever asks twice.
            models.UniqueConstraint(
                fields=["kind", "about"], condition=~Q(kind="adjustment"), name="entry_once_per_event"
            ),
        ]
        indexes = [models.Index(fields=["about"], name="entry_about")]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.about}"


class Posting(models.Model):
    """One line of an entry (分录): debit positive, credit negative. Append-only."""

    entry = models.ForeignKey(JournalEntry, models.PROTECT, related_name="postings", verbose_name=_("凭证"))
    account = models.ForeignKey(Account, models.PROTECT, related_name="+", verbose_name=_("科目"))
    party = models.ForeignKey(Party, models.PROTECT, related_name="+", verbose_name=_("纳税人、缴费人"))
    amount = Yuan(_("金额"))

    class Meta:
        verbose_name = _("分录")
        verbose_name_plural = _("分录")
        ordering = ["id"]
        constraints = [models.CheckConstraint(condition=~Q(amount=0), name="posting_not_zero")]
        indexes = [models.Index(fields=["party", "account"], name="posting_party_account")]

    def __str__(self) -> str:
        return f"{self.account_id} {self.amount}"


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
