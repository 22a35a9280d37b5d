"""The municipal data centre (市大数据中心), to which every room of chapter 3 turns; Articles 16-21."""

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from apps.kernel.kept.keeping import Kept
from apps.kernel.parties.models import Office

_kept = Kept("offices")


def known() -> Office | None:
    """The centre, where one is set up."""
    return _kept.get("centre", Office.objects.filter(kind=Office.Kind.DATA_CENTRE, active=True).order_by("pk").first)


def centre() -> Office:
    """The centre.

    :raises ValidationError: when none is set up.
    """
    found = known()
    if found is None:
        raise ValidationError(_("系统中没有设置大数据中心，请联系系统管理员。"))
    return found
