"""VAT with its surcharges on one form (增值税及附加税费申报): general taxpayers by month, small-scale ones by quarter.

Sales and input VAT come from the electronic invoices, what is carried in from the return before, or
from the profile where an earlier return was filed elsewhere.
"""

import datetime as dt
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext_lazy

from apps.kernel.casework.procedures import recorded
from apps.kernel.parties.models import Party
from apps.kernel.workcalendar.periods import Period
from apps.services.filing.kinds import base
from apps.services.filing.kinds.base import NOTHING, Imported, ReturnKind, value_of
from apps.services.filing.models import Return, ReturnFigure
from apps.services.invoices import aggregates
from apps.services.invoices.aggregates import MonthTotals
from apps.services.invoices.models import InvoiceLine

Treatment = InvoiceLine.Treatment
Kind = ReturnFigure.Kind
CREDIT = "ending_vat_credit"  # the profile's column for what an earlier return carried out
CODES = ("vat", "vat-small")
LEVIES = {"vat": ("vat",), "city-construction": ("city",), "education": ("edu",), "local-education": ("local_edu",)}
ISSUED = gettext_lazy("电子发票（开具）")
RECEIVED = gettext_lazy("电子发票（取得的增值税专用发票）")


def _general(party: Party, period: Period) -> list[Imported]:
    months = _invoiced(party, period)
    return [*_sales(months, period, Decimal("0.13")), _input_vat(months, period), _carry_in(party, period)]


def _small_scale(party: Party, period: Period) -> list[Imported]:
    return _sales(_invoiced(party, period), period, Decimal("0.01"))


def _invoiced(party: Party, period: Period) -> list[MonthTotals]:
    return [aggregates.month(party, month.year, month.month) for month in _months(period)]


def _sales(months: list[MonthTotals], period: Period, usual: Decimal) -> list[Imported]:
    """Sales at each rate; a payer without any invoice is asked about the usual rate."""
    taxed: dict[Decimal, tuple[Decimal, int]] = {}
    exempt = [row for totals in months for row in totals.sales_by_rate if row.treatment == Treatment.EXEMPT]
    for row in (row for totals in months for row in totals.sales_by_rate if row.treatment == Treatment.TAXED):
        amount, invoices = taxed.get(row.rate, (NOTHING, 0))
        taxed[row.rate] = amount + row.amount, invoices + row.invoices
    found = [
        Imported(Kind.SALES, rate, amount, recorded(ISSUED), period.end, invoices)
        for rate, (amount, invoices) in sorted(taxed.items(), reverse=True)
    ] or [Imported(Kind.SALES, usual, NOTHING, recorded(ISSUED), period.end, 0)]
    if exempt:
        amount = sum((row.amount for row in exempt), NOTHING)
        invoices = sum(row.invoices for row in exempt)
        found.append(Imported(Kind.EXEMPT, None, amount, recorded(ISSUED), period.end, invoices))
    return found


def _input_vat(months: list[MonthTotals], period: Period) -> Imported:
    amount = sum((totals.input_vat for totals in months), NOTHING)
    specials = sum(totals.special_received for totals in months)
    return Imported(Kind.INPUT_VAT, None, amount, recorded(RECEIVED), period.end, specials)


def _carry_in(party: Party, period: Period) -> Imported:
    previous = base.before(party, CODES, period.start)
    if previous is not None:
        source = f"{previous.period} 申报（期末留抵税额）"
        return Imported(Kind.CARRY_IN, None, previous.amounts["carry_out"], source, previous.ends_on)
    return base.of_the_profile(party, Kind.CARRY_IN, CREDIT, period.start - dt.timedelta(days=1), scale=100)


def _months(period: Period) -> list[dt.date]:
    return [dt.date(period.year, month, 1) for month in range(period.month, period.month + period.months)]


def _inputs(tax_return: Return) -> dict[str, Any]:
    sheet = tax_return.sheet
    # There is always one: without invoices the prefill asks about the usual rate.
    first, *others = [row for row in sheet if row.kind == Kind.SALES]
    given = {
        "period": tax_return.period,
        "taxpayer_type": tax_return.taxpayer_type,
        "location": tax_return.location,
        "halved": tax_return.halved,
        "sales": first.value,
        "rate": first.rate,
        "other_sales": [{"sales": row.value, "rate": row.rate} for row in others],
    }
    if tax_return.taxpayer_type == Return.TaxpayerType.GENERAL:
        for name in (Kind.INPUT_VAT, Kind.CARRY_IN):
            given[name.value] = sum((row.value for row in sheet if row.kind == name), NOTHING)
    return given


def _circumstances(party: Party) -> dict[str, Any]:
    known = base.circumstances(party)
    return {**known, "halved": known["taxpayer_type"] == Return.TaxpayerType.SMALL_SCALE}


def _facts(tax_return: Return) -> dict[str, Decimal]:
    sales, amounts = value_of(tax_return, Kind.SALES), tax_return.amounts
    said = {
        "sales": sales,
        "taxable_sales": sales,
        "return_net": sales,
        "sales_month" if tax_return.span.is_month else "sales_quarter": sales,
        "output_vat": amounts["output_vat"],
        "input_vat": value_of(tax_return, Kind.INPUT_VAT),
        "vat": amounts["vat"],
        "ending_vat_credit": amounts["carry_out"],
    }
    previous = base.before(tax_return.party, CODES, tax_return.ends_on)
    if previous is not None:
        said |= {"vat_prev": previous.amounts["vat"], "output_vat_prev": previous.amounts["output_vat"]}
    return said


def _general_payer(party: Party) -> bool:
    return base.taxpayer_type(party) == Return.TaxpayerType.GENERAL


def _small_payer(party: Party) -> bool:
    return not _general_payer(party)


GENERAL = ReturnKind(
    code="vat",
    procedure="vat-return",
    title=gettext_lazy("增值税及附加税费"),
    clause="《增值税法》第三十条",
    months=1,
    scope=("vat",),
    levies=LEVIES,
    calculator="vat",
    applies=_general_payer,
    prefill=_general,
    inputs=_inputs,
    circumstances=_circumstances,
    facts=_facts,
)
SMALL_SCALE = ReturnKind(
    code="vat-small",
    procedure="vat-return",
    title=gettext_lazy("增值税及附加税费（小规模纳税人）"),
    clause="《增值税法》第二十三条、第三十条",
    months=3,
    scope=("vat",),
    levies=LEVIES,
    calculator="vat",
    applies=_small_payer,
    prefill=_small_scale,
    inputs=_inputs,
    circumstances=_circumstances,
    facts=_facts,
)
