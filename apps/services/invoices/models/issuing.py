"""How much a party may issue, and what it issued here (发票总额度、开具, Art 14)."""

from decimal import Decimal

from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from apps.kernel.casework.models import CaseDetail
from apps.kernel.ledger.models import Yuan
from apps.kernel.parties.actors import Channel
from apps.kernel.parties.ids import reference
from apps.kernel.parties.models import Party, PeriodQuerySet, User
from apps.kernel.workcalendar import clock
from apps.services.invoices.models.invoices import Invoice

PICK_UP_CODE = 26  # characters of 5 bits each: beyond guessing


def pick_up_code() -> str:
    """What opens the public page of one invoice."""
    return reference(PICK_UP_CODE)


class QuotaGrant(models.Model):
    """How much a party may issue in a month, for a period (发票总额度核定)."""

    party = models.ForeignKey(Party, models.PROTECT, related_name="invoice_quotas", verbose_name=_("纳税人"))
    amount = models.DecimalField(_("每月额度（元，不含税）"), max_digits=16, decimal_places=2)
    valid_from = models.DateField(_("开始日期"))
    valid_to = models.DateField(_("结束日期"), null=True, blank=True)
    about = models.CharField(_("依据的办件"), max_length=80)
    granted_at = models.DateTimeField(_("核定时间"), default=clock.now)

    objects = PeriodQuerySet.as_manager()

    class Meta:
        verbose_name = _("发票额度核定")
        verbose_name_plural = _("发票额度核定")
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(fields=["about"], name="invoice_quota_once_per_case"),
            models.CheckConstraint(condition=Q(amount__gte=0), name="invoice_quota_not_negative"),
            models.CheckConstraint(
                condition=Q(valid_to__isnull=True) | Q(valid_to__gte=F("valid_from")), name="invoice_quota_period"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.party} {self.amount}"


class QuotaMonth(models.Model):
    """One party's quota of one month and what is used of it. The database refuses to use more than there is."""

    party = models.ForeignKey(Party, models.PROTECT, related_name="+", verbose_name=_("纳税人"))
    month = models.DateField(_("月份"), help_text=_("当月第一天"))
    granted = models.DecimalField(_("额度（元）"), max_digits=16, decimal_places=2)
    used = models.DecimalField(_("已用（元）"), max_digits=16, decimal_places=2, default=0)

    class Meta:
        verbose_name = _("月度发票额度")
        verbose_name_plural = _("月度发票额度")
        ordering = ["-month"]
        constraints = [
            models.UniqueConstraint(fields=["party", "month"], name="invoice_quota_month_once"),
            models.CheckConstraint(
                condition=Q(used__gte=0, used__lte=F("granted")), name="invoice_quota_never_overdrawn"
            ),
            models.CheckConstraint(condition=Q(month__day=1), name="invoice_quota_whole_months"),
        ]

    def __str__(self) -> str:
        return f"{self.party} {self.month:%Y-%m}"

    @property
    def left(self) -> Decimal:
        """What may still be issued."""
        return self.granted - self.used


class QuotaAdjustment(CaseDetail):
    """What quota is asked for, for how long, and why (调整发票总额度)."""

    class Span(models.TextChoices):
        MONTH = "month", _("仅本月（临时调整）")
        LASTING = "lasting", _("本月起长期")

    amount = Yuan(
        _("需要的每月额度（元，不含税）"),
        max_digits=16,
        decimal_places=2,
        null=True,
        validators=[MinValueValidator(Decimal("0.01"), _("金额应大于 0 元。"))],
    )
    span = models.CharField(_("适用期间"), max_length=10, choices=Span, default="")
    explanation = models.TextField(
        _("理由"), max_length=1000, default="", help_text=_("例如：新签合同的金额、履行期限和客户。")
    )

    class Meta:
        verbose_name = _("发票额度调整申请")
        verbose_name_plural = _("发票额度调整申请")

    def __str__(self) -> str:
        return f"{self.amount}"


class InvoiceIssue(models.Model):
    """That an invoice was issued here: by whom, how, and the code that hands it to whoever holds it (开具记录)."""

    invoice = models.OneToOneField(Invoice, models.PROTECT, primary_key=True, related_name="issue")
    party = models.ForeignKey(Party, models.PROTECT, related_name="+", verbose_name=_("开具人"))
    code = models.CharField(_("取票码"), max_length=PICK_UP_CODE, unique=True, default=pick_up_code, editable=False)
    email = models.EmailField(_("购买方电子邮箱"), blank=True)
    remark = models.CharField(_("备注"), max_length=200, blank=True)
    issued_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", verbose_name=_("开票人"))
    channel = models.CharField(_("渠道"), max_length=10, choices=Channel)
    idempotency_key = models.CharField(max_length=80)

    class Meta:
        verbose_name = _("发票开具记录")
        verbose_name_plural = _("发票开具记录")
        constraints = [models.UniqueConstraint(fields=["party", "idempotency_key"], name="invoice_issued_once_per_key")]

    def __str__(self) -> str:
        return f"{self.invoice_id}"
