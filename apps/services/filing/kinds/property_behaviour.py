"""Returns of property and behaviour taxes (财产和行为税合并申报, Art 11): what falls due together is one return.

The combined return of a month carries every source whose own tax period (a month, a quarter, half a year, a year) falls
due with it. A tax that falls due each time it arises has a return of that day, by itself. Figures are the bases of the
payer's source details; which period falls due when is law (``falling_due``).
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable
from decimal import Decimal
from functools import partial
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.text import format_lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.kernel.facts import reading
from apps.kernel.parties.models import Organisation, Party
from apps.kernel.rules import parameters
from apps.kernel.rules.calculators.property_behaviour import TAXES, SourceTax
from apps.kernel.workcalendar import clock, deadlines
from apps.kernel.workcalendar.days import SHANGHAI
from apps.kernel.workcalendar.filing import FilingDue
from apps.kernel.workcalendar.periods import Period
from apps.services.filing import falling_due
from apps.services.filing.falling_due import TaxCalendar
from apps.services.filing.kinds import base
from apps.services.filing.kinds.base import Asked, Dues, Imported, ReturnKind
from apps.services.filing.models import Return, ReturnFigure, SourceDetail

PROCEDURE = "property-return"
# The limits of a small low-profit enterprise and the profile's columns they are held against; 100 reads fen.
SMALL_LOW_PROFIT = (
    ("cit.small.taxable", "taxable_income", 100),
    ("cit.small.assets", "assets_qavg", 100),
    ("cit.small.headcount", "headcount_qavg", 1),
)


def register(parties: Collection[Party]) -> QuerySet[SourceDetail]:
    """The sources that count."""
    return SourceDetail.objects.filter(party__in=parties, closed_at__isnull=True)


# --- what falls due by periods --------------------------------------------------------------


def _months(sources: Collection[SourceDetail]) -> dict[int, set[Period]]:
    """The months of this year and the one before whose return has a source in it."""
    today, found = clock.today(), defaultdict(set)
    for number in range(today.year * 12 - 12, today.year * 12 + today.month) if sources else ():
        month = Period(number // 12, number % 12 + 1, 1)
        calendar = TaxCalendar.on_day(month.end)
        for source in sources:
            if calendar.period(source, month) is not None:
                found[source.party_id].add(month)
    return found


def _prefill(party: Party, month: Period) -> list[Imported]:
    calendar = TaxCalendar.on_day(month.end)
    return [_imported(row) for row in register([party]) if calendar.period(row, month) is not None]


# --- what falls due when it arises ----------------------------------------------------------


def _once(levy: str, sources: Iterable[SourceDetail]) -> list[SourceDetail]:
    return [row for row in sources if row.levy == levy and falling_due.arises_once(row)]


def _days(levy: str, sources: Collection[SourceDetail]) -> dict[int, set[Period]]:
    found = defaultdict(set)
    for row in _once(levy, sources):
        found[row.party_id].add(Period.of_day(row.since))
    return found


def _prefill_once(levy: str, party: Party, day: Period) -> list[Imported]:
    return [_imported(row) for row in _once(levy, register([party])) if row.since == day.start]


def _due_once(levy: str, asked: Asked) -> Dues:
    """Counted from the day the tax arises; where the law names an event instead, the day the payer gives for it."""
    events: dict[tuple[int, Period], dt.date] = {}
    for row in _once(levy, register({party for party, _period in asked})):
        key = (row.party_id, Period.of_day(row.since))
        if row.until is not None:
            events[key] = min(row.until, events.get(key, row.until))
    return {(party.pk, period): _counted(levy, period.start, events.get((party.pk, period))) for party, period in asked}


def _counted(levy: str, arisen: dt.date, event: dt.date | None) -> FilingDue:
    limit = falling_due.once_term(levy, arisen)
    if limit is None or not limit.term:
        line = _("应当在%(event)s申报，登记的办理日期是 %(day)s") % {
            "event": limit.label if limit is not None else "",
            "day": event or arisen,
        }
        return FilingDue(event or arisen, official=False, lines=(line,), confirmed=True)
    start = dt.datetime.combine(arisen, dt.time(), tzinfo=SHANGHAI)
    found = deadlines.due(start, limit.term, limit.unit, roll=deadlines.Roll.TAX)
    return FilingDue(
        found.due.astimezone(SHANGHAI).date(), official=False, lines=found.lines, confirmed=found.confirmed
    )


# --- common to both -------------------------------------------------------------------------


def _imported(row: SourceDetail) -> Imported:
    recorded = timezone.localtime(row.recorded_at).date()
    return Imported(ReturnFigure.Kind.BASE, None, row.base, row.source, recorded, detail=row)


def _inputs(tax_return: Return) -> dict[str, Any]:
    month = Period(tax_return.span.year, tax_return.span.month, 1) if tax_return.span.day else tax_return.span
    return {
        "period": month,
        "halved": tax_return.halved,
        "details": [_one(row, tax_return.span) for row in tax_return.sheet],
    }


def _one(figure: ReturnFigure, declared: Period) -> dict[str, Any]:
    detail = figure.detail
    own = falling_due.own_period(detail, declared)
    lasting = detail.tax.lasting
    return {
        "levy": detail.levy,
        "item": detail.item or None,
        "base": figure.value,
        "deductions": detail.deductions,
        "basic_farmland": detail.basic_farmland,
        "relief": detail.relief or None,
        "months": Decimal(len(detail.months_in(own)) if own is not None else 0) if lasting else None,
        "date": None if lasting else detail.since,
    }


def _circumstances(party: Party) -> dict[str, Any]:
    return {**base.circumstances(party), "halved": halved(party)}


def halved(party: Party) -> bool:
    """Whether the halving of six taxes reaches the payer: small-scale, individual business or small low-profit."""
    if base.taxpayer_type(party) == Return.TaxpayerType.SMALL_SCALE:
        return True
    if party.organisation.form == Organisation.Form.INDIVIDUAL_BUSINESS:
        return True
    known, today = reading.profile(party), clock.today()
    return all(
        known[field] is not None and parameters.within(Decimal(str(known[field])) / scale, parameters.row(code, today))
        for code, field, scale in SMALL_LOW_PROFIT
    )


def _every(_party: Party) -> bool:
    return True


def _kind(code: str, title: Any, taxes: Collection[SourceTax], prefill: Callable, **timing: Any) -> ReturnKind:
    """One form files them all; kinds differ in which taxes they carry and when these fall due."""
    return ReturnKind(
        code=code,
        procedure=PROCEDURE,
        title=title,
        clause="《办法》第十一条",
        scope=tuple(tax.code for tax in taxes),
        levies={tax.code: (tax.name,) for tax in taxes},
        calculator="property-behaviour",
        applies=_every,
        prefill=prefill,
        inputs=_inputs,
        circumstances=_circumstances,
        rests_on=tuple(field for _code, field, _scale in SMALL_LOW_PROFIT),
        **timing,
    )


COMBINED = _kind("property", gettext_lazy("财产和行为税合并"), TAXES.values(), _prefill, months=1, falling_due=_months)
ONCE = tuple(
    _kind(
        tax.code,
        format_lazy(gettext_lazy("{tax}按次"), tax=tax.title),
        [tax],
        partial(_prefill_once, tax.code),
        months=0,
        falling_due=partial(_days, tax.code),
        due=partial(_due_once, tax.code),
    )
    for tax in TAXES.values()
    if not (tax.lasting or tax.monthly)
)
