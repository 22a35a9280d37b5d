"""Append-only evidence (审计): events chained per stream by a database trigger."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Event(models.Model):
    """One thing that happened. Sequence, previous hash and hash are set by the database."""

    stream = models.CharField(_("流"), max_length=80)
    seq = models.BigIntegerField(_("序号"), default=0, editable=False)
    at = models.DateTimeField(_("时间"))
    action = models.CharField(_("动作"), max_length=80)
    actor_id = models.BigIntegerField(_("操作人编号"), null=True)
    actor_label = models.CharField(_("操作人"), max_length=80, blank=True)
    office_id = models.BigIntegerField(_("单位编号"), null=True)
    party_id = models.BigIntegerField(_("代表的纳税人编号"), null=True)
    channel = models.CharField(_("渠道"), max_length=12, blank=True)
    target = models.CharField(_("对象"), max_length=80, blank=True)
    data = models.JSONField(_("内容"), default=dict)

    class Meta:
        verbose_name = _("审计事件")
        verbose_name_plural = _("审计事件")
        constraints = [models.UniqueConstraint(fields=["stream", "seq"], name="event_stream_seq")]

    def __str__(self) -> str:
        return f"{self.stream}#{self.seq} {self.action}"
