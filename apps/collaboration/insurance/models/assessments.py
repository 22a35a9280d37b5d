"""What agencies assess, line by line and payer by payer (应缴核定, Art 24)."""

from decimal import Decimal

from django.contrib.postgres.indexes import BrinIndex
from django.db import models
from django.db.models import F, Func, Q, Value, lookups
from django.db.models.functions import Cast, Length
from django.utils.translation import gettext_lazy as _

from apps.collaboration.insurance.models.exchange import InsuranceExchange, insurance_names
from apps.kernel.ledger.models import ZERO, Yuan
from apps.kernel.parties import identifiers

LARGEST = Decimal(99_999_999_999)
# A resident who pays for themselves has no payer's code: the person's own number stands for it.
PAYER_CODE = "CASE WHEN payer_code = '' AND payer = person THEN person_number ELSE payer_code END"


class AssessedPayer(models.Model):
    """The lines of a delivery for one payer, insurance and period, as the payer was written (应缴核定户).

    One row for the hundreds of lines of an employer: it finds the payer, waits for a clerk, or is returned.
    """

    exchange = models.ForeignKey(InsuranceExchange, models.PROTECT, related_name="payers", verbose_name=_("批次"))
    row = models.PositiveIntegerField(_("行"), help_text=_("这一户的第一行。"))
    payer_code = models.CharField(_("缴费人代码"), max_length=18)
    payer = models.CharField(_("缴费人名称"), max_length=120)
    levy = models.CharField(_("险种"), max_length=30)
    period = models.CharField(_("所属期"), max_length=7)
    persons = models.PositiveIntegerField(_("人数"))
    total = Yuan(_("金额"))
    bill = models.ForeignKey(
        "collaboration.InsuranceBill", models.PROTECT, null=True, related_name="payers", verbose_name=_("应征单")
    )
    returned = models.CharField(_("退回原因"), max_length=300, blank=True, default="")

    class Meta:
        verbose_name = _("应缴核定户")
        verbose_name_plural = _("应缴核定户")
        constraints = [
            models.UniqueConstraint(
                fields=["exchange", "payer_code", "payer", "levy", "period"], name="assessed_payer_once"
            ),
            models.CheckConstraint(condition=Q(total__gt=0, persons__gt=0), name="assessed_payer_amounts"),
            models.CheckConstraint(condition=Q(bill__isnull=True) | Q(returned=""), name="assessed_payer_standing"),
        ]
        indexes = [models.Index(fields=["id"], condition=Q(bill=None, returned=""), name="assessed_payer_waiting")]

    def __str__(self) -> str:
        return f"{self.payer} {self.levy} {self.period}"

    @property
    def key(self) -> tuple[int, str, str, str, str]:
        """What its lines are found by."""
        return self.exchange_id, self.payer_code, self.payer, self.levy, self.period

    @property
    def insurance(self) -> str:
        """The name of its insurance, or the code as it came."""
        return str(insurance_names().get(self.levy, self.levy))


class Exact(models.DecimalField):
    """A number kept as it came: a column with two decimals would round a third one away unseen."""

    def db_type(self, connection) -> str:
        return "numeric"


class Scale(Func):
    """How many decimals a number has."""

    function, output_field = "scale", models.IntegerField()


class AssessedLine(models.Model):
    """One person's contribution to one insurance for one month, as the agency assessed it (应缴核定明细).

    A million of them come in one delivery and go by COPY straight into this table: the delivery they are of is a
    setting of the transaction, the constraints judge each line, and what is true of a whole payer stands on
    :class:`AssessedPayer`. No line is ever changed, and no trigger looks at each. The lines of a delivery lie side
    by side, so a block range index finds them.
    """

    DELIVERY = "insurance.exchange"  # the setting that says whose the lines of this transaction are

    exchange = models.ForeignKey(
        InsuranceExchange,
        models.PROTECT,
        related_name="+",
        db_constraint=False,
        db_index=False,
        db_default=Cast(Func(Value(DELIVERY), function="current_setting"), models.BigIntegerField()),
    )
    payer_code = models.CharField(_("缴费人代码"), max_length=18)
    payer = models.CharField(_("缴费人名称"), max_length=120)
    person_number = models.CharField(_("证件号码"), max_length=18)
    person = models.CharField(_("姓名"), max_length=60)
    levy = models.CharField(_("险种"), max_length=30)
    period = models.CharField(_("所属期"), max_length=7)
    base = Exact(_("缴费基数"), max_digits=13, decimal_places=2)
    employer = Exact(_("单位缴纳"), max_digits=13, decimal_places=2)
    employee = Exact(_("个人缴纳"), max_digits=13, decimal_places=2)

    class Meta:
        verbose_name = _("应缴核定明细")
        verbose_name_plural = _("应缴核定明细")
        constraints = [
            models.CheckConstraint(
                condition=Q(base__range=(0, LARGEST), employer__gte=0, employee__gte=0)
                & Q(lookups.GreaterThan(F("employer") + F("employee"), ZERO))
                & Q(lookups.LessThanOrEqual(F("employer") + F("employee"), LARGEST)),
                name="assessed_line_amounts",
            ),
            models.CheckConstraint(
                condition=Q(lookups.LessThanOrEqual(Scale("base"), 2))
                & Q(lookups.LessThanOrEqual(Scale("employer"), 2))
                & Q(lookups.LessThanOrEqual(Scale("employee"), 2)),
                name="assessed_line_whole_fen",
            ),
            models.CheckConstraint(
                condition=Q(lookups.Exact(Length("person_number"), 18)) & ~Q(person=""), name="assessed_line_person"
            ),
        ]
        indexes = [
            # One index that compares bytes: what db_index makes is two, one of them by language, and doubles the COPY.
            models.Index(fields=["person_number"], opclasses=["varchar_pattern_ops"], name="assessed_line_person_no"),
            BrinIndex(fields=["exchange"], name="assessed_line_exchange", autosummarize=True, pages_per_range=32),
        ]

    def __str__(self) -> str:
        return f"{self.levy} {self.period}"

    @property
    def key(self) -> tuple[int, str, str, str, str]:
        """Which payer of the delivery it is of."""
        own = not self.payer_code and self.payer == self.person
        code = self.person_number if own else self.payer_code
        return self.exchange_id, code, self.payer, self.levy, self.period

    @property
    def total(self) -> Decimal:
        """Both shares."""
        return self.employer + self.employee

    @property
    def person_number_shown(self) -> str:
        return identifiers.masked(self.person_number)
