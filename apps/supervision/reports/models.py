"""Reports of violations as the database knows them: ciphertext, sealed keys and the state of the work (Art 36).

No column here holds in plain what a reporter wrote, who they are, or what their files are called.
"""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from apps.kernel.casework.models import CaseDetail
from apps.kernel.parties.actors import Actor
from apps.kernel.parties.ids import reference
from apps.kernel.parties.models import Membership, Office, Role
from apps.kernel.workcalendar import clock
from apps.supervision.reports.sealing import CURRENT


def reading_roles(office: Office) -> frozenset[str]:
    """Who reads reports: the reports group of a tax office, the officers of a department one is transferred to."""
    return frozenset({Role.REPORTS if office.is_tax else Role.OFFICER})


class KeyBoxQuerySet(models.QuerySet):
    """Boxes by who holds them."""

    def in_use(self):
        """Boxes that were not given up for a new one."""
        return self.filter(retired_at__isnull=True)

    def of_group(self, office: Office, roles: frozenset[str]):
        """The boxes of an office's staff who hold one of the roles today."""
        at_work = Membership.objects.in_force().filter(office=office, role__in=roles)
        return self.in_use().filter(user__in=at_work.values("user"), user__is_active=True)


class KeyBox(models.Model):
    """A staff member's key pair (密钥箱); the private key is encrypted under a passphrase only they know."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("持有人"))
    alg = models.CharField(_("算法"), max_length=40, default=CURRENT.alg)
    public = models.BinaryField(_("公钥"))
    salt = models.BinaryField()
    private_locked = models.BinaryField()
    made_at = models.DateTimeField(_("建立时间"), default=clock.now)
    retired_at = models.DateTimeField(_("停用时间"), null=True)

    objects = KeyBoxQuerySet.as_manager()

    class Meta:
        verbose_name = _("密钥箱")
        verbose_name_plural = _("密钥箱")
        constraints = [
            models.UniqueConstraint(fields=["user"], condition=Q(retired_at__isnull=True), name="key_box_one_in_use")
        ]

    def __str__(self) -> str:
        return str(self.user)


class ReportQuerySet(models.QuerySet):
    """Who may see which reports."""

    def readable_by(self, actor: Actor):
        """Reports whose case key is sealed to the actor, who is still in the group of the office that holds them."""
        if actor.office is None or actor.party is not None or not actor.roles & reading_roles(actor.office):
            return self.none()
        sealed = KeyWrap.objects.usable().filter(purpose=KeyWrap.Purpose.CASE, box__user=actor.user)
        return self.filter(case__office=actor.office, pk__in=sealed.values("report"))


class Report(CaseDetail):
    """A report of a tax violation (检举): everything a reporter said is ciphertext under the case key.

    The identity is encrypted twice, under the identity key and then under the case key: neither the
    custodians alone nor the reports group alone can read it.
    """

    class Category(models.TextChoices):
        INVESTIGATE = "investigate", _("线索清楚，立案检查")
        VERIFY = "verify", _("线索较明确，调查核实")
        HOLD = "hold", _("线索不明，暂存待查")

    ref = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    locator = models.BinaryField(max_length=32, unique=True)
    alg = models.CharField(_("算法"), max_length=40, default=CURRENT.alg)
    reporter_wrap = models.BinaryField()
    content = models.BinaryField(_("检举内容（密文）"))
    identity = models.BinaryField(_("检举人身份（密文）"), null=True)
    kept_on = models.DateField(_("确认已保存回执"), null=True, blank=True)
    category = models.CharField(_("分级分类"), max_length=12, choices=Category, blank=True)
    collected = models.DecimalField(_("收缴入库税款（元）"), max_digits=16, decimal_places=2, null=True, blank=True)
    keeper = models.ForeignKey(Office, models.PROTECT, related_name="+", verbose_name=_("身份保管单位"))

    objects = ReportQuerySet.as_manager()

    class Meta:
        verbose_name = _("税收违法检举")
        verbose_name_plural = _("税收违法检举")
        constraints = [
            models.CheckConstraint(condition=Q(collected__isnull=True) | Q(collected__gte=0), name="report_collected")
        ]

    def __str__(self) -> str:
        return self.case.number

    @property
    def named(self) -> bool:
        """Whether the reporter gave an identity (实名检举)."""
        return self.identity is not None


class KeyWrapQuerySet(models.QuerySet):
    def usable(self):
        """Sealed to a box in use, and not past its time."""
        alive = Q(expires_at__isnull=True) | Q(expires_at__gt=clock.now())
        return self.filter(alive, box__retired_at__isnull=True)


class KeyWrap(models.Model):
    """A report's key sealed to one box: only that box's private key opens it."""

    class Purpose(models.TextChoices):
        CASE = "case", _("检举内容")
        IDENTITY = "identity", _("检举人身份")
        CLAIM = "claim", _("领奖资料")

    report = models.ForeignKey(Report, models.CASCADE, related_name="wraps", verbose_name=_("检举"))
    purpose = models.CharField(_("用途"), max_length=10, choices=Purpose)
    box = models.ForeignKey(KeyBox, models.PROTECT, related_name="wraps", verbose_name=_("密钥箱"))
    sealed = models.BinaryField()
    made_at = models.DateTimeField(_("封装时间"), default=clock.now)
    expires_at = models.DateTimeField(_("失效时间"), null=True)

    objects = KeyWrapQuerySet.as_manager()

    class Meta:
        verbose_name = _("密钥封装")
        verbose_name_plural = _("密钥封装")
        constraints = [models.UniqueConstraint(fields=["report", "purpose", "box"], name="key_wrap_once")]

    def __str__(self) -> str:
        return f"{self.report_id} {self.purpose}"


class ReportMessage(models.Model):
    """One message between the reporter and the office (往来), encrypted under the case key."""

    report = models.ForeignKey(Report, models.CASCADE, related_name="messages", verbose_name=_("检举"))
    ref = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    from_reporter = models.BooleanField(_("来自检举人"))
    body = models.BinaryField(_("内容（密文）"))
    on = models.DateField(_("日期"), default=clock.today)

    class Meta:
        verbose_name = _("检举往来")
        verbose_name_plural = _("检举往来")
        ordering = ["id"]

    def __str__(self) -> str:
        return f"{self.report_id} {self.on}"


def stored_as(_file: "ReportFile", _name: str) -> str:
    """A place in storage that says nothing: neither the file's name nor which report it belongs to."""
    return f"sealed/{uuid.uuid4().hex}"


class ReportFile(models.Model):
    """A file in two sealed copies: cleaned of metadata for reading, and the original as evidence."""

    ref = models.CharField(max_length=12, unique=True, default=reference, editable=False)
    report = models.ForeignKey(Report, models.CASCADE, related_name="files", verbose_name=_("检举"))
    from_reporter = models.BooleanField(_("来自检举人"))
    label = models.BinaryField(_("文件名（密文）"))
    cleaned = models.FileField(upload_to=stored_as)
    original = models.FileField(upload_to=stored_as)
    on = models.DateField(_("日期"), default=clock.today)

    class Meta:
        verbose_name = _("检举附件")
        verbose_name_plural = _("检举附件")
        ordering = ["id"]

    def __str__(self) -> str:
        return self.ref


class IdentityRequestQuerySet(models.QuerySet):
    def waiting(self):
        """Not decided yet."""
        return self.filter(state=IdentityRequest.State.ASKED)

    def open_now(self):
        """Approved, and the time is not over."""
        return self.filter(state=IdentityRequest.State.APPROVED, open_until__gt=clock.now())


class IdentityRequest(models.Model):
    """An officer asks to know who reported; a custodian decides (查阅检举人身份的申请)."""

    class State(models.TextChoices):
        ASKED = "asked", _("待审批")
        APPROVED = "approved", _("已批准")
        REFUSED = "refused", _("未批准")

    ref = models.CharField(max_length=12, unique=True, default=reference, editable=False)
    report = models.ForeignKey(Report, models.PROTECT, related_name="identity_requests", verbose_name=_("检举"))
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("申请人"))
    reason = models.CharField(_("理由"), max_length=500)
    state = models.CharField(_("状态"), max_length=10, choices=State, default=State.ASKED)
    asked_at = models.DateTimeField(_("申请时间"), default=clock.now)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("审批人")
    )
    decided_at = models.DateTimeField(_("审批时间"), null=True)
    open_until = models.DateTimeField(_("查阅期限"), null=True)

    objects = IdentityRequestQuerySet.as_manager()

    class Meta:
        verbose_name = _("身份查阅申请")
        verbose_name_plural = _("身份查阅申请")
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["report", "asked_by"], condition=Q(state="asked"), name="identity_asked_once"
            ),
            models.CheckConstraint(
                condition=Q(decided_by__isnull=True) | ~Q(decided_by=F("asked_by")), name="identity_second_person"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.report_id} {self.get_state_display()}"

    @property
    def is_open(self) -> bool:
        """Whether the identity is open to who asked, now."""
        return self.open_until is not None and self.open_until > clock.now()


class Reward(models.Model):
    """A reward offered for a named report (检举奖金); who claims it is sealed to the custodians only."""

    report = models.OneToOneField(
        Report, models.PROTECT, primary_key=True, related_name="reward", verbose_name=_("检举")
    )
    ceiling = models.DecimalField(_("最高奖金（元）"), max_digits=12, decimal_places=2)
    offered_at = models.DateTimeField(_("通知时间"), default=clock.now)
    claim_by = models.DateTimeField(_("领取期限"))
    claimed_at = models.DateTimeField(_("申领时间"), null=True)
    payee = models.BinaryField(_("领奖资料（密文）"), null=True)
    amount = models.DecimalField(_("核定奖金（元）"), max_digits=12, decimal_places=2, null=True)
    granted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("核定人")
    )
    granted_at = models.DateTimeField(_("核定时间"), null=True)

    class Meta:
        verbose_name = _("检举奖金")
        verbose_name_plural = _("检举奖金")
        constraints = [
            models.CheckConstraint(
                condition=Q(amount__isnull=True) | Q(amount__gt=0, amount__lte=F("ceiling")),
                name="reward_within_ceiling",
            ),
            models.CheckConstraint(
                condition=Q(granted_at__isnull=True) | Q(claimed_at__isnull=False), name="reward_granted_was_claimed"
            ),
        ]

    def __str__(self) -> str:
        return str(self.report)

    @property
    def claimable(self) -> bool:
        """Whether it can be claimed now: once, and in time."""
        return self.claimed_at is None and clock.now() <= self.claim_by
