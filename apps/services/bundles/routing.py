"""Which office receives a bundle and each of its parts."""

from collections.abc import Callable

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.kernel.casework.models import Case
from apps.kernel.parties.models import Office


class District(models.TextChoices):
    """The districts of the city, by administrative division code."""

    HUANGPU = "310101", gettext_lazy("黄浦区")
    XUHUI = "310104", gettext_lazy("徐汇区")
    CHANGNING = "310105", gettext_lazy("长宁区")
    JINGAN = "310106", gettext_lazy("静安区")
    PUTUO = "310107", gettext_lazy("普陀区")
    HONGKOU = "310109", gettext_lazy("虹口区")
    YANGPU = "310110", gettext_lazy("杨浦区")
    MINHANG = "310112", gettext_lazy("闵行区")
    BAOSHAN = "310113", gettext_lazy("宝山区")
    JIADING = "310114", gettext_lazy("嘉定区")
    PUDONG = "310115", gettext_lazy("浦东新区")
    JINSHAN = "310116", gettext_lazy("金山区")
    SONGJIANG = "310117", gettext_lazy("松江区")
    QINGPU = "310118", gettext_lazy("青浦区")
    FENGXIAN = "310120", gettext_lazy("奉贤区")
    CHONGMING = "310151", gettext_lazy("崇明区")


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
