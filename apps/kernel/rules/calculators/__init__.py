"""Every calculation the portal offers, by kind (税费计算).

``calculate`` answers with ``Decimal`` amounts of two decimals, dates and booleans under the names of the public
interface, ``lines`` that explain every figure, and ``pending``: rules used that nobody has reviewed yet.
"""

from collections.abc import Mapping
from typing import Any

from apps.kernel.rules import inputs
from apps.kernel.rules.calculators import (
    contributions,
    corporate_income,
    deadlines,
    deed,
    entitlement,
    housing,
    individual_income,
    late_fee,
    prepayment,
    property_behaviour,
    property_tax,
    stamp,
    surcharges,
    vat,
    vehicle,
)
from apps.kernel.rules.calculators.base import Calculator
from apps.kernel.rules.inputs import InvalidInputs
from apps.kernel.rules.worksheet import Law, Worksheet

__all__ = ["CALCULATORS", "Calculator", "InvalidInputs", "UnknownKind", "calculate"]

CALCULATORS: dict[str, Calculator] = {
    calculator.kind: calculator
    for calculator in (
        surcharges.SURCHARGES,
        vat.VAT,
        vat.VAT_INCLUSIVE,
        housing.HOUSING_SALE,
        individual_income.WITHHOLDING,
        individual_income.BONUS,
        individual_income.LABOUR,
        stamp.STAMP_DUTY,
        property_tax.PROPERTY_TAX,
        property_behaviour.PROPERTY_BEHAVIOUR,
        contributions.SOCIAL_INSURANCE,
        contributions.EMPLOYER_INSURANCE,
        contributions.DISABLED_FUND,
        corporate_income.CORPORATE_INCOME,
        prepayment.PREPAYMENT,
        vehicle.VEHICLE_PURCHASE,
        deed.DEED_TAX,
        late_fee.LATE_FEE,
        deadlines.FILING_DEADLINE,
        entitlement.ENTITLEMENT_CHECK,
    )
}


class UnknownKind(LookupError):
    """There is no calculation of this kind."""


def calculate(kind: str, raw: Mapping[str, Any] | Any) -> dict[str, Any]:
    """Calculate, and explain each figure.

    :raises UnknownKind: for a kind that is not offered.
    :raises InvalidInputs: naming every wrong field, and the one that asks for law that is not known.
    """
    calculator = CALCULATORS.get(kind)
    if calculator is None:
        raise UnknownKind(kind)
    given = inputs.clean(calculator.fields, raw)
    law, sheet = Law.on_day(calculator.day(given), calculator.dated_by), Worksheet()
    amounts = calculator.compute(given, law, sheet)
    return {
        **amounts,
        "lines": [vars(line) for line in sheet.lines],
        "pending": [
            {"code": row.code, "title": row.title, "source": row.source, "confidence": row.confidence}
            for row in law.pending.values()
        ],
    }
