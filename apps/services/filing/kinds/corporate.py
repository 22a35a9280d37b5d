"""Quarterly prepayment of corporate income tax (企业所得税预缴申报, 企业所得税法 Art 54)."""

from decimal import Decimal
from typing import Any

from django.utils.translation import gettext_lazy

from apps.kernel.facts import reading
from apps.kernel.parties.models import Organisation, Party
from apps.kernel.workcalendar.periods import Period
from apps.services.filing.kinds import base
from apps.services.filing.kinds.base import NOTHING, Imported, ReturnKind, value_of
from apps.services.filing.models import Return, ReturnFigure

Kind = ReturnFigure.Kind
CODE = "cit"


def _prefill(party: Party, period: Period) -> list[Imported]:
    return [
        Imported(Kind.PROFIT, None, None),
        base.of_the_profile(party, Kind.HEADCOUNT, "headcount_qavg", period.end),
        base.of_the_profile(party, Kind.ASSETS, "assets_qavg", period.end, scale=100),
        _prepaid(party, period),
    ]


def _prepaid(party: Party, period: Period) -> Imported:
    """What the quarters before prepaid this year; unknown where one of them was not filed here."""
    earlier = Return.objects.filter(
        party=party, kind=CODE, standing=Return.Standing.IN_FORCE, period__startswith=f"{period.year}Q"
    ).filter(ends_on__lt=period.start)
    rows = list(earlier.order_by("ends_on").prefetch_related("named_amounts"))
    if len(rows) * period.months != period.month - 1:
        return Imported(Kind.PREPAID, None, None)
    paid = sum((row.amounts["due"] for row in rows), NOTHING)
    return Imported(Kind.PREPAID, None, paid, "本年以前各期申报", rows[-1].ends_on if rows else period.start)


def _inputs(tax_return: Return) -> dict[str, Any]:
    return {
        "period": tax_return.period,
        "profit": value_of(tax_return, Kind.PROFIT),
        "headcount": value_of(tax_return, Kind.HEADCOUNT),
        "assets": value_of(tax_return, Kind.ASSETS),
        "prepaid": value_of(tax_return, Kind.PREPAID),
        "high_tech": tax_return.high_tech,
        "restricted_industry": tax_return.restricted_industry,
    }


def _circumstances(party: Party) -> dict[str, Any]:
    known = reading.profile(party)
    return {
        **base.circumstances(party),
        "high_tech": bool(known["hnte_valid"]),
        "restricted_industry": bool(known["restricted_industry"]),
    }


def _facts(tax_return: Return) -> dict[str, Decimal]:
    return {"assets_qavg": value_of(tax_return, Kind.ASSETS)}


def _enterprise(party: Party) -> bool:
    # Individual businesses pay individual income tax instead (企业所得税法 Art 1).
    return party.organisation.form != Organisation.Form.INDIVIDUAL_BUSINESS


PREPAYMENT = ReturnKind(
    code=CODE,
    procedure="cit-prepayment",
    title=gettext_lazy("企业所得税预缴"),
    clause="《企业所得税法》第五十四条",
    months=3,
    scope=("cit",),
    levies={"cit": ("due",)},
    calculator="corporate-income-prepayment",
    applies=_enterprise,
    prefill=_prefill,
    inputs=_inputs,
    circumstances=_circumstances,
    rests_on=("hnte_valid", "restricted_industry"),
    facts=_facts,
)
