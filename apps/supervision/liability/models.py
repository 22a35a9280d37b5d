"""Orders to correct, suggestions of discipline, and quarterly reports as they were issued (Art 38)."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from apps.kernel.casework.models import CaseDetail, Clock
from apps.kernel.parties.ids import reference
from apps.kernel.parties.models import Office, User
from apps.kernel.workcalendar import clock


class LiabilityOrder(CaseDetail):
    """An order to correct (责令改正): which office has not done which duty, who orders, what was corrected."""

    office = models.ForeignKey(Office, models.PROTECT, related_name="+", verbose_name=_("责任单位"))
    superior = models.ForeignKey(Office, models.PROTECT, related_name="+", verbose_name=_("责令单位"))
    clock = models.OneToOneField(
        Clock, models.PROTECT, null=True, blank=True, related_name="liability_order", verbose_name=_("逾期的时限")
    )
    article = models.CharField(_("未履行的条款"), max_length=20)
    clause = models.CharField(_("职责的依据"), max_length=200)
    facts = models.TextField(_("事实"), max_length=2000)
    correction = models.TextField(_("改正情况"), max_length=2000, blank=True)
    sent_back = models.BooleanField(_("已退回一次"), default=False)
    escalated_at = models.DateTimeField(_("提级时间"), null=True, blank=True)
    authority = models.ForeignKey(
        Office, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("提级后的处理单位")
    )

    class Meta:
        verbose_name = _("责令改正")
        verbose_name_plural = _("责令改正")
        constraints = [
            models.CheckConstraint(
                condition=~Q(office=F("superior")),
                name="liability_not_of_oneself",
                violation_error_message=_("不能责令本单位改正。"),
            ),
            models.CheckConstraint(
                condition=Q(escalated_at__isnull=True, authority__isnull=True)
                | Q(escalated_at__isnull=False, authority__isnull=False),
                name="liability_escalated_to_somebody",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.office} {self.article}"


class DisciplineSuggestion(models.Model):
    """A suggestion of discipline to the authority with the power (处分建议); valid once a second person agrees."""

    order = models.OneToOneField(LiabilityOrder, models.PROTECT, related_name="suggestion", verbose_name=_("责令改正"))
    authority = models.CharField(_("有权处理的机关"), max_length=120)
    clause = models.CharField(_("依据的条款"), max_length=200)
    text = models.TextField(_("建议内容"), max_length=2000)
    proposed_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name=_("提出人"))
    proposed_at = models.DateTimeField(_("提出时间"), default=clock.now)
    confirmed_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("复核人")
    )
    confirmed_at = models.DateTimeField(_("复核时间"), null=True, blank=True)

    class Meta:
        verbose_name = _("处分建议")
        verbose_name_plural = _("处分建议")
        constraints = [
            models.CheckConstraint(
                condition=Q(confirmed_by__isnull=True, confirmed_at__isnull=True)
                | (Q(confirmed_by__isnull=False, confirmed_at__isnull=False) & ~Q(confirmed_by=F("proposed_by"))),
                name="discipline_two_persons",
                violation_error_message=_("处分建议由两个人提出和复核。"),
            )
        ]

    def __str__(self) -> str:
        return self.authority


class QuarterlyReport(models.Model):
    """A quarter's report to the governments as it was issued (季度通报). The rows are kept as they were."""

    ref = models.CharField(_("编号"), max_length=12, unique=True, default=reference, editable=False)
    period = models.CharField(_("季度"), max_length=6, unique=True)
    number = models.CharField(_("文号"), max_length=40, unique=True)
    office = models.ForeignKey(Office, models.PROTECT, related_name="+", verbose_name=_("出具单位"))
    rows = models.JSONField(_("内容"))
    issued_at = models.DateTimeField(_("出具时间"), default=clock.now)
    issued_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name=_("出具人"))

    class Meta:
        verbose_name = _("季度通报")
        verbose_name_plural = _("季度通报")

    def __str__(self) -> str:
        return self.number
