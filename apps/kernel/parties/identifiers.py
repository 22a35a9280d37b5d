"""Identity numbers of people and organisations, validated by python-stdnum, and how they are shown."""

import datetime as dt

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from stdnum.cn import ric, uscc
from stdnum.exceptions import ValidationError as StdnumError


def validate_identity_number(value: str) -> None:
    """Raise ``ValidationError`` unless ``value`` is a valid resident identity number (居民身份证, GB 11643)."""
    try:
        ric.validate(value)
    except StdnumError as error:
        raise ValidationError(
            _("居民身份证号码不正确。请核对 18 位号码，末位可能是字母 X。"), code="identity_number"
        ) from error


def validate_credit_code(value: str) -> None:
    """Raise ``ValidationError`` unless ``value`` is a unified social credit code (GB 32100)."""
    try:
        uscc.validate(value)
    except StdnumError as error:
        raise ValidationError(
            _("统一社会信用代码不正确。请核对营业执照上的 18 位代码。"), code="credit_code"
        ) from error


def birth_date(id_number: str) -> dt.date:
    """The date of birth written in a resident identity number."""
    return ric.get_birth_date(id_number)


def masked(number: str) -> str:
    """A number safe to show in lists: the first three and last two characters."""
    return f"{number[:3]}{'*' * max(0, len(number) - 5)}{number[-2:]}"
