"""The arithmetic of the indicators (DB31/T 1523-2024): exact, and nothing to count is "not assessable", never 100."""

from collections.abc import Iterable
from decimal import ROUND_DOWN, Decimal

from apps.datashare.quality.indicators import Direction

PLACES = Decimal("0.000001")
Share = Decimal | None


def share(hits: int, total: int, direction: str = Direction.GOOD) -> Share:
    """An indicator's value from 0 to 1; None where there is nothing to count.

    Cut, not rounded: one wrong value in ten million is never a full 1.

    :raises ValueError: counts that cannot be.
    """
    if not 0 <= hits <= total:
        raise ValueError((hits, total))
    if total == 0:
        return None
    right = hits if direction == Direction.GOOD else total - hits
    return (Decimal(right) / Decimal(total)).quantize(PLACES, rounding=ROUND_DOWN)


def weighted_mean(values: Iterable[tuple[Share, Decimal]]) -> Share:
    """The mean by weight of what is assessable; the rest is left out, its weight as well. None when nothing is left."""
    counted = [(value, weight) for value, weight in values if value is not None and weight > 0]
    total = sum((weight for _value, weight in counted), Decimal(0))
    if total == 0:
        return None
    mean = sum((value * weight for value, weight in counted), Decimal(0)) / total
    return mean.quantize(PLACES, rounding=ROUND_DOWN)
