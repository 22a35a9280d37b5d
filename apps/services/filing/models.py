"""A return of any kind: what was imported, what is declared, what was computed and how it was decided (Art 11)."""

from decimal import Decimal

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from apps.kernel.casework.models import Case, CaseDetail
from apps.kernel.documents.models import IssuedDocument
from apps.kernel.ledger.models import Charge, Payment
from apps.kernel.parties.ids import reference
from apps.kernel.parties.models import Organisation, Party
from apps.kernel.rules.calculators.property_behaviour import TAXES, SourceTax
from apps.kernel.rules.models import Provision
from apps.kernel.workcalendar import clock
from apps.kernel.workcalendar.periods import Period
from apps.services.filing import falling_due, rates

# numeric(16, 2), as everywhere: up to 99,999,999,999,999.99 yuan.
DIGITS, PLACES = 16, 2
LARGEST = Decimal("99999999999999.99")


def money(label, **kwargs) -> models.DecimalField:
    """A column of yuan with fen."""
    return models.DecimalField(label, max_digits=DIGITS, decimal_places=PLACES, **kwargs)


class Return(CaseDetail):
    """One return (纳税缴费申报) of one payer for one period; ``kind`` names its row of ``kinds``.

    ``standing`` lets the database keep two promises whatever the case's states are called: at most
    one return of a kind and period is under way, and at most one is in force.
    """

    class TaxpayerType(models.TextChoices):
        GENERAL = "general", _("一般纳税人")
        SMALL_SCALE = "small_scale", _("小规模纳税人")

    class Standing(models.TextChoices):
        UNDER_WAY = "under_way", _("办理中")
        IN_FORCE = "in_force", _("生效")
        REPLACED = "replaced", _("已被更正")
        DROPPED = "dropped", _("已撤回")

    kind = models.CharField(_("申报种类"), max_length=20, default="vat")
    party = models.ForeignKey(Party, models.PROTECT, related_name="returns", verbose_name=_("纳税人"))
    period = models.CharField(_("所属期"), max_length=10)
    ends_on = models.DateField(_("所属期末"))
    taxpayer_type = models.CharField(_("纳税人类型"), max_length=12, choices=TaxpayerType)
    location = models.CharField(_("城建税地区"), max_length=10, choices=Organisation.Location)
    halved = models.BooleanField(_("六税两费减半"), default=False)
    high_tech = models.BooleanField(_("高新技术企业"), default=False)
    restricted_industry = models.BooleanField(_("限制和禁止行业"), default=False)
    standing = models.CharField(_("效力"), max_length=10, choices=Standing, default=Standing.UNDER_WAY)
    replaces = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="corrections", verbose_name=_("更正的申报")
    )
    due_on = models.DateField(_("申报缴款期限"))
    total = money(_("应缴合计"), null=True, blank=True)

    class Meta:
        verbose_name = _("申报")
        verbose_name_plural = _("申报")
        constraints = [
            models.UniqueConstraint(
                fields=["party", "kind", "period"],
                condition=Q(standing="under_way"),
                name="return_one_under_way",
                violation_error_message=_("这一所属期已有一份申报正在办理。"),
            ),
            models.UniqueConstraint(
                fields=["party", "kind", "period"],
                condition=Q(standing="in_force"),
                name="return_one_in_force",
                violation_error_message=_("这一所属期已经申报，需要修改时请办理更正申报。"),
            ),
            models.CheckConstraint(
                condition=~Q(standing__in=["in_force", "replaced"]) | Q(total__isnull=False),
                name="return_in_force_is_computed",
            ),
        ]
        indexes = [models.Index(fields=["party", "kind", "-ends_on"], name="return_by_party")]

    def __str__(self) -> str:
        return f"{self.party} {self.kind} {self.period}"

    @property
    def span(self) -> Period:
        """The period as a value that knows its days."""
        return Period.parse(self.period)

    @property
    def sheet(self) -> list["ReturnFigure"]:
        """The figures in the order of the form."""
        kinds = ReturnFigure.Kind.values
        return sorted(self.figures.all(), key=lambda row: (kinds.index(row.kind), -(row.rate or 0), row.pk or 0))

    @property
    def amounts(self) -> dict[str, Decimal]:
        """What the calculation came to, by the names it answers with."""
        return {row.name: row.amount for row in self.named_amounts.all()}

    @property
    def doubtful(self) -> list["ReturnLine"]:
        """The lines that rest on a rule nobody had reviewed when the return was computed."""
        return [line for line in self.lines.all() if line.confidence]

    @property
    def charges(self) -> models.QuerySet[Charge]:
        """The charges of the payer's period, whichever return they were first assessed by."""
        siblings = Return.objects.filter(party=self.party_id, kind=self.kind, period=self.period).select_related("case")
        charges = Charge.objects.filter(party=self.party_id, about__in=[row.case.about for row in siblings])
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


class FilingExtended(models.Model):
    """A later day granted to a payer for the returns of one period (延期申报); the latest counts. Written once."""

    case = models.OneToOneField(Case, models.PROTECT, related_name="+", verbose_name=_("延期申报办件"))
    party = models.ForeignKey(Party, models.PROTECT, related_name="+", verbose_name=_("纳税人"))
    kind = models.CharField(_("申报种类"), max_length=20, blank=True)  # blank where it is every return of the period
    period = models.CharField(_("所属期"), max_length=10)
    until = models.DateField(_("延期到"))

    class Meta:
        verbose_name = _("核准的延期申报")
        verbose_name_plural = _("核准的延期申报")
        indexes = [models.Index(fields=["party", "period"], name="extended_by_party")]

    def __str__(self) -> str:
        return f"{self.party_id} {self.period} {self.until}"


class SourceDetail(models.Model):
    """One source of property and behaviour taxes (税源明细), kept once and asked about again each period.

    A row is never rewritten: a change closes it (``closed_at``) and opens another, so that a return
    keeps pointing at what it was filed on.
    """

    ref = models.CharField(_("编号"), max_length=12, default=reference, editable=False)
    party = models.ForeignKey(Party, models.PROTECT, related_name="source_details", verbose_name=_("纳税人"))
    levy = models.CharField(_("税种"), max_length=20, choices=[(tax.code, tax.title) for tax in TAXES.values()])
    name = models.CharField(_("名称"), max_length=120, help_text=_("例如：厂房地址、合同编号、车牌号码。"))
    item = models.CharField(_("税目"), max_length=30, blank=True)
    base = money(_("计税依据"), validators=[MinValueValidator(Decimal(0), _("不能小于 0。"))])
    deductions = money(
        _("扣除项目金额"), null=True, blank=True, validators=[MinValueValidator(Decimal(0), _("不能小于 0。"))]
    )
    basic_farmland = models.BooleanField(_("占用的是基本农田"), default=False)
    relief = models.CharField(_("减免情形"), max_length=20, blank=True)
    occasional = models.BooleanField(_("按次申报"), default=False)
    since = models.DateField(_("取得或者书立日期"))
    until = models.DateField(_("转出或者终止日期"), null=True, blank=True)
    source = models.CharField(_("数据来源"), max_length=120)
    recorded_at = models.DateTimeField(_("登记时间"), default=clock.now)
    closed_at = models.DateTimeField(_("失效时间"), null=True, blank=True)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("登记人")
    )

    class Meta:
        verbose_name = _("税源明细")
        verbose_name_plural = _("税源明细")
        ordering = ["levy", "id"]
        constraints = [
            models.UniqueConstraint(fields=["ref"], condition=Q(closed_at__isnull=True), name="source_detail_current"),
            models.CheckConstraint(condition=Q(base__gte=0), name="source_detail_base"),
            models.CheckConstraint(
                condition=Q(until__isnull=True) | Q(until__gte=models.F("since")), name="source_detail_dates"
            ),
        ]
        indexes = [models.Index(fields=["party", "levy"], name="source_detail_party")]

    def __str__(self) -> str:
        return f"{self.get_levy_display()} {self.name}"

    @property
    def tax(self) -> SourceTax:
        """The tax this is a source of."""
        return TAXES[self.levy]

    @property
    def item_label(self) -> str:
        """The heading of the tax it falls under."""
        return str(dict(self.tax.items).get(self.item, ""))

    @property
    def relief_label(self) -> str:
        """The fact for which the law takes a share of the tax off."""
        return next((str(relief.label) for relief in self.tax.reliefs if relief.code == self.relief), "")

    @property
    def rates(self) -> list[rates.Rate]:
        """The rate of its heading and of its relief: of the day it arose on, or today's while it lasts."""
        known = rates.of_tax(self.tax, None if self.tax.lasting else self.since)
        return [row for row in known if row.code == (self.relief or None if row.relief else self.item)]

    def months_in(self, period: Period) -> list[int]:
        """The months of the period it is taxed for: the one it arises in; while it lasts, to the one it ends in."""
        first = self.since.year * 12 + self.since.month + self.tax.from_next_month
        last = self.until.year * 12 + self.until.month if self.until else None
        if not self.tax.lasting:
            last = first
        year = period.year * 12
        months = range(period.month, period.month + period.months)
        return [month for month in months if year + month >= first and (last is None or year + month <= last)]


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
        BASE = "base", _("计税依据")
        PROFIT = "profit", _("本年累计实际利润额（亏损填写 0）")
        HEADCOUNT = "headcount", _("从业人数（季度平均）")
        ASSETS = "assets", _("资产总额（季度平均）")
        PREPAID = "prepaid", _("本年以前各期已预缴税额")
        EMPLOYEES = "employees", _("参保职工人数")
        WAGE_BASE = "wage_base", _("职工缴费基数合计")
        INJURY_RATE = "injury_rate", _("工伤保险费率")

    UNITS = {Kind.HEADCOUNT: _("人"), Kind.EMPLOYEES: _("人"), Kind.INJURY_RATE: "%"}
    # About these, knowing nothing means there is nothing.
    MAY_BE_UNKNOWN = (Kind.CARRY_IN, Kind.PREPAID)

    tax_return = models.ForeignKey(Return, models.CASCADE, related_name="figures")
    kind = models.CharField(_("项目"), max_length=20, choices=Kind)
    rate = models.DecimalField(
        _("税率或征收率"),
        max_digits=5,
        decimal_places=4,
        null=True,
        blank=True,
        validators=[MinValueValidator(Decimal(0)), MaxValueValidator(Decimal(1))],
    )
    detail = models.ForeignKey(
        SourceDetail, models.PROTECT, null=True, blank=True, related_name="figures", verbose_name=_("税源明细")
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
            models.UniqueConstraint(
                fields=["tax_return", "kind", "rate", "detail"], name="figure_once", nulls_distinct=False
            ),
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
        return f"{self.tax_return_id} {self.code}"

    @property
    def code(self) -> str:
        """How pages and the API name this figure: sales-13, input-vat, base-7k2m9q4w."""
        if self.detail is not None:
            return f"{self.kind}-{self.detail.ref}"
        return f"sales-{percent(self.rate)}" if self.kind == self.Kind.SALES else self.kind.replace("_", "-")

    @property
    def label(self) -> str:
        """The figure's name in public words."""
        if self.detail is not None:
            heading = f"{self.detail.get_levy_display()} {self.detail.item_label}".strip()
            relief = f"（{self.detail.relief_label}）" if self.detail.relief else ""
            return gettext("%(tax)s：%(name)s") % {"tax": heading, "name": f"{self.detail.name}{relief}"}
        if self.kind == self.Kind.SALES:
            return gettext("%(rate)s%% 的销售额（不含税）") % {"rate": percent(self.rate)}
        return str(self.get_kind_display())

    @property
    def own_period(self) -> Period | None:
        """The tax period of its source, which may be longer than the return's."""
        return falling_due.own_period(self.detail, self.tax_return.span) if self.detail is not None else None

    @property
    def unit(self) -> str:
        """What the figure is counted in; a source says itself what its base is."""
        return str(self.detail.tax.base) if self.detail is not None else str(self.UNITS.get(self.kind, _("元")))

    @property
    def key(self) -> tuple[str, Decimal | None, int | None]:
        """What makes it the same figure when the data are read again."""
        return self.kind, self.rate, self.detail_id

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


class ReturnAmount(models.Model):
    """One amount of the calculation as it was declared, under the name the calculator gives it."""

    tax_return = models.ForeignKey(Return, models.CASCADE, related_name="named_amounts")
    name = models.CharField(_("名称"), max_length=30)
    amount = money(_("金额"))

    class Meta:
        verbose_name = _("申报金额")
        verbose_name_plural = _("申报金额")
        ordering = ["id"]
        constraints = [models.UniqueConstraint(fields=["tax_return", "name"], name="return_amount_once")]

    def __str__(self) -> str:
        return f"{self.name} {self.amount}"


class ReturnLine(models.Model):
    """One line of the computation as it was declared: formula with its numbers, amount, clause."""

    tax_return = models.ForeignKey(Return, models.CASCADE, related_name="lines")
    position = models.PositiveSmallIntegerField(_("行次"))
    label = models.CharField(_("项目"), max_length=120)
    formula = models.CharField(_("算式"), max_length=300)
    amount = money(_("金额"), null=True)
    source = models.CharField(_("依据"), max_length=300)
    confidence = models.CharField(_("未复核规则的可信度"), max_length=1, choices=Provision.Confidence, blank=True)

    class Meta:
        verbose_name = _("计算过程")
        verbose_name_plural = _("计算过程")
        ordering = ["position"]
        constraints = [models.UniqueConstraint(fields=["tax_return", "position"], name="return_line_position")]

    def __str__(self) -> str:
        return f"{self.label} {self.amount}"


class DecisionTrace(models.Model):
    """What one published rule found when the return was submitted: the reason behind every automatic decision."""

    tax_return = models.ForeignKey(Return, models.CASCADE, related_name="trace")
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


class FilingBatch(models.Model):
    """Returns an agency files for its clients in one go (批量申报): who asked, and how far it has got."""

    ref = models.CharField(_("编号"), max_length=12, unique=True, default=reference, editable=False)
    agency = models.ForeignKey(Party, models.PROTECT, related_name="filing_batches", verbose_name=_("涉税专业服务机构"))
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("提交人"))
    idempotency_key = models.CharField(max_length=80)
    created_at = models.DateTimeField(_("提交时间"), default=clock.now)

    class Meta:
        verbose_name = _("批量申报")
        verbose_name_plural = _("批量申报")
        ordering = ["-id"]
        constraints = [models.UniqueConstraint(fields=["user", "idempotency_key"], name="filing_batch_once")]

    def __str__(self) -> str:
        return self.ref


class BatchItem(models.Model):
    """One client's return in a batch, and what became of it."""

    class Outcome(models.TextChoices):
        WAITING = "waiting", _("等待办理")
        FILED = "filed", _("已申报")
        REFERRED = "referred", _("转人工审核")
        REFUSED = "refused", _("未提交")

    batch = models.ForeignKey(FilingBatch, models.CASCADE, related_name="items")
    party = models.ForeignKey(Party, models.PROTECT, related_name="+", verbose_name=_("委托人"))
    kind = models.CharField(_("申报种类"), max_length=20)
    period = models.CharField(_("所属期"), max_length=10)
    outcome = models.CharField(_("结果"), max_length=10, choices=Outcome, default=Outcome.WAITING)
    case = models.ForeignKey(Case, models.PROTECT, null=True, related_name="+", verbose_name=_("办件"))
    message = models.CharField(_("说明"), max_length=500, blank=True)
    at = models.DateTimeField(_("办理时间"), null=True)

    class Meta:
        verbose_name = _("批量申报明细")
        verbose_name_plural = _("批量申报明细")
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["batch", "party", "kind", "period"], name="batch_item_once"),
            models.CheckConstraint(
                condition=~Q(outcome__in=["filed", "referred"]) | Q(case__isnull=False), name="batch_item_has_case"
            ),
        ]
        indexes = [models.Index(fields=["batch"], condition=Q(outcome="waiting"), name="batch_item_waiting")]

    def __str__(self) -> str:
        return f"{self.batch_id} {self.kind} {self.period}"
