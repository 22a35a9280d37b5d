"""Open a return from data, as accounting software does through the API: the pages' own use cases in one go."""

from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.kernel.casework.models import Case
from apps.kernel.forms import MoneyField
from apps.kernel.lists import joined
from apps.kernel.parties.actors import Actor
from apps.services.filing import drafts, kinds, periods
from apps.services.filing.models import ReturnFigure

AS_PREFILLED = "as_prefilled"
KEYS = frozenset({"code", "declared", "reason"})


class ReturnForm(forms.Form):
    """What a return is given through the API; :func:`from_data` says how the figures are written."""

    period = forms.CharField(label=gettext_lazy("所属期"), max_length=10)
    figures = forms.JSONField(label=gettext_lazy("申报数据"), required=False)
    kind = forms.CharField(label=gettext_lazy("种类"), required=False)
    correct = forms.BooleanField(label=gettext_lazy("更正"), required=False)


@transaction.atomic
def from_data(procedure: str, actor: Actor, given: dict[str, Any], idempotency_key: str) -> Case:
    """A prefilled return with the figures that are given declared; the others stay to be confirmed.

    ``given`` is ``{"period": "2026-09", "figures": [{"code": "sales-13", "declared": "1000000.00", "reason": ""}]}``;
    a figure without ``declared`` confirms the import, ``"figures": "as_prefilled"`` confirms them all.
    ``"correct": true`` corrects the return in force. ``kind`` is needed only where the payer files more than
    one kind on the form.

    :raises ValidationError: naming the field, or ``figures.<code>``.
    """
    # The key is on the case it opened, or on the submission of a draft that was there already.
    done = Q(opened_by=actor.user, idempotency_key=idempotency_key) | Q(
        steps__user=actor.user, steps__idempotency_key=idempotency_key
    )
    first = Case.objects.filter(done, procedure=procedure, applicant=actor.party).first()
    if first is not None:
        return first
    _shape(given)
    kind = _kind(procedure, actor, given.get("kind"), given["period"])
    case = drafts.begin(
        actor, kind, given["period"], correct=given.get("correct") is True, idempotency_key=idempotency_key
    )
    take(case, actor, given.get("figures", []))
    return case


def take(case: Case, actor: Actor, figures: Any) -> None:
    """Confirm or declare the figures given.

    :raises ValidationError: naming ``figures`` or ``figures.<code>``.
    """
    if not _well_formed(figures):
        raise ValidationError({"figures": _malformed()})
    if figures == AS_PREFILLED:
        drafts.confirm(case, actor)
        return
    for row in figures:
        _take(case, actor, row)


def _kind(procedure: str, actor: Actor, named: Any, period: str) -> str:
    """The kind of return meant: the one that is named, or the one of the form that has periods written like this.

    :raises ValidationError: naming ``kind`` and those there are.
    """
    on_form = [kind for kind in kinds.KINDS.values() if kind.procedure == procedure]
    own = kinds.of_party(actor.party) if actor.party is not None else []
    fitting = [kind for kind in on_form if kind in own and named in (None, kind.code)]
    if len(fitting) > 1:
        fitting = [kind for kind in fitting if kind.months == periods.length(period)] or fitting[:1]
    if len(fitting) == 1:
        return fitting[0].code
    if own or actor.party is None:
        codes = joined(kind.code for kind in on_form)
        raise ValidationError({"kind": _("请填写您要办理的申报种类：%(codes)s。") % {"codes": codes}})
    return on_form[0].code  # not theirs to file at all: ``begin`` refuses as the pages do


def _shape(given: dict[str, Any]) -> None:
    """
    :raises ValidationError: naming each field of a wrong shape.
    """
    problems: dict[str, str] = {
        name: _("该事项没有这个字段。") for name in sorted(set(given) - set(ReturnForm.base_fields))
    }
    if not isinstance(given.get("period"), str):
        problems["period"] = _("请填写所属期，例如 2026-09。")
    if not _well_formed(given.get("figures", [])):
        problems["figures"] = _malformed()
    if problems:
        raise ValidationError(problems)


def _well_formed(figures: Any) -> bool:
    return figures == AS_PREFILLED or (
        isinstance(figures, list)
        and all(isinstance(row, dict) and set(row) <= KEYS and isinstance(row.get("code"), str) for row in figures)
    )


def _malformed() -> str:
    return _("请填写列表，每项含 code，可含 declared 和 reason；全部按预填数的填写 as_prefilled。")


def _take(case: Case, actor: Actor, row: dict[str, Any]) -> None:
    code, reason = row["code"], str(row.get("reason", ""))
    try:
        if row.get("declared") is None:
            drafts.confirm(case, actor, [code])
            return
        declared = MoneyField().clean(str(row["declared"]))
        figures = case.detail.figures.select_related("detail")
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
