"""The agreement (委托代征协议): who collects what, where and until when; its versions and signatures (Art 23)."""

import datetime as dt
from decimal import Decimal

from django import forms
from django.contrib.postgres.fields import ArrayField
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q, Value
from django.utils.translation import gettext_lazy as _

from apps.kernel.casework.models import Case, CaseDetail
from apps.kernel.documents.models import IssuedDocument
from apps.kernel.lists import joined
from apps.kernel.parties.actors import Actor
from apps.kernel.parties.models import Office, PeriodQuerySet, Role, User
from apps.kernel.workcalendar import clock

LONGEST = dt.timedelta(days=1096)  # three years at most; the law's own term is checked to the day when it is submitted
# What may be delegated: small, scattered and payable elsewhere (零星、分散和异地缴纳).
LEVIES = (
    ("vat", _("增值税")),
    ("iit", _("个人所得税")),
    ("city-construction", _("城市维护建设税")),
    ("education", _("教育费附加")),
    ("local-education", _("地方教育附加")),
    ("stamp", _("印花税")),
    ("property", _("房产税")),
    ("vehicle-vessel", _("车船税")),
)


class LeviesField(ArrayField):
    """Several levies, asked for as a list to tick."""

    def formfield(self, **kwargs):
        kwargs.pop("form_class", None)
        return forms.MultipleChoiceField(
            choices=LEVIES, label=self.verbose_name, help_text=self.help_text, widget=forms.CheckboxSelectMultiple
        )


class AgreementQuerySet(models.QuerySet):
    """Agreements, seen as their cases are; a collector's own system sees those it works for."""

    def visible_to(self, actor: Actor):
        """The collector's own, the tax office's that holds the case, and those the actor's office collects for."""
        reach = Q(case__in=Case.objects.visible_to(actor))
        if actor.front_door == "partner" and {Role.OFFICER, Role.GRID} & actor.roles:
            reach |= Q(works_as=actor.office)
        return self.filter(reach, case__submitted_at__isnull=False)

    def in_force(self, on: dt.date):
        """Signed by both, not ended, and within its dates."""
        return self.filter(case__state="in_force", begins__lte=on, ends__gte=on)

    def published(self):
        """What the public is told of: in force, or ended after having been in force (代征公告)."""
        return self.filter(case__state__in=("in_force", "terminated", "expired"))


class DelegatedAgreement(CaseDetail):
    """What a collector applies to collect, and what the office agreed to."""

    class Kind(models.TextChoices):
        MARKET = "market", _("市场开办者")
        STREET = "street", _("街道、乡镇")
        PROPERTY = "property", _("物业管理单位")
        TRANSPORT = "transport", _("运输企业")
        OTHER = "other", _("其他单位")

    class Ending(models.TextChoices):
        COLLECTOR = "collector", _("代征单位提出")
        OFFICE = "office", _("税务机关提出")
        BREACH = "breach", _("代征单位违约")
        EXPIRY = "expiry", _("期限届满")

    kind = models.CharField(_("代征单位类别"), max_length=12, choices=Kind, default="")
    levies = LeviesField(
        models.CharField(max_length=30), default=list, verbose_name=_("代征税费种"), help_text=_("可以选择多项。")
    )
    area = models.CharField(_("代征范围"), max_length=120, default="", help_text=_("例如：七浦路服装市场内。"))
    payers = models.CharField(
        _("代征对象"), max_length=120, default="", help_text=_("例如：市场内的固定摊位和临时经营者。")
    )
    begins = models.DateField(_("代征开始日期"), null=True)
    ends = models.DateField(_("代征结束日期"), null=True, help_text=_("协议最长三年。"))
    premises = models.CharField(_("固定办公场所"), max_length=160, default="")
    staff_count = models.PositiveSmallIntegerField(
        _("专职代征人员数"), null=True, validators=[MinValueValidator(1, _("至少一名。")), MaxValueValidator(5000)]
    )
    renews = models.CharField(
        _("续签的原协议编号"), max_length=20, default="", blank=True, help_text=_("不是续签的不填。")
    )
    remit_days = models.PositiveSmallIntegerField(
        _("约定解缴期限（工作日）"), null=True, editable=False, validators=[MinValueValidator(1)]
    )
    fee_rate = models.DecimalField(_("约定手续费比例"), max_digits=7, decimal_places=5, null=True, editable=False)
    works_as = models.ForeignKey(
        Office, models.PROTECT, null=True, editable=False, related_name="+", verbose_name=_("接口接入单位")
    )
    largest = models.DecimalField(
        _("单笔代征上限（元）"), max_digits=12, decimal_places=2, default=Decimal("20000.00"), editable=False
    )
    ended_on = models.DateField(_("终止日期"), null=True, editable=False)
    ending = models.CharField(_("终止原因"), max_length=10, choices=Ending, blank=True, editable=False)

    objects = AgreementQuerySet.as_manager()

    class Meta:
        verbose_name = _("委托代征协议")
        verbose_name_plural = _("委托代征协议")
        constraints = [
            models.CheckConstraint(
                condition=Q(begins__isnull=True)
                | Q(ends__isnull=True)
                | Q(
                    ends__gte=F("begins"),
                    ends__lte=models.ExpressionWrapper(F("begins") + Value(LONGEST), models.DateField()),
                ),
                name="delegated_agreement_three_years",
                violation_error_message=_("委托代征协议最长三年，结束日期不能早于开始日期。"),
            ),
            models.CheckConstraint(
                condition=Q(ended_on__isnull=True, ending="") | (Q(ended_on__isnull=False) & ~Q(ending="")),
                name="delegated_agreement_ended",
            ),
            models.CheckConstraint(
                condition=Q(fee_rate__isnull=True) | Q(fee_rate__gte=0, fee_rate__lt=1), name="delegated_fee_rate"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.case.number} {self.area}"

    @property
    def about(self) -> str:
        return f"delegated/{self.case.number}"

    @property
    def ahead(self) -> bool:
        """Whether its first day is still to come, as of one renewed in time: nothing is collected under it yet."""
        return self.begins is not None and self.begins > clock.today()

    @property
    def levy_names(self) -> str:
        """The levies in words."""
        names = dict(LEVIES)
        return joined(names.get(code, code) for code in self.levies)

    @property
    def version(self) -> "AgreementVersion | None":
        """The text now on the table, or in force."""
        return self.versions.order_by("-number").first()


class ConditionFinding(models.Model):
    """Whether the collector meets one condition of the rules (资格审查结论)."""

    agreement = models.ForeignKey(DelegatedAgreement, models.PROTECT, related_name="findings")
    code = models.SlugField(_("条件"), max_length=60)
    title = models.CharField(_("内容"), max_length=200)
    source = models.CharField(_("依据"), max_length=160)
    met = models.BooleanField(_("符合"))
    found_at = models.DateTimeField(_("审查时间"), default=clock.now)
    found_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", verbose_name=_("审查人"))

    class Meta:
        verbose_name = _("资格审查结论")
        verbose_name_plural = _("资格审查结论")
        ordering = ["id"]
        constraints = [models.UniqueConstraint(fields=["agreement", "code"], name="delegated_condition_once")]

    def __str__(self) -> str:
        return f"{self.code} {self.met}"


class AgreementVersion(models.Model):
    """One text of the agreement, named by the digest of what it says (协议文本). Append-only."""

    agreement = models.ForeignKey(DelegatedAgreement, models.PROTECT, related_name="versions")
    number = models.PositiveSmallIntegerField(_("版本"))
    terms = models.JSONField(_("条款"))
    sha256 = models.CharField(_("文本摘要"), max_length=64)
    drafted_at = models.DateTimeField(_("起草时间"), default=clock.now)
    drafted_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", verbose_name=_("起草人"))
    document = models.OneToOneField(
        IssuedDocument, models.PROTECT, null=True, related_name="+", verbose_name=_("协议文书")
    )

    class Meta:
        verbose_name = _("协议文本")
        verbose_name_plural = _("协议文本")
        ordering = ["number"]
        constraints = [models.UniqueConstraint(fields=["agreement", "number"], name="delegated_version_once")]

    def __str__(self) -> str:
        return f"v{self.number} {self.sha256[:12]}"


class Signature(models.Model):
    """One side signs one text (签署). Append-only."""

    class Side(models.TextChoices):
        COLLECTOR = "collector", _("代征单位")
        OFFICE = "office", _("税务机关")

    version = models.ForeignKey(AgreementVersion, models.PROTECT, related_name="signatures")
    side = models.CharField(_("签署方"), max_length=10, choices=Side)
    name = models.CharField(_("签署单位"), max_length=120)
    user = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name=_("签署人"))
    signed_at = models.DateTimeField(_("签署时间"), default=clock.now)
    sha256 = models.CharField(_("所签文本摘要"), max_length=64)

    class Meta:
        verbose_name = _("签署")
        verbose_name_plural = _("签署")
        ordering = ["id"]
        constraints = [models.UniqueConstraint(fields=["version", "side"], name="delegated_signature_once")]

    def __str__(self) -> str:
        return f"{self.side} {self.name}"


class GridCollector(models.Model):
    """A person who collects under an agreement, with a certificate (代征人员、网格员)."""

    agreement = models.ForeignKey(DelegatedAgreement, models.PROTECT, related_name="collectors")
    name = models.CharField(_("姓名"), max_length=60)
    certificate = models.CharField(_("代征证编号"), max_length=30)
    user = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("网格员账户")
    )
    valid_from = models.DateField(_("开始日期"), default=clock.today)
    valid_to = models.DateField(_("结束日期"), null=True, blank=True)

    objects = PeriodQuerySet.as_manager()

    class Meta:
        verbose_name = _("代征人员")
        verbose_name_plural = _("代征人员")
        ordering = ["certificate"]
        constraints = [
            models.UniqueConstraint(
                fields=["certificate"],
                name="delegated_certificate_once",
                violation_error_message=_("这个代征证编号已经登记。"),
            ),
            models.CheckConstraint(
                condition=Q(valid_to__isnull=True) | Q(valid_to__gte=F("valid_from")), name="delegated_collector_dates"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} {self.certificate}"
