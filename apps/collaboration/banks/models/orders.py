"""Deposits frozen or deducted at a bank (冻结、扣缴, Art 29)."""

from decimal import Decimal

from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from apps.collaboration.banks import grounds
from apps.collaboration.banks.grounds import Measure
from apps.collaboration.banks.models.pay_orders import PayOrder
from apps.collaboration.banks.models.requests import BankRequest
from apps.kernel.ledger.models import ZERO, Yuan

FROZEN = ("in_force", "part_releasing")  # the states of a freeze in which money is frozen


class AccountOrder(BankRequest):
    """A bank is ordered to freeze deposits or to deduct from them (冻结、扣缴)."""

    class Release(models.TextChoices):
        PAID = "paid", _("已经缴清")
        DEDUCTED = "deducted", _("已从冻结的存款中扣缴")
        EXPIRED = "expired", _("保全期限届满")
        LIFTED = "lifted", _("经批准解除")

    ground = models.CharField(
        _("依据"), max_length=30, choices=grounds.choices(Measure.FREEZE) + grounds.choices(Measure.DEDUCT)
    )
    account = models.CharField(
        _("账号"), max_length=40, help_text=_("开户行名下的账号；不填则由金融机构在其名下账户中执行。"), blank=True
    )
    limit = Yuan(_("金额上限（元）"), validators=[MinValueValidator(ZERO)])
    pay_order = models.ForeignKey(
        PayOrder, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("责令限期缴纳")
    )
    preservation = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="deductions", verbose_name=_("所依据的冻结")
    )
    signs = models.CharField(_("转移、隐匿的迹象"), max_length=500, blank=True)
    security_asked_on = models.DateField(_("责成提供担保的日期"), null=True, blank=True)
    dependants = models.PositiveSmallIntegerField(_("所扶养家属人数"), null=True, blank=True)
    kept = Yuan(_("为本人及所扶养家属保留的生活费"), default=ZERO)
    executed = Yuan(_("实际冻结、扣缴金额"), null=True, blank=True)
    freeing = Yuan(_("待解除的部分"), default=ZERO, help_text=_("已通知金融机构解除，尚未回执。"))
    freed = Yuan(_("已解除的部分"), default=ZERO)
    reference = models.CharField(_("金融机构流水号"), max_length=60, blank=True)
    executed_on = models.DateField(_("执行日期"), null=True, blank=True)
    extended_by = models.CharField(_("国家税务总局批准延长的文号"), max_length=60, blank=True)
    release = models.CharField(_("解除原因"), max_length=10, choices=Release, blank=True)
    released_on = models.DateField(_("解除日期"), null=True, blank=True)
    security = models.CharField(_("担保"), max_length=300, blank=True)
    deferred_until = models.DateField(_("延期缴费协议约定的日期"), null=True, blank=True)

    class Meta:
        verbose_name = _("冻结、扣缴")
        verbose_name_plural = _("冻结、扣缴")
        constraints = [
            models.CheckConstraint(condition=~Q(first_officer=F("second_officer")), name="order_two_officers"),
            models.CheckConstraint(condition=Q(limit__gt=0, kept__gte=0), name="order_limit"),
            models.CheckConstraint(
                condition=Q(executed__isnull=True) | Q(executed__gte=0, executed__lte=F("limit")),
                name="order_executed_within_limit",
            ),
            models.CheckConstraint(
                condition=Q(freeing=0, freed=0)
                | Q(freeing__gte=0, freed__gte=0, executed__gte=F("freed") + F("freeing")),
                name="order_freed_within_executed",
            ),
            models.UniqueConstraint(
                fields=["bank", "reference"], condition=~Q(reference=""), name="order_bank_reference_once"
            ),
        ]
        indexes = [models.Index(fields=["party"], name="account_order_party")]

    def __str__(self) -> str:
        return f"{self.case_id} {self.party}"

    @property
    def frozen(self) -> Decimal:
        """What is frozen still, or was when all of it was released."""
        return (self.executed or ZERO) - self.freed

    @property
    def to_free(self) -> Decimal:
        """What the bank lets go: what is left of a freeze, or the whole of one that was deducted to the last fen."""
        return self.frozen or self.executed or ZERO

    @property
    def in_force(self) -> bool:
        """Whether money is frozen now."""
        return bool(self.executed) and not self.release and self.power.measure == Measure.FREEZE
