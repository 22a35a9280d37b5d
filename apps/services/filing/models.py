"""The VAT and surcharges return: what was imported, what is declared, what was computed and how it was decided."""

from decimal import Decimal

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from apps.kernel.casework.models import CaseDetail
from apps.kernel.documents.models import IssuedDocument
from apps.kernel.ledger.models import Charge, Payment
from apps.kernel.parties.models import Organisation, Party
from apps.kernel.workcalendar import clock
from apps.kernel.workcalendar.periods import Period

# numeric(16, 2), as everywhere: up to 99,999,999,999,999.99 yuan.
DIGITS, PLACES = 16, 2
LARGEST = Decimal("99999999999999.99")


# The levies of the combined return and the column that holds each one's amount.
LEVIES = {"vat": "vat", "city-construction": "city", "education": "edu", "local-education": "local_edu"}


def money(label, **kwargs) -> models.DecimalField:
    """A column of yuan with fen."""
    return models.DecimalField(label, max_digits=DIGITS, decimal_places=PLACES, **kwargs)


class VatReturn(CaseDetail):
    """One combined return (增值税及附加税费申报) of one payer for one period.

    ``standing`` lets the database keep two promises whatever the case's states are called: at most
    one return of a period is under way, and at most one is in force.
    """

    class TaxpayerType(models.TextChoices):
        GENERAL = "general", _("一般纳税人")
        SMALL_SCALE = "small_scale", _("小规模纳税人")

    class Standing(models.TextChoices):
        UNDER_WAY = "under_way", _("办理中")
        IN_FORCE = "in_force", _("生效")
        REPLACED = "replaced", _("已被更正")
        DROPPED = "dropped", _("已撤回")

    party = models.ForeignKey(Party, models.PROTECT, related_name="vat_returns", verbose_name=_("纳税人"))
    period = models.CharField(_("所属期"), max_length=7)
    ends_on = models.DateField(_("所属期末"))
    taxpayer_type = models.CharField(_("纳税人类型"), max_length=12, choices=TaxpayerType)
    location = models.CharField(_("城建税地区"), max_length=10, choices=Organisation.Location)
    halved = models.BooleanField(_("六税两费减半"), default=False)
    standing = models.CharField(_("效力"), max_length=10, choices=Standing, default=Standing.UNDER_WAY)
    replaces = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="corrections", verbose_name=_("更正的申报")
    )
    due_on = models.DateField(_("申报缴款期限"))
    output_vat = money(_("销项税额"), null=True, blank=True)
    vat = money(_("应纳增值税"), null=True, blank=True)
    carry_out = money(_("期末留抵税额"), null=True, blank=True)
    city = money(_("城市维护建设税"), null=True, blank=True)
    edu = money(_("教育费附加"), null=True, blank=True)
    local_edu = money(_("地方教育附加"), null=True, blank=True)
    total = money(_("应缴合计"), null=True, blank=True)

    class Meta:
        verbose_name = _("增值税及附加税费申报")
        verbose_name_plural = _("增值税及附加税费申报")
        constraints = [
            models.UniqueConstraint(
                fields=["party", "period"],
                condition=Q(standing="under_way"),
                name="vat_return_one_under_way",
                violation_error_message=_("这一所属期已有一份申报正在办理。"),
            ),
            models.UniqueConstraint(
                fields=["party", "period"],
                condition=Q(standing="in_force"),
                name="vat_return_one_in_force",
                violation_error_message=_("这一所属期已经申报，需要修改时请办理更正申报。"),
            ),
            models.CheckConstraint(
                condition=~Q(standing__in=["in_force", "replaced"]) | Q(total__isnull=False),
                name="vat_return_in_force_is_computed",
            ),
        ]
        indexes = [models.Index(fields=["party", "-ends_on"])]

    def __str__(self) -> str:
        return f"{self.party} {self.period}"

    @property
    def span(self) -> Period:
        """The period as a value that knows its days."""
        return Period.parse(self.period)

    @property
    def sheet(self) -> list["ReturnFigure"]:
        """The figures in the order of the form."""
        kinds = ReturnFigure.Kind.values
        return sorted(self.figures.all(), key=lambda row: (kinds.index(row.kind), -(row.rate or 0)))

    @property
    def charges(self) -> models.QuerySet[Charge]:
        """The charges of the payer's period, whichever return they were first assessed by."""
        charges = Charge.objects.filter(party=self.party_id, period=self.period, levy__in=LEVIES)
        return charges.select_related("levy")

    @property
    def certificates(self) -> models.QuerySet[IssuedDocument]:
        """The certificates in force of the payments that went to these charges."""
        payments = Payment.objects.filter(allocations__charge__in=self.charges).distinct()
        about = [payment.about for payment in payments]
        return IssuedDocument.objects.filter(about__in=about, revoked_at__isnull=True).order_by("id")

    @property
    def late(self) -> bool:
        """Whether the due date has passed."""
        return clock.today() > self.due_on


class ReturnFigure(models.Model):
    """One figure of a return. ``imported`` is what the data say, ``declared`` what the taxpayer says.

    They are two columns for good: a correction of either never overwrites the other, and a figure
    counts as declared only once the taxpayer has confirmed it.
    """

    class Kind(models.TextChoices):
        SALES = "sales", _("销售额")
        EXEMPT = "exempt", _("免税销售额")
        INPUT_VAT = "input_vat", _("进项税额")
        CARRY_IN = "carry_in", _("上期留抵税额")

    vat_return = models.ForeignKey(VatReturn, models.CASCADE, related_name="figures")
    kind = models.CharField(_("项目"), max_length=10, choices=Kind)
    rate = models.DecimalField(
        _("税率或征收率"),
        max_digits=5,
        decimal_places=4,
        null=True,
        blank=True,
        validators=[MinValueValidator(Decimal(0)), MaxValueValidator(Decimal(1))],
    )
    imported = money(_("预填数"), null=True, blank=True)
    source = models.CharField(_("数据来源"), max_length=120, blank=True)
    as_of = models.DateField(_("数据日期"), null=True, blank=True)
    documents = models.PositiveIntegerField(_("凭证份数"), null=True, blank=True)
    declared = money(
        _("申报数"),
        null=True,
        validators=[
            MinValueValidator(Decimal(0), _("金额不能小于 0。")),
            MaxValueValidator(LARGEST, _("金额过大，请核对。")),
        ],
    )
    confirmed = models.BooleanField(_("已确认"), default=False)
    reason = models.CharField(_("差异说明"), max_length=500, blank=True)

    class Meta:
        verbose_name = _("申报数据")
        verbose_name_plural = _("申报数据")
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["vat_return", "kind", "rate"], name="figure_once", nulls_distinct=False),
            models.CheckConstraint(
                condition=Q(kind="sales", rate__isnull=False) | ~Q(kind="sales") & Q(rate__isnull=True),
                name="figure_sales_has_rate",
            ),
            models.CheckConstraint(
                condition=Q(confirmed=False) | Q(declared__isnull=False), name="figure_confirmed_is_declared"
            ),
            models.CheckConstraint(
                condition=Q(declared__isnull=True) | Q(declared__gte=0), name="figure_declared_not_negative"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.vat_return_id} {self.code}"

    @property
    def code(self) -> str:
        """How pages and the API name this figure: sales-13, input-vat, carry-in."""
        return f"sales-{percent(self.rate)}" if self.kind == self.Kind.SALES else self.kind.replace("_", "-")

    @property
    def label(self) -> str:
        """The figure's name in public words."""
        if self.kind == self.Kind.SALES:
            return gettext("%(rate)s%% 的销售额（不含税）") % {"rate": percent(self.rate)}
        return str(self.get_kind_display())

    @property
    def value(self) -> Decimal:
        """What counts now: the declared figure, otherwise the imported one."""
        return self.declared if self.declared is not None else self.imported or Decimal("0.00")

    @property
    def difference(self) -> Decimal:
        """Declared less imported; nothing imported counts as zero."""
        return self.value - (self.imported or Decimal("0.00"))


class FigureDispute(models.Model):
    """The taxpayer says that imported data are wrong (数据异议): what they should be, and why. Written once."""

    figure = models.ForeignKey(ReturnFigure, models.CASCADE, related_name="disputes")
    stated = money(_("预填数"), null=True)
    claimed = money(_("主张的金额"))
    reason = models.CharField(_("理由"), max_length=500)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("提出人"))
    at = models.DateTimeField(_("提出时间"), default=clock.now)

    class Meta:
        verbose_name = _("申报数据异议")
        verbose_name_plural = _("申报数据异议")
        ordering = ["id"]

    def __str__(self) -> str:
        return f"{self.figure} {self.claimed}"


class ReturnLine(models.Model):
    """One line of the computation as it was declared: formula with its numbers, amount, clause."""

    vat_return = models.ForeignKey(VatReturn, models.CASCADE, related_name="lines")
    position = models.PositiveSmallIntegerField(_("行次"))
    label = models.CharField(_("项目"), max_length=120)
    formula = models.CharField(_("算式"), max_length=300)
    amount = money(_("金额"))
    source = models.CharField(_("依据"), max_length=300)

    class Meta:
        verbose_name = _("计算过程")
        verbose_name_plural = _("计算过程")
        ordering = ["position"]
        constraints = [models.UniqueConstraint(fields=["vat_return", "position"], name="return_line_position")]

    def __str__(self) -> str:
        return f"{self.label} {self.amount}"


class DecisionTrace(models.Model):
    """What one published rule found when the return was submitted: the reason behind every automatic decision."""

    vat_return = models.ForeignKey(VatReturn, models.CASCADE, related_name="trace")
    at = models.DateTimeField(_("时间"), default=clock.now)
    rule = models.CharField(_("规则"), max_length=40)
    label = models.CharField(_("名称"), max_length=120)
    passed = models.BooleanField(_("通过"))
    facts = models.CharField(_("事实"), max_length=300)
    source = models.CharField(_("依据"), max_length=200)

    class Meta:
        verbose_name = _("自动审核记录")
        verbose_name_plural = _("自动审核记录")
        ordering = ["id"]

    def __str__(self) -> str:
        return f"{self.rule} {self.passed}"


def percent(rate: Decimal) -> str:
    """A rate as people write it: 0.13 is 13, 0.015 is 1.5."""
    return f"{(rate * 100).normalize():f}"
