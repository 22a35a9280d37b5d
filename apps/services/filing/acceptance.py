"""The published rules that accept a return at once; whatever they do not accept goes to a clerk (系统自动处理, Art 11).

Each rule is one function that answers passed or not, with the facts it saw. The answers are kept
with the return, so that an automatic decision can be read, explained and contested.
"""

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.kernel.rules import parameters
from apps.kernel.workcalendar import clock
from apps.services.filing.models import DecisionTrace, ReturnFigure, VatReturn

TOLERANCE = "vat-return.difference-tolerance"


@dataclass(frozen=True)
class Rule:
    """One published rule: what it asks and who answers."""

    code: str
    label: Any
    test: Callable[[VatReturn], tuple[bool, str]]
    source: Any


def decide(vat_return: VatReturn) -> list[DecisionTrace]:
    """Ask every rule and keep the answers."""
    at = clock.now()
    rows = []
    for rule in RULES:
        passed, facts = rule.test(vat_return)
        rows.append(
            DecisionTrace(
                vat_return=vat_return,
                at=at,
                rule=rule.code,
                label=str(rule.label),
                passed=passed,
                facts=facts,
                source=str(rule.source),
            )
        )
    return DecisionTrace.objects.bulk_create(rows)


def latest(vat_return: VatReturn) -> list[DecisionTrace]:
    """The answers of the last submission."""
    rows = list(vat_return.trace.all())
    return [row for row in rows if row.at == rows[-1].at] if rows else []


def _all_confirmed(vat_return: VatReturn) -> tuple[bool, str]:
    figures = list(vat_return.figures.all())
    confirmed = sum(figure.confirmed for figure in figures)
    return confirmed == len(figures), _("%(confirmed)s / %(all)s 项已由纳税人确认") % {
        "confirmed": confirmed,
        "all": len(figures),
    }


def _differences_small(vat_return: VatReturn) -> tuple[bool, str]:
    """Only differences that lower the tax count: declaring more than the data show needs no permission."""
    at_stake = sum((_lowers(figure) for figure in vat_return.figures.all()), Decimal("0.00"))
    limit = parameters.row(TOLERANCE, clock.today())
    return parameters.within(at_stake, limit), _("与预填数的差异使税额减少 %(amount)s 元，上限 %(limit)s 元") % {
        "amount": f"{at_stake:,.2f}",
        "limit": parameters.value(TOLERANCE, clock.today()),
    }


def _lowers(figure: ReturnFigure) -> Decimal:
    """By how much tax a declared figure is below what the imported one would give; never negative."""
    effect = figure.difference
    if figure.kind == ReturnFigure.Kind.SALES:
        effect = -effect * figure.rate
    return max(effect, Decimal("0.00"))


def _carry_in_known(vat_return: VatReturn) -> tuple[bool, str]:
    figure = vat_return.figures.filter(kind=ReturnFigure.Kind.CARRY_IN).first()
    if figure is None:
        return True, _("小规模纳税人没有留抵税额")
    known = figure.imported if figure.imported is not None else Decimal("0.00")
    return figure.value <= known, _("申报上期留抵 %(declared)s 元，记录为 %(known)s 元") % {
        "declared": f"{figure.value:,.2f}",
        "known": f"{known:,.2f}",
    }


def _not_lowered(vat_return: VatReturn) -> tuple[bool, str]:
    before = vat_return.replaces
    if before is None:
        return True, _("首次申报")
    lowered = vat_return.total < before.total or vat_return.carry_out > before.carry_out
    return not lowered, _("更正前应缴 %(before)s 元，更正后 %(after)s 元") % {
        "before": f"{before.total:,.2f}",
        "after": f"{vat_return.total:,.2f}",
    }


RULES = (
    Rule(
        "confirmed",
        gettext_lazy("每一项数据都由纳税人确认"),
        _all_confirmed,
        gettext_lazy("《办法》第十一条"),
    ),
    Rule(
        "differences",
        gettext_lazy("与预填数据一致，或差异已说明且不超过上限"),
        _differences_small,
        gettext_lazy("《办法》第十一条；差异上限为本市拟定"),
    ),
    Rule(
        "carry-in",
        gettext_lazy("上期留抵不超过上期申报"),
        _carry_in_known,
        gettext_lazy("《增值税法》第十四条、第二十一条"),
    ),
    Rule(
        "correction",
        gettext_lazy("更正没有减少应缴税费，也没有增加留抵"),
        _not_lowered,
        gettext_lazy("《税收征收管理法》第五十一条"),
    ),
)
