"""A payer says that a source is wrong (费源异议): its department answers within the clock; Articles 6 and 25.

Only the department can say what is owed by its document, so the case goes to it and not to the tax office.
What it finds in the payer's favour changes the source, and the account follows.
"""

from dataclasses import replace
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import QuerySet
from django.http import Http404
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.collaboration import claims
from apps.collaboration.fees import changing, history
from apps.collaboration.fees.models import FeeDispute, FeeSource, SourceEvent
from apps.kernel.casework import cases, procedures, rights, standard
from apps.kernel.casework.models import Case
from apps.kernel.casework.procedures import ClockSpec, Procedure
from apps.kernel.forms import MoneyField
from apps.kernel.ledger.models import ZERO
from apps.kernel.parties.actors import Actor
from apps.kernel.parties.models import Office, Party

CODE = "fee-dispute"
ARTICLE = "第二十五条"


class UpholdForm(standard.ReasonForm):
    """What the payer owes instead."""

    amount = MoneyField(
        label=gettext_lazy("更正后的金额（元）"),
        help_text=gettext_lazy("不应缴纳的，填 0，费源随之撤销。"),
        max_digits=13,
        decimal_places=2,
        min_value=ZERO,
    )
    field_order = ("amount", "reason")


def _department(case: Case) -> Office:
    return case.detail.source.office


def _follow(case: Case, actor: Actor, data: dict[str, Any]) -> None:
    """The source, and with it the account, follows what the department found."""
    source, reason = case.detail.source, f"{case.number} {data['reason']}"
    if data["amount"] == ZERO:
        changing.withdraw(source, reason=reason, actor=actor)
    else:
        changing.change(source, data["amount"], reason=reason, actor=actor)


def _open(actor: Actor, given: dict[str, Any], key: str) -> Case:
    """A draft about a source the payer was billed for; a foreign one is not found."""
    rights.may_apply(FEE_DISPUTE, actor)
    ref = str(given.get("source", ""))
    source = FeeSource.objects.visible_to(actor).filter(ref=ref, charge__isnull=False).first()
    if source is None:
        raise ValidationError({"source": _("没有这条费源。请从“非税收入”里选择。")})
    claimed = claims.amount(given.get("claimed"))
    reason = str(given.get("reason", "")).strip()
    if not reason:
        raise ValidationError({"reason": _("请写明理由，例如面积、合同、缓缴批复。")})
    with transaction.atomic():
        source = FeeSource.objects.select_for_update(no_key=True, of=("self",)).get(pk=source.pk)
        first = Case.objects.filter(opened_by=actor.user, idempotency_key=key).first()
        if first is not None:
            return first
        if source.state != FeeSource.State.BILLED:
            raise ValidationError(_("这条费源已经撤销，不需要再提出异议。"))
        if claimed > source.amount:
            raise ValidationError({"claimed": _("不能大于现在的应缴金额 %s 元。") % f"{source.amount:,.2f}"})
        if open_of(source).exists():
            raise ValidationError(_("这条费源已有一件异议正在核实，请等待答复。"))
        case = cases.open_case(
            FEE_DISPUTE, actor, {"source": source, "claimed": claimed, "reason": reason}, idempotency_key=key
        )
        history.write(SourceEvent.Kind.DISPUTED, source, actor, amount=claimed, note=case.number)
    return case


def dispute(source: FeeSource, *, claimed: Decimal, reason: str, actor: Actor, key: str) -> Case:
    """The payer's objection, sent to the department at once.

    :raises ValidationError: naming what is missing, or that one is open already.
    """
    given = {"source": source.ref, "claimed": claimed, "reason": reason}
    return cases.open_submitted(FEE_DISPUTE, actor, given, idempotency_key=key)


def open_of(source: FeeSource) -> QuerySet[FeeDispute]:
    """The objections to a source nobody has answered yet."""
    return FeeDispute.objects.filter(source=source, case__closed_at__isnull=True)


def of_source(source: FeeSource, actor: Actor) -> list[Case]:
    """The objections to a source the actor may see."""
    return list(
        Case.objects.visible_to(actor)
        .filter(pk__in=FeeDispute.objects.filter(source=source).values("case"))
        .order_by("-pk")
    )


def found_here(ref: str, actor: Actor) -> FeeSource:
    """A source of the payer acted for.

    :raises Http404: when it is somebody else's, or none.
    """
    found = FeeSource.objects.visible_to(actor).select_related("office", "levy", "charge", "delivery")
    source = found.defer("delivery__content", "delivery__problems").filter(ref=ref).first()
    if source is None:
        raise Http404
    return source


_row = {row.action: row for row in standard.TRANSITIONS}
_LEFT_OUT = (standard.SUPPLEMENT,)

FEE_DISPUTE = procedures.register(
    Procedure(
        code=CODE,
        title=gettext_lazy("政府非税收入费源异议"),
        summary=gettext_lazy("收到的非税收入缴费通知金额不对、不该由您缴的，由传递费源的部门核实、更正并答复。"),
        chapter="4",
        article=ARTICLE,
        audience=frozenset({Party.Kind.PERSON, Party.Kind.ORGANISATION}),
        detail=FeeDispute,
        states=tuple(state for state in standard.STATES if state.code not in _LEFT_OUT),
        transitions=(
            replace(_row["submit"], article=ARTICLE),
            replace(_row["take"], article=ARTICLE),
            replace(_row["accept"], article=ARTICLE, letter=""),
            replace(
                _row["approve"],
                label=gettext_lazy("异议成立，更正"),
                sources=(standard.SUBMITTED, standard.HANDLING),
                article=ARTICLE,
                past=gettext_lazy("核实后更正了费源"),
                bar=None,
                effect=_follow,
                form=UpholdForm,
                letter="",
            ),
            replace(
                _row["refuse"],
                label=gettext_lazy("异议不成立"),
                article=ARTICLE,
                past=gettext_lazy("核实后维持费源"),
                bar=None,
            ),
            replace(_row["withdraw"], sources=(standard.SUBMITTED, standard.HANDLING)),
        ),
        route=_department,
        clocks=(
            ClockSpec(
                "fee-dispute-answer",
                gettext_lazy("核实并答复"),
                starts=("submit",),
                stops=("approve", "refuse", "withdraw"),
            ),
        ),
        detail_template="collaboration/fees/_dispute.html",
        entry="fees:mine",
        opener=_open,
        asks=("source", "claimed", "reason"),
        minutes=5,
        subject=gettext_lazy("纳税人权利"),
        keywords=("非税", "费源", "异议"),
    )
)
