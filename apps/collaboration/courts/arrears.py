"""Arrears are claimed from what an execution brings in, with their rank; the court remits (Art 30; 征管法 Art 45)."""

from decimal import Decimal
from typing import Any

from django.utils.translation import gettext_lazy as _

from apps.collaboration.courts import papers, ranking, remitting
from apps.collaboration.courts.forms import RemitForm
from apps.collaboration.courts.models import ArrearsClaim, ClaimLine
from apps.collaboration.courts.opening import pass_on
from apps.kernel.casework import procedures
from apps.kernel.casework.models import Case
from apps.kernel.casework.procedures import DRAFT, REQUESTER, SYSTEM, ClockSpec, Procedure, State, Transition
from apps.kernel.casework.standard import ReasonForm
from apps.kernel.documents import letters
from apps.kernel.ledger.models import ZERO, Charge
from apps.kernel.notifications import outbox
from apps.kernel.parties.actors import Actor
from apps.kernel.parties.models import Role
from apps.kernel.workcalendar import clock

ARTICLE = "第三十条"
CLAIMED, RECEIVED, CLOSED = "claimed", "received", "closed"
COURT = frozenset({Role.OFFICER})


def extract(lines: list[ClaimLine]) -> list[dict[str, Any]]:
    """The lines of a claim as its letter shows them (ledger extract)."""
    return [
        {
            "levy": line.charge.levy.name,
            "period": line.charge.period,
            "due": line.charge.due,
            "component": str(line.get_component_display()),
            "amount": line.amount,
            "rank": str(line.get_rank_display()),
            "source": line.source,
        }
        for line in lines
    ]


def _claimed(case: Case, actor: Actor, _data: dict[str, Any]) -> None:
    """The claim is frozen with its letter, the court has it, the party is told."""
    claim: ArrearsClaim = case.detail
    today = clock.today()
    lines = ClaimLine.objects.bulk_create(
        ranking.execution_lines(case, ranking.overdue(claim.party, today), today, claim.secured_on)
    )
    total = sum((line.amount for line in lines), ZERO)
    claim.letter = letters.issue(
        papers.CLAIM.code,
        claim.party,
        {
            "number": case.number,
            "court": str(claim.court),
            "court_case": claim.court_case,
            "rows": extract(lines),
            "sum": total,
            "counted_to": today,
            "secured_on": claim.secured_on or "",
        },
        actor=Actor(user=actor.user, office=claim.office, channel=actor.channel, name=actor.name),
        about=case.about,
    )
    claim.save(update_fields=["letter"])
    pass_on(case, claim.court)
    context = {
        "court": str(claim.court),
        "court_case": claim.court_case,
        "amount": total,
        "office": str(claim.office),
        "document": claim.letter.number,
    }
    outbox.send("arrears-claimed", claim.party, context, about=case.about)


def outstanding(case: Case) -> Decimal:
    """What is still to come of a claim."""
    return sum((line.amount for line in case.claim_lines.all()), ZERO) - case.detail.remitted


def charges_of(case: Case) -> list[Charge]:
    """The charges a claim is about."""
    return list(Charge.objects.filter(pk__in=case.claim_lines.values("charge")).order_by("due", "id"))


def _remittable(case: Case, _actor: Actor, data: dict[str, Any]) -> None:
    remitting.check(case, outstanding(case), data)


def _remitted(case: Case, actor: Actor, data: dict[str, Any]) -> None:
    remitting.book(case, charges_of(case), actor, data)


def _closed(case: Case, _actor: Actor, data: dict[str, Any]) -> None:
    claim: ArrearsClaim = case.detail
    claim.closed_reason = data["reason"][:300]
    claim.save(update_fields=["closed_reason"])
    pass_on(case, claim.office)


ARREARS = procedures.register(
    Procedure(
        code="arrears-claim",
        title=_("执行款受偿申报"),
        summary=_("被执行人有历史欠缴税费的，税务机关向人民法院申报从执行款中受偿，附账户明细和顺序。"),
        chapter="4",
        article=ARTICLE,
        audience=frozenset(),
        detail=ArrearsClaim,
        states=(
            State(DRAFT, _("待申报"), _("尚未申报。"), tone="draft"),
            State(CLAIMED, _("已申报"), _("已向人民法院申报，等待划付。")),
            State(RECEIVED, _("已受偿"), _("申报的款项已经全部划付。"), final=True, tone="done"),
            State(CLOSED, _("已办结"), _("执行款分配完毕，办结。"), final=True, tone="draft"),
        ),
        transitions=(
            Transition(
                "submit", _("申报"), (DRAFT,), CLAIMED, frozenset({REQUESTER}), ARTICLE, _("申报受偿"), effect=_claimed
            ),
            Transition(
                "remit",
                _("划付受偿款"),
                (CLAIMED,),
                None,
                COURT,
                ARTICLE,
                _("划付了受偿款"),
                guard=_remittable,
                effect=_remitted,
                form=RemitForm,
                then=lambda case: None if outstanding(case) else "finish",
            ),
            Transition("finish", _("办结"), (CLAIMED,), RECEIVED, frozenset({SYSTEM}), ARTICLE, _("全部受偿，办结")),
            Transition(
                "close",
                _("分配完毕"),
                (CLAIMED,),
                CLOSED,
                COURT,
                ARTICLE,
                _("告知执行款分配完毕"),
                form=ReasonForm,
                effect=_closed,
                tone="secondary",
            ),
        ),
        route=lambda case: case.detail.office,
        clocks=(ClockSpec("court-remit", _("答复并划付"), starts=("submit",), stops=("finish", "close")),),
        detail_template="collaboration/courts/_claim.html",
        subject=_("协助"),
    )
)
