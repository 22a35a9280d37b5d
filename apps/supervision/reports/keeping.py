"""How long a report put aside is kept: past the term its material may be destroyed (检举材料销毁); Article 36.

By two people, like everything that is past its period: what was said, who said it, the files and all keys go; that
there was a report, with its steps, stays.
"""

import datetime as dt

from django.core import serializers
from django.db.models import Exists, OuterRef, QuerySet
from django.utils.translation import gettext_lazy as _

from apps.kernel.casework import cases
from apps.kernel.casework.models import Case
from apps.kernel.parties.actors import Actor
from apps.kernel.retention import kinds
from apps.kernel.workcalendar.days import SHANGHAI
from apps.supervision.reports.models import Report, ReportFile, ReportMessage
from apps.supervision.reports.procedure import DESTROY, HELD, REPORT


def _put_aside(before: dt.datetime) -> QuerySet[Case]:
    """Received long ago, put aside since, and nothing has come from the reporter within the term."""
    day = before.astimezone(SHANGHAI).date()
    spoke = (
        Exists(model.objects.filter(report=OuterRef("pk"), from_reporter=True, on__gte=day))
        for model in (ReportMessage, ReportFile)
    )
    aside = Case.objects.filter(*(~each for each in spoke), procedure=REPORT.code, state=HELD, submitted_at__lt=before)
    return aside.order_by("submitted_at", "pk")


def _since(case: Case) -> dt.datetime:
    """When it was received, or when the reporter last added to it."""
    days = [
        day
        for rows in (case.detail.messages, case.detail.files)
        for day in rows.filter(from_reporter=True).values_list("on", flat=True)
    ]
    return max([case.submitted_at, *(dt.datetime.combine(day, dt.time.min, tzinfo=SHANGHAI) for day in days)])


def _content(case: Case) -> bytes:
    """The material as it lies here: ciphertext. Keys are left out, for they come and go with people."""
    report: Report = case.detail
    return serializers.serialize("json", [report, *report.messages.all(), *report.files.all()]).encode()


def _destroy(case: Case) -> None:
    cases.perform(case, DESTROY, Actor.system("retention"))


HELD_REPORT = kinds.Kind(
    code="held-report",
    title=_("暂存待查的检举材料"),
    past=_put_aside,
    since=_since,
    subject=lambda case: case.number,
    content=_content,
    end=_destroy,
)
kinds.register(HELD_REPORT)
