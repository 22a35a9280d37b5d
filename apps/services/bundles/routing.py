"""Which office receives a bundle and each of its parts."""

from collections.abc import Callable

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from apps.kernel.casework.models import Case
from apps.kernel.parties.models import Office


def leading_office(whole: Case) -> Office:
    """The tax office in charge of the applicant watches over the whole; without one, the city's bureau."""
    return whole.applicant.office or _one(Office.objects.filter(kind=Office.Kind.TAX_CITY))


def department(code: str) -> Callable[[Case], Office]:
    """The city's department of this code."""
    return lambda whole: _one(Office.objects.filter(code=code))


def tax_office_of_district(whole: Case) -> Office:
    """The first tax office of the district the application names."""
    offices = Office.objects.filter(kind=Office.Kind.TAX_OFFICE, district=whole.detail.district)
    return offices.filter(active=True).order_by("code").first() or leading_office(whole)


def _one(offices) -> Office:
    found = offices.filter(active=True).order_by("code").first()
    if found is None:
        raise ValidationError(_("承办这个事项的单位尚未启用，暂时不能提交。请拨打 12366 或到窗口办理。"))
    return found
