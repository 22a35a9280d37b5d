"""What is owed (应征税费): levies, the accounts they are booked to, and the charges of a payer."""

import datetime as dt
from decimal import Decimal

from django.db import models
from django.db.models import F, Q
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from apps.kernel.ledger.models.amounts import ZERO, Yuan
from apps.kernel.ledger.visibility import ChargeQuerySet
from apps.kernel.parties.ids import reference
from apps.kernel.parties.models import Party
from apps.kernel.workcalendar import clock


def charge_ref() -> str:
    return reference(12)


class Account(models.Model):
    """One account of the books (会计科目); income accounts carry the budget classification code (政府收支分类)."""

    class Kind(models.TextChoices):
        ASSET = "asset", _("资产")
        LIABILITY = "liability", _("负债")
        INCOME = "income", _("收入")

    # The four accounts every entry of ours goes through, beside the levies' own.
    RECEIVABLE, CLEARING, REFUNDABLE, LATE_FEES = "receivable", "clearing", "refundable", "late-fees"
    # Money others collected and have not handed in yet.
    WITH_COLLECTORS = "with-collectors"

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
    # Both keys are asked of a statement, not of a row (kernel/named_rows.py). The indexes below begin with the party;
    # the levy is one of thirty, and no index would be read.
    party = models.ForeignKey(
        Party,
        models.PROTECT,
        related_name="charges",
        verbose_name=_("纳税人、缴费人"),
        db_index=False,
        db_constraint=False,
    )
    levy = models.ForeignKey(
        Levy,
        models.PROTECT,
        related_name="charges",
        verbose_name=_("税费种"),
        db_index=False,
        db_constraint=False,
    )
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
            # Only cases look for theirs; what is charged in sets is found from what it was charged for.
            models.Index(
                fields=["about"], condition=Q(about__gte="case/", about__lt="case0"), name="charge_about_case"
            ),
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
