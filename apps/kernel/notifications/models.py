"""What was written to whom, and what became of it on each channel (通知送达)."""

import uuid

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from apps.kernel.parties.models import Office, Party, User
from apps.kernel.workcalendar import clock


class Language(models.TextChoices):
    """The languages letters are written in."""

    CHINESE = "zh-hans", _("中文")
    ENGLISH = "en", _("English")


class ChannelCode(models.TextChoices):
    """The ways a message travels (送达渠道)."""

    INBOX = "inbox", _("站内信")
    EMAIL = "email", _("电子邮件")
    SMS = "sms", _("短信")
    PUSH = "push", _("一网通办推送")


class MessageTemplate(models.Model):
    """One version of a letter's wording in one language (通知模板).

    A version is never edited: ``wording.publish`` adds the next one and retires the one before,
    so the wording in force on any day can be shown. Without a row the file of the same code speaks.
    """

    code = models.SlugField(_("代码"), max_length=60)
    language = models.CharField(_("语言"), max_length=10, choices=Language)
    subject = models.CharField(_("标题"), max_length=200)
    body = models.TextField(_("正文"), help_text=_("可使用 {{ 变量 }} 和过滤器；不支持标签。"))
    version = models.PositiveIntegerField(_("版本"), default=1)
    active = models.BooleanField(_("启用"), default=True)
    published_at = models.DateTimeField(_("发布时间"), default=clock.now)
    published_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("发布人")
    )

    class Meta:
        verbose_name = _("通知模板")
        verbose_name_plural = _("通知模板")
        ordering = ["code", "language", "-version"]
        constraints = [
            models.UniqueConstraint(fields=["code", "language", "version"], name="template_version_once"),
            models.UniqueConstraint(fields=["code", "language"], condition=Q(active=True), name="template_one_active"),
        ]

    def __str__(self) -> str:
        return f"{self.code} · {self.language} · v{self.version}"


class Message(models.Model):
    """One message to one recipient, with the words that were truly sent (通知)."""

    ref = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    template = models.CharField(_("模板"), max_length=60)
    about = models.CharField(_("所涉对象"), max_length=80, blank=True)
    # No index of their own: the inboxes' indexes below begin with them.
    party = models.ForeignKey(
        Party,
        models.PROTECT,
        null=True,
        blank=True,
        db_index=False,
        related_name="messages",
        verbose_name=_("纳税人、缴费人"),
    )
    office = models.ForeignKey(
        Office,
        models.PROTECT,
        null=True,
        blank=True,
        db_index=False,
        related_name="messages",
        verbose_name=_("机关单位"),
    )
    user = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="messages", verbose_name=_("用户")
    )
    email = models.EmailField(_("电子邮箱"), blank=True, help_text=_("收件人不在本系统登记时填写"))
    language = models.CharField(_("语言"), max_length=10, choices=Language)
    subject = models.CharField(_("标题"), max_length=300)
    body = models.TextField(_("正文"))
    created_at = models.DateTimeField(_("生成时间"), default=clock.now)
    valid_until = models.DateTimeField(_("有效期至"), null=True, blank=True)
    read_at = models.DateTimeField(_("首次阅读时间"), null=True, blank=True)
    read_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("阅读人"))

    class Meta:
        verbose_name = _("通知")
        verbose_name_plural = _("通知")
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(party__isnull=False, office__isnull=True, user__isnull=True, email="")
                | Q(party__isnull=True, office__isnull=False, user__isnull=True, email="")
                | Q(party__isnull=True, office__isnull=True, user__isnull=False, email="")
                | (Q(party__isnull=True, office__isnull=True, user__isnull=True) & ~Q(email="")),
                name="message_one_recipient",
            ),
            models.CheckConstraint(
                condition=Q(read_at__isnull=True, read_by__isnull=True)
                | Q(read_at__isnull=False, read_by__isnull=False),
                name="message_read_by_someone",
            ),
        ]
        indexes = [
            models.Index(fields=["party", "-id"], name="message_party"),
            models.Index(fields=["office", "-id"], name="message_office"),
            models.Index(fields=["about"], condition=~Q(about=""), name="message_about"),
            # The counts in the page header: only unread rows, so the index stays small.
            models.Index(fields=["party"], condition=Q(read_at__isnull=True), name="message_party_unread"),
            models.Index(fields=["office"], condition=Q(read_at__isnull=True), name="message_office_unread"),
            models.Index(fields=["user"], condition=Q(read_at__isnull=True), name="message_user_unread"),
        ]

    def __str__(self) -> str:
        return self.subject

    @property
    def recipient(self) -> Party | Office | User | str:
        # message_one_recipient: there is exactly one.
        return self.party or self.office or self.user or self.email


class Delivery(models.Model):
    """One message on one channel (投递). Its id is the idempotency key the provider sees."""

    class State(models.TextChoices):
        QUEUED = "queued", _("待发送")
        SENDING = "sending", _("发送中")
        DELIVERED = "delivered", _("已送达")
        FAILED = "failed", _("待重试")
        DEAD = "dead", _("发送失败")
        EXPIRED = "expired", _("已过期")

    # States the sweep may pick up once ``next_attempt_at`` has come: a row still "sending" then
    # belongs to a worker that died.
    WAITING = (State.QUEUED, State.FAILED, State.SENDING)

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    message = models.ForeignKey(Message, models.PROTECT, related_name="deliveries", verbose_name=_("通知"))
    channel = models.CharField(_("渠道"), max_length=10, choices=ChannelCode)
    address = models.CharField(_("地址"), max_length=254)
    state = models.CharField(_("状态"), max_length=10, choices=State, default=State.QUEUED)
    attempts = models.PositiveSmallIntegerField(_("已尝试次数"), default=0)
    next_attempt_at = models.DateTimeField(_("下次尝试时间"), default=clock.now)
    last_error = models.CharField(_("最近错误"), max_length=300, blank=True)
    sent_at = models.DateTimeField(_("送达时间"), null=True, blank=True)
    provider_reference = models.CharField(_("服务方编号"), max_length=120, blank=True)

    class Meta:
        verbose_name = _("投递")
        verbose_name_plural = _("投递")
        constraints = [
            models.UniqueConstraint(fields=["message", "channel"], name="delivery_once_per_channel"),
            models.CheckConstraint(
                condition=Q(state="delivered", sent_at__isnull=False) | ~Q(state="delivered"),
                name="delivery_sent_at",
            ),
        ]
        indexes = [
            models.Index(
                fields=["next_attempt_at"],
                condition=Q(state__in=["queued", "failed", "sending"]),
                name="delivery_waiting",
            ),
            models.Index(fields=["state"], condition=Q(state="dead"), name="delivery_dead"),
        ]

    def __str__(self) -> str:
        return f"{self.get_channel_display()} · {self.get_state_display()}"


class Dispatch(models.Model):
    """One post to another system (系统间报文). Its id is the message id; per stream they leave in order."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    destination = models.CharField(_("接收系统"), max_length=40)
    stream = models.CharField(_("所涉对象"), max_length=80)
    sequence = models.PositiveIntegerField(_("序号"))
    body = models.TextField(_("报文"))
    created_at = models.DateTimeField(_("生成时间"), default=clock.now)
    state = models.CharField(_("状态"), max_length=10, choices=Delivery.State, default=Delivery.State.QUEUED)
    attempts = models.PositiveSmallIntegerField(_("已尝试次数"), default=0)
    next_attempt_at = models.DateTimeField(_("下次尝试时间"), default=clock.now)
    last_error = models.CharField(_("最近错误"), max_length=300, blank=True)
    sent_at = models.DateTimeField(_("送达时间"), null=True, blank=True)
    answer = models.TextField(_("对方答复"), blank=True)

    class Meta:
        verbose_name = _("系统间报文")
        verbose_name_plural = _("系统间报文")
        constraints = [
            models.UniqueConstraint(fields=["destination", "stream", "sequence"], name="dispatch_in_order"),
            models.CheckConstraint(
                condition=Q(state="delivered", sent_at__isnull=False) | ~Q(state="delivered"), name="dispatch_sent_at"
            ),
        ]
        indexes = [
            models.Index(
                fields=["next_attempt_at"],
                condition=Q(state__in=["queued", "failed", "sending"]),
                name="dispatch_waiting",
            ),
            models.Index(fields=["destination", "-created_at"], name="dispatch_latest"),
        ]

    def __str__(self) -> str:
        return f"{self.destination} · {self.stream} · {self.sequence}"


class OptOut(models.Model):
    """A channel a party does not want (退订渠道). The inbox cannot be opted out of: it holds the legal letters."""

    party = models.ForeignKey(Party, models.CASCADE, related_name="channel_opt_outs", verbose_name=_("纳税人、缴费人"))
    channel = models.CharField(_("渠道"), max_length=10, choices=ChannelCode)

    class Meta:
        verbose_name = _("退订渠道")
        verbose_name_plural = _("退订渠道")
        constraints = [
            models.UniqueConstraint(fields=["party", "channel"], name="opt_out_once"),
            models.CheckConstraint(condition=~Q(channel="inbox"), name="opt_out_never_inbox"),
        ]

    def __str__(self) -> str:
        return self.get_channel_display()
