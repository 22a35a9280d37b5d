"""Open a return from data, as accounting software does through the API: the pages' own use cases in one go."""

from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from apps.kernel.casework.models import Case
from apps.kernel.forms import MoneyField
from apps.kernel.parties.actors import Actor
from apps.services.filing import drafts
from apps.services.filing.models import ReturnFigure

FIELDS = frozenset({"period", "figures", "correct"})
KEYS = frozenset({"code", "declared", "reason"})


@transaction.atomic
def from_data(actor: Actor, given: dict[str, Any], idempotency_key: str) -> Case:
    """A prefilled return with the figures that are given declared; the others stay to be confirmed.

    ``given`` is ``{"period": "2026-09", "figures": [{"code": "sales-13", "declared": "1000000.00", "reason": ""}]}``;
    a figure without ``declared`` confirms the import. ``"correct": true`` corrects the return in force.

    :raises ValidationError: naming the field, or ``figures.<code>``.
    """
    # The key is on the case it opened, or on the submission of a draft that was there already.
    done = Q(opened_by=actor.user, idempotency_key=idempotency_key) | Q(
        steps__user=actor.user, steps__idempotency_key=idempotency_key
    )
    first = Case.objects.filter(done, procedure=drafts.PROCEDURE, applicant=actor.party).first()
    if first is not None:
        return first
    rows = _rows(given)
    case = drafts.begin(actor, given["period"], correct=given.get("correct") is True, idempotency_key=idempotency_key)
    for row in rows:
        _take(case, actor, row)
    return case


def _rows(given: dict[str, Any]) -> list[dict[str, Any]]:
    """The figures as they came, once their shape is right."""
    problems: dict[str, str] = {name: _("该事项没有这个字段。") for name in sorted(set(given) - FIELDS)}
    if not isinstance(given.get("period"), str):
        problems["period"] = _("请填写所属期，例如 2026-09。")
    rows = given.get("figures", [])
    well_formed = isinstance(rows, list) and all(
        isinstance(row, dict) and set(row) <= KEYS and isinstance(row.get("code"), str) for row in rows
    )
    if not well_formed:
        problems["figures"] = _("请填写列表，每项含 code，可含 declared 和 reason。")
    if problems:
        raise ValidationError(problems)
    return rows


def _take(case: Case, actor: Actor, row: dict[str, Any]) -> None:
    code, reason = row["code"], str(row.get("reason", ""))
    try:
        if row.get("declared") is None:
            drafts.confirm(case, actor, [code])
            return
        declared = MoneyField().clean(str(row["declared"]))
        figures = case.detail.figures.all()
        if code.startswith("sales-") and code not in {figure.code for figure in figures}:
            drafts.add_rate(case, actor, _rate(code), declared, reason)
        else:
            drafts.declare(case, actor, code, declared, reason)
    except ValidationError as error:
        raise ValidationError({f"figures.{code}": error.messages}) from error


def _rate(code: str) -> Decimal:
    """The rate a code like ``sales-1.5`` names."""
    try:
        rate = Decimal(code.removeprefix("sales-")) / 100
    except ArithmeticError as error:
        raise ValidationError(_("申报表中没有这一项。")) from error
    if ReturnFigure(kind=ReturnFigure.Kind.SALES, rate=rate).code != code:
        raise ValidationError(_("申报表中没有这一项。"))
    return rate
