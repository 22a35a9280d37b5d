"""The profile of each party, and who said each value, when (Arts 12, 16-19)."""

from typing import Any

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from apps.kernel.facts import subjects
from apps.kernel.parties.ids import reference
from apps.kernel.parties.models import Office, Party, User
from apps.kernel.workcalendar import clock


class Source(models.Model):
    """Who says something about parties (数据来源). On the same day the higher rank prevails."""

    code = models.SlugField(_("代码"), max_length=40, unique=True)
    name = models.CharField(_("名称"), max_length=60)
    office = models.ForeignKey(Office, models.PROTECT, null=True, blank=True, verbose_name=_("单位"), related_name="+")
    rank = models.PositiveSmallIntegerField(_("权威级别"), help_text=_("同一日期的数据以级别高的为准"))

    class Meta:
        verbose_name = _("数据来源")
        verbose_name_plural = _("数据来源")
        ordering = ["-rank", "code"]

    def __str__(self) -> str:
        return self.name


class Run(models.Model):
    """One delivery of facts by one source (一次采集)."""

    source = models.ForeignKey(Source, models.PROTECT, verbose_name=_("来源"))
    kind = models.CharField(_("类型"), max_length=20)
    as_of = models.DateField(_("数据日期"))
    started = models.DateTimeField(_("开始时间"))
    finished = models.DateTimeField(_("结束时间"), null=True, blank=True)
    received = models.BigIntegerField(_("收到"), default=0)
    changed = models.BigIntegerField(_("变更"), default=0)
    confirmed = models.BigIntegerField(_("一致"), default=0)
    outdated = models.BigIntegerField(_("较旧"), default=0)

    class Meta:
        verbose_name = _("采集批次")
        verbose_name_plural = _("采集批次")
        constraints = [
            models.CheckConstraint(
                condition=Q(finished__isnull=True) | Q(finished__gte=F("started")), name="facts_run_period"
            )
        ]

    def __str__(self) -> str:
        return f"{self.source} {self.started:%Y-%m-%d %H:%M}"


def _one_of(column: str, choices: type[models.TextChoices]) -> models.CheckConstraint:
    return models.CheckConstraint(
        condition=Q(**{f"{column}__isnull": True}) | Q(**{f"{column}__in": choices.values}),
        name=f"facts_profile_{column}",
    )


class Profile(
    subjects.Register,
    subjects.Vat,
    subjects.Invoicing,
    subjects.Accounts,
    subjects.Qualifications,
    subjects.Employment,
    subjects.Property,
    subjects.Individual,
    subjects.Compliance,
    subjects.ThirdParty,
    subjects.Reliefs,
):
    """Everything known of one party in one typed row (事实画像). Written only by ``writer``.

    ``base_run`` is the whole-city load that first filled the row, if one did: it answers for every
    value that no provenance row answers for.
    """

    party = models.OneToOneField(Party, models.CASCADE, primary_key=True, related_name="profile")
    base_run = models.ForeignKey(Run, models.PROTECT, null=True, editable=False, db_index=False, related_name="+")

    class Meta:
        verbose_name = _("事实画像")
        verbose_name_plural = _("事实画像")
        constraints = [
            _one_of("form", subjects.Form),
            _one_of("subject_kind", subjects.SubjectKind),
            _one_of("credit_rating", subjects.CreditRating),
            _one_of("vat_kind", subjects.VatKind),
            _one_of("vat_period", subjects.VatPeriod),
            _one_of("levy_method", subjects.LevyMethod),
        ]

    def __str__(self) -> str:
        return f"{self.party_id}"


# The abstract models a profile is put together from, one per subject.
SUBJECTS: tuple[Any, ...] = Profile.__bases__


class Provenance(models.Model):
    """One statement: a source said this value of this field for this day (出处). History stays.

    A source repeating its own current value adds no row: only ``confirmed_on`` moves on, so what was
    known on any day between can still be told.
    """

    party = models.ForeignKey(Party, models.CASCADE, verbose_name=_("纳税人、缴费人"), related_name="+", db_index=False)
    field = models.CharField(_("项目"), max_length=40)
    value = models.TextField(_("值"), null=True)  # null: the source says "not known"
    source = models.ForeignKey(Source, models.PROTECT, verbose_name=_("来源"), related_name="+")
    as_of = models.DateField(_("数据日期"))
    confirmed_on = models.DateField(_("最近一致日期"))
    run = models.ForeignKey(Run, models.PROTECT, verbose_name=_("批次"), related_name="+")
    at = models.DateTimeField(_("记录时间"))
    current = models.BooleanField(_("现行"))

    class Meta:
        verbose_name = _("事实出处")
        verbose_name_plural = _("事实出处")
        constraints = [
            models.UniqueConstraint(fields=["party", "field"], condition=Q(current=True), name="facts_one_current"),
            models.UniqueConstraint(fields=["party", "field", "as_of", "run"], name="facts_said_once"),
            models.CheckConstraint(condition=Q(confirmed_on__gte=F("as_of")), name="facts_confirmed_later"),
        ]

    def __str__(self) -> str:
        return f"{self.party_id} {self.field} {self.as_of}"


class Dispute(models.Model):
    """A taxpayer says a value is wrong (数据异议, Art 19). One open dispute per value."""

    class State(models.TextChoices):
        OPEN = "open", _("已提交")
        WITHDRAWN = "withdrawn", _("已撤回")
        CORRECTED = "corrected", _("已更正")
        UPHELD = "upheld", _("维持原值")

    ref = models.CharField(_("编号"), max_length=12, unique=True, default=reference, editable=False)
    party = models.ForeignKey(Party, models.PROTECT, verbose_name=_("纳税人、缴费人"), related_name="fact_disputes")
    field = models.CharField(_("项目"), max_length=40)
    stated = models.TextField(_("现有值"), null=True)
    claimed = models.TextField(_("主张的值"))
    reason = models.CharField(_("理由"), max_length=500)
    state = models.CharField(_("状态"), max_length=10, choices=State, default=State.OPEN)
    by = models.ForeignKey(User, models.PROTECT, verbose_name=_("提出人"), related_name="+")
    at = models.DateTimeField(_("提出时间"), default=clock.now)

    class Meta:
        verbose_name = _("数据异议")
        verbose_name_plural = _("数据异议")
        constraints = [
            models.UniqueConstraint(
                fields=["party", "field"],
                condition=Q(state="open"),
                name="facts_one_open_dispute",
                violation_error_message=_("这一项已经提出异议，正在核实。"),
            )
        ]

    def __str__(self) -> str:
        return f"{self.party_id} {self.field}"
