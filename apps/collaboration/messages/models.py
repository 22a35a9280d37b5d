"""The secrets partner systems sign with, and the messages that were refused, as they came (Arts 22-30)."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from apps.kernel.parties.ids import reference
from apps.kernel.parties.models import PartnerClient, User
from apps.kernel.workcalendar import clock


def message_ref() -> str:
    return reference(12)


class PartnerKey(models.Model):
    """What a partner system signs its messages with (报文签名密钥); a system that has one must sign.

    Two secrets may be valid at once, so a partner changes its secret without a pause.
    """

    client = models.OneToOneField(PartnerClient, models.PROTECT, related_name="signing_key", verbose_name=_("合作系统"))
    secret = models.CharField(_("密钥"), max_length=128)
    former = models.CharField(
        _("上一个密钥"), max_length=128, blank=True, help_text=_("更换期间两个都有效，换完请清空。")
    )
    changed_at = models.DateTimeField(_("更换时间"), auto_now=True)

    class Meta:
        verbose_name = _("报文签名密钥")
        verbose_name_plural = _("报文签名密钥")
        constraints = [models.CheckConstraint(condition=~Q(secret=""), name="partner_key_secret")]

    def __str__(self) -> str:
        return str(self.client)

    @property
    def secrets(self) -> list[str]:
        """The secrets that count now."""
        return [secret for secret in (self.secret, self.former) if secret]


class RefusedMessage(models.Model):
    """A message that was refused, kept as it came so it can be replayed (未接收报文)."""

    class State(models.TextChoices):
        REFUSED = "refused", _("未接收")
        TAKEN = "taken", _("重放后已接收")

    ref = models.CharField(_("编号"), max_length=12, unique=True, default=message_ref, editable=False)
    client = models.ForeignKey(PartnerClient, models.PROTECT, related_name="+", verbose_name=_("合作系统"))
    method = models.CharField(_("方法"), max_length=6)
    path = models.CharField(_("接口"), max_length=200)
    headers = models.JSONField(_("报文头"), default=dict, editable=False)
    body = models.BinaryField(editable=False)
    digest = models.CharField(max_length=64, editable=False)
    code = models.CharField(_("原因代码"), max_length=40)
    words = models.CharField(_("原因"), max_length=300, blank=True)
    state = models.CharField(_("状态"), max_length=8, choices=State, default=State.REFUSED)
    attempts = models.PositiveIntegerField(_("次数"), default=1)
    received_at = models.DateTimeField(_("收到时间"), default=clock.now)
    tried_at = models.DateTimeField(_("最近一次"), default=clock.now)
    replayed_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", verbose_name=_("重放人"))

    class Meta:
        verbose_name = _("未接收报文")
        verbose_name_plural = _("未接收报文")
        constraints = [models.UniqueConstraint(fields=["client", "digest"], name="refused_message_once")]
        indexes = [models.Index(fields=["state", "-id"], name="refused_message_state")]

    def __str__(self) -> str:
        return f"{self.ref} {self.code}"

    @property
    def about(self) -> str:
        return f"partner-message/{self.ref}"
