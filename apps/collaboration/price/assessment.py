"""Tax assessed on a determined price: proposed by one, decided by another, citing the conclusion (Art 27)."""

import datetime as dt
from dataclasses import replace
from decimal import Decimal
from functools import cache
from typing import Any

import yaml
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils.translation import gettext as _g
from django.utils.translation import gettext_lazy as _

from apps.collaboration.price.models import PriceAssessment, PriceConclusion
from apps.kernel.casework import cases, procedures, standard
from apps.kernel.casework.models import Case
from apps.kernel.casework.procedures import DRAFT, REQUESTER, ClockSpec, Procedure, State, Transition
from apps.kernel.casework.standard import SUBMITTED, ReasonForm
from apps.kernel.documents import letters
from apps.kernel.ledger import charges, periods
from apps.kernel.ledger.models import Charge, Levy
from apps.kernel.parties.actors import Actor
from apps.kernel.parties.models import Role
from apps.kernel.rules import parameters, terms
from apps.kernel.rules.loading import LAW
from apps.kernel.rules.money import fen
from apps.kernel.workcalendar import clock, deadlines
from apps.kernel.workcalendar.days import SHANGHAI

CODE = "price-assessment"
ARTICLE = "第二十七条"
ASSESSED, RETURNED = "assessed", "returned"
PROPOSERS = frozenset({Role.CLERK, Role.RISK})
Data = dict[str, Any]


@cache
def _rate_codes() -> tuple[tuple[str, str], ...]:
    rows = yaml.safe_load((LAW / "price_rates.yaml").read_text(encoding="utf-8"))
    return tuple((row["levy"], row["rate"]) for row in rows)


def rates(on: dt.date) -> list[tuple[str, Levy, Decimal]]:
    """The rates a price can be taxed at on a day: parameter, levy, rate; what is not in force is left out."""
    levies = Levy.objects.in_bulk([levy for levy, _rate in _rate_codes()])
    found = []
    for levy, code in _rate_codes():
        try:
            rate = parameters.row(code, on).number
        except parameters.UnknownLaw:
            continue
        if levy in levies and rate is not None:
            found.append((code, levies[levy], rate))
    return found


def tax_due(base: Decimal, declared: Decimal, rate: Decimal) -> Decimal:
    """What is owed beyond what was declared: (determined price - declared price) x rate, rounded to fen."""
    return fen((base - declared) * rate)


def may_propose(actor: Actor, conclusion: PriceConclusion) -> bool:
    """Whether the actor may use this conclusion: staff of the tax office that asked for it."""
    return (
        actor.front_door == "counter"
        and bool(actor.roles & PROPOSERS)
        and conclusion.determination.requester_id == actor.office.pk
        and conclusion.replaced_by_id is None
    )


def propose(
    conclusion: PriceConclusion,
    *,
    rate: str,
    period: str,
    declared: Decimal,
    corrects: str,
    actor: Actor,
    key: str,
) -> Case:
    """Propose the tax on a conclusion; ``rate`` is "levy parameter". The chief decides.

    :raises PermissionDenied: unless the actor's office asked for the conclusion, and it counts.
    :raises ValidationError: naming the field.
    """
    if not may_propose(actor, conclusion):
        raise PermissionDenied(_g("只有提出价格认定的税务机关可以使用现行有效的结论。"))
    with transaction.atomic():
        # The use of one conclusion is proposed by one at a time.
        PriceConclusion.objects.select_for_update(no_key=True, of=("self",)).get(pk=conclusion.pk)
        first = Case.objects.filter(opened_by=actor.user, idempotency_key=key).first()
        if first is not None:
            return first
        detail = _detail(conclusion, rate, period, declared, corrects)
        return cases.open_submitted(ASSESSMENT, actor, {**detail, "office": actor.office}, idempotency_key=key)


def _detail(conclusion: PriceConclusion, chosen: str, period: str, declared: Decimal, corrects: str) -> Data:
    _start, end = periods.span(period)
    levy, _space, code = chosen.partition(" ")
    rate = next((each for each in rates(end) if each[0] == code and each[1].pk == levy), None)
    if rate is None:
        raise ValidationError({"rate": _g("这个税率在该所属期没有施行，请核对。")})
    if declared >= conclusion.total:
        raise ValidationError({"declared": _g("已申报的价格不低于认定价格，不需要补征。")})
    used = PriceAssessment.objects.filter(conclusion=conclusion, levy=rate[1], period=period)
    if used.exclude(case__state=RETURNED).exists():
        raise ValidationError({"period": _g("这个结论已用于该税费种和所属期。")})
    return {
        "conclusion": conclusion,
        "levy": rate[1],
        "period": period,
        "rate_code": code,
        "rate": rate[2],
        "declared": declared,
        "base": conclusion.total,
        "amount": tax_due(conclusion.total, declared, rate[2]),
        "corrects": _charge(corrects.strip(), conclusion, rate[1], period) if corrects.strip() else None,
    }


def _charge(ref: str, conclusion: PriceConclusion, levy: Levy, period: str) -> Charge:
    found = Charge.objects.filter(ref=ref, party=conclusion.determination.party, levy=levy, period=period).first()
    if found is None:
        raise ValidationError({"corrects": _g("该纳税人没有这个编号、税费种和所属期的应征税费。")})
    return found


def _submitted(case: Case, actor: Actor, data: Data) -> None:
    case.handler = actor.user


def _decided(case: Case, actor: Actor, data: Data) -> None:
    """The account follows: a charge of its own, or one corrected; the payer is told in writing.

    :raises ValidationError: when a review has replaced the conclusion meanwhile.
    """
    detail: PriceAssessment = case.detail
    conclusion = detail.conclusion
    if conclusion.replaced_by_id is not None:
        raise ValidationError(_g("结论已被复核变更，请退回后按新的结论重新拟定。"))
    party = conclusion.determination.party
    term = terms.term("assessed-pay", clock.today())
    due = deadlines.due(clock.now(), term.term, term.unit).due.astimezone(SHANGHAI).date()
    if detail.corrects is not None:
        reason = f"{case.number} {conclusion.document.number}"
        now = Charge.objects.select_for_update(no_key=True, of=("self",)).get(pk=detail.corrects_id)
        detail.charge = charges.adjust(now, now.amount + detail.amount, reason=reason, actor=actor)
        due = detail.charge.due
    else:
        detail.charge = charges.assess(
            party=party,
            levy=detail.levy_id,
            period=detail.period,
            amount=detail.amount,
            due=due,
            about=case.about,
            actor=actor,
        )
    detail.save(update_fields=["charge"])
    case.applicant = party
    letters.issue(
        "price-assessment",
        party,
        {
            "number": case.number,
            "title": case.title,
            "conclusion": conclusion.document.number,
            "levy": str(detail.levy),
            "period": detail.period,
            "base": str(detail.base),
            "declared": str(detail.declared),
            "rate": f"{(detail.rate * 100).normalize():f}%",
            "clause": parameters.row(detail.rate_code, periods.span(detail.period)[1]).source,
            "amount": str(detail.amount),
            "due_on": due.isoformat(),
            "reason": data["reason"],
        },
        actor=actor,
        about=case.about,
    )


_row = {row.action: row for row in standard.TRANSITIONS}
_state = {state.code: state for state in standard.STATES}
_CHIEFS = frozenset({Role.CHIEF})

ASSESSMENT = procedures.register(
    Procedure(
        code=CODE,
        title=_("按认定价格核定税费"),
        summary=_("税务机关用价格认定结论核定税费：一人拟定，另一人审批，文书写明结论文号。"),
        chapter="4",
        article=ARTICLE,
        audience=frozenset(),
        detail=PriceAssessment,
        states=(
            replace(_state[DRAFT], now=_("还没有拟定。"), todo=""),
            State(SUBMITTED, _("待审批"), _("税务机关正在审批。")),
            State(
                ASSESSED,
                _("已核定"),
                _("税务机关已按认定价格核定税费，见“文书和证明”和“我的账户”。"),
                _("如有异议，先缴纳或者提供担保，再依法申请行政复议。"),
                final=True,
                tone="done",
            ),
            State(RETURNED, _("已退回"), _("拟定的意见没有批准。"), final=True, tone="draft"),
        ),
        transitions=(
            replace(
                _row["submit"],
                by=frozenset({REQUESTER}),
                article=ARTICLE,
                past=_("拟定了核定意见"),
                notice="",
                effect=_submitted,
                public=False,
            ),
            Transition(
                "assess",
                _("批准核定"),
                (SUBMITTED,),
                ASSESSED,
                _CHIEFS,
                ARTICLE,
                _("按认定价格核定了税费"),
                bar=standard.second_person,
                form=ReasonForm,
                effect=_decided,
                notice="case-decided",
            ),
            Transition(
                "return",
                _("退回"),
                (SUBMITTED,),
                RETURNED,
                _CHIEFS,
                ARTICLE,
                _("退回了核定意见"),
                form=ReasonForm,
                public=False,
                tone="secondary",
            ),
        ),
        route=lambda case: case.detail.office,
        requester=lambda case: case.detail.office,
        clocks=(ClockSpec("price-assess", _("审批"), starts=("submit",), stops=("assess", "return")),),
        detail_template="collaboration/price/_assessment.html",
        subject=_("部门协作"),
    )
)
