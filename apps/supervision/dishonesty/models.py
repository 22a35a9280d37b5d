"""Candidates for the list of seriously dishonest taxpayers, the list, and early exits from it (Art 33)."""

import datetime as dt
from decimal import Decimal

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from apps.kernel.casework.models import Case, CaseDetail
from apps.kernel.parties.ids import reference
from apps.kernel.parties.models import Office, Party
from apps.kernel.workcalendar import clock


def in_percent(share: Decimal) -> str:
    """A share as people read it: 0.2310 is 23.1%."""
    return f"{(share * 100).normalize():f}%"


NOT_NEGATIVE = [MinValueValidator(Decimal(0), _("请填写不小于 0 的数。"))]


class Kind(models.TextChoices):
    """What a taxpayer is listed for (Order 54, Art 6)."""

    EVASION = "evasion", _("逃避缴纳税款")
    ARREARS = "arrears", _("逃避追缴欠税")
    REFUND_FRAUD = "refund-fraud", _("骗取国家出口退税款")
    RESISTANCE = "resistance", _("以暴力、威胁方法拒不缴纳税款")
    FALSE_SPECIAL = "false-special", _("虚开增值税专用发票")
    FALSE_ORDINARY = "false-ordinary", _("虚开普通发票")
    FORGED = "forged-invoices", _("私自印制、伪造、变造发票")


class DishonestyListing(CaseDetail):
    """What was found, by which decision, and what the taxpayer says to it (拟列入)."""

    kind = models.CharField(_("违法行为"), max_length=20, choices=Kind)
    amount = models.DecimalField(_("涉及金额（元）"), max_digits=18, decimal_places=2, validators=NOT_NEGATIVE)
    share = models.DecimalField(
        _("占应纳税额比例"),
        max_digits=6,
        decimal_places=4,
        null=True,
        blank=True,
        validators=[*NOT_NEGATIVE, MaxValueValidator(1, _("不能大于 1：百分之十五请填写 0.15。"))],
        help_text=_("逃避缴纳税款的填写，例如 0.15 表示 15%。"),
    )
    number = models.PositiveIntegerField(_("发票份数"), null=True, blank=True)
    decision = models.CharField(_("处理处罚决定书文号"), max_length=80)
    decided_on = models.DateField(_("决定生效日期"))
    facts = models.TextField(_("违法事实"), max_length=2000)
    defence = models.TextField(_("陈述、申辩"), max_length=2000, blank=True)

    class Meta:
        verbose_name = _("失信主体认定")
        verbose_name_plural = _("失信主体认定")

    def __str__(self) -> str:
        return f"{self.case_id} {self.kind}"

    @property
    def share_in_percent(self) -> str:
        """The share as the case's page writes it; empty where none is needed."""
        return "" if self.share is None else in_percent(self.share)


class EntryQuerySet(models.QuerySet):
    """Entries of the list."""

    def shown(self, on: dt.date | None = None):
        """Published, not taken off, and not older than the time they are shown for."""
        on = on or clock.today()
        return self.filter(published_on__lte=on, shown_until__gte=on, removed_on__isnull=True)


class DishonestEntry(models.Model):
    """One entry of the public list (名单). Names are kept as they were when it was published."""

    class Removal(models.TextChoices):
        EARLY = "early", _("提前停止公布")
        ERROR = "error", _("撤销（认定有误）")

    ref = models.CharField(_("编号"), max_length=12, unique=True, default=reference, editable=False)
    case = models.OneToOneField(Case, models.PROTECT, related_name="+", verbose_name=_("办件"))
    party = models.ForeignKey(Party, models.PROTECT, related_name="+", verbose_name=_("纳税人"))
    name = models.CharField(_("名称"), max_length=200)
    code = models.CharField(_("统一社会信用代码"), max_length=18, blank=True)
    kind = models.CharField(_("违法行为"), max_length=20, choices=Kind)
    facts = models.TextField(_("主要违法事实"))
    decision = models.CharField(_("处理处罚决定书文号"), max_length=80)
    office = models.ForeignKey(Office, models.PROTECT, related_name="+", verbose_name=_("认定单位"))
    published_on = models.DateField(_("公布日期"))
    shown_until = models.DateField(_("公布至"))
    removed_on = models.DateField(_("停止公布日期"), null=True, blank=True)
    removal = models.CharField(_("停止公布原因"), max_length=10, choices=Removal, blank=True)

    objects = EntryQuerySet.as_manager()

    class Meta:
        verbose_name = _("失信主体")
        verbose_name_plural = _("失信主体")
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(condition=Q(shown_until__gt=F("published_on")), name="dishonest_entry_period"),
            models.CheckConstraint(
                condition=Q(removed_on__isnull=True, removal="") | Q(removed_on__isnull=False) & ~Q(removal=""),
                name="dishonest_entry_removal",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} {self.published_on}"


class DishonestyExit(CaseDetail):
    """An application to be taken off early: everything paid, everything corrected (提前停止公布)."""

    paid = models.BooleanField(_("税款、滞纳金、罚款已全部缴清"), default=False)
    corrected = models.BooleanField(_("失信行为已纠正，不良影响已消除"), default=False)
    explanation = models.TextField(_("情况说明"), max_length=2000, default="")
    entry = models.ForeignKey(
        DishonestEntry,
        models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        related_name="+",
        verbose_name=_("名单条目"),
    )

    class Meta:
        verbose_name = _("提前停止公布申请")
        verbose_name_plural = _("提前停止公布申请")

    def __str__(self) -> str:
        return f"{self.case_id}"
