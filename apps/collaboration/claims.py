"""The amount a payer holds to be right, in an objection or when asking something back (Arts 24, 25)."""

from decimal import Decimal, InvalidOperation
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from apps.kernel.ledger.models import ZERO


def amount(given: Any) -> Decimal:
    """Yuan to the fen; nothing owed is 0.

    :raises ValidationError: on ``claimed``.
    """
    try:
        found = Decimal(str(given)).quantize(Decimal("0.01"))
        if found == Decimal(str(given)) and ZERO <= found < Decimal("1e12"):
            return found
    except InvalidOperation:
        pass
    raise ValidationError({"claimed": _("请填写以元为单位的金额，最多两位小数；不应缴纳的填 0。")})
