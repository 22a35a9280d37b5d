"""What comes of each part of a bundle; the answers stand once, in the row of the whole application."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from apps.kernel.casework.models import CaseDetail
from apps.kernel.ledger.models import Yuan

# What a part's result form may ask for.
RESULT_COLUMNS = ("number", "amount", "medical_amount", "valid_until")


class PartRecord(CaseDetail):
    """The outcome of one part (环节办理结果). Columns a part does not use stay empty."""

    number = models.CharField(_("登记编号"), max_length=60, blank=True)
    amount = Yuan(_("核定金额（元）"), max_digits=16, null=True, blank=True)
    medical_amount = Yuan(_("每月医疗保险费（元）"), max_digits=16, null=True, blank=True)
    valid_until = models.DateField(_("有效期至"), null=True, blank=True)
    certificate_checked_at = models.DateTimeField(_("完税证明核验时间"), null=True, blank=True)

    class Meta:
        verbose_name = _("环节办理结果")
        verbose_name_plural = _("环节办理结果")
        constraints = [
            models.CheckConstraint(
                condition=(Q(amount__isnull=True) | Q(amount__gte=0))
                & (Q(medical_amount__isnull=True) | Q(medical_amount__gte=0)),
                name="part_amount_not_negative",
                violation_error_message=_("金额不能小于零。"),
            )
        ]

    def __str__(self) -> str:
        return f"{self.case_id} {self.number}"
