"""Fee sources: what departments deliver, what became of each, what was fed back; Article 25.

A source has no case: ten thousand rows of a file are matched and billed as one set, so their state and
history are columns and rows of their own. A case is opened where people must answer each other: a payer's
dispute (``disputes.py``).
"""

import datetime as dt
from decimal import Decimal

from django.contrib.postgres.indexes import BrinIndex
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from apps.kernel.casework.models import CaseDetail
from apps.kernel.ledger.models import ZERO, Charge, Levy, Yuan
from apps.kernel.parties import identifiers
from apps.kernel.parties.actors import Actor, Channel
from apps.kernel.parties.ids import reference
from apps.kernel.parties.models import Office, Party, User
from apps.kernel.rules import terms
from apps.kernel.workcalendar import clock, deadlines
from apps.kernel.workcalendar.days import SHANGHAI

SEND = "fee-source-send"


def delivery_ref() -> str:
    return reference(12)


class FeeDuty(models.Model):
    """Which department delivers the sources of which levy (费源部门职责)."""

    office = models.ForeignKey(Office, models.PROTECT, related_name="fee_duties", verbose_name=_("费源部门"))
    levy = models.ForeignKey(Levy, models.PROTECT, related_name="+", verbose_name=_("征收项目"))

    class Meta:
        verbose_name = _("费源部门职责")
        verbose_name_plural = _("费源部门职责")
        constraints = [models.UniqueConstraint(fields=["office", "levy"], name="fee_duty_once")]

    def __str__(self) -> str:
        return f"{self.office} {self.levy}"


class OwnQuerySet(models.QuerySet):
    """A department sees its own rows."""

    def visible_to(self, actor: Actor):
        """The rows of the actor's department; nobody else's."""
        mine = actor.office is not None and actor.party is None
        return self.filter(office=actor.office) if mine else self.none()


class FeeDelivery(models.Model):
    """One delivery of sources by a department, by page or API, with its control totals (费源传递批次).

    The rows are kept as they came: a refused delivery can be looked at, and a worker that died begins again.
    """

    class State(models.TextChoices):
        RECEIVED = "received", _("处理中")
        TAKEN = "taken", _("已接收")
        REFUSED = "refused", _("未接收")

    ref = models.CharField(_("批次编号"), max_length=12, unique=True, default=delivery_ref, editable=False)
    office = models.ForeignKey(Office, models.PROTECT, related_name="+", verbose_name=_("费源部门"))
    user = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", verbose_name=_("经办人"))
    channel = models.CharField(_("渠道"), max_length=12, choices=Channel)
    state = models.CharField(_("状态"), max_length=10, choices=State, default=State.RECEIVED)
    control_count = models.PositiveIntegerField(_("控制笔数"))
    control_total = Yuan(_("控制金额"))
    content = models.BinaryField(_("来件"), editable=False)
    count = models.PositiveIntegerField(_("笔数"))
    problems = models.JSONField(_("问题"), default=list, editable=False)
    repeated_count = models.PositiveIntegerField(_("此前已接收笔数"), default=0)
    repeated_total = Yuan(_("此前已接收金额"), default=ZERO)
    received_at = models.DateTimeField(_("收到时间"), default=clock.now)
    finished_at = models.DateTimeField(_("处理完成时间"), null=True)
    idempotency_key = models.CharField(max_length=80, null=True, editable=False)

    objects = OwnQuerySet.as_manager()

    class Meta:
        verbose_name = _("费源传递批次")
        verbose_name_plural = _("费源传递批次")
        constraints = [
            models.UniqueConstraint(fields=["office", "idempotency_key"], name="fee_delivery_once"),
            models.UniqueConstraint(fields=["id", "office"], name="fee_delivery_of_office"),  # sources refer to it
            models.CheckConstraint(
                condition=Q(state="received", finished_at__isnull=True)
                | (~Q(state="received") & Q(finished_at__isnull=False)),
                name="fee_delivery_finished",
            ),
        ]
        indexes = [models.Index(fields=["office", "-id"], name="fee_delivery_office")]

    def __str__(self) -> str:
        return self.ref

    @property
    def about(self) -> str:
        return f"fee-delivery/{self.ref}"


class FeeSourceQuerySet(models.QuerySet):
    """Sources: of the department that delivered them, of their payer, at the tax offices."""

    def visible_to(self, actor: Actor):
        """Tax offices below the city see the sources of their own payers, and every unmatched one."""
        if actor.party is not None:
            levies = actor.mandate.levies if actor.mandate is not None else []
            rows = self.filter(charge__party=actor.party)
            return rows.filter(levy__in=levies) if levies else rows
        if actor.office is None:
            return self.none()
        if not actor.office.is_tax:
            return self.filter(office=actor.office)
        if actor.office.kind == Office.Kind.TAX_CITY:
            return self.all()
        return self.filter(
            Q(charge__isnull=True)
            | Q(charge__party__office=actor.office)
            | Q(charge__party__office__parent=actor.office)
            | Q(charge__party__office__parent__parent=actor.office)
        )


class FeeSource(models.Model):
    """What one payer owes by a department's document (费源)."""

    class State(models.TextChoices):
        UNMATCHED = "unmatched", _("待匹配缴费人")
        RETURNED = "returned", _("已退回部门")
        BILLED = "billed", _("已开缴费通知")
        WITHDRAWN = "withdrawn", _("已撤销")

    ref = models.CharField(_("编号"), max_length=12, unique=True, default=delivery_ref, editable=False)
    # Keys are asked of a statement, not of a row (kernel/named_rows.py). One for both: the delivery, and that its
    # office is this one.
    office = models.ForeignKey(
        Office, models.PROTECT, related_name="+", verbose_name=_("费源部门"), db_index=False, db_constraint=False
    )
    delivery = models.ForeignKey(
        FeeDelivery, models.PROTECT, related_name="sources", verbose_name=_("批次"), db_constraint=False
    )
    number = models.CharField(_("费源编号"), max_length=40)
    payer_code = models.CharField(_("缴费人代码"), max_length=18, blank=True)
    payer = models.CharField(_("缴费人名称"), max_length=120)
    levy = models.ForeignKey(
        Levy, models.PROTECT, related_name="+", verbose_name=_("征收项目"), db_index=False, db_constraint=False
    )
    base = models.CharField(_("计费依据"), max_length=120)
    delivered = Yuan(_("传递金额"))
    amount = Yuan(_("现应缴金额"))
    basis = models.CharField(_("依据文书"), max_length=120)
    issued = models.DateField(_("文书日期"), null=True, help_text=_("部门应自文书作出起按时传递。"))
    due = models.DateField(_("缴费期限"))
    delivered_on = models.DateField(_("传递日期"), default=clock.today)
    state = models.CharField(_("状态"), max_length=10, choices=State)
    charge = models.OneToOneField(
        Charge, models.PROTECT, null=True, related_name="+", verbose_name=_("应征费"), db_constraint=False
    )
    noticed_at = models.DateTimeField(_("通知时间"), null=True, editable=False)
    fed_back = Yuan(_("已反馈金额"), default=ZERO)

    objects = FeeSourceQuerySet.as_manager()

    class Meta:
        verbose_name = _("费源")
        verbose_name_plural = _("费源")
        constraints = [
            # A number that was returned may be delivered again, mended; any other stands for one charge.
            models.UniqueConstraint(
                fields=["office", "number"], condition=~Q(state="returned"), name="fee_source_once"
            ),
            models.CheckConstraint(condition=Q(delivered__gt=0, amount__gte=0), name="fee_source_amounts"),
            models.CheckConstraint(
                condition=Q(state="billed", charge__isnull=False)
                | Q(state__in=["unmatched", "returned"], charge__isnull=True)
                | Q(state="withdrawn", amount=0),
                name="fee_source_billed",
            ),
        ]
        indexes = [
            models.Index(fields=["office", "id"], name="fee_source_office"),
            BrinIndex(fields=["delivered_on"], name="fee_source_day", autosummarize=True, pages_per_range=32),
            models.Index(fields=["id"], condition=Q(state="unmatched"), name="fee_source_unmatched"),
            models.Index(fields=["id"], condition=Q(state="billed", noticed_at=None), name="fee_source_unnoticed"),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def about(self) -> str:
        return f"fee-source/{self.ref}"

    @property
    def party(self) -> Party | None:
        """Who owes it: whose account its charge is on; nobody while it is unmatched."""
        return self.charge.party if self.charge_id else None

    @property
    def send_by(self) -> dt.date | None:
        """Until when the department was to send it; nothing where it did not say when its document was made."""
        if self.issued is None:
            return None
        term = terms.term(SEND, self.issued)
        made = dt.datetime.combine(self.issued, dt.time.min, tzinfo=SHANGHAI)
        return deadlines.due(made, term.term, term.unit).due.astimezone(SHANGHAI).date()

    @property
    def sent_late(self) -> bool:
        """Whether the department sent it after its term."""
        return self.send_by is not None and self.delivered_on > self.send_by

    @property
    def collected(self) -> Decimal:
        """What is on its charge of the payer's money."""
        return self.charge.paid if self.charge_id else ZERO

    @property
    def paid(self) -> bool:
        """Whether nothing is left to pay."""
        return self.state == self.State.BILLED and self.charge.paid >= self.charge.amount > ZERO

    @property
    def standing(self) -> str:
        """Where it stands today, in words: once billed, as its payer's account says it."""
        if self.state != self.State.BILLED:
            return str(self.get_state_display())
        if not self.paid:
            return str(Charge.State(self.charge.state(clock.today())).label)
        return str(_("已缴清并反馈")) if self.fed_back == self.charge.paid else str(_("已缴清"))

    @property
    def payer_code_shown(self) -> str:
        """A credit code is public; a person's number is masked."""
        try:
            return identifiers.clean_credit_code(self.payer_code)
        except ValidationError:
            return identifiers.masked(self.payer_code)


class SourceEvent(models.Model):
    """One thing that happened to a source (费源历史). Append-only."""

    class Kind(models.TextChoices):
        DELIVERED = "delivered", _("部门传递")
        UNMATCHED = "unmatched", _("没有找到缴费人")
        MATCHED = "matched", _("找到缴费人")
        RETURNED = "returned", _("税务机关退回")
        BILLED = "billed", _("开出缴费通知")
        CHANGED = "changed", _("部门变更")
        WITHDRAWN = "withdrawn", _("部门撤销")
        FED_BACK = "fed_back", _("向部门反馈征收")
        DISPUTED = "disputed", _("缴费人提出异议")

    source = models.ForeignKey(FeeSource, models.PROTECT, related_name="history", verbose_name=_("费源"))
    kind = models.CharField(_("事件"), max_length=10, choices=Kind)
    at = models.DateTimeField(_("时间"), default=clock.now)
    by = models.CharField(_("经办"), max_length=160, blank=True)
    amount = Yuan(_("金额"), null=True)
    note = models.CharField(_("说明"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("费源历史")
        verbose_name_plural = _("费源历史")
        ordering = ["id"]

    def __str__(self) -> str:
        return f"{self.source_id} {self.kind}"


class Feedback(models.Model):
    """Money collected on a source, or given back, as told to its department (征收反馈). Append-only."""

    office = models.ForeignKey(Office, models.PROTECT, related_name="+", verbose_name=_("费源部门"))
    source = models.ForeignKey(FeeSource, models.PROTECT, related_name="feedback", verbose_name=_("费源"))
    amount = Yuan(_("金额"))
    total = Yuan(_("累计已征"))
    collected_on = models.DateField(_("入账日期"))
    due = models.DateTimeField(_("反馈期限"))
    at = models.DateTimeField(_("反馈时间"), default=clock.now)

    objects = OwnQuerySet.as_manager()

    class Meta:
        verbose_name = _("征收反馈")
        verbose_name_plural = _("征收反馈")
        constraints = [models.CheckConstraint(condition=~Q(amount=0), name="fee_feedback_not_zero")]
        indexes = [models.Index(fields=["office", "id"], name="fee_feedback_office")]

    def __str__(self) -> str:
        return f"{self.source_id} {self.amount}"

    @property
    def in_time(self) -> bool:
        """Whether the department was told within the clock."""
        return self.at <= self.due


class FeeDispute(CaseDetail):
    """A payer says that a source is wrong (费源异议)."""

    source = models.ForeignKey(FeeSource, models.PROTECT, related_name="disputes", verbose_name=_("费源"))
    claimed = Yuan(_("您认为正确的金额（元）"), help_text=_("不应缴纳的，填 0。"))
    reason = models.CharField(_("理由"), max_length=1000, help_text=_("请写明事实，例如面积、合同、缓缴批复。"))

    class Meta:
        verbose_name = _("费源异议")
        verbose_name_plural = _("费源异议")

    def __str__(self) -> str:
        return str(self.source)
