"""The last day to file within a month (申报期限)."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.kernel.rules.calculators.base import Amounts, Calculator, Given
from apps.kernel.rules.inputs import Month
from apps.kernel.rules.worksheet import Law, Worksheet
from apps.kernel.workcalendar import filing


def _compute(given: Given, _law: Law, sheet: Worksheet) -> Amounts:
    found = filing.monthly_due(given["month"].year, given["month"].month)
    for text in found.lines:
        sheet.note(_("申报期限"), text)
    return {"due_date": found.due, "official": found.official, "confirmed_calendar": found.confirmed}


FILING_DEADLINE = Calculator(
    kind="filing-deadline",
    title=gettext_lazy("申报期限"),
    dated_by="month",
    fields=(Month(name="month", label=gettext_lazy("申报月份")),),
    compute=_compute,
    outputs={"due_date": "date", "official": "flag", "confirmed_calendar": "flag"},
)
