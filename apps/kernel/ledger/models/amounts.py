"""How amounts are kept: yuan with fen, and never a float."""

from decimal import Decimal
from typing import Any

from django.db import models

from apps.kernel.forms import MoneyField

ZERO = Decimal("0.00")


class Yuan(models.DecimalField):
    """An amount in yuan with fen."""

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **{"max_digits": 18, "decimal_places": 2, **kwargs})

    def formfield(self, **given: Any) -> Any:
        """Typed as people write amounts: a number control would throw away "47,376.00" without a word."""
        return super().formfield(**{"form_class": MoneyField, **given})
