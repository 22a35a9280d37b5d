"""What is held to be wrong, who must verify it, and what came of it; comparisons of sources (Art 19)."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from apps.datashare.catalogue.models import Dataset
from apps.kernel.casework.models import CaseDetail
from apps.kernel.facts import catalogue
from apps.kernel.facts.display import shown
from apps.kernel.facts.models import Dispute, Provenance, Source
from apps.kernel.parties.models import Office, Party
from apps.kernel.workcalendar import clock


class DataCorrection(CaseDetail):
    """A value, or a whole source, that is held to be wrong (数据校核). ``settled_at`` is set when the case ends."""

    class Origin(models.TextChoices):
        DISPUTE = "dispute", _("纳税人、缴费人提出异议")
        CLERK = "clerk", _("税务人员发现")
        AUDIT = "audit", _("数据稽核")
        DRIFT = "drift", _("数据结构变化")

    origin = models.CharField(_("来源"), max_length=10, choices=Origin)
    office = models.ForeignKey(
        Office, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("提出单位")
    )
    provider = models.ForeignKey(
        Office, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("核实单位")
    )
    party = models.ForeignKey(
        Party, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("纳税人、缴费人")
    )
    field = models.CharField(_("项目"), max_length=40, blank=True)
    source = models.ForeignKey(
        Source, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("数据来源")
    )
    dataset = models.ForeignKey(
        Dataset, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("目录条目")
    )
    dispute = models.OneToOneField(
        Dispute, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("异议")
    )
    audit = models.CharField(_("稽核规则"), max_length=60, blank=True)
    stated = models.TextField(_("现有值"), null=True, blank=True)
    claimed = models.TextField(_("主张的值"), blank=True)
    reason = models.TextField(_("理由"), max_length=1000)
    right_value = models.TextField(_("核实后的值"), null=True, blank=True, editable=False)
    corrected_at = models.DateTimeField(_("更正时间"), null=True, editable=False)
    seen = models.ForeignKey(
        Provenance, models.PROTECT, null=True, editable=False, related_name="+", verbose_name=_("复核依据")
    )
    unseen_at = models.DateTimeField(_("归集后仍未更正的提示时间"), null=True, editable=False)
    settled_at = models.DateTimeField(_("结束时间"), null=True, editable=False)

    class Meta:
        verbose_name = _("数据校核")
        verbose_name_plural = _("数据校核")
        constraints = [
            models.CheckConstraint(
                condition=Q(party__isnull=False) & ~Q(field="") | Q(dataset__isnull=False),
                name="correction_names_a_value_or_a_dataset",
            ),
            models.UniqueConstraint(
                fields=["party", "field"],
                condition=Q(settled_at__isnull=True, party__isnull=False),
                name="correction_one_open_for_a_value",
                violation_error_message=_("这一项已经在校核中，请等待结果。"),
            ),
            models.UniqueConstraint(
                fields=["dataset"],
                condition=Q(settled_at__isnull=True, origin="drift"),
                name="correction_one_open_for_a_dataset",
            ),
        ]
        indexes = [
            models.Index(fields=["corrected_at"], condition=Q(settled_at__isnull=True), name="correction_awaits")
        ]

    def __str__(self) -> str:
        return f"{self.what}"

    @property
    def what(self) -> str:
        """What it is about, in words."""
        if self.field:
            entry = catalogue.entries().get(self.field)
            return str(entry.label) if entry else self.field
        return self.dataset.current.title if self.dataset and self.dataset.current else str(self.dataset)

    @property
    def stated_shown(self) -> str:
        """The disputed value as people read it."""
        return self._shown(self.stated)

    @property
    def right_shown(self) -> str:
        """The verified value as people read it."""
        return self._shown(self.right_value)

    def _shown(self, text: str | None) -> str:
        entry = catalogue.entries().get(self.field)
        if entry is None or text is None:
            return text or ""
        return shown(entry, entry.column.to_python(text))


class AuditRun(models.Model):
    """One comparison of two sources of one fact (数据稽核): what agreed, what did not, what it led to."""

    audit = models.CharField(_("稽核规则"), max_length=60)
    office = models.ForeignKey(Office, models.PROTECT, null=True, related_name="+", verbose_name=_("被核对单位"))
    at = models.DateTimeField(_("时间"), default=clock.now)
    compared = models.PositiveBigIntegerField(_("比对数"))
    matched = models.PositiveBigIntegerField(_("一致数"))
    opened = models.PositiveIntegerField(_("提出校核"))

    class Meta:
        verbose_name = _("数据稽核")
        verbose_name_plural = _("数据稽核")
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(condition=Q(matched__lte=F("compared")), name="audit_matched_of_compared")
        ]
        indexes = [models.Index(fields=["office", "at"])]

    def __str__(self) -> str:
        return f"{self.audit} {self.at:%Y-%m-%d}"
