"""What courts ask and report, what is claimed of them, and the money they remit; Article 30."""

from decimal import Decimal

from django.db import models
from django.db.models import F, Q, Sum
from django.utils.translation import gettext_lazy as _

from apps.kernel.casework.models import Case, CaseDetail
from apps.kernel.documents.models import IssuedDocument
from apps.kernel.ledger.models import ZERO, Charge, Levy, Payment, Yuan
from apps.kernel.parties.models import Office, Party, User
from apps.kernel.workcalendar import clock


class CourtMatter(CaseDetail):
    """What every matter of a court holds."""

    court = models.ForeignKey(Office, models.PROTECT, related_name="+", verbose_name=_("人民法院"))
    court_case = models.CharField(_("案号"), max_length=60)
    party = models.ForeignKey(Party, models.PROTECT, related_name="+", verbose_name=_("被执行人、债务人"))
    office = models.ForeignKey(Office, models.PROTECT, related_name="+", verbose_name=_("主管税务机关"))
    letter = models.OneToOneField(
        IssuedDocument, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("文书")
    )

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.court_case


class CourtSale(CourtMatter):
    """Property a court sells (司法处置): the taxes of each side, before the bid and on the price reached."""

    class Thing(models.TextChoices):
        HOME = "home", _("住房")
        BUILDING = "building", _("非住房房产、土地使用权")
        LISTED = "listed", _("上市公司股票")
        SHARES = "shares", _("非上市公司股权")

    class BuyerHome(models.TextChoices):
        FIRST = "first", _("买受人家庭唯一住房")
        SECOND = "second", _("买受人家庭第二套住房")
        OTHER = "other", _("其他")

    thing = models.CharField(_("标的"), max_length=10, choices=Thing)
    description = models.CharField(_("标的说明"), max_length=200)
    price = Yuan(_("起拍价或者评估价（元，含税）"))
    original_value = Yuan(_("取得时的原值（元）"), null=True, blank=True)
    held_months = models.PositiveIntegerField(_("持有月数"), null=True, blank=True)
    area = models.DecimalField(_("建筑面积（平方米）"), max_digits=10, decimal_places=2, null=True, blank=True)
    buyer_home = models.CharField(_("买受人住房情况"), max_length=10, choices=BuyerHome, default=BuyerHome.OTHER)
    sold_price = Yuan(_("成交价（元，含税）"), null=True, blank=True)
    sold_on = models.DateField(_("成交日期"), null=True, blank=True)

    class Meta:
        verbose_name = _("司法处置税费测算")
        verbose_name_plural = _("司法处置税费测算")
        constraints = [
            models.CheckConstraint(condition=Q(price__gt=0), name="court_sale_price"),
            models.CheckConstraint(
                condition=Q(sold_price__isnull=True, sold_on__isnull=True) | Q(sold_price__gt=0, sold_on__isnull=False),
                name="court_sale_sold",
            ),
        ]

    @property
    def computed(self):
        """The lines with their levies."""
        return self.lines.select_related("levy")

    @property
    def to_remit(self) -> Decimal:
        """What the court must still remit of the seller's taxes on the price reached."""
        owed = Charge.objects.filter(about=self.case.about).aggregate(sum=Sum(F("amount") - F("paid")))["sum"]
        return owed or ZERO


class SaleLine(models.Model):
    """One levy of a sale and who bears it by law (测算明细); without an amount it is settled separately."""

    class Bearer(models.TextChoices):
        SELLER = "seller", _("出卖人（被执行人）")
        BUYER = "buyer", _("买受人")

    class Basis(models.TextChoices):
        EXPECTED = "expected", _("预计价格")
        REACHED = "reached", _("成交价")

    sale = models.ForeignKey(CourtSale, models.PROTECT, related_name="lines", verbose_name=_("测算"))
    basis = models.CharField(_("按"), max_length=10, choices=Basis)
    bearer = models.CharField(_("承担人"), max_length=10, choices=Bearer)
    levy = models.ForeignKey(Levy, models.PROTECT, related_name="+", verbose_name=_("税费种"))
    formula = models.CharField(_("算法"), max_length=200)
    amount = Yuan(_("金额"), null=True, blank=True)
    source = models.CharField(_("依据"), max_length=300)

    class Meta:
        verbose_name = _("测算明细")
        verbose_name_plural = _("测算明细")
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["sale", "basis", "bearer", "levy"], name="sale_line_once"),
            models.CheckConstraint(condition=Q(amount__isnull=True) | Q(amount__gte=0), name="sale_line_amount"),
        ]

    def __str__(self) -> str:
        return f"{self.levy_id} {self.bearer}"


class Claim(CourtMatter):
    """Base of what is claimed of a court: the charges with their rank, frozen when it is claimed."""

    class Meta:
        abstract = True

    @property
    def lines(self):
        """What was claimed, with charges and levies: fetched once, and not again where a list has them already."""
        models.prefetch_related_objects([self.case], "claim_lines__charge__levy")
        return self.case.claim_lines.all()

    @property
    def remitted(self) -> Decimal:
        """What came in on it so far."""
        return self.case.remittances.aggregate(sum=Sum("amount"))["sum"] or ZERO


class ArrearsClaim(Claim):
    """Arrears claimed from what an execution brings in (受偿欠税); 税收征收管理法 Article 45."""

    secured_on = models.DateField(_("标的设定抵押、质押的日期"), help_text=_("没有设定的留空。"), null=True, blank=True)
    facts = models.CharField(_("说明"), max_length=500, blank=True)
    closed_reason = models.CharField(_("办结说明"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("执行款受偿申报")
        verbose_name_plural = _("执行款受偿申报")


class BankruptcyClaim(Claim):
    """Claims filed in a liquidation or bankruptcy (破产债权申报)."""

    accepted_on = models.DateField(_("受理日期"), help_text=_("滞纳金计算到这一天。"))
    claim_by = models.DateField(_("债权申报期限"))
    administrator = models.CharField(_("管理人"), max_length=120)
    contact = models.CharField(_("管理人联系方式"), max_length=120)
    filed_on = models.DateField(_("申报日期"), null=True, blank=True)
    acknowledged_priority = Yuan(_("管理人认可的优先债权"), null=True, blank=True)
    acknowledged_ordinary = Yuan(_("管理人认可的普通债权"), null=True, blank=True)
    confirmed_priority = Yuan(_("确认的优先债权"), null=True, blank=True)
    confirmed_ordinary = Yuan(_("确认的普通债权"), null=True, blank=True)
    proposed_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("提请核销人")
    )

    class Meta:
        verbose_name = _("破产债权申报")
        verbose_name_plural = _("破产债权申报")
        constraints = [
            models.CheckConstraint(
                condition=Q(claim_by__gt=F("accepted_on")),
                name="bankruptcy_claim_by",
                violation_error_code="claim_by",
                violation_error_message=_("债权申报期限须晚于受理日期。"),
            ),
            models.UniqueConstraint(fields=["court", "court_case"], name="bankruptcy_once"),
        ]

    @property
    def confirmed(self) -> Decimal:
        """What the court confirmed, both ranks together."""
        return (self.confirmed_priority or ZERO) + (self.confirmed_ordinary or ZERO)

    def claimed(self, *ranks: str) -> Decimal:
        """What was claimed in some ranks."""
        return sum((line.amount for line in self.lines if line.rank in ranks), ZERO)

    @property
    def claimed_priority(self) -> Decimal:
        return self.claimed(ClaimLine.Rank.INSURANCE, ClaimLine.Rank.TAX)

    @property
    def claimed_ordinary(self) -> Decimal:
        return self.claimed(ClaimLine.Rank.ORDINARY)


class ClaimLine(models.Model):
    """A part of a charge as it was claimed, with its rank (债权明细). Append-only."""

    class Rank(models.TextChoices):
        SECURED_FIRST = "secured_first", _("先于抵押权、质权、留置权")
        UNSECURED_FIRST = "unsecured_first", _("先于无担保债权")
        INSURANCE = "insurance", _("第二顺序：社会保险费")
        TAX = "tax", _("第二顺序：税款")
        ORDINARY = "ordinary", _("普通债权")

    class Component(models.TextChoices):
        PRINCIPAL = "principal", _("本金")
        LATE_FEE = "late_fee", _("滞纳金")

    case = models.ForeignKey(Case, models.PROTECT, related_name="claim_lines", verbose_name=_("办件"))
    charge = models.ForeignKey(Charge, models.PROTECT, related_name="+", verbose_name=_("应征税费"))
    component = models.CharField(_("组成"), max_length=10, choices=Component)
    amount = Yuan(_("金额"))
    rank = models.CharField(_("顺序"), max_length=16, choices=Rank)
    source = models.CharField(_("依据"), max_length=200)

    class Meta:
        verbose_name = _("债权明细")
        verbose_name_plural = _("债权明细")
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["case", "charge", "component"], name="claim_line_once"),
            models.CheckConstraint(condition=Q(amount__gt=0), name="claim_line_amount"),
        ]

    def __str__(self) -> str:
        return f"{self.charge_id} {self.amount}"


class CourtRemittance(models.Model):
    """Money a court deducted or distributed and remitted (划付). Its reference comes once."""

    case = models.ForeignKey(Case, models.PROTECT, related_name="remittances", verbose_name=_("办件"))
    court = models.ForeignKey(Office, models.PROTECT, related_name="+", verbose_name=_("人民法院"))
    reference = models.CharField(_("划付流水号"), max_length=60)
    amount = Yuan(_("金额"))
    on = models.DateField(_("划付日期"))
    payment = models.OneToOneField(Payment, models.PROTECT, related_name="+", verbose_name=_("缴款"))
    at = models.DateTimeField(_("登记时间"), default=clock.now)

    class Meta:
        verbose_name = _("法院划付")
        verbose_name_plural = _("法院划付")
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["court", "reference"], name="court_remittance_once"),
            models.CheckConstraint(condition=Q(amount__gt=0), name="court_remittance_amount"),
        ]

    def __str__(self) -> str:
        return f"{self.reference} {self.amount}"
