"""Property whose price is unclear or disputed, what it was found to be worth, and what tax followed (Art 27)."""

from decimal import Decimal

from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from apps.kernel.casework.models import Case, CaseDetail
from apps.kernel.documents.models import IssuedDocument
from apps.kernel.ledger.models import Charge, Levy, Yuan
from apps.kernel.parties.actors import Actor, Channel
from apps.kernel.parties.ids import reference
from apps.kernel.parties.models import Office, Party, User
from apps.kernel.workcalendar import clock


class Method(models.TextChoices):
    """How a price was found (价格认定方法)."""

    MARKET = "market", _("市场法")
    COST = "cost", _("成本法")
    INCOME = "income", _("收益法")
    EXPERT = "expert", _("专家咨询法")


class PriceDetermination(CaseDetail):
    """A tax office asks the price bureau what property was worth on a day (价格认定协助)."""

    class Ground(models.TextChoices):
        UNCLEAR = "unclear", _("价格不明")
        DISPUTED = "disputed", _("价格有争议")

    requester = models.ForeignKey(Office, models.PROTECT, related_name="+", verbose_name=_("提出的税务机关"))
    bureau = models.ForeignKey(Office, models.PROTECT, related_name="+", verbose_name=_("价格认定机构"))
    party = models.ForeignKey(Party, models.PROTECT, related_name="+", verbose_name=_("纳税人"))
    ground = models.CharField(_("提出的情形"), max_length=10, choices=Ground)
    basis_date = models.DateField(_("价格认定基准日"), help_text=_("按哪一天的价格认定，例如纳税义务发生之日。"))
    purpose = models.CharField(_("用于什么税费事项"), max_length=200)
    dispute = models.TextField(_("情况和争议"), max_length=2000, help_text=_("写明申报价格、各方的主张和已有的材料。"))

    class Meta:
        verbose_name = _("价格认定")
        verbose_name_plural = _("价格认定")

    def __str__(self) -> str:
        return self.purpose


class PriceItem(models.Model):
    """One item of property (认定标的), with the price the bureau is working on."""

    determination = models.ForeignKey(PriceDetermination, models.CASCADE, related_name="items")
    place = models.PositiveSmallIntegerField(_("序号"))
    name = models.CharField(_("名称"), max_length=120)
    specification = models.CharField(_("规格、型号、成新"), max_length=200, blank=True)
    quantity = models.DecimalField(
        _("数量"), max_digits=14, decimal_places=3, validators=[MinValueValidator(Decimal("0.001"))]
    )
    unit = models.CharField(_("计量单位"), max_length=12)
    declared = Yuan(_("申报价格合计（元）"), null=True, blank=True)
    method = models.CharField(_("认定方法"), max_length=10, choices=Method, blank=True)
    unit_price = Yuan(_("认定单价（元）"), null=True, blank=True)
    amount = Yuan(_("认定金额（元）"), null=True, blank=True)
    note = models.CharField(_("说明"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("认定标的")
        verbose_name_plural = _("认定标的")
        ordering = ["place"]
        constraints = [
            models.UniqueConstraint(fields=["determination", "place"], name="price_item_place"),
            models.CheckConstraint(condition=Q(quantity__gt=0), name="price_item_quantity"),
            models.CheckConstraint(
                condition=Q(method="", unit_price__isnull=True, amount__isnull=True)
                | Q(~Q(method=""), unit_price__gt=0, amount__gt=0),
                name="price_item_priced",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class ConclusionQuerySet(models.QuerySet):
    """Conclusions follow the case they were reached in."""

    def visible_to(self, actor: Actor):
        """The conclusions of the cases an office may see."""
        return self.filter(determination__case__in=Case.objects.visible_to(actor))


class PriceConclusion(models.Model):
    """What the items were found to be worth, as concluded; a review that changes it writes another (认定结论)."""

    ref = models.CharField(_("编号"), max_length=12, unique=True, default=reference, editable=False)
    determination = models.ForeignKey(PriceDetermination, models.PROTECT, related_name="conclusions")
    office = models.ForeignKey(Office, models.PROTECT, related_name="+", verbose_name=_("出具机构"))
    document = models.OneToOneField(IssuedDocument, models.PROTECT, related_name="+", verbose_name=_("结论书"))
    concluded_on = models.DateField(_("出具日期"), default=clock.today)
    total = Yuan(_("认定总额（元）"))
    report = models.TextField(_("认定过程和依据"), max_length=4000)
    replaced_by = models.OneToOneField(
        "self", models.PROTECT, null=True, related_name="replaces", verbose_name=_("复核后的结论")
    )

    objects = ConclusionQuerySet.as_manager()

    class Meta:
        verbose_name = _("价格认定结论")
        verbose_name_plural = _("价格认定结论")
        constraints = [
            models.UniqueConstraint(
                fields=["determination"], condition=Q(replaced_by__isnull=True), name="price_conclusion_one_in_force"
            ),
            models.CheckConstraint(condition=Q(total__gt=0), name="price_conclusion_total"),
        ]

    def __str__(self) -> str:
        return self.document.number


class PricedItem(models.Model):
    """An item's price as a conclusion states it (认定明细). Written once."""

    conclusion = models.ForeignKey(PriceConclusion, models.PROTECT, related_name="items")
    item = models.ForeignKey(PriceItem, models.PROTECT, related_name="+")
    method = models.CharField(_("认定方法"), max_length=10, choices=Method)
    unit_price = Yuan(_("认定单价（元）"))
    amount = Yuan(_("认定金额（元）"))
    note = models.CharField(_("说明"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("价格认定明细")
        verbose_name_plural = _("价格认定明细")
        ordering = ["item__place"]
        constraints = [models.UniqueConstraint(fields=["conclusion", "item"], name="priced_item_once")]

    def __str__(self) -> str:
        return f"{self.item} {self.amount}"


class OwnQuerySet(models.QuerySet):
    """A bureau sees its own messages."""

    def visible_to(self, actor: Actor):
        """The messages of the actor's bureau; nobody else's."""
        mine = actor.office is not None and actor.party is None
        return self.filter(office=actor.office) if mine else self.none()


class PriceMessage(models.Model):
    """A conclusion as the bureau's system sent it; a refused one is kept and can be judged again (结论报文)."""

    class State(models.TextChoices):
        TAKEN = "taken", _("已接收")
        REFUSED = "refused", _("未接收")

    ref = models.CharField(_("编号"), max_length=12, unique=True, default=reference, editable=False)
    office = models.ForeignKey(Office, models.PROTECT, related_name="+", verbose_name=_("价格认定机构"))
    user = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", verbose_name=_("经办人"))
    channel = models.CharField(_("渠道"), max_length=12, choices=Channel)
    case = models.ForeignKey(Case, models.PROTECT, related_name="+", verbose_name=_("办件"))
    received_at = models.DateTimeField(_("收到时间"), default=clock.now)
    content = models.JSONField(_("内容"))
    idempotency_key = models.CharField(max_length=80, editable=False)
    state = models.CharField(_("结果"), max_length=10, choices=State)
    code = models.CharField(_("原因代码"), max_length=40, blank=True)
    explanation = models.CharField(_("原因"), max_length=500, blank=True)
    conclusion = models.ForeignKey(PriceConclusion, models.PROTECT, null=True, related_name="+")

    objects = OwnQuerySet.as_manager()

    class Meta:
        verbose_name = _("价格认定结论报文")
        verbose_name_plural = _("价格认定结论报文")
        constraints = [
            models.UniqueConstraint(fields=["office", "idempotency_key"], name="price_message_once"),
            models.CheckConstraint(
                condition=Q(state="taken", conclusion__isnull=False)
                | (Q(state="refused", conclusion__isnull=True) & ~Q(code="")),
                name="price_message_result",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.ref} {self.get_state_display()}"


class PriceAssessment(CaseDetail):
    """Tax assessed on a determined price (价格认定结论的运用): a new charge, or one that is corrected."""

    office = models.ForeignKey(Office, models.PROTECT, related_name="+", verbose_name=_("税务机关"))
    conclusion = models.ForeignKey(PriceConclusion, models.PROTECT, related_name="+", verbose_name=_("认定结论"))
    levy = models.ForeignKey(Levy, models.PROTECT, related_name="+", verbose_name=_("税费种"))
    period = models.CharField(_("所属期"), max_length=20)
    rate_code = models.CharField(_("适用税率"), max_length=80)
    rate = models.DecimalField(_("税率"), max_digits=8, decimal_places=6)
    declared = Yuan(_("已申报的计税价格（元）"))
    base = Yuan(_("认定的计税价格（元）"))
    amount = Yuan(_("应补税额（元）"))
    corrects = models.ForeignKey(
        Charge, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("更正哪一笔应征税费")
    )
    charge = models.ForeignKey(
        Charge, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("应征税费")
    )

    class Meta:
        verbose_name = _("按认定价格核定税费")
        verbose_name_plural = _("按认定价格核定税费")
        constraints = [
            models.CheckConstraint(
                condition=Q(amount__gt=0, base__gt=F("declared"), declared__gte=0), name="price_assessment_amount"
            )
        ]

    def __str__(self) -> str:
        return f"{self.conclusion} {self.levy_id}"
