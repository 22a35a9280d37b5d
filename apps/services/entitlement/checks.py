"""Tasks that come from monitoring (违规享受核实, Article 13): one finding, one case at the office in charge.

An office gets no more than its clerks can carry; the rest waits, the largest amounts first.
"""

from dataclasses import replace
from typing import Any

from django.db.models import Count, F
from django.utils.translation import gettext_lazy as _

from apps.kernel.casework import cases, procedures, standard
from apps.kernel.casework.models import Case
from apps.kernel.casework.procedures import DRAFT, SYSTEM, Procedure, State, Transition
from apps.kernel.notifications import outbox
from apps.kernel.parties.actors import Actor
from apps.kernel.parties.models import Membership, Office, Role
from apps.kernel.rules import parameters
from apps.kernel.workcalendar import clock
from apps.services.entitlement import explaining, offices
from apps.services.entitlement.models import EntitlementCheck, Finding

CODE = "entitlement-check"
LIMIT = "entitlement-check.open-per-clerk"
OPEN, CONFIRMED, EXPLAINED, CORRECTED = "open", "confirmed", "explained", "corrected"
CHECKERS = frozenset({Role.CLERK, Role.RISK})
_LOOKED_AT = 5_000  # findings looked at in one go; more wait for the next


def assign() -> int:
    """Turn waiting findings into cases as far as the offices can carry them; how many."""
    room = _room()
    made = 0
    # Locked, so that two runs at once do not make two cases of one finding.
    waiting = (
        Finding.objects.filter(case__isnull=True)
        .select_related("party__office", "policy", "version__policy")
        .select_for_update(no_key=True, of=("self",), skip_locked=True)
        .order_by(F("amount").desc(nulls_last=True), "id")
    )
    for finding in waiting[:_LOOKED_AT]:
        office = offices.in_charge(finding.party)
        if office is not None and room.get(office.pk, 0) > 0:
            room[office.pk] -= 1
            _task(finding)
            made += 1
        if not any(room.values()):
            break
    return made


def _room() -> dict[int, int]:
    """How many more tasks each office can take."""
    per_clerk = int(parameters.row(LIMIT, clock.today()).number)
    clerks = dict(
        Membership.objects.in_force()
        .filter(role__in=CHECKERS, office__kind__in=Office.TAX_KINDS, office__active=True)
        .values_list("office")
        .annotate(Count("user", distinct=True))
    )
    open_ = dict(
        Case.objects.filter(procedure=CODE, closed_at__isnull=True).values_list("office").annotate(Count("pk"))
    )
    return {office: max(number * per_clerk - open_.get(office, 0), 0) for office, number in clerks.items()}


def _task(finding: Finding) -> None:
    system = Actor.system("monitoring")
    detail = {
        "party": finding.party,
        "policy": finding.policy,
        "year": finding.year,
        "amount": finding.amount,
        "trace": explaining.recorded(finding.version, finding.party).record,
    }
    case = cases.open_case(PROCEDURE, system, detail)
    finding.case = cases.perform(case, "submit", system)
    finding.save(update_fields=["case"])


def _tell_party(case: Case, _actor: Actor, data: dict[str, Any]) -> None:
    check: EntitlementCheck = case.detail
    context = {"policy": check.policy, "year": check.year, "reason": data["reason"], "office": str(case.office)}
    outbox.send("entitlement-check", check.party, context, about=case.about)


def _take(case: Case, actor: Actor, _data: dict[str, Any]) -> None:
    case.handler = actor.user


PROCEDURE = procedures.register(
    Procedure(
        code=CODE,
        title=_("优惠享受核实"),
        summary=_("已享受优惠、按现有数据却不符合条件的，由主管税务机关核实。"),
        chapter="2",
        article="第十三条",
        audience=frozenset(),
        detail=EntitlementCheck,
        states=(
            State(DRAFT, _("待派发"), _("尚未派发。"), tone="draft"),
            State(OPEN, _("待核实"), _("主管税务机关正在核实。")),
            State(CONFIRMED, _("属实，待更正"), _("请更正申报。"), tone="due"),
            State(EXPLAINED, _("理由成立"), _("核实后无需更正。"), final=True, tone="done"),
            State(CORRECTED, _("已更正"), _("已更正。"), final=True, tone="done"),
        ),
        transitions=(
            Transition(
                "submit", _("派发"), (DRAFT,), OPEN, frozenset({SYSTEM}), "第十三条", _("由双向监控派发"), public=False
            ),
            replace(standard.TAKE, sources=(OPEN, CONFIRMED), by=CHECKERS, effect=_take),
            replace(standard.TRANSFER, sources=(OPEN, CONFIRMED), by=CHECKERS),
            replace(standard.RECEIVE, sources=(OPEN, CONFIRMED)),
            replace(standard.DECLINE, sources=(OPEN, CONFIRMED)),
            Transition(
                "confirm",
                _("确认违规享受"),
                (OPEN,),
                CONFIRMED,
                CHECKERS,
                "第十三条",
                _("确认不符合条件，已告知纳税人更正"),
                form=standard.ReasonForm,
                effect=_tell_party,
                tone="warning",
            ),
            Transition(
                "explain",
                _("理由成立"),
                (OPEN, CONFIRMED),
                EXPLAINED,
                CHECKERS,
                "第十三条",
                _("核实后认为享受有理由"),
                form=standard.ReasonForm,
                tone="secondary",
            ),
            Transition(
                "correct",
                _("登记已更正"),
                (OPEN, CONFIRMED),
                CORRECTED,
                CHECKERS,
                "第十三条",
                _("登记了更正"),
                form=standard.ReasonForm,
                tone="secondary",
            ),
        ),
        route=lambda case: offices.in_charge(case.detail.party),
        subject=_("优惠享受"),
        detail_template="entitlement/_check.html",
    )
)
