"""Students and residents collected in groups by schools, villages and the civil affairs department (Art 24)."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from apps.collaboration.insurance.models.bills import InsuranceBill
from apps.collaboration.insurance.models.exchange import insurance_ref
from apps.kernel.ledger.models import Levy, Yuan
from apps.kernel.parties import identifiers
from apps.kernel.parties.actors import Actor
from apps.kernel.parties.models import Office, Party
from apps.kernel.workcalendar import clock


class GroupQuerySet(models.QuerySet):
    """Lists: of the unit or department that keeps them."""

    def visible_to(self, actor: Actor):
        """Nobody else sees who is on a list, tax staff neither: they have the payers' accounts."""
        if actor.party is not None:
            return self.filter(unit=actor.party)
        return self.filter(office=actor.office) if actor.office is not None else self.none()


class PayerGroup(models.Model):
    """A list of people whose contributions a unit helps to collect (集体缴费名单): a class, a village, assisted people.

    The unit learns who has paid and nothing else. With a ``funder`` the fund pays for everyone on the list.
    """

    class Kind(models.TextChoices):
        STUDENTS = "students", _("学校班级")
        VILLAGE = "village", _("村（居）民")
        ASSISTED = "assisted", _("资助参保人员")

    ref = models.CharField(_("编号"), max_length=12, unique=True, default=insurance_ref, editable=False)
    kind = models.CharField(_("类别"), max_length=10, choices=Kind)
    unit = models.ForeignKey(Party, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("组织单位"))
    office = models.ForeignKey(
        Office, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("组织部门")
    )
    funder = models.ForeignKey(
        Party, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("资助资金")
    )
    title = models.CharField(_("名称"), max_length=60)
    levy = models.ForeignKey(Levy, models.PROTECT, related_name="+", verbose_name=_("险种"))
    year = models.CharField(_("参保年度"), max_length=4)
    due = models.DateField(_("缴费期限"))
    made_at = models.DateTimeField(_("建立时间"), default=clock.now)
    idempotency_key = models.CharField(max_length=80, null=True, blank=True, unique=True, editable=False)

    objects = GroupQuerySet.as_manager()

    class Meta:
        verbose_name = _("集体缴费名单")
        verbose_name_plural = _("集体缴费名单")
        constraints = [
            models.CheckConstraint(
                condition=Q(unit__isnull=False, office__isnull=True, funder__isnull=True)
                | Q(unit__isnull=True, office__isnull=False, funder__isnull=False),
                name="payer_group_keeper",
            ),
            models.UniqueConstraint(
                fields=["unit", "office", "year", "title"],
                name="payer_group_title",
                nulls_distinct=False,
                violation_error_message=_("同一年度已有同名的名单，请换一个名称。"),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.year} {self.title}"

    @property
    def about(self) -> str:
        return f"insurance-group/{self.ref}"


class GroupMember(models.Model):
    """Somebody on a list (名单人员). Without a party until the person is on the tax register."""

    group = models.ForeignKey(PayerGroup, models.PROTECT, related_name="members", verbose_name=_("名单"))
    name = models.CharField(_("姓名"), max_length=60)
    person_number = models.CharField(_("证件号码"), max_length=18, db_index=True)
    amount = Yuan(_("应缴金额"))
    party = models.ForeignKey(Party, models.PROTECT, null=True, related_name="+", verbose_name=_("缴费人"))
    bill = models.ForeignKey(InsuranceBill, models.PROTECT, null=True, related_name="members", verbose_name=_("应征单"))
    counted = models.BooleanField(default=False, editable=False)  # whether the bill was made or raised for this row
    reminded_at = models.DateTimeField(_("提醒时间"), null=True)

    class Meta:
        verbose_name = _("名单人员")
        verbose_name_plural = _("名单人员")
        constraints = [models.UniqueConstraint(fields=["group", "person_number"], name="group_member_once")]
        indexes = [models.Index(fields=["id"], condition=Q(bill=None), name="group_member_waiting")]

    def __str__(self) -> str:
        return self.name

    @property
    def person_number_shown(self) -> str:
        return identifiers.masked(self.person_number)

    @property
    def paid(self) -> bool:
        """Whether nothing is left to pay for this person."""
        return self.bill_id is not None and self.bill.paid

    @property
    def standing(self) -> str:
        """Paid or not: all that the unit may know."""
        if self.bill_id is None:
            return str(_("尚未登记，暂不能缴费"))
        return str(_("已缴")) if self.bill.paid else str(_("未缴"))
