"""What one payer owes for one insurance and period, whoever assessed it, and what was fed back (Art 24)."""

from decimal import Decimal

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from apps.collaboration.insurance.models.exchange import AgencyQuerySet, InsuranceExchange, insurance_ref
from apps.kernel.ledger.models import ZERO, Charge, Levy, Yuan
from apps.kernel.parties.actors import Actor
from apps.kernel.parties.models import Office, Party
from apps.kernel.workcalendar import clock


class BillQuerySet(AgencyQuerySet):
    """Bills: of their payer, of the agency in charge, at the tax offices."""

    def visible_to(self, actor: Actor):
        """A mandate limited to levies shows the bills of those."""
        if actor.party is None:
            return super().visible_to(actor)
        rows = self.filter(party=actor.party)
        levies = actor.mandate.levies if actor.mandate is not None else []
        return rows.filter(levy__in=levies) if levies else rows


class InsuranceBill(models.Model):
    """A payer's contributions to one insurance for one period (社会保险费应征单): one row, one charge, never two.

    ``assessed`` is the sum of the lines behind it, ``amount`` what is owed after later corrections.
    """

    ref = models.CharField(_("编号"), max_length=12, unique=True, default=insurance_ref, editable=False)
    party = models.ForeignKey(Party, models.PROTECT, related_name="+", verbose_name=_("缴费人"))
    office = models.ForeignKey(Office, models.PROTECT, related_name="+", verbose_name=_("经办部门"))
    levy = models.ForeignKey(Levy, models.PROTECT, related_name="+", verbose_name=_("险种"))
    period = models.CharField(_("所属期"), max_length=7)
    persons = models.PositiveIntegerField(_("人数"))
    assessed = Yuan(_("明细合计"))
    amount = Yuan(_("应缴金额"))
    due = models.DateField(_("缴费期限"))
    made_on = models.DateField(_("应征日期"), default=clock.today)
    exchange = models.ForeignKey(InsuranceExchange, models.PROTECT, null=True, related_name="bills")
    declaration = models.ForeignKey(
        "collaboration.InsuranceDeclaration", models.PROTECT, null=True, related_name="bills"
    )
    group = models.ForeignKey("collaboration.PayerGroup", models.PROTECT, null=True, related_name="bills")
    charge = models.OneToOneField(Charge, models.PROTECT, null=True, related_name="+", verbose_name=_("应征费"))
    fed_back = Yuan(_("已反馈金额"), default=ZERO)

    objects = BillQuerySet.as_manager()

    class Meta:
        verbose_name = _("社会保险费应征单")
        verbose_name_plural = _("社会保险费应征单")
        constraints = [
            models.UniqueConstraint(
                fields=["party", "levy", "period"],
                name="insurance_bill_once",
                violation_error_message=_("该所属期已经应征，不重复。"),
            ),
            models.CheckConstraint(condition=Q(assessed__gt=0, amount__gte=0), name="insurance_bill_amounts"),
            models.CheckConstraint(
                condition=Q(exchange__isnull=False, declaration__isnull=True, group__isnull=True)
                | Q(exchange__isnull=True, declaration__isnull=False, group__isnull=True)
                | Q(exchange__isnull=True, declaration__isnull=True, group__isnull=False),
                name="insurance_bill_origin",
            ),
        ]
        indexes = [
            models.Index(fields=["office", "made_on"], name="insurance_bill_day"),
            models.Index(fields=["party", "-id"], name="insurance_bill_party"),
        ]

    def __str__(self) -> str:
        return f"{self.levy} {self.period}"

    @property
    def about(self) -> str:
        """The key of its charge: the same payer, insurance and period can never be charged a second time."""
        return f"insurance/{self.levy_id}/{self.period}/{self.party.ref}"

    @property
    def collected(self) -> Decimal:
        """What is on its charge of the payer's money."""
        return self.charge.paid if self.charge_id else ZERO

    @property
    def paid(self) -> bool:
        """Whether nothing is left to pay."""
        return self.collected >= self.amount

    @property
    def standing(self) -> str:
        """Where it stands today, as the payer's account says it: to pay, part paid, overdue, paid, cancelled."""
        return Charge.State(self.charge.state(clock.today())).label

    @property
    def origin(self) -> str:
        """Who said that it is owed."""
        if self.declaration_id:
            return str(_("单位申报"))
        return str(_("集体名单")) if self.group_id else str(_("部门核定"))


class InsuranceFeedback(models.Model):
    """Money collected on a bill, or given back, as told to the agency in charge (征收反馈). Append-only."""

    office = models.ForeignKey(Office, models.PROTECT, related_name="+", verbose_name=_("经办部门"))
    bill = models.ForeignKey(InsuranceBill, models.PROTECT, related_name="feedback", verbose_name=_("应征单"))
    amount = Yuan(_("金额"))
    total = Yuan(_("累计已征"))
    collected_on = models.DateField(_("入账日期"))
    at = models.DateTimeField(_("反馈时间"), default=clock.now)

    objects = AgencyQuerySet.as_manager()

    class Meta:
        verbose_name = _("社会保险费征收反馈")
        verbose_name_plural = _("社会保险费征收反馈")
        constraints = [models.CheckConstraint(condition=~Q(amount=0), name="insurance_feedback_not_zero")]
        indexes = [models.Index(fields=["office", "id"], name="insurance_feedback_office")]

    def __str__(self) -> str:
        return f"{self.bill_id} {self.amount}"
