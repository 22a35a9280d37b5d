"""The General Office issues a quarter's report to the governments as a letter (Art 38)."""

from dataclasses import asdict

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from apps.kernel.audit import log
from apps.kernel.documents import letters
from apps.kernel.documents.models import IssuedDocument
from apps.kernel.parties.actors import Actor
from apps.kernel.parties.ids import reference
from apps.kernel.parties.models import Office
from apps.kernel.workcalendar import clock
from apps.kernel.workcalendar.periods import Period
from apps.supervision.liability import access, report
from apps.supervision.liability.letters import QUARTER
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
    office = Office.objects.select_for_update(no_key=True).get(pk=actor.office.pk)  # two clicks, one letter
    issued = QuarterlyReport.objects.filter(period=code).first()
    if issued is not None:
        return issued
    found, ref = report.rows(period), reference()
    rows = [asdict(row) for row in found]
    context = {"year": code[:4], "quarter": code[-1], "rows": rows, "whole": asdict(report.total(found))}
    document = letters.issue(QUARTER.code, office, context, actor=actor, about=about(ref))
    issued = QuarterlyReport.objects.create(
        ref=ref, period=code, number=document.number, office=office, rows=rows, issued_by=actor.person
    )
    log.record(about(ref), "issued", actor=actor, target=code)
    return issued


def about(ref: str) -> str:
    """What the letter of a report says it is about."""
    return f"quarterly-report/{ref}"


def letter(issued: QuarterlyReport) -> IssuedDocument | None:
    """The letter of a report."""
    return IssuedDocument.objects.filter(about=about(issued.ref), kind=QUARTER.code).first()
