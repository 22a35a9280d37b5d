"""The only rounding of money: half up to fen (分)."""

from decimal import ROUND_HALF_UP, Decimal

FEN = Decimal("0.01")


def fen(amount: Decimal) -> Decimal:
    """``amount`` in yuan, rounded half up to two decimals."""
    return amount.quantize(FEN, rounding=ROUND_HALF_UP)
