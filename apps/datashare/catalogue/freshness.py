"""How fresh an entry's data are (时效): derived from its frequency and its last arrival, never stored (Arts 16, 19)."""

import datetime as dt
from dataclasses import dataclass

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from apps.datashare.catalogue.models import INTERVALS, Dataset
from apps.kernel.workcalendar import clock


class Standing(models.TextChoices):
    """Where an entry stands on its update clock."""

    FRESH = "fresh", _("按时更新")
    DUE = "due", _("应更新")
    OVERDUE = "overdue", _("逾期未更新")
    NEVER = "never", _("尚未归集")
    EVENT = "event", _("有变动时更新")


TONES = {Standing.FRESH: "done", Standing.DUE: "wait", Standing.OVERDUE: "due", Standing.NEVER: "due"}


@dataclass(frozen=True)
class Freshness:
    """An entry's standing, when its next update is due, and when it counts as overdue."""

    standing: Standing
    due: dt.date | None = None
    overdue: dt.date | None = None

    @property
    def tone(self) -> str:
        return TONES.get(self.standing, "")


def of(dataset: Dataset) -> Freshness:
    """The freshness of an entry read with ``with_arrival``: due an interval after the last arrival.

    What has no version in force, or never arrived, is due at no particular time.
    """
    arrived = dataset.arrived_at
    if arrived is None or dataset.current is None:
        return Freshness(Standing.NEVER)
    interval = INTERVALS.get(dataset.current.frequency)
    if interval is None:
        return Freshness(Standing.EVENT)
    due = timezone.localtime(arrived).date() + dt.timedelta(days=interval[0])
    overdue = due + dt.timedelta(days=interval[1])
    today = clock.today()
    if today > overdue:
        return Freshness(Standing.OVERDUE, due, overdue)
    return Freshness(Standing.DUE if today > due else Standing.FRESH, due, overdue)
