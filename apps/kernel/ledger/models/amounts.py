"""How amounts are kept: yuan with fen, and never a float."""

from decimal import Decimal

from django.db import models

ZERO = Decimal("0.00")


class Yuan(models.DecimalField):
    """An amount in yuan with fen."""

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **{"max_digits": 18, "decimal_places": 2, **kwargs})
