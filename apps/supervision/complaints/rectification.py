"""Rectification (整改): several complaints of one kind about one office become a task with a term (Art 31).

The superior's chief opens it from the analysis; the office reports what has changed; the superior confirms.
"""

import datetime as dt
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from apps.kernel.audit import log
from apps.kernel.casework import cases, procedures, standard, telling
from apps.kernel.casework.models import Case
from apps.kernel.casework.procedures import DRAFT, REQUESTER, SUPERIOR, ClockSpec, Procedure, State, Transition
from apps.kernel.casework.standard import HANDLING, ReasonForm
from apps.kernel.parties.actors import Actor
from apps.kernel.parties.models import Office, Role
from apps.supervision.complaints import analysis, steps
from apps.supervision.complaints.models import Rectification

ARTICLE = "第三十一条"
REPORTED, DONE = "reported", "done"
MIN_COMPLAINTS = 2  # one complaint is answered by itself; a cluster shows what they have in common

_state = {state.code: state for state in standard.STATES}


def _told(case: Case, actor: Actor, data: dict[str, Any]) -> None:
    """The office finds the task in its inbox."""
    telling.tell(case, case.office, _("下达了整改任务"), case.detail.finding)


def _reported(case: Case, actor: Actor, data: dict[str, Any]) -> None:
    """The superior finds in its inbox that there is something to confirm."""
    telling.tell(case, case.detail.about.parent, _("报告了整改结果"), data["reason"])


def _confirmed(case: Case, actor: Actor, data: dict[str, Any]) -> None:
    telling.tell(case, case.office, _("确认整改完成"), data["reason"])


def _sent_back(case: Case, actor: Actor, data: dict[str, Any]) -> None:
    telling.tell(case, case.office, pgettext_lazy("已发生", "退回继续整改"), data["reason"])


RECTIFICATION = procedures.register(
    Procedure(
        code="rectification",
        title=_("投诉整改"),
        summary=_("同一单位、同一类别的投诉集中出现时，由上级单位要求整改并确认结果。"),
        chapter="5",
        article=ARTICLE,
        audience=frozenset(),
        detail=Rectification,
        states=(
            _state[DRAFT],
            State(HANDLING, _("整改中"), _("正在整改。")),
            State(REPORTED, _("待确认"), _("已报告整改结果，等待上级确认。")),
            State(DONE, _("已完成"), _("整改已完成并确认。"), final=True, tone="done"),
        ),
        transitions=(
            Transition(
                "submit",
                _("下达"),
                (DRAFT,),
                HANDLING,
                frozenset({REQUESTER}),
                ARTICLE,
                _("下达了整改任务"),
                effect=_told,
            ),
            Transition(
                "report",
                _("报告整改结果"),
                (HANDLING,),
                REPORTED,
                frozenset({Role.CHIEF, Role.OFFICER}),
                ARTICLE,
                _("报告了整改结果"),
                form=ReasonForm,
                effect=_reported,
            ),
            Transition(
                "confirm",
                _("确认完成"),
                (REPORTED,),
                DONE,
                frozenset({SUPERIOR}),
                ARTICLE,
                _("确认整改完成"),
                bar=steps.reviewer,
                form=ReasonForm,
                effect=_confirmed,
            ),
            Transition(
                "send_back",
                _("退回继续整改"),
                (REPORTED,),
                HANDLING,
                frozenset({SUPERIOR}),
                ARTICLE,
                pgettext_lazy("已发生", "退回继续整改"),
                bar=steps.reviewer,
                form=ReasonForm,
                effect=_sent_back,
                tone="warning",
            ),
        ),
        route=lambda case: case.detail.about,
        requester=lambda case: case.detail.about.parent,
        clocks=(ClockSpec("bad-rating-rectify", _("整改并报告"), starts=("submit", "send_back"), stops=("report",)),),
        detail_template="complaints/_rectification.html",
        subject=_("投诉和救济"),
    )
)


def may_order(actor: Actor) -> bool:
    """Whether the actor decides in a tax authority."""
    return actor.front_door == "counter" and Role.CHIEF in actor.roles


@transaction.atomic
def order(actor: Actor, about: Office, kind: str, *, since: dt.date, until: dt.date, finding: str) -> Case:
    """Open the task for an office below one's own, from the complaints the actor may see.

    :raises PermissionDenied: the actor does not decide above that office.
    :raises ValidationError: on ``finding``, or when there is no cluster.
    """
    if not may_order(actor) or about.parent_id != actor.office.pk:
        log.denied("rectification.order", actor=actor, target=about.code, reason="not a chief of the superior")
        raise PermissionDenied(gettext("整改任务由上级单位的审批岗下达。"))
    number = analysis.of_cluster(actor, about, kind, since=since, until=until).count()
    if number < MIN_COMPLAINTS:
        raise ValidationError(gettext("这段时间该单位没有两件以上的同类投诉，不能下达整改任务。"))
    detail = {
        "about": about,
        "kind": kind,
        "since": since,
        "until": until,
        "complaints": number,
        "finding": finding,
    }
    key = f"rectify-{about.pk}-{kind}-{since}"
    first = Case.objects.filter(procedure=RECTIFICATION.code, idempotency_key=key).first()
    if first is not None:
        raise ValidationError(gettext("这批投诉已经下达过整改任务 %(number)s。") % {"number": first.number})
    case = cases.open_case(RECTIFICATION, actor, detail, idempotency_key=key)
    return cases.perform(case, "submit", actor)
