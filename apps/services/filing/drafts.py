"""Prepare a return: open it prefilled, take newer data over, confirm, declare, dispute (Art 11, Art 19).

Nothing here files anything. Every use case locks the case first and refuses once it is submitted.
"""

from collections.abc import Callable
from decimal import Decimal
from functools import wraps

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from apps.kernel.audit import log
from apps.kernel.casework import cases, procedures, rights
from apps.kernel.casework.models import Case
from apps.kernel.facts import disputes, reading
from apps.kernel.parties.actors import Actor
from apps.kernel.parties.models import Party
from apps.kernel.workcalendar.periods import Period
from apps.services.filing import circumstances, dues, kinds, periods, titles
from apps.services.filing.kinds import Imported, ReturnKind
from apps.services.filing.kinds.base import Key
from apps.services.filing.models import FigureDispute, Return, ReturnFigure

# The profile's columns that say the same as a figure of the latest period.
FACTS = {
    ReturnFigure.Kind.SALES: "sales",
    ReturnFigure.Kind.INPUT_VAT: "input_vat",
    ReturnFigure.Kind.CARRY_IN: "ending_vat_credit",
    ReturnFigure.Kind.WAGE_BASE: "si_base",
}


@transaction.atomic
def begin(
    actor: Actor, kind_code: str, period_text: str, *, correct: bool = False, idempotency_key: str | None = None
) -> Case:
    """The return of a period, prefilled; the one already under way if there is one.

    ``correct`` opens a return that will replace the one in force; what that one declared otherwise than the data
    had it is where the correction starts from, still to be confirmed.

    :raises PermissionDenied: the actor may not file for this payer.
    :raises ValidationError: the period is not one to file for, or is filed already.
    """
    kind = periods.kind_of(kind_code)
    procedure = procedures.get(kind.procedure)
    rights.may_apply(procedure, actor)
    kind.authorise(actor)
    # One payer's returns are opened one after the other; the unique constraints are the second lock.
    found = Party.objects.select_for_update(of=("self",), no_key=True).select_related("organisation", "office")
    party = found.get(pk=actor.party.pk)
    if not kind.applies(party):
        raise ValidationError({"kind": _("您不需要办理这种申报，请从“要申报的所属期”中选择。")})
    period = periods.read(period_text, kind, party)
    if party.office is None:
        raise ValidationError(_("您还没有主管税务所，请先到任一办税服务厅办理信息报告。"))
    under_way = _one(party, kind, period, Return.Standing.UNDER_WAY)
    if under_way is not None:
        return under_way.case
    in_force = _one(party, kind, period, Return.Standing.IN_FORCE)
    if in_force is not None and not correct:
        raise ValidationError({"period": _("这一所属期已经申报，需要修改时请办理更正申报。")})
    if in_force is None and correct:
        raise ValidationError({"period": _("这一所属期还没有生效的申报，不需要更正。")})
    case = cases.open_case(
        procedure,
        actor,
        {
            "kind": kind.code,
            "party": party,
            "period": str(period),
            "ends_on": period.end,
            "replaces": in_force,
            "due_on": dues.of(kind, party, [period])[period].due,
            **kind.circumstances(party),
        },
        title=titles.record(period, kind, correct=correct),
        idempotency_key=idempotency_key,
    )
    figures = {row.key: row.figure for row in kind.prefill(party, period)}
    if in_force is not None:
        _declared_before(in_force, figures)
    for figure in figures.values():
        figure.tax_return_id = case.pk
    ReturnFigure.objects.bulk_create(figures.values())
    return case


def _declared_before(former: Return, figures: dict[Key, ReturnFigure]) -> None:
    """Carry a return's own figures into its correction; where it confirmed the data, newer data count."""
    for own in former.figures.select_related("detail"):
        if not own.difference or (own.detail is not None and own.key not in figures):
            continue  # a source that is gone from the register has no figure
        figure = figures.setdefault(own.key, ReturnFigure(kind=own.kind, rate=own.rate, detail=own.detail))
        if figure.imported != own.declared:
            figure.declared, figure.reason = own.declared, own.reason


def discard(case: Case, actor: Actor) -> None:
    """Give up a draft that was never submitted; the period can be begun anew."""
    cases.perform(case, "discard", actor)


def changes(tax_return: Return) -> list[Imported]:
    """What the data say by now and did not when the return was prefilled (数据已更新)."""
    kept = {figure.key: figure for figure in tax_return.figures.select_related("detail")}
    fresh = kinds.get(tax_return.kind).prefill(tax_return.party, tax_return.span)
    known = {row.key for row in fresh}
    gone = [
        Imported(figure.kind, figure.rate, None, detail=figure.detail)
        for key, figure in kept.items()
        if figure.imported is not None and key not in known
    ]
    return [row for row in fresh if row.key not in kept or kept[row.key].imported != row.amount] + gone


def _on_draft(use_case: Callable) -> Callable:
    """One transaction on a locked return that its payer may still change."""

    @wraps(use_case)
    @transaction.atomic
    def locked(case: Case, actor: Actor, *args, **kwargs):
        tax_return = cases.save_draft(case, actor, {})
        kinds.get(tax_return.kind).authorise(actor)
        return use_case(tax_return, actor, *args, **kwargs)

    return locked


@_on_draft
def refresh(tax_return: Return, actor: Actor, code: str = "") -> list[ReturnFigure]:
    """Take newer data over, of one figure where ``code`` names it, else of all, and the circumstances with them.

    A figure whose import changed must be confirmed again; an own figure stays as declared.
    """
    touched = []
    for row in changes(tax_return):
        if code and row.figure.code != code:
            continue
        if row.detail is not None and row.amount is None:  # the source is gone from the register, and so is its figure
            tax_return.figures.filter(detail=row.detail).delete()
            continue
        figure, _created = tax_return.figures.get_or_create(kind=row.kind, rate=row.rate, detail=row.detail)
        if not figure.difference:
            figure.declared = None  # it was the import that was confirmed, not a figure of the taxpayer's own
        figure.imported, figure.source, figure.as_of = row.amount, row.source, row.as_of
        figure.documents, figure.confirmed = row.documents, False
        figure.save()
        touched.append(figure)
    if touched:
        log.record(tax_return.case.about, "figures.refreshed", actor=actor, data={"figures": _codes(touched)})
    if not code and (taken := circumstances.take_over(tax_return)):
        log.record(tax_return.case.about, "circumstances.refreshed", actor=actor, data={"circumstances": taken})
    return touched


@_on_draft
def confirm(tax_return: Return, actor: Actor, codes: list[str] | None = None) -> list[ReturnFigure]:
    """Confirm imported figures as they are: all that are still open, or the ones named.

    A figure the data say nothing about is confirmed as zero.
    """
    if codes is None:
        chosen = [figure for figure in tax_return.figures.all() if not figure.confirmed]
    else:
        chosen = [figure_of(tax_return, code) for code in codes]
    for figure in chosen:
        figure.declared, figure.confirmed = figure.value, True
        _check(figure)
        figure.save(update_fields=["declared", "confirmed"])
    if chosen:
        log.record(tax_return.case.about, "figures.confirmed", actor=actor, data={"figures": _codes(chosen)})
    return chosen


@_on_draft
def declare(tax_return: Return, actor: Actor, code: str, amount: Decimal, reason: str = "") -> ReturnFigure:
    """Declare an own figure. Where it differs from the import the taxpayer says why.

    :raises ValidationError: naming ``declared`` or ``reason``.
    """
    figure = figure_of(tax_return, code)
    figure.declared, figure.reason, figure.confirmed = amount, reason.strip(), True
    _check(figure)
    figure.save()
    log.record(tax_return.case.about, "figure.declared", actor=actor, target=code)
    return figure


@_on_draft
def add_rate(tax_return: Return, actor: Actor, rate: Decimal, amount: Decimal, reason: str) -> ReturnFigure:
    """Declare sales at a rate the invoices do not show (未开票收入 and the like)."""
    at_rates = tax_return.figures.filter(kind=ReturnFigure.Kind.SALES)
    if not at_rates:
        raise ValidationError({"rate": _("这种申报没有按税率填写的销售额。")})
    if at_rates.filter(rate=rate).exists():
        raise ValidationError({"rate": _("这一税率已在申报表中，请直接修改它的金额。")})
    figure = ReturnFigure(
        tax_return=tax_return,
        kind=ReturnFigure.Kind.SALES,
        rate=rate,
        declared=amount,
        confirmed=True,
        reason=reason.strip(),
    )
    _check(figure)
    figure.save()
    log.record(tax_return.case.about, "figure.added", actor=actor, target=figure.code)
    return figure


@_on_draft
def dispute(tax_return: Return, actor: Actor, code: str, claimed: Decimal, reason: str) -> FigureDispute:
    """Say that imported data are wrong and declare the right figure; the data are looked into (Art 19).

    :raises ValidationError: naming ``claimed`` or ``reason``.
    """
    figure = figure_of(tax_return, code)
    if figure.imported is None:
        raise ValidationError({"claimed": _("这一项没有预填数据，请直接填写申报数。")})
    if claimed == figure.imported:
        raise ValidationError({"claimed": _("与预填数相同。数据无误时请直接确认。")})
    figure.declared, figure.reason, figure.confirmed = claimed, reason.strip(), True
    _check(figure, named="claimed")
    figure.save()
    opened = FigureDispute.objects.create(
        figure=figure, stated=figure.imported, claimed=claimed, reason=figure.reason, by=actor.user
    )
    log.record(tax_return.case.about, "figure.disputed", actor=actor, target=code)
    _dispute_the_fact(tax_return, figure, actor)
    return opened


def figure_of(tax_return: Return, code: str) -> ReturnFigure:
    """The figure with a code.

    :raises ValidationError: when the return has none.
    """
    for figure in tax_return.figures.select_related("detail"):
        if figure.code == code:
            return figure
    raise ValidationError({code: _("申报表中没有这一项。")})


def _dispute_the_fact(tax_return: Return, figure: ReturnFigure, actor: Actor) -> None:
    """Where the profile holds the very value, its source is asked to look into it as well."""
    field = FACTS.get(figure.kind)
    statement = reading.current(tax_return.party).get(field) if field else None
    same = (
        statement is not None
        and statement.as_of == figure.as_of
        and statement.value == str(int(figure.imported * 100))
        and field not in disputes.open_of(tax_return.party)
    )
    if same:
        disputes.open(
            tax_return.party, field, claimed=str(int(figure.declared * 100)), reason=figure.reason, actor=actor
        )


def _check(figure: ReturnFigure, named: str = "declared") -> None:
    """The figure's own limits, told under the name of the field it was typed in."""
    try:
        figure.full_clean(exclude=["tax_return", "detail"], validate_unique=False, validate_constraints=False)
    except ValidationError as error:
        raise ValidationError(
            {named if name == "declared" else name: messages for name, messages in error.message_dict.items()}
        ) from error
    if figure.difference and not figure.reason:
        raise ValidationError({"reason": _("与预填数不同，请说明原因，例如未开票收入、发票已红冲。")})


def _one(party: Party, kind: ReturnKind, period: Period, standing: str) -> Return | None:
    found = Return.objects.filter(party=party, kind=kind.code, period=str(period), standing=standing)
    return found.select_related("case").first()


def _codes(figures: list[ReturnFigure]) -> list[str]:
    return [figure.code for figure in figures]
