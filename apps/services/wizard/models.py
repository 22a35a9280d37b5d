"""What somebody was asked and answered before they applied or asked a person (导办记录)."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from apps.kernel.casework.models import Case
from apps.kernel.parties.models import Party
from apps.kernel.workcalendar import clock


class Transcript(models.Model):
    """One way through a guide, kept with the case opened from it."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("用户"))
    party = models.ForeignKey(Party, models.PROTECT, related_name="+", verbose_name=_("纳税人、缴费人"))
    tree = models.SlugField(_("导办"), max_length=40)
    path = models.CharField(_("路径"), max_length=400)
    text = models.TextField(_("问答"))
    procedure = models.CharField(_("事项"), max_length=60)
    at = models.DateTimeField(_("时间"), default=clock.now)
    case = models.OneToOneField(
        Case, models.PROTECT, null=True, blank=True, related_name="transcript", verbose_name=_("办件")
    )

    class Meta:
        verbose_name = _("导办记录")
        verbose_name_plural = _("导办记录")
        ordering = ["-id"]
        indexes = [
            models.Index(
                fields=["user", "party", "procedure"], condition=Q(case__isnull=True), name="transcript_waiting"
            )
        ]

    def __str__(self) -> str:
        return f"{self.tree} {self.path}"
