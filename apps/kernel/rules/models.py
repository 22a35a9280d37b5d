"""Law as dated data: documents, parameters, preferential policies, and reviewed changes to them."""

from decimal import Decimal

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import ArrayField, DateRangeField, RangeBoundary, RangeOperators
from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import F, Func, Q
from django.utils.functional import cached_property
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from apps.kernel.parties.models import User
from apps.kernel.rules import predicates, values
from apps.kernel.workcalendar import clock

CODE = RegexValidator(r"^[a-z0-9]+([.\-_][a-z0-9]+)*\Z", _("代码只能由小写字母、数字及 . - _ 组成。"))


class LegalDocument(models.Model):
    """A law, regulation or notice that parameters rest on (法律、法规、规章、文件)."""

    code = models.CharField(_("代码"), max_length=60, unique=True, validators=[CODE])
    title = models.CharField(_("名称"), max_length=200)
    number = models.CharField(_("文号"), max_length=100, blank=True)
    issued_on = models.DateField(_("发布日期"), null=True, blank=True)
    in_force_from = models.DateField(_("施行日期"), null=True, blank=True)
    in_force_to = models.DateField(_("失效日期"), null=True, blank=True)
    url = models.URLField(_("网址"), blank=True)
    text = models.TextField(_("正文"), blank=True)

    class Meta:
        verbose_name = _("法律文件")
        verbose_name_plural = _("法律文件")
        ordering = ["code"]
        constraints = [
            models.CheckConstraint(
                condition=Q(in_force_to__isnull=True) | Q(in_force_to__gte=F("in_force_from")),
                name="document_period",
                violation_error_message=_("失效日期不能早于施行日期。"),
            )
        ]

    def __str__(self) -> str:
        return self.citation

    @property
    def citation(self) -> str:
        """How the document is cited: its number, or its title where it has none."""
        return self.number or self.title


class _DateRange(Func):
    function = "DATERANGE"
    output_field = DateRangeField()


class Provision(models.Model):
    """What a dated rule says and how far it can be trusted; the common part of a rule and of a change to it."""

    class Comparator(models.TextChoices):
        LESS = "<", _("未达到（<）")
        AT_MOST = "<=", _("不超过（≤）")
        AT_LEAST = ">=", _("达到（≥）")
        MORE = ">", _("超过（>）")

    class Confidence(models.TextChoices):
        CONFIRMED = "C", _("已核对原文")
        HIGH = "H", _("较可靠，待复核")
        MEDIUM = "M", _("一般，待复核")
        LOW = "L", _("存疑，待复核")
        PROPOSED = "P", _("本市拟定")

    code = models.CharField(_("代码"), max_length=80, validators=[CODE])
    region = models.CharField(_("地区"), max_length=6, default="310000")
    valid_from = models.DateField(_("生效日期"))
    valid_to = models.DateField(_("终止日期"), null=True, blank=True)
    title = models.CharField(_("名称"), max_length=120)
    shape = models.CharField(_("值类型"), max_length=10, choices=values.Shape, default=values.Shape.DECIMAL)
    value = models.JSONField(_("值"), null=True, blank=True)
    unit = models.CharField(_("单位"), max_length=20, blank=True)
    comparator = models.CharField(_("比较方式"), max_length=2, choices=Comparator, blank=True)
    document = models.ForeignKey(
        LegalDocument, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("法律文件")
    )
    clause = models.CharField(_("条款"), max_length=120, blank=True)
    confidence = models.CharField(_("可信度"), max_length=1, choices=Confidence)

    class Meta:
        abstract = True

    def clean(self) -> None:
        """The value has the shape it claims, and the period runs forwards."""
        self.typed  # noqa: B018 - reading it is the check
        if self.valid_from and self.valid_to and self.valid_to < self.valid_from:
            raise ValidationError({"valid_to": _("终止日期不能早于生效日期。")})

    @property
    def typed(self) -> values.Value:
        """The value as the law's arithmetic uses it."""
        return values.read(self.shape, self.value)

    @property
    def number(self) -> Decimal:
        """The number this rule sets.

        :raises TypeError: when it sets a table, a term or no limit.
        """
        if not isinstance(self.typed, Decimal):
            raise TypeError(f"{self.code} is not a number")
        return self.typed

    @property
    def source(self) -> str:
        """The legal source as it is shown beside a figure."""
        return f"{self.document or ''} {self.clause}".strip()


class Parameter(Provision):
    """A number, table or term of the law, in force from a day to a day (参数)."""

    class Review(models.TextChoices):
        PENDING = "pending", _("待复核")
        CONFIRMED = "confirmed", _("已核对")
        REVIEWED = "reviewed", _("已双人复核")

    review = models.CharField(_("复核状态"), max_length=10, choices=Review, default=Review.PENDING)

    class Meta:
        verbose_name = _("法定参数")
        verbose_name_plural = _("法定参数")
        ordering = ["code", "region", "valid_from"]
        constraints = [
            ExclusionConstraint(
                name="parameter_one_in_force",
                expressions=[
                    ("code", RangeOperators.EQUAL),
                    ("region", RangeOperators.EQUAL),
                    (
                        _DateRange("valid_from", "valid_to", RangeBoundary(inclusive_upper=True)),
                        RangeOperators.OVERLAPS,
                    ),
                ],
                violation_error_message=_("同一代码在同一地区的有效期不能重叠。"),
            ),
            models.CheckConstraint(
                condition=Q(valid_to__isnull=True) | Q(valid_to__gte=F("valid_from")),
                name="parameter_period",
                violation_error_message=_("终止日期不能早于生效日期。"),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.valid_from}"

    @property
    def pending(self) -> bool:
        """Whether nobody has checked it against the official text yet (待复核)."""
        return self.review == self.Review.PENDING


class Proposal(models.Model):
    """Something one person proposes and another approves or refuses (双人复核)."""

    class State(models.TextChoices):
        PROPOSED = "proposed", _("待复核")
        APPROVED = "approved", _("已通过")
        REFUSED = "refused", _("已退回")

    reason = models.CharField(_("变更理由"), max_length=300)
    state = models.CharField(_("状态"), max_length=10, choices=State, default=State.PROPOSED)
    proposed_at = models.DateTimeField(_("提出时间"), default=clock.now)
    decided_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("复核人")
    )
    decided_at = models.DateTimeField(_("复核时间"), null=True, blank=True)
    opinion = models.CharField(_("复核意见"), max_length=300, blank=True)
    proposed_by_id: int | None  # each kind of proposal says whether somebody always made it

    class Meta:
        abstract = True


class ParameterChange(Proposal, Provision):
    """A proposed row of law, approved or refused by another person (双人复核)."""

    proposed_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name=_("提出人"))

    class Meta:
        verbose_name = _("参数变更")
        verbose_name_plural = _("参数变更")
        ordering = ["-proposed_at", "-id"]
        permissions = [("approve_parameterchange", _("可以复核参数变更"))]
        constraints = [
            models.CheckConstraint(
                condition=Q(state="proposed", decided_by__isnull=True)
                | Q(decided_by__isnull=False) & ~Q(decided_by=F("proposed_by")),
                name="change_two_people",
                violation_error_message=_("提出人不能复核自己提出的变更。"),
            )
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.valid_from} ({self.get_state_display()})"


def _spoken(row: models.Model, name: str) -> str:
    """A text in the reader's language; a version kept from before texts had English speaks Chinese."""
    return (get_language() == "en" and getattr(row, f"{name}_en")) or getattr(row, name)


class Policy(models.Model):
    """A preferential policy under its lasting code (税费优惠政策, Art 13); what it says stands in its versions.

    The key is small on purpose: matches of the whole city are kept as arrays of it.
    """

    id = models.SmallAutoField(primary_key=True)
    code = models.CharField(
        _("代码"),
        max_length=40,
        unique=True,
        validators=[RegexValidator(r"^[A-Z0-9]+([.\-][A-Z0-9]+)*\Z", _("代码只能由大写字母、数字及 . - 组成。"))],
    )
    name = models.CharField(_("名称"), max_length=120)
    name_en = models.CharField(_("英文名称"), max_length=160, default="")
    taxes = ArrayField(models.CharField(max_length=30), verbose_name=_("税费种"))
    enjoyed_field = models.CharField(_("表明已享受的事实"), max_length=40, blank=True)

    class Meta:
        verbose_name = _("优惠政策")
        verbose_name_plural = _("优惠政策")
        ordering = ["id"]

    def __str__(self) -> str:
        return _spoken(self, "name")


class PolicyVersion(Proposal):
    """Who is entitled to what under a policy, from a day on (政策版本).

    An approved version says all that holds from its first day on: on any day the one with the highest
    number that has begun by then counts, until its own last day. So ending a policy is a version too.
    """

    class ClaimMode(models.TextChoices):
        SELF = "self-assess", _("自行判别，申报享受")
        RECORD = "record-kept", _("自行判别，资料留存备查")
        LIST = "list", _("清单管理")
        APPROVAL = "approval", _("申请核准")

    policy = models.ForeignKey(Policy, models.PROTECT, related_name="versions", verbose_name=_("政策"))
    number = models.PositiveSmallIntegerField(_("版本"), null=True, blank=True, editable=False)
    condition = models.CharField(_("条件"), max_length=300)
    condition_en = models.CharField(_("条件（英文）"), max_length=500, default="")
    predicate = models.JSONField(_("判断条件"))
    benefit = models.CharField(_("优惠内容"), max_length=300)
    benefit_en = models.CharField(_("优惠内容（英文）"), max_length=500, default="")
    valid_from = models.DateField(_("生效日期"))
    valid_to = models.DateField(_("终止日期"), null=True, blank=True)
    source = models.CharField(_("依据"), max_length=200)
    url = models.URLField(_("网址"), blank=True)
    confidence = models.CharField(_("可信度"), max_length=1, choices=Provision.Confidence)
    claim_mode = models.CharField(_("享受方式"), max_length=12, choices=ClaimMode)
    straight_through = models.BooleanField(
        _("免申即享"), default=False, help_text=_("符合条件的，确认一次即可享受，不需要申请。")
    )
    note = models.CharField(_("备注"), max_length=300, blank=True)
    note_en = models.CharField(_("备注（英文）"), max_length=500, blank=True)
    # Nobody proposed what was loaded from the dated files.
    proposed_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("提出人")
    )

    class Meta:
        verbose_name = _("政策版本")
        verbose_name_plural = _("政策版本")
        ordering = ["policy_id", "-number", "-id"]
        permissions = [("approve_policyversion", _("可以复核政策版本"))]
        constraints = [
            models.UniqueConstraint(fields=["policy", "number"], name="policy_version_number"),
            models.CheckConstraint(
                condition=Q(state="approved", number__isnull=False) | ~Q(state="approved") & Q(number__isnull=True),
                name="policy_version_numbered",
            ),
            models.CheckConstraint(
                condition=Q(valid_to__isnull=True) | Q(valid_to__gte=F("valid_from")),
                name="policy_version_period",
                violation_error_message=_("终止日期不能早于生效日期。"),
            ),
            models.CheckConstraint(
                condition=Q(state="proposed", proposed_by__isnull=False, decided_by__isnull=True)
                | Q(state="approved", proposed_by__isnull=True, decided_by__isnull=True)
                | Q(proposed_by__isnull=False, decided_by__isnull=False) & ~Q(decided_by=F("proposed_by")),
                name="policy_version_two_people",
                violation_error_message=_("提出人不能复核自己提出的变更。"),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.policy.code} {self.valid_from} ({self.get_state_display()})"

    @property
    def who(self) -> str:
        """Who is entitled, in the reader's language."""
        return _spoken(self, "condition")

    @property
    def gain(self) -> str:
        """What they gain."""
        return _spoken(self, "benefit")

    @property
    def remark(self) -> str:
        """What else there is to know."""
        return _spoken(self, "note")

    @cached_property
    def condition_tree(self) -> predicates.Node:
        """The predicate, parsed."""
        return predicates.parse(self.predicate)

    @property
    def reliable(self) -> bool:
        """Whether the text was checked against the official one or by two people; only then is it matched."""
        return self.confidence == Provision.Confidence.CONFIRMED or self.decided_by_id is not None
