"""Re-evaluation (信用复评, Art 34): a payer says a deduction or a result is wrong; the office answers in its clock."""

from dataclasses import replace
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.kernel.casework import cases, procedures, rights, standard
from apps.kernel.casework.models import Case
from apps.kernel.casework.procedures import ClockSpec, Procedure
from apps.kernel.parties.actors import Actor
from apps.kernel.parties.models import Party
from apps.supervision.credit import deductions
from apps.supervision.credit.models import CreditReevaluation, CreditYear, Deduction
from apps.supervision.credit.repair import ARTICLE, payers_office

CODE = "credit-reevaluation"


def _open(actor: Actor, given: dict[str, Any], key: str) -> Case:
    """A draft about one of the payer's own deductions, or one of its published results."""
    rights.may_apply(REEVALUATION, actor)
    grounds = str(given.get("grounds", "")).strip()
    if not grounds:
        raise ValidationError({"grounds": _("请写明哪里不对，有什么事实和材料。")})
    with transaction.atomic():
        row = _deduction(actor, str(given.get("deduction") or ""))
        year = row.year if row is not None else _year(actor, str(given.get("year", "")))
        first = Case.objects.filter(opened_by=actor.user, idempotency_key=key).first()
        if first is not None:
            return first
        under_way = CreditReevaluation.objects.filter(
            case__applicant=actor.party, year=year, deduction=row, case__closed_at__isnull=True
        )
        if under_way.filter(case__submitted_at__isnull=False).exists():
            raise ValidationError(_("这一项已有一件复评申请正在办理，请等待结果。"))
        detail = {"year": year, "deduction": row, "grounds": grounds[:2000]}
        return cases.open_case(REEVALUATION, actor, detail, idempotency_key=key)


def _deduction(actor: Actor, ref: str) -> Deduction | None:
    if not ref:
        return None
    found = Deduction.objects.visible_to(actor).counted().filter(ref=ref).first()
    if found is None:
        raise ValidationError({"deduction": _("没有这一项扣分。请从信用档案里选择。")})
    return Deduction.objects.select_for_update(no_key=True, of=("self",)).get(pk=found.pk)


def _year(actor: Actor, text: str) -> int:
    published = CreditYear.objects.visible_to(actor).filter(published_at__isnull=False)
    if not (text.isdecimal() and len(text) == 4 and published.filter(year=int(text)).exists()):
        raise ValidationError({"year": _("这一年度没有已发布的评价结果。")})
    return int(text)


def ask(actor: Actor, *, grounds: str, key: str, deduction: Deduction | None = None, year: int | None = None) -> Case:
    """Ask for a deduction, or a whole year, to be looked at again.

    :raises ValidationError: naming what is missing, or that one is under way.
    """
    given = {"deduction": deduction.ref if deduction else "", "year": str(year or ""), "grounds": grounds}
    return cases.open_submitted(REEVALUATION, actor, given, idempotency_key=key)


def uphold(case: Case, actor: Actor, data: dict[str, Any]) -> None:
    """Strike the deduction out, or compute the year anew; every result that holds follows."""
    detail: CreditReevaluation = case.detail
    if detail.deduction_id is not None:
        row = Deduction.objects.select_for_update(no_key=True, of=("self",)).get(pk=detail.deduction_id)
        deductions.strike(row, actor, about=case)
    else:
        deductions.refresh(case)


_row = {row.action: row for row in standard.TRANSITIONS}

REEVALUATION = procedures.register(
    Procedure(
        code=CODE,
        title=gettext_lazy("信用复评"),
        summary=gettext_lazy(
            "认为扣分或者年度评价结果不对的，由主管税务机关重新核实并答复；成立的，扣分撤销、级别随之调整。"
        ),
        chapter="5",
        article=ARTICLE,
        audience=frozenset({Party.Kind.ORGANISATION}),
        detail=CreditReevaluation,
        states=standard.STATES,
        transitions=(
            replace(_row["submit"], article=ARTICLE, past=gettext_lazy("申请了信用复评")),
            *(
                replace(_row[action], article=ARTICLE)
                for action in ("take", "accept", "ask_supplement", "supply", "transfer", "receive", "decline")
            ),
            replace(
                _row["approve"],
                label=gettext_lazy("复评成立"),
                article=ARTICLE,
                past=gettext_lazy("复评成立，扣分撤销或者结果重新计算"),
                effect=uphold,
                form=standard.ReasonForm,
            ),
            replace(_row["refuse"], label=gettext_lazy("维持原结果"), article=ARTICLE),
            replace(_row["withdraw"], article=ARTICLE),
        ),
        route=payers_office,
        clocks=(
            ClockSpec(
                "credit-reevaluate",
                gettext_lazy("复评并答复"),
                starts=("submit",),
                stops=("approve", "refuse", "withdraw"),
            ),
            standard.SUPPLEMENT_CLOCK,
        ),
        papers=(gettext_lazy("能够证明您主张的材料。"),),
        entry="credit:file",
        opener=_open,
        asks=("year", "deduction", "grounds"),
        detail_template="credit/_reevaluation.html",
        minutes=5,
        cost=gettext_lazy("不收费。"),
        subject=gettext_lazy("信用"),
        keywords=("信用复评", "复核", "扣分不对", "信用级别"),
    )
)
