"""Extension of filing (延期申报): Article 6, with Article 27 of the Tax Collection Law.

Who cannot file in time applies within the filing period; what is expected to be owed is prepaid in time,
by the amount of the period before, and settled within the extension (实施细则 Art 37).
"""

import datetime as dt
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from apps.kernel.casework import procedures, standard
from apps.kernel.casework.models import Case, CaseDetail
from apps.kernel.casework.procedures import Page, Procedure
from apps.kernel.parties.actors import Actor
from apps.kernel.parties.models import Party
from apps.kernel.workcalendar import clock, filing
from apps.kernel.workcalendar.days import is_working
from apps.kernel.workcalendar.periods import Period
from apps.services.filing import dues, periods
from apps.services.filing.kinds.property_behaviour import ONCE
from apps.services.procedures.rights import approving, deciding, payers_office

LONGEST = dt.timedelta(days=92)
# Deed tax is declared before the title is registered, whenever that is: there is no day to put off.
WITH_A_TERM = tuple(kind for kind in ONCE if kind.code != "deed")


class FilingExtension(CaseDetail):
    """Which return cannot be filed in time, until when, and why."""

    class Ground(models.TextChoices):
        FORCE_MAJEURE = "force_majeure", _("不可抗力")
        BOOKS = "books", _("账务未处理完毕，不能计算应纳税额")
        OTHER = "other", _("其他特殊困难")

    period = models.CharField(
        _("所属期"),
        max_length=10,
        default="",
        help_text=_("例如：2026-09 或者 2026Q3；按次申报的填写纳税义务发生的日期。"),
    )
    kind = models.CharField(
        _("按次申报的税种"),
        max_length=20,
        choices=[(kind.code, kind.title) for kind in WITH_A_TERM],
        default="",
        blank=True,
        help_text=_(
            "按月、按季申报的不填。契税在办理权属登记前申报，没有固定期限，不需要延期：登记推迟的，请在税源明细中更改登记日期。"
        ),
    )
    until = models.DateField(_("申请延期到"), null=True, help_text=_("例如：2026-11-30。"))
    ground = models.CharField(_("理由类别"), max_length=20, choices=Ground, default="")
    explanation = models.TextField(_("情况说明"), max_length=2000, default="")

    class Meta:
        verbose_name = _("延期申报申请")
        verbose_name_plural = _("延期申报申请")

    def __str__(self) -> str:
        return f"{self.period} {self.until}"


def check(extension: FilingExtension) -> None:
    """Refuse a period that is none, or a day the extension cannot end on.

    :raises ValidationError: naming the field.
    """
    due = _due(extension)
    if extension.case.submitted_at is None and clock.today() > due:
        raise ValidationError(
            {
                "period": gettext(
                    "延期申报应在申报期限内申请，这一期的期限已过。请尽快申报；因不可抗力未能按期的，请联系主管税务所。"
                )
            }
        )
    if extension.until <= due:
        raise ValidationError({"until": gettext("请选择申报期限 %(due)s 之后的日期。") % {"due": due.isoformat()}})
    if extension.until > due + LONGEST:
        raise ValidationError({"until": gettext("延期过长，请选择三个月以内的日期。")})
    if not is_working(extension.until):
        raise ValidationError({"until": gettext("这一天是休息日，请选择工作日。")})


def _due(extension: FilingExtension) -> dt.date:
    """The day the return is due before this extension.

    :raises ValidationError: naming the field.
    """
    try:
        period = Period.parse(extension.period)
        if not period.day:
            if extension.kind:
                raise ValidationError({"kind": gettext("按月、按季申报的不填税种；按次申报的，所属期请写成日期。")})
            return filing.period_due(period).due
    except ValueError as error:
        raise ValidationError(
            {"period": gettext("所属期请写成 2026-09（按月）、2026Q3（按季）或者 2026-09-15（按次）。")}
        ) from error
    kind = next((kind for kind in WITH_A_TERM if kind.code == extension.kind), None)
    if kind is None:
        raise ValidationError({"kind": gettext("请选择按次申报的税种。")})
    applicant = extension.case.applicant
    if period not in periods.arisen(kind, applicant):
        raise ValidationError({"period": gettext("这一天没有按次申报的税源，请先登记税源。")})
    return dues.of(kind, applicant, [period])[period].due


def extend(case: Case, actor: Actor, data: dict[str, Any]) -> None:
    """The applicant's returns of the period are due on the new day."""
    extension: FilingExtension = case.detail
    dues.extend(case, Period.parse(extension.period), extension.until, extension.kind)
    data["reason"] = gettext(
        "%(period)s 的申报期限延长到 %(until)s。请在原期限内按上期税额预缴，在延期内办理结算。"
    ) % {
        "period": extension.period,
        "until": extension.until.isoformat(),
    }
    data["clause"] = "《税收征收管理法》第二十七条"


FILING_EXTENSION = procedures.register(
    Procedure(
        code="filing-extension",
        title=_("延期申报"),
        summary=_("不能按期申报时，在申报期限内申请延长；核准后在原期限内按上期税额预缴，在延期内办理结算。"),
        chapter="2",
        article="第六条",
        audience=frozenset({Party.Kind.ORGANISATION}),
        detail=FilingExtension,
        states=standard.STATES,
        transitions=approving(extend),
        route=payers_office,
        clocks=deciding("filing-extension-decide", _("作出决定")),
        pages=(
            Page("what", _("哪一期申报需要延期？"), ("period", "kind", "until")),
            Page("why", _("为什么不能按期申报？"), ("ground", "explanation")),
        ),
        papers=(_("能够证明困难的材料。"),),
        minutes=10,
        subject=_("纳税人权利"),
        keywords=("延期申报", "申报期限", "预缴"),
        validate=check,
    )
)
