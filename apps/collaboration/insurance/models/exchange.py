"""What hrss and medical deliver: registrations, insured people, verified amounts (Art 24; 征缴暂行条例 Art 11)."""

from functools import cache

from django.db import models
from django.db.models import F, Q
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from apps.kernel.ledger import levies
from apps.kernel.ledger.models import Levy, Yuan
from apps.kernel.parties.actors import Actor, Channel
from apps.kernel.parties.ids import reference
from apps.kernel.parties.models import Office, Party, User
from apps.kernel.workcalendar import clock


def insurance_ref() -> str:
    return reference(12)


@cache
def insurance_names() -> dict[str, str | Promise]:
    """Every levy by code, in the reader's language."""
    return levies.names()


class InsuranceDuty(models.Model):
    """Which agency is in charge of which insurance (社会保险经办分工): it verifies, answers and is fed back to."""

    office = models.ForeignKey(Office, models.PROTECT, related_name="insurance_duties", verbose_name=_("经办部门"))
    levy = models.OneToOneField(Levy, models.PROTECT, related_name="+", verbose_name=_("险种"))

    class Meta:
        verbose_name = _("社会保险经办分工")
        verbose_name_plural = _("社会保险经办分工")

    def __str__(self) -> str:
        return f"{self.office} {self.levy}"


class AssistanceFund(models.Model):
    """Whose fund pays the contributions of the people an office assists (资助参保资金)."""

    office = models.OneToOneField(Office, models.PROTECT, related_name="+", verbose_name=_("救助部门"))
    payer = models.ForeignKey(Party, models.PROTECT, related_name="+", verbose_name=_("缴费资金"))

    class Meta:
        verbose_name = _("资助参保资金")
        verbose_name_plural = _("资助参保资金")

    def __str__(self) -> str:
        return f"{self.office} {self.payer}"


class AgencyQuerySet(models.QuerySet):
    """An agency sees its own rows, the tax offices see all of them."""

    def visible_to(self, actor: Actor):
        """Nobody else sees an exchange."""
        if actor.party is not None or actor.office is None:
            return self.none()
        return self.all() if actor.office.is_tax else self.filter(office=actor.office)


class InsuranceExchange(models.Model):
    """One delivery of an agency, by page or API (社会保险费信息传递批次). Kept as it came, so it can be replayed."""

    class Kind(models.TextChoices):
        REGISTRATIONS = "registrations", _("单位参保登记")
        INSURED = "insured", _("参保人员名单")
        ASSESSMENTS = "assessments", _("应缴核定")

    class State(models.TextChoices):
        RECEIVED = "received", _("处理中")
        TAKEN = "taken", _("已接收")
        REFUSED = "refused", _("未接收")

    class Reason(models.TextChoices):
        """Why it was not taken, as a code its sender's system can act on."""

        NONE = "", ""
        MALFORMED = "malformed", _("文件格式不正确")
        WRONG_UNIT = "wrong-unit", _("金额单位不是元")
        STALE = "stale", _("传递时间已过期或者在将来")
        WRONG_COUNT = "wrong-count", _("控制笔数不符")
        WRONG_TOTAL = "wrong-total", _("控制金额不符")
        BAD_ROW = "bad-row", _("有的行不正确")
        DOUBLED_ROW = "doubled-row", _("有的行重复")
        OTHER_AGENCY = "other-agency", _("险种不由本部门经办")
        UNKNOWN_PAYER = "unknown-payer", _("登记信息里没有缴费人")
        ALREADY_CHARGED = "already-charged", _("该所属期已经应征，不重复")

    ref = models.CharField(_("批次编号"), max_length=12, unique=True, default=insurance_ref, editable=False)
    office = models.ForeignKey(Office, models.PROTECT, related_name="+", verbose_name=_("经办部门"))
    user = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", verbose_name=_("经办人"))
    channel = models.CharField(_("渠道"), max_length=12, choices=Channel)
    kind = models.CharField(_("内容"), max_length=14, choices=Kind)
    message_id = models.CharField(_("报文编号"), max_length=80)
    sent_at = models.DateTimeField(_("传递时间"))
    unit = models.CharField(_("金额单位"), max_length=10)
    control_count = models.PositiveIntegerField(_("控制笔数"))
    control_total = Yuan(_("控制金额"))
    digest = models.CharField(max_length=64, editable=False)
    content = models.BinaryField(editable=False)
    state = models.CharField(_("状态"), max_length=10, choices=State, default=State.RECEIVED)
    reason = models.CharField(_("未接收原因"), max_length=16, choices=Reason, blank=True, default="")
    problems = models.JSONField(_("问题"), default=list, editable=False)
    lines = models.PositiveIntegerField(_("笔数"), default=0)
    unmatched = models.PositiveIntegerField(_("待匹配笔数"), default=0)
    attempts = models.PositiveSmallIntegerField(_("处理次数"), default=0)
    received_at = models.DateTimeField(_("收到时间"), default=clock.now)
    finished_at = models.DateTimeField(_("处理完成时间"), null=True)

    objects = AgencyQuerySet.as_manager()

    class Meta:
        verbose_name = _("社会保险费信息传递批次")
        verbose_name_plural = _("社会保险费信息传递批次")
        constraints = [
            models.UniqueConstraint(fields=["office", "message_id"], name="insurance_message_once"),
            models.CheckConstraint(
                condition=Q(state="received", finished_at__isnull=True)
                | (~Q(state="received") & Q(finished_at__isnull=False)),
                name="insurance_exchange_finished",
            ),
            models.CheckConstraint(
                condition=Q(state="refused") & ~Q(reason="") | ~Q(state="refused") & Q(reason=""),
                name="insurance_exchange_reason",
            ),
        ]
        indexes = [models.Index(fields=["office", "-id"], name="insurance_exchange_office")]

    def __str__(self) -> str:
        return self.ref

    @property
    def about(self) -> str:
        return f"insurance-exchange/{self.ref}"


class InsuranceRegistration(models.Model):
    """An employer registered for social insurance (单位参保登记), as hrss delivered it last."""

    party = models.OneToOneField(Party, models.PROTECT, related_name="+", verbose_name=_("用人单位"))
    office = models.ForeignKey(Office, models.PROTECT, related_name="+", verbose_name=_("经办部门"))
    number = models.CharField(_("社会保险登记号"), max_length=30)
    injury_rate = models.DecimalField(_("工伤保险费率"), max_digits=6, decimal_places=5)
    since = models.DateField(_("参保日期"))
    until = models.DateField(_("注销日期"), null=True)
    exchange = models.ForeignKey(InsuranceExchange, models.PROTECT, related_name="+", verbose_name=_("批次"))

    class Meta:
        verbose_name = _("单位参保登记")
        verbose_name_plural = _("单位参保登记")
        constraints = [
            models.UniqueConstraint(fields=["office", "number"], name="insurance_registration_number"),
            models.CheckConstraint(
                condition=Q(until__isnull=True) | Q(until__gte=F("since")), name="insurance_registration_period"
            ),
            models.CheckConstraint(
                condition=Q(injury_rate__gt=0, injury_rate__lt=1), name="insurance_registration_rate"
            ),
        ]

    def __str__(self) -> str:
        return self.number


class InsuredPerson(models.Model):
    """Somebody insured through an employer (参保人员), with the base the agency has verified."""

    employer = models.ForeignKey(Party, models.PROTECT, related_name="+", verbose_name=_("用人单位"))
    person_number = models.CharField(_("证件号码"), max_length=18)
    name = models.CharField(_("姓名"), max_length=60)
    base = Yuan(_("核定缴费基数"))
    since = models.DateField(_("参保日期"))
    until = models.DateField(_("停保日期"), null=True)
    exchange = models.ForeignKey(InsuranceExchange, models.PROTECT, related_name="+", verbose_name=_("批次"))

    class Meta:
        verbose_name = _("参保人员")
        verbose_name_plural = _("参保人员")
        constraints = [
            models.UniqueConstraint(fields=["employer", "person_number"], name="insured_once"),
            models.CheckConstraint(condition=Q(base__gte=0), name="insured_base"),
        ]
        indexes = [models.Index(fields=["person_number"], name="insured_number")]

    def __str__(self) -> str:
        return self.name
