"""Which periods a payer files for, what is due when, and what has become of each (Arts 6, 11)."""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from apps.kernel.parties.models import Party
from apps.kernel.workcalendar import clock, filing
from apps.kernel.workcalendar.filing import FilingDue
from apps.kernel.workcalendar.periods import Period
from apps.services.filing.models import VatReturn
from apps.services.filing.prefill import taxpayer_type

# The first period returns are filed here for; earlier ones were filed at the electronic tax bureau.
FIRST_MONTH = dt.date(2026, 9, 1)
MONTHS = {VatReturn.TaxpayerType.GENERAL: 1, VatReturn.TaxpayerType.SMALL_SCALE: 3}


@dataclass(frozen=True)
class PeriodRow:
    """One period as the payer sees it: when it is due and the return there is, if any."""

    period: Period
    due: FilingDue
    under_way: VatReturn | None
    in_force: VatReturn | None

    @property
    def overdue(self) -> bool:
        """Not filed although the due date has passed."""
        return self.in_force is None and self.due.due < clock.today()


def read(text: str, party: Party) -> Period:
    """The period a payer means, if it is one of theirs and over.

    :raises ValidationError: naming ``period`` and how to mend it.
    """
    kind = taxpayer_type(party)
    try:
        period = Period.parse(text)
    except ValueError as error:
        raise ValidationError({"period": _("所属期请写成 2026-09（按月）或 2026Q3（按季）。")}) from error
    if period.months != MONTHS[kind]:
        raise ValidationError(
            {
                "period": _("一般纳税人按月申报，所属期请写成 2026-09。")
                if kind == VatReturn.TaxpayerType.GENERAL
                else _("小规模纳税人按季申报，所属期请写成 2026Q3。")
            }
        )
    if period.end >= clock.today():
        raise ValidationError({"period": _("所属期尚未结束，结束后才能申报。")})
    if period.end < max(FIRST_MONTH, party.registered_on):
        raise ValidationError({"period": _("本门户不受理这一所属期的申报，请联系主管税务所。")})
    return period


def rows(party: Party) -> list[PeriodRow]:
    """Every period that is over, newest first, with the return under way and the one in force."""
    returns = VatReturn.objects.filter(
        party=party, standing__in=[VatReturn.Standing.UNDER_WAY, VatReturn.Standing.IN_FORCE]
    ).select_related("case")
    found = {(row.period, row.standing): row for row in returns}
    over = list(finished(party))
    due = filing.periods_due(over)
    return [
        PeriodRow(
            period,
            due[period],
            found.get((str(period), VatReturn.Standing.UNDER_WAY)),
            found.get((str(period), VatReturn.Standing.IN_FORCE)),
        )
        for period in over
    ]


def finished(party: Party) -> Iterator[Period]:
    """The payer's periods that are over, newest first."""
    months, today = MONTHS[taxpayer_type(party)], clock.today()
    earliest = max(FIRST_MONTH, party.registered_on)
    period = before(Period(today.year, (today.month - 1) // months * months + 1, months))
    while period.end >= earliest:
        yield period
        period = before(period)


def before(period: Period) -> Period:
    """The period of the same length just before."""
    last = period.start - dt.timedelta(days=1)
    return Period(last.year, last.month - period.months + 1, period.months)
