"""The office inspects a collector (委托代征检查): plan, findings, order to correct (Art 23)."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from apps.collaboration.delegated.models.agreements import DelegatedAgreement
from apps.kernel.casework.models import CaseDetail


class DelegatedInspection(CaseDetail):
    """What is looked at, what was found, what was put right."""

    agreement = models.ForeignKey(
        DelegatedAgreement, models.PROTECT, related_name="inspections", verbose_name=_("委托代征协议")
    )
    planned_on = models.DateField(_("检查日期"))
    scope = models.CharField(_("检查内容"), max_length=300)
    findings = models.TextField(_("检查发现"), max_length=2000, blank=True)
    corrected = models.TextField(_("改正情况"), max_length=2000, blank=True)

    class Meta:
        verbose_name = _("委托代征检查")
        verbose_name_plural = _("委托代征检查")

    def __str__(self) -> str:
        return f"{self.agreement_id} {self.planned_on}"
