"""Identity numbers of people and organisations: cleaned, checked by python-stdnum, and how they are shown."""

import datetime as dt

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from stdnum import numdb
from stdnum.cn import ric, uscc
from stdnum.exceptions import ValidationError as StdnumError

from apps.kernel.workcalendar import clock

# Residence permits of Hong Kong, Macao and Taiwan residents (GB 11643 layout), and the
# permanent residence card of foreigners issued since 2023, whose number starts with 9.
PERMITS = ("810000", "820000", "830000", "9")


def clean_identity_number(value: str) -> str:
    """The number in its standard form, or ``ValidationError`` (居民身份证, GB 11643).

    python-stdnum also asks whether the county code was in use in the year of birth. Numbers were
    first given out in 1984 with the codes of that day, so older people would be refused: here the
    place only has to exist.
    """
    try:
        number = ric.compact("".join(value.split()))
        known = (
            len(number) == 18
            and number[:17].isascii()
            and number[:17].isdigit()
            and number[17] == ric.calc_check_digit(number)
            and ric.get_birth_date(number) <= clock.today()
            and (number.startswith(PERMITS) or _place_exists(number[:6]))
        )
    except StdnumError:
        known = False
    if not known:
        raise ValidationError(_("居民身份证号码不正确。请核对 18 位号码，末位可能是字母 X。"), code="identity_number")
    return number


def _place_exists(code: str) -> bool:
    return any("county" in found for _part, found in numdb.get("cn/loc").info(code))


def validate_identity_number(value: str) -> None:
    """Raise ``ValidationError`` unless ``value`` is a valid identity number in standard form."""
    if clean_identity_number(value) != value:
        raise ValidationError(_("请填写不含空格的 18 位号码，字母 X 用大写。"), code="identity_number")


def clean_credit_code(value: str) -> str:
    """The unified social credit code in its standard form, or ``ValidationError`` (GB 32100)."""
    try:
        return uscc.validate(value)
    except StdnumError as error:
        raise ValidationError(
            _("统一社会信用代码不正确。请核对营业执照上的 18 位代码。"), code="credit_code"
        ) from error


def validate_credit_code(value: str) -> None:
    """Raise ``ValidationError`` unless ``value`` is a valid unified social credit code in standard form."""
    if clean_credit_code(value) != value:
        raise ValidationError(_("请填写不含空格的 18 位代码，字母用大写。"), code="credit_code")


def birth_date(id_number: str) -> dt.date:
    """The date of birth written in a resident identity number."""
    return ric.get_birth_date(id_number)


def sex(id_number: str) -> str:
    """``M`` or ``F``: the 17th digit is odd for men."""
    return "M" if int(id_number[16]) % 2 else "F"


def masked(number: str) -> str:
    """A number safe to show in lists: the first three and last two characters."""
    return f"{number[:3]}{'*' * max(0, len(number) - 5)}{number[-2:]}"
