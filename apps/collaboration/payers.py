"""Who a department means: a payer named by the full code it knows (Arts 22, 26-28)."""

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from apps.kernel.parties.finding import by_code
from apps.kernel.parties.models import Party

__all__ = ["by_code", "named", "plain", "plain_sql"]

_PLAIN = "lower(translate(regexp_replace({0}, '\\s', '', 'g'), '（）', '()'))"


def plain(name: str) -> str:
    """A name without the differences of typing: spaces, and full-width brackets."""
    return "".join(name.split()).translate(str.maketrans("（）", "()")).casefold()


def plain_sql(column: str) -> str:
    """The same of a column, in SQL: for a whole delivery at once."""
    return _PLAIN.format(column)


def named(code: str, name: str) -> Party:
    """The payer with a code, when the name is the one on the register.

    :raises ValidationError: coded ``payer_code``, ``unknown_payer`` or ``payer_name``.
    """
    party = by_code(code)
    if party is None:
        raise ValidationError(
            {"payer_code": ValidationError(_("登记簿上没有这个纳税人、缴费人。"), code="unknown_payer")}
        )
    if plain(party.name) != plain(name):
        raise ValidationError(
            {"payer": ValidationError(_("名称与登记的不一致，请核对代码和名称。"), code="payer_name")}
        )
    return party
