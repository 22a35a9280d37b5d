"""Append-only evidence (审计): events chained per stream by a database trigger, and signed checkpoints."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Event(models.Model):
    """One thing that happened. Sequence, algorithm and hashes are set by the database.

    The table is partitioned by month of ``at``; its database key is (id, at), and ``id`` alone is
    unique because one sequence feeds every partition.
    """

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
    alg = models.CharField(_("散列算法"), max_length=10, default="sha256", editable=False)
    prev_hash = models.BinaryField(_("上一散列值"), default=bytes, editable=False)
    hash = models.BinaryField(_("散列值"), default=bytes, editable=False)

    class Meta:
        verbose_name = _("审计事件")
        verbose_name_plural = _("审计事件")

    def __str__(self) -> str:
        return f"{self.stream}#{self.seq} {self.action}"


class Stream(models.Model):
    """The head of one chain: how far it reaches and with which hash. Moved only by the trigger."""

    name = models.CharField(_("流"), max_length=80, primary_key=True)
    seq = models.BigIntegerField(_("序号"))
    prev = models.BinaryField(_("上一散列值"))
    head = models.BinaryField(_("散列值"))
    alg = models.CharField(_("散列算法"), max_length=10)
    at = models.DateTimeField(_("最近时间"))
    pending = models.BooleanField(_("待入检查点"))

    class Meta:
        verbose_name = _("审计流")
        verbose_name_plural = _("审计流")
        indexes = [
            models.Index(fields=["name"], name="stream_pending", condition=models.Q(pending=True)),
            # The administration looks streams up by how their name begins.
            models.Index(fields=["name"], name="stream_name_begins", opclasses=["varchar_pattern_ops"]),
        ]

    def __str__(self) -> str:
        return f"{self.name}#{self.seq}"


class Checkpoint(models.Model):
    """That checkpoint ``sequence`` was written: a missing evidence file is noticed here."""

    sequence = models.BigIntegerField(_("序号"), primary_key=True)
    at = models.DateTimeField(_("时间"))
    leaves = models.IntegerField(_("流数"))
    digest = models.CharField(_("摘要"), max_length=64)

    class Meta:
        verbose_name = _("审计检查点")
        verbose_name_plural = _("审计检查点")

    def __str__(self) -> str:
        return f"{self.sequence} {self.digest[:12]}"


class ReadLog(Event):
    """The read log (查阅记录): the events that say who was shown whose personal data."""

    class Meta:
        proxy = True
        verbose_name = _("查阅记录")
        verbose_name_plural = _("查阅记录")
