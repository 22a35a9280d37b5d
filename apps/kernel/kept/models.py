"""The mark of each family of rows that processes keep: another mark, other rows."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Mark(models.Model):
    """A value that was never there before, set by a trigger whenever a row of the family changes."""

    family = models.CharField(_("数据类别"), max_length=20, primary_key=True)
    value = models.UUIDField(_("标记"))

    class Meta:
        verbose_name = _("数据标记")
        verbose_name_plural = _("数据标记")

    def __str__(self) -> str:
        return f"{self.family} {self.value}"
