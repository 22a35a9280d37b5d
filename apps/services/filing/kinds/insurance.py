"""An employer's monthly declaration of social insurance contributions (社会保险费申报, 社会保险费征缴暂行条例 Art 10).

At the level of the whole: how many employees, their bases together, the injury rate of the trade.
"""

from decimal import Decimal
from typing import Any

from django.utils.translation import gettext_lazy

from apps.kernel.parties.models import Party
from apps.kernel.workcalendar.periods import Period
from apps.services.filing.kinds import base
from apps.services.filing.kinds.base import Imported, ReturnKind, value_of
from apps.services.filing.models import Return, ReturnFigure

Kind = ReturnFigure.Kind
CODE = "social"
FIGURES = (Kind.EMPLOYEES, Kind.WAGE_BASE, Kind.INJURY_RATE)


def _prefill(party: Party, period: Period) -> list[Imported]:
    """As last declared; before the first declaration what the profile knows."""
    previous = base.before(party, (CODE,), period.start)
    if previous is None:
        return [
            base.of_the_profile(party, Kind.EMPLOYEES, "si_headcount", period.end),
            base.of_the_profile(party, Kind.WAGE_BASE, "si_base", period.end, scale=100),
            Imported(Kind.INJURY_RATE, None, None),
        ]
    source = f"{previous.period} 申报"
    return [Imported(kind, None, value_of(previous, kind), source, previous.ends_on) for kind in FIGURES]


def _inputs(tax_return: Return) -> dict[str, Any]:
    return {
        "month": tax_return.period,
        "employees": value_of(tax_return, Kind.EMPLOYEES),
        "base_total": value_of(tax_return, Kind.WAGE_BASE),
        "injury_rate": value_of(tax_return, Kind.INJURY_RATE) / 100,
    }


def _facts(tax_return: Return) -> dict[str, Decimal]:
    return {"si_base": value_of(tax_return, Kind.WAGE_BASE)}


def _every(_party: Party) -> bool:
    return True


EMPLOYER = ReturnKind(
    code=CODE,
    procedure="social-insurance-return",
    title=gettext_lazy("单位社会保险费"),
    clause="《社会保险费征缴暂行条例》第十条",
    months=1,
    scope=("pension", "medical", "unemployment", "injury"),
    levies={levy: (levy,) for levy in ("pension", "medical", "unemployment", "injury")},
    calculator="social-insurance-employer",
    applies=_every,
    prefill=_prefill,
    inputs=_inputs,
    facts=_facts,
)
