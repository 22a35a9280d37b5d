"""What a return comes to: its figures through the law's calculator, every line kept to be explained (Art 11)."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db import transaction

from apps.kernel.rules.calculators import calculate
from apps.kernel.workcalendar import clock
from apps.services.filing import kinds
from apps.services.filing.models import Return, ReturnAmount, ReturnLine

NOTHING = Decimal("0.00")


@dataclass(frozen=True)
class LateFee:
    """What paying today instead of by the due date adds (滞纳金)."""

    days: int
    amount: Decimal
    lines: list[Any]


def compute(tax_return: Return) -> dict[str, Any]:
    """The calculator's answer for the figures as they stand: amounts by name, and ``lines``."""
    kind = kinds.get(tax_return.kind)
    return calculate(kind.calculator, kind.inputs(tax_return))


def late_fee(tax_return: Return, tax: Decimal) -> LateFee | None:
    """The late fee if ``tax`` were paid today; None while it is not late, or nothing is due."""
    if not tax_return.late or tax <= 0:
        return None
    answer = calculate(
        "late-fee",
        {"tax": str(tax), "due": tax_return.due_on.isoformat(), "paid": clock.today().isoformat()},
    )
    return LateFee(answer["days"], answer["late_fee"], answer["lines"])


@transaction.atomic
def keep(tax_return: Return) -> None:
    """Store the amounts and their lines: from now on the return shows what was declared on that day."""
    answer = compute(tax_return)
    tax_return.total = answer["total"]
    tax_return.save(update_fields=["total"])
    tax_return.named_amounts.all().delete()
    ReturnAmount.objects.bulk_create(
        ReturnAmount(tax_return=tax_return, name=name, amount=amount)
        for name, amount in answer.items()
        if isinstance(amount, Decimal)
    )
    tax_return.lines.all().delete()
    ReturnLine.objects.bulk_create(
        ReturnLine(tax_return=tax_return, position=position, **line)
        for position, line in enumerate(answer["lines"], start=1)
    )
