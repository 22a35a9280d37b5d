"""When a source is pulled (归集计划): a task of beat, kept in admin; a new source gets one from its frequency."""

import json

from django.db import transaction
from django.utils.translation import gettext as _
from django_celery_beat.models import CrontabSchedule, PeriodicTask

from apps.datashare.catalogue.models import Frequency
from apps.datashare.pulls.models import PullSource

HOUR = "4"  # before the day's work begins
DAILY = {"hour": HOUR, "day_of_week": "*", "day_of_month": "*", "month_of_year": "*"}
CRONTABS = {
    Frequency.DAILY: DAILY,
    Frequency.WEEKLY: {**DAILY, "day_of_week": "1"},
    Frequency.MONTHLY: {**DAILY, "day_of_month": "2"},
    Frequency.QUARTERLY: {**DAILY, "day_of_month": "2", "month_of_year": "1,4,7,10"},
    Frequency.YEARLY: {**DAILY, "day_of_month": "2", "month_of_year": "1"},
    Frequency.EVENT: DAILY,
}


@transaction.atomic
def arrange(source: PullSource, **crontab: str) -> PeriodicTask:
    """Give a source its schedule; one it has already stays, unless ``crontab`` says otherwise.

    Sources are spread over the hour, so that not everything starts in the same minute.
    """
    if source.schedule is not None and not crontab:
        return source.schedule
    frequency = source.dataset.current.frequency if source.dataset.current else Frequency.DAILY
    given = crontab or {**CRONTABS[frequency], "minute": str(source.pk * 7 % 60)}
    when, _made = CrontabSchedule.objects.get_or_create(**given, timezone="Asia/Shanghai")
    task, _made = PeriodicTask.objects.update_or_create(
        name=f"pull {source.dataset.code}",
        defaults={
            "task": "pulls.pull",
            "args": json.dumps([source.pk]),
            "crontab": when,
            "interval": None,
            "description": _("数据归集：%(code)s") % {"code": source.dataset.code},
        },
    )
    source.schedule = task
    source.save(update_fields=["schedule"])
    return task


def words(task: PeriodicTask) -> str:
    """When a schedule starts, in words."""
    when = task.crontab
    if when is None:
        return _every(task.schedule.run_every.total_seconds())
    if when.hour == "*" and when.minute.startswith("*/"):
        return _every(int(when.minute[2:]) * 60)
    if when.hour == "*":
        return _("每小时的第 %(minute)s 分") % {"minute": when.minute}
    if not (when.hour.isdecimal() and when.minute.isdecimal()):
        return _("每天 %(hours)s 时的第 %(minute)s 分") % {"hours": when.hour, "minute": when.minute}
    at = {"at": f"{int(when.hour):02}:{int(when.minute):02}"}
    if when.month_of_year.isdecimal():
        return _("每年 %(at)s") % at
    if when.month_of_year != "*":
        return _("每季度 %(at)s") % at
    if when.day_of_month != "*":
        return _("每月 %(at)s") % at
    if when.day_of_week != "*":
        return _("每周 %(at)s") % at
    return _("每天 %(at)s") % at


def _every(seconds: float) -> str:
    if seconds % 60:
        return _("每 %(count)d 秒") % {"count": seconds}
    return _("每 %(count)d 分钟") % {"count": seconds // 60}
