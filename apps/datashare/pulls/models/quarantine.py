"""Rows that broke a rule (隔离区): kept as they came, with every rule they broke, until they pass or are replaced."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from apps.datashare.pulls.models.runs import Pull
from apps.kernel.workcalendar.clock import now


class QuarantinedRow(models.Model):
    """One row that was not taken in. ``rules`` name field and rule: ``amount:range``; ``:duplicate`` the whole row."""

    class State(models.TextChoices):
        OPEN = "open", _("待处理")
        REPLAYED = "replayed", _("已入库")
        SUPERSEDED = "superseded", _("已被新数据替代")

    run = models.ForeignKey(Pull, models.CASCADE, related_name="bad_rows", verbose_name=_("批次"))
    page = models.PositiveIntegerField(_("页"))
    line = models.PositiveBigIntegerField(_("行"))
    key = models.TextField(_("主键"))
    rules = ArrayField(models.CharField(max_length=80), verbose_name=_("不符合的规则"))
    raw = models.JSONField(_("原始内容"))
    state = models.CharField(_("状态"), max_length=10, choices=State, default=State.OPEN)
    at = models.DateTimeField(_("隔离时间"), default=now)

    class Meta:
        verbose_name = _("隔离行")
        verbose_name_plural = _("隔离行")
        ordering = ["id"]
        indexes = [
            models.Index(fields=["run", "id"]),
            models.Index(fields=["run"], condition=models.Q(state="open"), name="pull_open_bad_rows"),
        ]
        constraints = [models.UniqueConstraint(fields=["run", "page", "line"], name="pull_bad_row_once")]

    def __str__(self) -> str:
        return f"{self.run_id}/{self.page}/{self.line}"
