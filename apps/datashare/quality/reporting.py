"""What supervision shows and issues: rankings, trends, the annual report, the table as CSV (Art 20)."""

import csv
import io
from collections.abc import Iterable
from decimal import ROUND_DOWN, Decimal

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

from apps.datashare.access import provides, require
from apps.datashare.quality.letters import REPORT
from apps.datashare.quality.models import SUPERVISORS, QualityAssessment, QualityScore
from apps.kernel.audit import log
from apps.kernel.documents import letters
from apps.kernel.documents.models import IssuedDocument
from apps.kernel.parties.actors import Actor
from apps.kernel.parties.models import Office
from apps.kernel.workcalendar import clock
from apps.kernel.workcalendar.periods import Period

HEADINGS = ("单位", "单位代码", "期间", "综合", "数据质量", "共享应用成效", "安全", "规则版本")
TREND = 12


def supervises(actor: Actor) -> bool:
    """Whether the actor is an officer of the data centre or the General Office."""
    return provides(actor) and actor.office.kind in SUPERVISORS


def percent(value: Decimal | None) -> str:
    """A value as people read it, cut to two places; in words where there was nothing to count."""
    if value is None:
        return _("不可评价")
    return f"{(value * 100).quantize(Decimal('0.01'), rounding=ROUND_DOWN)}%"


def periods(actor: Actor) -> list[str]:
    """The periods somebody has results of, the latest first; one that has not ended comes after those that have."""
    found = QualityAssessment.objects.visible_to(actor).filter(current=True, dataset=None)
    rows = found.order_by().values_list("period", "begins", "ends").distinct()
    today = clock.today()
    ordered = sorted(rows, key=lambda row: (row[2] < today, row[2], -row[1].toordinal()), reverse=True)
    return [period for period, _begins, _ends in ordered]


def ranking(actor: Actor, period: str) -> list[QualityAssessment]:
    """The units of a period from best to worst; a breach of the authorisation ranks below all who kept it."""
    found = QualityAssessment.objects.visible_to(actor).filter(current=True, dataset=None, period=period)
    return sorted(
        found.select_related("office"),
        key=lambda row: (row.total is None, not row.is_secure, -(row.total or 0), row.office_id),
    )


def trend(assessment: QualityAssessment) -> list[QualityAssessment]:
    """The last results of the same unit or dataset for periods of the same length, the earliest first."""
    months = Period.parse(assessment.period).months
    rows = QualityAssessment.objects.filter(
        office=assessment.office_id, dataset=assessment.dataset_id, current=True, ends__lte=assessment.ends
    ).order_by("-ends")
    same = [row for row in rows[: TREND * 4] if Period.parse(row.period).months == months]
    return same[:TREND][::-1]


def as_csv(rows: Iterable[QualityAssessment]) -> str:
    """The ranking as a table for a spreadsheet."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(HEADINGS)
    for row in rows:
        values = (row.total, row.quality, row.effect, row.security)
        writer.writerow(
            [row.office.name, row.office.code, row.period, *("" if v is None else f"{v:f}" for v in values), row.rules]
        )
    return "\ufeff" + out.getvalue()


@transaction.atomic
def issue(office: Office, period: str, actor: Actor) -> IssuedDocument:
    """Issue the annual report on a unit; the public check confirms it.

    :raises PermissionDenied: neither data centre nor General Office.
    :raises ValidationError: the period is no year, or has no result.
    """
    require(supervises(actor), "quality.report", actor, office.code)
    found = QualityAssessment.objects.filter(office=office, period=period, current=True).select_related(
        "dataset__current"
    )
    rows = {row.dataset_id: row for row in found}
    if not period.isdecimal() or None not in rows:
        raise ValidationError({"period": _("只能对已有评估结果的年度出具报告。")})
    whole = rows.pop(None)
    about = f"quality/{office.code}/{period}"
    earlier = IssuedDocument.objects.filter(
        kind=REPORT.code, about=about, revoked_at=None, issued_at__gte=whole.computed_at
    )
    if (same := earlier.filter(office=actor.office).first()) is not None:
        return same
    with translation.override(settings.LANGUAGE_CODE):
        context = {
            "period": period,
            "rules": whole.rules,
            "overall": percent(whole.total),
            **{name: percent(getattr(whole, name)) for name in ("quality", "effect", "security")},
            "scores": [_line(score) for score in whole.scores.all()],
            "datasets": [
                {
                    "title": row.dataset.current.title if row.dataset.current else row.dataset.code,
                    "value": percent(row.total),
                }
                for row in rows.values()
            ],
        }
    document = letters.issue(REPORT.code, office, context, actor=actor, about=about)
    log.record("quality", "quality.reported", actor=actor, target=about, data={"document": document.ref})
    return document


def may_open(about: str, actor: Actor) -> bool:
    """Whether a report is open to somebody: whoever sees the results it is made of."""
    _business, code, period = about.split("/")
    return QualityAssessment.objects.visible_to(actor).filter(office__code=code, period=period).exists()


def _line(score: QualityScore) -> dict[str, object]:
    return {
        "title": str(score.definition.title),
        "formula": str(score.definition.formula),
        "hits": score.hits,
        "out_of": score.out_of,
        "value": percent(score.value),
    }
