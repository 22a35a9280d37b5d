"""What a return comes to: its figures through the law's calculator, every line kept to be explained (Art 11)."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import translation

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


@dataclass(frozen=True)
class Change:
    """What a correction does to the total: what it was, how much more it is now (below zero: less), what is paid."""

    before: Decimal
    more: Decimal
    paid: Decimal

    @property
    def less(self) -> Decimal:
        return -self.more


@dataclass(frozen=True)
class Outlook:
    """What a draft comes to as it stands: the calculator's answer, the late fee on what would be left to pay today."""

    answer: dict[str, Any]
    change: Change | None
    late_fee: LateFee | None


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


def outlook(tax_return: Return) -> Outlook:
    """What the figures of a draft come to; what was paid on the return it corrects bears no late fee again.

    :raises InvalidInputs: when they cannot be computed yet.
    """
    answer = compute(tax_return)
    if tax_return.replaces is None:
        return Outlook(answer, None, late_fee(tax_return, answer["total"]))
    paid = sum((row.paid for row in tax_return.charges), NOTHING)
    before = tax_return.replaces.total
    change = Change(before, answer["total"] - before, paid)
    return Outlook(answer, change, late_fee(tax_return, answer["total"] - paid))


@transaction.atomic
def keep(tax_return: Return) -> None:
    """Store the amounts and their lines: from now on the return shows what was declared on that day.

    The lines are kept in Chinese, whatever language they were filed in; the page says them in the reader's.
    """
    with translation.override(settings.LANGUAGE_CODE):
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
