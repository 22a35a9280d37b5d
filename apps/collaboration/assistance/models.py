"""What one office asks of another, and what came of it (Art 22)."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from apps.kernel.casework.models import CaseDetail
from apps.kernel.parties.models import Office, Party


class AssistanceRequest(CaseDetail):
    """A request for assistance (协助请求): who asks whom, on what legal basis, for what."""

    requester = models.ForeignKey(Office, models.PROTECT, related_name="+", verbose_name=_("请求单位"))
    assister = models.ForeignKey(Office, models.PROTECT, related_name="+", verbose_name=_("被请求单位"))
    party = models.ForeignKey(
        Party, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("涉及的纳税人、缴费人")
    )
    subject = models.CharField(_("请求事项"), max_length=120, help_text=_("一句话写清请对方做什么。"))
    legal_basis = models.CharField(
        _("法律依据"), max_length=200, help_text=_("例如：《税收征收管理法》第五条、第五十七条。")
    )
    need = models.TextField(
        _("理由和需要"), max_length=2000, help_text=_("为什么本单位不能自行取得，需要对方做什么、提供什么。")
    )
    conclusion = models.TextField(_("协助结果"), max_length=4000, blank=True)
    completed_once = models.BooleanField(_("已要求补充一次"), default=False)

    class Meta:
        verbose_name = _("协助请求")
        verbose_name_plural = _("协助请求")
        constraints = [
            models.CheckConstraint(
                condition=~Q(requester=F("assister")),
                name="assistance_not_of_oneself",
                violation_error_message=_("不能向本单位提出协助请求。"),
            )
        ]

    def __str__(self) -> str:
        return self.subject
