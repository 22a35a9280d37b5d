"""The General Office issues a quarter's report to the governments as a letter (Art 38)."""

import datetime as dt
from dataclasses import asdict

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import gettext as _

from apps.kernel.audit import log
from apps.kernel.documents import rendering
from apps.kernel.parties.actors import Actor
from apps.kernel.workcalendar import clock
from apps.kernel.workcalendar.periods import Period
from apps.supervision.liability import access, report
from apps.supervision.liability.models import QuarterlyReport


@transaction.atomic
def issue(actor: Actor, period: Period) -> QuarterlyReport:
    """Issue a quarter's report; a second call gives the first letter, whatever has changed since.

    :raises PermissionDenied: unless the General Office acts; the attempt stays on record.
    :raises ValidationError: the quarter has not ended.
    """
    if not access.is_general_office(actor):
        log.denied("quarterly_report.issue", actor=actor, target=str(period), reason="not the General Office")
        raise PermissionDenied(_("季度通报由政府办公厅出具。"))
    if report.bounds(period)[1] > clock.now():
        raise ValidationError(_("这个季度还没有结束，结束后才能出具通报。"))
    code = str(period)
    issued, new = QuarterlyReport.objects.get_or_create(
        period=code,
        defaults={
            "number": f"沪府办责〔{period.start.year}〕第{code[-1]}季度",
            "office": actor.office,
            "rows": [asdict(row) for row in report.rows(period)],
            "issued_by": actor.person,
        },
    )
    if new:
        log.record(f"quarterly-report/{issued.ref}", "issued", actor=actor, target=code)
    return issued


def pdf(issued: QuarterlyReport) -> bytes:
    """The letter as it was issued."""
    rows = [report.Row(**row) for row in issued.rows]
    with translation.override("zh-hans"):
        html = render_to_string(
            "documents/quarterly_report.html",
            {
                "document": {
                    "title": "税费保障职责履行情况季度通报",
                    "number": issued.number,
                    "issued_at": issued.issued_at,
                },
                "issuing_office": str(issued.office),
                "created": issued.issued_at.astimezone(dt.UTC).isoformat(timespec="seconds"),
                "year": issued.period[:4],
                "quarter": issued.period[-1],
                "rows": rows,
                "total": report.total(rows),
            },
        )
    return rendering.paper(html, issued.ref)
