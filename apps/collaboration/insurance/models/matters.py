"""What is applied for in a refund or a dispute about contributions (社会保险费退费、争议; Arts 6 and 24)."""

from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from apps.collaboration.insurance.models.bills import InsuranceBill
from apps.kernel.casework.models import CaseDetail
from apps.kernel.ledger.models import ZERO, Yuan


class InsuranceRefund(CaseDetail):
    """A bill that is too high, and how much it should be (社会保险费退费、调整申请)."""

    bill = models.ForeignKey(InsuranceBill, models.PROTECT, related_name="+", verbose_name=_("应征单"))
    claimed = Yuan(
        _("您认为应缴的金额（元）"),
        validators=[MinValueValidator(ZERO, _("金额不能小于 0。"))],
        help_text=_("全部不应缴纳的，填 0。"),
    )
    reason = models.CharField(_("理由"), max_length=1000, help_text=_("例如：职工当月已在其他单位参保，重复缴费。"))
    verified = Yuan(_("经办部门核实的应缴金额"), null=True, blank=True, editable=False)

    class Meta:
        verbose_name = _("社会保险费退费申请")
        verbose_name_plural = _("社会保险费退费申请")
        constraints = [
            models.CheckConstraint(condition=Q(verified__isnull=True) | Q(verified__gte=0), name="refund_verified")
        ]

    def __str__(self) -> str:
        return str(self.bill)


class InsuranceDispute(CaseDetail):
    """What a payer holds to be wrong; it decides which agency answers (社会保险费争议)."""

    class Subject(models.TextChoices):
        BASE = "base", _("缴费基数、参保登记（人力资源社会保障部门答复）")
        BENEFIT = "benefit", _("医疗保险缴费基数、待遇（医疗保障部门答复）")
        COLLECTION = "collection", _("征收、入账、滞纳金（税务机关答复）")

    subject = models.CharField(_("对什么有异议？"), max_length=10, choices=Subject, default="")
    period = models.CharField(_("所属期"), max_length=20, default="", help_text=_("例如：2026-09。"))
    reason = models.TextField(_("理由"), max_length=2000, default="", help_text=_("请写明事实和您认为正确的结果。"))

    class Meta:
        verbose_name = _("社会保险费争议")
        verbose_name_plural = _("社会保险费争议")

    def __str__(self) -> str:
        return f"{self.subject} {self.period}"
