"""The published rules that accept a return at once; whatever they do not accept goes to a clerk (系统自动处理, Art 11).

A rule is a dated row of the law (``return.accept.…``): its title, clause, comparator and limit. What is
held against the limit is measured here, one function a rule. A rule that is not in force is not asked.
The answers are kept with the return, so that an automatic decision can be read, explained and contested.
"""

from collections.abc import Callable
from decimal import Decimal

from apps.kernel.rules import parameters
from apps.kernel.rules.calculators import InvalidInputs
from apps.kernel.rules.models import Parameter
from apps.kernel.workcalendar import clock
from apps.services.filing import computation
from apps.services.filing.models import DecisionTrace, Return, ReturnFigure

RULES = "return.accept."
NOTHING = computation.NOTHING
SIGNS = {"<": "＜", "<=": "≤", ">=": "≥", ">": "＞"}


def decide(tax_return: Return) -> list[DecisionTrace]:
    """Ask every rule in force and keep the answers."""
    at = clock.now()
    in_force = parameters.in_force(clock.today())
    rows = []
    for code, measure in MEASURES.items():
        if RULES + code not in in_force:
            continue
        rule, measured = in_force[RULES + code], measure(tax_return)
        rows.append(
            DecisionTrace(
                tax_return=tax_return,
                at=at,
                rule=code,
                label=rule.title,
                passed=parameters.within(measured, rule),
                facts=f"{_written(measured, rule)}（{SIGNS[rule.comparator]} {_written(rule.number, rule)}）",
                source=rule.source,
            )
        )
    return DecisionTrace.objects.bulk_create(rows)


def _written(amount: Decimal, rule: Parameter) -> str:
    """An amount as the facts of a rule state it, which any language reads."""
    return f"{amount:,.2f}" if rule.unit == "yuan" else f"{amount:,.0f}"


def latest(tax_return: Return) -> list[DecisionTrace]:
    """The answers of the last submission."""
    rows = list(tax_return.trace.all())
    return [row for row in rows if row.at == rows[-1].at] if rows else []


def _unconfirmed(tax_return: Return) -> Decimal:
    return Decimal(sum(not figure.confirmed for figure in tax_return.figures.all()))


def _lowered_by_differences(tax_return: Return) -> Decimal:
    """By how much differences lower what is due. Declaring more than the data show needs no permission.

    Each difference counts for itself: one that raises the tax does not make room for another.
    """
    tax_return = Return.objects.prefetch_related("figures__detail").get(pk=tax_return.pk)
    differing = [row for row in tax_return.figures.all() if row.difference]
    if not differing:
        return NOTHING
    balance = _balance(tax_return)
    return sum((max(_as_imported(tax_return, row) - balance, NOTHING) for row in differing), NOTHING)


def _as_imported(tax_return: Return, row: ReturnFigure) -> Decimal:
    """What would be due had one figure been declared as the data have it."""
    declared, row.declared = row.declared, row.imported or NOTHING
    try:
        return _balance(tax_return)
    except InvalidInputs:
        # The data's figure makes no sense beside the others. Nothing was known: nothing to compare.
        return Decimal("Infinity") if row.imported is not None else NOTHING
    finally:
        row.declared = declared


def _balance(tax_return: Return) -> Decimal:
    """What is due less what is carried out to later periods."""
    answer = computation.compute(tax_return)
    return answer["total"] - answer.get("carry_out", NOTHING)


def _carried_in_beyond_known(tax_return: Return) -> Decimal:
    figure = tax_return.figures.filter(kind=ReturnFigure.Kind.CARRY_IN).first()
    return max(figure.difference, NOTHING) if figure is not None else NOTHING


def _deductions_nobody_checked(tax_return: Return) -> Decimal:
    """Sources whose deductions the payer states and that no accepted return has carried."""
    details = [row.detail for row in tax_return.figures.select_related("detail") if row.detail]
    stated = [row for row in details if row.deductions]
    accepted = [Return.Standing.IN_FORCE, Return.Standing.REPLACED]
    checked = set(
        ReturnFigure.objects.filter(tax_return__party=tax_return.party, tax_return__standing__in=accepted)
        .exclude(detail=None)
        .values_list("detail__ref", "detail__deductions")
    )
    return Decimal(sum((row.ref, row.deductions) not in checked for row in stated))


def _lowered_by_correction(tax_return: Return) -> Decimal:
    before = tax_return.replaces
    if before is None:
        return NOTHING
    carried = tax_return.amounts.get("carry_out", NOTHING) - before.amounts.get("carry_out", NOTHING)
    return max(before.total - tax_return.total, NOTHING) + max(carried, NOTHING)


MEASURES: dict[str, Callable[[Return], Decimal]] = {
    "confirmed": _unconfirmed,
    "differences": _lowered_by_differences,
    "carry-in": _carried_in_beyond_known,
    "own-deductions": _deductions_nobody_checked,
    "correction": _lowered_by_correction,
}
