"""Consultations and listing requests opened from codes: the same door for pages and the API of cases (Art 18)."""

from typing import Any

from django.core.exceptions import ValidationError
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _

from apps.datashare.access import asks, require, shares
from apps.datashare.adhoc import rules
from apps.datashare.adhoc.models import Consultation, ListingRequest
from apps.kernel.casework import cases, procedures
from apps.kernel.casework.models import Case
from apps.kernel.parties.actors import Actor
from apps.kernel.parties.models import Office

TERMS = ("subject", "fields", "manner", "purpose", "basis")
LISTING = ("subject", "fields", "purpose", "basis")


def consultation(actor: Actor, given: dict[str, Any], key: str) -> Case:
    """A draft from ``{counterpart, subject, fields, manner, purpose, basis, destroy_by}``; the unit by code.

    :raises ValidationError: naming each field.
    """
    require(shares(actor), "data.consult", actor)
    detail = {name: str(given.get(name, "")) for name in TERMS}
    detail |= {"office": actor.office, "counterpart": _unit(given, "counterpart"), "destroy_by": _day(given)}
    row = Consultation(**detail)
    row.full_clean(exclude=["case"])
    rules.check_consultation(row)
    return cases.open_case(procedures.get("data-consultation"), actor, detail, idempotency_key=key)


def listing(actor: Actor, given: dict[str, Any], key: str) -> Case:
    """A draft from ``{provider, subject, fields, purpose, basis}``; the unit by code.

    :raises ValidationError: naming each field.
    """
    require(asks(actor), "data.listing", actor)
    detail = {name: str(given.get(name, "")) for name in LISTING}
    detail |= {"office": actor.office, "provider": _unit(given, "provider")}
    row = ListingRequest(**detail)
    row.full_clean(exclude=["case"])
    rules.check_listing(row)
    return cases.open_case(procedures.get("data-listing"), actor, detail, idempotency_key=key)


def _unit(given: dict[str, Any], name: str) -> Office:
    found = Office.objects.filter(code=str(given.get(name, "")), active=True).first()
    if found is None:
        raise ValidationError({name: _("没有这个单位，请核对单位代码。")})
    return found


def _day(given: dict[str, Any]):
    try:
        day = parse_date(str(given.get("destroy_by", "")))
    except ValueError:
        day = None
    if day is None:
        raise ValidationError({"destroy_by": _("请填写日期，例如 2026-12-31。")})
    return day
