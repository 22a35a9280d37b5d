"""What 一网通办 has been told, so that only changes are sent (Art 15)."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from apps.kernel.parties.models import Party
from apps.kernel.workcalendar import clock


class TodoState(models.Model):
    """Whether a party's to-do list (待办) on 一网通办 may be out of date, and what it last held."""

    party = models.OneToOneField(Party, models.CASCADE, primary_key=True, related_name="+")
    touched_at = models.DateTimeField(_("变动时间"), null=True, default=clock.now)
    digest = models.CharField(_("已推送内容摘要"), max_length=64, blank=True)

    class Meta:
        verbose_name = _("一网通办待办")
        verbose_name_plural = _("一网通办待办")
        indexes = [
            models.Index(
                fields=["touched_at"], condition=models.Q(touched_at__isnull=False), name="onenet_todos_touched"
            )
        ]

    def __str__(self) -> str:
        return f"{self.party_id}"


class ListedMatter(models.Model):
    """Since when a matter is listed the way it is now (事项目录); a matter no longer offered stays as withdrawn."""

    code = models.CharField(_("事项"), max_length=60, primary_key=True)
    digest = models.CharField(_("内容摘要"), max_length=64)
    changed_at = models.DateTimeField(_("更新时间"), default=clock.now)
    withdrawn = models.BooleanField(_("已取消"), default=False)

    class Meta:
        verbose_name = _("一网通办事项")
        verbose_name_plural = _("一网通办事项")
        ordering = ["changed_at", "code"]

    def __str__(self) -> str:
        return self.code
