"""Assessments of a unit or one of its datasets in a period, each indicator with its raw counts (Art 20)."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from apps.datashare.catalogue.models import Dataset
from apps.datashare.quality.indicators import INDICATORS, Direction, Group, Indicator
from apps.kernel.parties.actors import Actor
from apps.kernel.parties.models import Office, Role
from apps.kernel.workcalendar import clock

SUPERVISORS = (Office.Kind.DATA_CENTRE, Office.Kind.GENERAL_OFFICE)


def _value(label):
    return models.DecimalField(label, max_digits=7, decimal_places=6, null=True)


class QualityAssessmentQuerySet(models.QuerySet):
    """Which assessments somebody sees is decided here."""

    def visible_to(self, actor: Actor):
        """The data centre and the General Office see all, a unit its own."""
        if actor.office is None or actor.party is not None or Role.OFFICER not in actor.roles:
            return self.none()
        if actor.office.kind in SUPERVISORS:
            return self
        return self.filter(office=actor.office)


class QualityAssessment(models.Model):
    """What the counts of a period say of a unit, or of one dataset (评估结果). A later computation is a new row."""

    office = models.ForeignKey(Office, models.PROTECT, related_name="+", verbose_name=_("单位"))
    dataset = models.ForeignKey(Dataset, models.PROTECT, null=True, related_name="+", verbose_name=_("目录条目"))
    period = models.CharField(_("期间"), max_length=7)
    begins = models.DateField(_("起"))
    ends = models.DateField(_("止"))
    quality = _value(_("数据质量"))
    effect = _value(_("共享应用成效"))
    security = _value(_("安全"))
    total = _value(_("综合"))
    rules = models.CharField(_("规则版本"), max_length=10)
    computed_at = models.DateTimeField(_("计算时间"), default=clock.now)
    current = models.BooleanField(_("现行"), default=True)

    objects = QualityAssessmentQuerySet.as_manager()

    class Meta:
        verbose_name = _("数据共享评估")
        verbose_name_plural = _("数据共享评估")
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["office", "dataset", "period"],
                condition=Q(current=True),
                nulls_distinct=False,
                name="assessment_one_current",
            ),
            models.CheckConstraint(condition=Q(ends__gte=F("begins")), name="assessment_period"),
        ]
        indexes = [models.Index(fields=["period", "office"])]

    def __str__(self) -> str:
        return f"{self.office_id} {self.dataset_id or ''} {self.period}"

    @property
    def is_secure(self) -> bool:
        """Whether every use kept within the authorisation, as it must."""
        return self.security is None or self.security == 1


class QualityScore(models.Model):
    """One indicator of an assessment (指标值): its raw counts, direction and weight. No counts: not assessable."""

    assessment = models.ForeignKey(QualityAssessment, models.CASCADE, related_name="scores")
    indicator = models.CharField(_("指标"), max_length=6)
    direction = models.CharField(_("方向"), max_length=4, choices=Direction)
    group = models.CharField(_("类别"), max_length=8, choices=Group)
    hits = models.PositiveBigIntegerField(_("计数"))
    out_of = models.PositiveBigIntegerField(_("总数"))
    weight = models.DecimalField(_("权重"), max_digits=6, decimal_places=2)
    value = _value(_("值"))

    class Meta:
        verbose_name = _("指标值")
        verbose_name_plural = _("指标值")
        ordering = ["indicator"]
        constraints = [
            models.UniqueConstraint(fields=["assessment", "indicator"], name="quality_score_once"),
            models.CheckConstraint(condition=Q(hits__lte=F("out_of")), name="quality_hits_of_all"),
            models.CheckConstraint(
                condition=Q(out_of=0, value__isnull=True) | Q(out_of__gt=0, value__range=(0, 1)),
                name="quality_nothing_counted_is_not_assessable",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.assessment_id} {self.indicator}"

    @property
    def definition(self) -> Indicator:
        """What the indicator means."""
        return INDICATORS[self.indicator]

    @property
    def falls_short(self) -> bool:
        """Whether an indicator that has to be 1 is not."""
        return self.definition.must and self.value is not None and self.value < 1
