"""The payer a clerk names by full code (Art 24)."""

from django.core.exceptions import ValidationError
from django.db.models import Q
from django.utils.translation import gettext as _

from apps.kernel.parties.models import Party


def by_code(code: str) -> Party:
    """The party with a credit code or identity number.

    :raises ValidationError: on ``code``, when there is none.
    """
    code = "".join(code.split()).upper()
    party = Party.objects.filter(Q(organisation__uscc=code) | Q(person__id_number=code), active=True).first()
    if party is None:
        raise ValidationError({"code": _("登记信息里没有这个代码。请核对 18 位代码；仍没有的，请退回经办部门。")})
    return party
