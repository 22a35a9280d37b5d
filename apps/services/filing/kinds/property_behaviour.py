"""The combined return of property and behaviour taxes (财产和行为税合并申报): ten taxes, one return a quarter.

Its figures are the bases of the payer's source details: those that last are asked about every quarter,
the others in the quarter they arise in.
"""

from decimal import Decimal
from typing import Any

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy

from apps.kernel.facts import reading
from apps.kernel.parties.models import Organisation, Party
from apps.kernel.rules import parameters
from apps.kernel.rules.calculators.property_behaviour import TAXES
from apps.kernel.workcalendar import clock
from apps.kernel.workcalendar.periods import Period
from apps.services.filing.kinds import base
from apps.services.filing.kinds.base import Imported, ReturnKind
from apps.services.filing.models import Return, ReturnFigure, SourceDetail

YEARLY = [tax.code for tax in TAXES.values() if tax.yearly]
# The limits of a small low-profit enterprise and the profile's columns they are held against; 100 reads fen.
SMALL_LOW_PROFIT = (
    ("cit.small.taxable", "taxable_income", 100),
    ("cit.small.assets", "assets_qavg", 100),
    ("cit.small.headcount", "headcount_qavg", 1),
)


def _prefill(party: Party, period: Period) -> list[Imported]:
    arising = ~Q(levy__in=YEARLY) & Q(since__gte=period.start, since__lte=period.end)
    lasting = Q(levy__in=YEARLY, since__lte=period.end) & (Q(until__isnull=True) | Q(until__gte=period.start))
    rows = SourceDetail.objects.filter(arising | lasting, party=party, closed_at__isnull=True)
    return [
        Imported(
            ReturnFigure.Kind.BASE,
            None,
            row.base,
            row.source,
            timezone.localtime(row.recorded_at).date(),
            detail=row,
        )
        for row in rows
        if row.levy not in YEARLY or row.months_in(period)
    ]


def _inputs(tax_return: Return) -> dict[str, Any]:
    return {
        "period": tax_return.period,
        "halved": tax_return.halved,
        "details": [_one(row, tax_return.span) for row in tax_return.sheet],
    }


def _one(figure: ReturnFigure, period: Period) -> dict[str, Any]:
    detail = figure.detail
    return {
        "levy": detail.levy,
        "item": detail.item or None,
        "base": figure.value,
        "rate": detail.rate,
        "deductions": detail.deductions,
        "months": Decimal(detail.months_in(period)) if detail.tax.yearly else None,
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


PROPERTY_BEHAVIOUR = ReturnKind(
    code="property",
    procedure="property-return",
    title=gettext_lazy("财产和行为税合并"),
    clause="《印花税法》第十六条；《办法》第十一条",
    months=3,
    scope=tuple(TAXES),
    levies={tax.code: (tax.name,) for tax in TAXES.values()},
    calculator="property-behaviour",
    applies=_every,
    prefill=_prefill,
    inputs=_inputs,
    circumstances=_circumstances,
    rests_on=tuple(field for _code, field, _scale in SMALL_LOW_PROFIT),
)
