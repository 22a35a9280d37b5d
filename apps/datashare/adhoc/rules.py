"""What a consultation and a listing request must keep to (Art 18)."""

import datetime as dt

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from apps.datashare.adhoc.models import Consultation, ListingRequest
from apps.kernel.parties.models import Office
from apps.kernel.workcalendar import clock


def check_consultation(row: Consultation) -> None:
    """Two different units at work, and a destruction date ahead.

    :raises ValidationError: naming the field.
    """
    if row.office_id == row.counterpart_id:
        raise ValidationError({"counterpart": _("请选择本单位以外的单位。")})
    if not row.counterpart.active:
        raise ValidationError({"counterpart": _("该单位已停用，请选择其他单位。")})
    not_past(row.destroy_by)


def check_listing(row: ListingRequest) -> None:
    """The data is asked of another unit, one that holds data by its duties.

    :raises ValidationError: on ``provider``.
    """
    if row.provider_id == row.office_id or row.provider.is_tax or row.provider.kind == Office.Kind.DATA_CENTRE:
        raise ValidationError({"provider": _("请选择依职责持有这项数据的部门或者单位。")})
    if not row.provider.active:
        raise ValidationError({"provider": _("该单位已停用，请选择其他单位。")})


def not_past(day: dt.date) -> None:
    """A destruction date lies ahead.

    :raises ValidationError: on ``destroy_by``.
    """
    if day <= clock.today():
        raise ValidationError({"destroy_by": _("销毁期限应晚于今天。")})
