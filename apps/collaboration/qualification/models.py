"""Determinations departments tell the tax offices of, the messages they came in, and verifications (Art 26)."""

import datetime as dt

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from apps.collaboration.qualification import kinds
from apps.kernel.casework.models import CaseDetail
from apps.kernel.ledger.models import Charge, Levy, Yuan
from apps.kernel.parties.actors import Actor, Channel
from apps.kernel.parties.ids import reference
from apps.kernel.parties.models import Office, Party, User
from apps.kernel.rules import terms
from apps.kernel.workcalendar import clock, deadlines
from apps.kernel.workcalendar.days import SHANGHAI

INFORM = "qualification-inform"


class QualificationDuty(models.Model):
    """Which department determines which kind (资格认定职责)."""

    office = models.ForeignKey(Office, models.PROTECT, related_name="+", verbose_name=_("认定部门"))
    kind = models.SlugField(_("资格种类"), max_length=40)

    class Meta:
        verbose_name = _("资格认定职责")
        verbose_name_plural = _("资格认定职责")
        constraints = [models.UniqueConstraint(fields=["office", "kind"], name="qualification_duty_once")]

    def __str__(self) -> str:
        return f"{self.office} {kinds.title(self.kind)}"


class DeterminationQuerySet(models.QuerySet):
    """Determinations: of their department, of their holder, at the tax offices of the holder."""

    def visible_to(self, actor: Actor):
        """Tax offices below the city see those of their own payers."""
        if actor.party is not None:
            return self.filter(party=actor.party)
        if actor.office is None:
            return self.none()
        if not actor.office.is_tax:
            return self.filter(office=actor.office)
        return self.filter(of_office(actor.office))

    def standing(self, on: dt.date):
        """Those that count on a day."""
        return self.filter(
            Q(valid_to__isnull=True) | Q(valid_to__gte=on), state=Determination.State.VALID, valid_from__lte=on
        )


def of_office(office: Office, party: str = "party") -> Q:
    """The condition that a payer is a tax office's own; the city's office has every payer."""
    if office.kind == Office.Kind.TAX_CITY:
        return Q()
    return Q(**{f"{party}__office": office}) | Q(**{f"{party}__office__parent": office})


class Determination(models.Model):
    """One qualification of one payer, or an expert's opinion, as a department determined it (资格认定).

    Changed only by ``intake``, ``standing`` and the steps of a verification.
    """

    class State(models.TextChoices):
        VALID = "valid", _("有效")
        SUSPENDED = "suspended", _("暂停享受")
        EXPIRED = "expired", _("已到期")
        WITHDRAWN = "withdrawn", _("部门已撤销")
        ENDED = "ended", _("经核查不符合")

    ref = models.CharField(_("编号"), max_length=12, unique=True, default=reference, editable=False)
    office = models.ForeignKey(Office, models.PROTECT, related_name="+", verbose_name=_("认定部门"))
    kind = models.SlugField(_("资格种类"), max_length=40)
    party = models.ForeignKey(Party, models.PROTECT, related_name="+", verbose_name=_("纳税人、缴费人"))
    number = models.CharField(_("证书或者文书编号"), max_length=60)
    determined_on = models.DateField(_("认定日期"))
    valid_from = models.DateField(_("有效期起"))
    valid_to = models.DateField(_("有效期止"), null=True, blank=True)
    amount = Yuan(_("认定金额（元）"), null=True, blank=True)
    basis = models.CharField(_("认定依据或者鉴定意见"), max_length=500)
    told_at = models.DateTimeField(_("告知时间"), default=clock.now)
    inform_due = models.DateTimeField(_("告知期限"))
    state = models.CharField(_("状态"), max_length=10, choices=State, default=State.VALID)
    ended_on = models.DateField(_("终止日期"), null=True)
    end_reason = models.CharField(_("终止理由"), max_length=500, blank=True)
    in_facts = models.BooleanField(_("已写入画像"), default=False, editable=False)

    objects = DeterminationQuerySet.as_manager()

    class Meta:
        verbose_name = _("资格认定")
        verbose_name_plural = _("资格认定")
        constraints = [
            models.UniqueConstraint(fields=["office", "kind", "number"], name="determination_once"),
            models.CheckConstraint(
                condition=Q(valid_to__isnull=True) | Q(valid_to__gte=F("valid_from")),
                name="determination_period",
                violation_error_message=_("有效期止不能早于有效期起。"),
            ),
            models.CheckConstraint(
                condition=Q(state__in=["valid", "suspended"], ended_on__isnull=True)
                | Q(state__in=["expired", "withdrawn", "ended"], ended_on__isnull=False),
                name="determination_ended",
            ),
        ]
        indexes = [
            models.Index(fields=["party", "kind"], name="determination_party"),
            models.Index(fields=["office", "-id"], name="determination_office"),
            models.Index(fields=["valid_to"], condition=Q(state="valid"), name="determination_expiring"),
            models.Index(
                fields=["valid_from"], condition=Q(state="valid", in_facts=False), name="determination_begins"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.title} {self.number}"

    @property
    def title(self) -> str:
        return kinds.title(self.kind)

    @property
    def about(self) -> str:
        return f"determination/{self.ref}"

    @property
    def in_time(self) -> bool:
        """Whether the tax offices were told within the clock."""
        return self.told_at <= self.inform_due

    @property
    def tone(self) -> str:
        """How its state is marked."""
        return {"valid": "done", "suspended": "due", "ended": "due"}.get(self.state, "draft")


def inform_due(determined_on: dt.date) -> dt.datetime:
    """Until when a department tells the tax offices of what it determined on a day."""
    term = terms.term(INFORM, determined_on)
    start = dt.datetime.combine(determined_on, dt.time.min, tzinfo=SHANGHAI)
    return deadlines.due(start, term.term, term.unit).due


class OwnQuerySet(models.QuerySet):
    """A department sees its own messages."""

    def visible_to(self, actor: Actor):
        """The messages of the actor's department; nobody else's."""
        mine = actor.office is not None and actor.party is None
        return self.filter(office=actor.office) if mine else self.none()


class QualificationMessage(models.Model):
    """A message of a department as it came (资格告知报文); a refused one is kept and can be taken in again."""

    class State(models.TextChoices):
        TAKEN = "taken", _("已接收")
        REPEATED = "repeated", _("重复，已忽略")
        REFUSED = "refused", _("未接收")

    ref = models.CharField(_("编号"), max_length=12, unique=True, default=reference, editable=False)
    office = models.ForeignKey(Office, models.PROTECT, related_name="+", verbose_name=_("部门"))
    user = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", verbose_name=_("经办人"))
    channel = models.CharField(_("渠道"), max_length=12, choices=Channel)
    received_at = models.DateTimeField(_("收到时间"), default=clock.now)
    content = models.JSONField(_("内容"))
    idempotency_key = models.CharField(max_length=80, null=True, editable=False)
    state = models.CharField(_("结果"), max_length=10, choices=State)
    code = models.CharField(_("原因代码"), max_length=40, blank=True)
    explanation = models.CharField(_("原因"), max_length=500, blank=True)
    determination = models.ForeignKey(
        Determination, models.PROTECT, null=True, related_name="messages", verbose_name=_("资格认定")
    )
    replayed_at = models.DateTimeField(_("重新处理时间"), null=True)

    objects = OwnQuerySet.as_manager()

    class Meta:
        verbose_name = _("资格告知报文")
        verbose_name_plural = _("资格告知报文")
        constraints = [
            models.UniqueConstraint(fields=["office", "idempotency_key"], name="qualification_message_once"),
            models.CheckConstraint(
                condition=(Q(state="refused") & ~Q(code="") & Q(determination__isnull=True))
                | (~Q(state="refused") & Q(determination__isnull=False)),
                name="qualification_message_result",
            ),
        ]
        indexes = [models.Index(fields=["office", "-id"], name="qualification_message_office")]

    def __str__(self) -> str:
        return f"{self.ref} {self.get_state_display()}"


class QualificationVerification(CaseDetail):
    """A tax office asks whether a payer still qualifies (资格核查), and what follows when not."""

    class Ground(models.TextChoices):
        LAPSED = "lapsed", _("享受优惠，但没有有效的资格认定")
        FIGURES = "figures", _("已知的数据与资格条件矛盾")
        OTHER = "other", _("其他异常")

    class Opinion(models.TextChoices):
        MET = "met", _("符合条件")
        NOT_MET = "not_met", _("不符合条件")

    tax_office = models.ForeignKey(Office, models.PROTECT, related_name="+", verbose_name=_("提请核查的税务机关"))
    department = models.ForeignKey(Office, models.PROTECT, related_name="+", verbose_name=_("认定部门"))
    party = models.ForeignKey(Party, models.PROTECT, related_name="+", verbose_name=_("纳税人、缴费人"))
    kind = models.SlugField(_("资格种类"), max_length=40)
    determination = models.ForeignKey(
        Determination, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("资格认定")
    )
    ground = models.CharField(_("异常情形"), max_length=10, choices=Ground)
    facts = models.TextField(
        _("事实"), max_length=2000, help_text=_("写明享受了什么优惠、哪些数据有矛盾；部门和当事人会看到。")
    )
    opinion = models.CharField(_("核查意见"), max_length=10, choices=Opinion, blank=True)
    statement = models.TextField(_("陈述、申辩"), max_length=2000, blank=True)
    levy = models.ForeignKey(Levy, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("税费种"))
    period = models.CharField(_("所属期"), max_length=20, blank=True)
    amount = Yuan(_("应追缴的税费（元）"), null=True, blank=True)
    clause = models.CharField(_("依据的条款"), max_length=200, blank=True)
    charge = models.OneToOneField(
        Charge, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("应征税费")
    )

    class Meta:
        verbose_name = _("资格核查")
        verbose_name_plural = _("资格核查")
        constraints = [
            models.CheckConstraint(
                condition=Q(amount__isnull=True) | Q(amount__gte=0), name="qualification_verification_amount"
            )
        ]

    def __str__(self) -> str:
        return f"{self.title} {self.party}"

    @property
    def title(self) -> str:
        return kinds.title(self.kind)
