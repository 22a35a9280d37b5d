"""What a return comes to: its figures through the law's calculator, every line kept to be explained (Art 11)."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db import transaction

from apps.kernel.rules.calculators import calculate
from apps.kernel.workcalendar import clock
from apps.services.filing.models import ReturnFigure, ReturnLine, VatReturn

NOTHING = Decimal("0.00")
# The columns of the return that a calculation fills.
COLUMNS = ("output_vat", "vat", "carry_out", "city", "edu", "local_edu", "total")


@dataclass(frozen=True)
class LateFee:
    """What paying today instead of by the due date adds (滞纳金)."""

    days: int
    amount: Decimal
    lines: list[Any]


def compute(vat_return: VatReturn) -> dict[str, Any]:
    """The calculator's answer for the figures as they stand: amounts by name, and ``lines``."""
    return calculate("vat", _inputs(vat_return))


def late_fee(vat_return: VatReturn, tax: Decimal) -> LateFee | None:
    """The late fee if ``tax`` were paid today; None while it is not late, or nothing is due."""
    if not vat_return.late or tax <= 0:
        return None
    answer = calculate(
        "late-fee",
        {"tax": str(tax), "due": vat_return.due_on.isoformat(), "paid": clock.today().isoformat()},
    )
    return LateFee(answer["days"], answer["late_fee"], answer["lines"])


@transaction.atomic
def keep(vat_return: VatReturn) -> None:
    """Store the amounts and their lines: from now on the return shows what was declared on that day."""
    answer = compute(vat_return)
    for name in COLUMNS:
        setattr(vat_return, name, answer.get(name, NOTHING))
    vat_return.save(update_fields=COLUMNS)
    vat_return.lines.all().delete()
    ReturnLine.objects.bulk_create(
        ReturnLine(vat_return=vat_return, position=position, **line)
        for position, line in enumerate(answer["lines"], start=1)
    )


def _inputs(vat_return: VatReturn) -> dict[str, Any]:
    kinds = ReturnFigure.Kind
    sheet = vat_return.sheet
    # There is always one: without invoices the prefill asks about the usual rate.
    first, *others = [row for row in sheet if row.kind == kinds.SALES]
    given = {
        "period": vat_return.period,
        "taxpayer_type": vat_return.taxpayer_type,
        "location": vat_return.location,
        "halved": vat_return.halved,
        "sales": first.value,
        "rate": first.rate,
        "other_sales": [{"sales": row.value, "rate": row.rate} for row in others],
    }
    if vat_return.taxpayer_type == VatReturn.TaxpayerType.GENERAL:
        for name in (kinds.INPUT_VAT, kinds.CARRY_IN):
            given[name.value] = sum((row.value for row in sheet if row.kind == name), NOTHING)
    return given
