"""What every pass over the whole city keeps of itself, whatever it looks for (Arts 12, 32, 34)."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from apps.kernel.parties.ids import reference
from apps.kernel.parties.models import User
from apps.kernel.workcalendar import clock


class Pass(models.Model):
    """One pass over everybody, in steps that can be taken up again: ``last_party`` says how far it is.

    ``error`` tells why its last step failed, or why it was given up. The states are each room's own.
    """

    ref = models.CharField(_("编号"), max_length=12, unique=True, default=reference, editable=False)
    on = models.DateField(_("适用规则的日期"))
    total = models.PositiveBigIntegerField(_("户数"))
    done = models.PositiveBigIntegerField(_("已完成户数"), default=0)
    last_party = models.BigIntegerField(default=0, editable=False)
    error = models.CharField(_("中止原因"), max_length=300, blank=True)
    started_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", verbose_name=_("发起人"))
    started_at = models.DateTimeField(_("开始时间"), default=clock.now)
    worked_at = models.DateTimeField(_("最近进展"), default=clock.now)
    finished_at = models.DateTimeField(_("结束时间"), null=True)

    class Meta:
        abstract = True
