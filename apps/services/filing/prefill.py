"""What the data already say about a period: each figure with its source and date (智能填报, Arts 11, 14).

Sales and input VAT come from the electronic invoices, what is carried in from the return before, or
from the profile where an earlier return was filed elsewhere. Reading only: the figures are kept by
``drafts.py``, beside what the taxpayer declares and never in place of it.
"""

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext as _

from apps.kernel.facts import reading
from apps.kernel.parties.models import Organisation, Party
from apps.kernel.workcalendar.periods import Period
from apps.services.filing.models import VatReturn
from apps.services.invoices import aggregates
from apps.services.invoices.models import InvoiceLine

Key = tuple[str, Decimal | None]
Treatment = InvoiceLine.Treatment
CREDIT = "ending_vat_credit"  # the profile's column for what an earlier return carried out

# The rate a payer without any invoice is asked about first.
USUAL_RATE = {
    VatReturn.TaxpayerType.GENERAL: Decimal("0.13"),
    VatReturn.TaxpayerType.SMALL_SCALE: Decimal("0.01"),
}


@dataclass(frozen=True)
class Imported:
    """One figure as the data have it; ``amount`` is None where they say nothing."""

    kind: str
    rate: Decimal | None
    amount: Decimal | None
    source: str = ""
    as_of: dt.date | None = None
    documents: int | None = None

    @property
    def key(self) -> Key:
        return self.kind, self.rate


def taxpayer_type(party: Party) -> str:
    """Whether the payer is registered as a general or a small-scale taxpayer."""
    general = party.organisation.vat_kind == Organisation.VatKind.GENERAL
    return VatReturn.TaxpayerType.GENERAL if general else VatReturn.TaxpayerType.SMALL_SCALE


def figures(party: Party, period: Period, kind: str) -> list[Imported]:
    """Every figure the return asks for, with what is known of it."""
    found = _sales(party, period, kind)
    if kind == VatReturn.TaxpayerType.GENERAL:
        found += [_input_vat(party, period), _carry_in(party, period)]
    return found


def _sales(party: Party, period: Period, kind: str) -> list[Imported]:
    months = [aggregates.month(party, month.year, month.month) for month in _months(period)]
    taxed: dict[Decimal, tuple[Decimal, int]] = {}
    exempt = [row for totals in months for row in totals.sales_by_rate if row.treatment == Treatment.EXEMPT]
    for row in (row for totals in months for row in totals.sales_by_rate if row.treatment == Treatment.TAXED):
        amount, invoices = taxed.get(row.rate, (Decimal("0.00"), 0))
        taxed[row.rate] = amount + row.amount, invoices + row.invoices
    found = [
        Imported("sales", rate, amount, _("电子发票（开具）"), period.end, invoices)
        for rate, (amount, invoices) in sorted(taxed.items(), reverse=True)
    ] or [Imported("sales", USUAL_RATE[kind], Decimal("0.00"), _("电子发票（开具）"), period.end, 0)]
    if exempt:
        amount = sum((row.amount for row in exempt), Decimal("0.00"))
        invoices = sum(row.invoices for row in exempt)
        found.append(Imported("exempt", None, amount, _("电子发票（开具）"), period.end, invoices))
    return found


def _input_vat(party: Party, period: Period) -> Imported:
    months = [aggregates.month(party, month.year, month.month) for month in _months(period)]
    amount = sum((totals.input_vat for totals in months), Decimal("0.00"))
    specials = sum(totals.special_received for totals in months)
    return Imported("input_vat", None, amount, _("电子发票（取得的增值税专用发票）"), period.end, specials)


def _carry_in(party: Party, period: Period) -> Imported:
    previous = (
        VatReturn.objects.filter(party=party, standing=VatReturn.Standing.IN_FORCE, ends_on__lt=period.start)
        .order_by("-ends_on")
        .first()
    )
    if previous is not None:
        source = _("%(period)s 申报（期末留抵税额）") % {"period": previous.period}
        return Imported("carry_in", None, previous.carry_out, source, previous.ends_on)
    for statement in reading.provenance(party, CREDIT):
        if statement.as_of < period.start and statement.value is not None:
            return Imported("carry_in", None, Decimal(statement.value) / 100, statement.source, statement.as_of)
    return Imported("carry_in", None, None)


def _months(period: Period) -> list[dt.date]:
    return [dt.date(period.year, month, 1) for month in range(period.month, period.month + period.months)]
