"""The table a request for assistance follows, in both directions between tax offices and departments (Art 22)."""

from dataclasses import replace
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from apps.collaboration import evidence
from apps.collaboration.assistance import steps
from apps.collaboration.assistance.forms import RefuseForm, ReplyForm, RequestForm
from apps.collaboration.assistance.models import AssistanceRequest
from apps.kernel.casework import cases, procedures, rights, standard
from apps.kernel.casework.models import Case
from apps.kernel.casework.procedures import DRAFT, REQUESTER, ClockSpec, Procedure, State, Transition
from apps.kernel.casework.standard import HANDLING, SUBMITTED, WITHDRAWN, ReasonForm
from apps.kernel.parties.actors import Actor
from apps.kernel.parties.models import Role

CODE = "mutual-assistance"
ARTICLE = "第二十二条"
TURNED_DOWN, ESCALATED, REPLIED = "turned_down", "escalated", "replied"
DONE, SETTLED, UPHELD = "done", "settled", "upheld"
HANDLERS = frozenset({Role.CLERK, Role.CHIEF, Role.RISK, Role.OFFICER})
DECIDERS = frozenset({Role.CHIEF, Role.OFFICER})
ASKED_BY = frozenset({REQUESTER})

_row = {row.action: row for row in standard.TRANSITIONS}
_state = {state.code: state for state in standard.STATES}

STATES = (
    replace(_state[DRAFT], now=_("请求还没有发出。"), todo=""),
    State(SUBMITTED, _("待接受"), _("协助请求已送达对方，等待接受或者说明理由拒绝。")),
    State(HANDLING, _("协助中"), _("对方已接受请求，正在协助。")),
    State(REPLIED, _("待请求单位确认"), _("协助结果已送达，等待请求单位确认。"), tone="due"),
    State(TURNED_DOWN, _("被拒绝"), _("对方说明理由拒绝了请求，请求单位可以提请共同上级裁决。"), tone="due"),
    State(ESCALATED, _("上级裁决中"), _("共同上级正在裁决是否应当协助。")),
    State(DONE, _("已完成"), _("协助已完成，请求单位已确认。"), final=True, tone="done"),
    State(SETTLED, _("已拒绝，请求单位接受"), _("请求单位接受了拒绝的理由。"), final=True, tone="draft"),
    State(UPHELD, _("上级维持拒绝"), _("共同上级裁决：拒绝的理由成立。"), final=True, tone="draft"),
    State(WITHDRAWN, _("已撤回"), _("请求单位撤回了请求。"), final=True, tone="draft"),
)


TRANSITIONS = (
    replace(_row["submit"], by=ASKED_BY, article=ARTICLE, past=_("提出了协助请求"), notice="", effect=steps.asked),
    replace(_row["take"], by=HANDLERS, article=ARTICLE),
    Transition(
        "accept", _("接受请求"), (SUBMITTED,), HANDLING, HANDLERS, ARTICLE, _("接受了协助请求"), effect=steps.accepted
    ),
    Transition(
        "refuse",
        _("拒绝请求"),
        (SUBMITTED,),
        TURNED_DOWN,
        HANDLERS,
        ARTICLE,
        _("说明理由拒绝了协助请求"),
        form=RefuseForm,
        effect=steps.turned_down,
        tone="warning",
    ),
    replace(_row["transfer"], sources=(SUBMITTED,), by=HANDLERS, notice=""),
    replace(_row["receive"], sources=(SUBMITTED,), past=_("接收了转送的请求"), effect=steps.received),
    replace(_row["decline"], sources=(SUBMITTED,), past=_("退回了转送的请求")),
    Transition(
        "add_evidence",
        _("添加材料"),
        (SUBMITTED, HANDLING),
        None,
        HANDLERS | ASKED_BY,
        ARTICLE,
        _("添加了材料"),
        form=evidence.EvidenceForm,
        effect=evidence.required,
        tone="secondary",
    ),
    Transition(
        "reply",
        _("答复协助结果"),
        (HANDLING,),
        REPLIED,
        HANDLERS,
        ARTICLE,
        _("答复了协助结果"),
        form=ReplyForm,
        effect=steps.replied,
    ),
    Transition("confirm", _("确认收到结果"), (REPLIED,), DONE, HANDLERS, ARTICLE, _("确认了协助结果")),
    Transition(
        "ask_completion",
        _("要求补充一次"),
        (REPLIED,),
        HANDLING,
        HANDLERS,
        ARTICLE,
        _("要求补充协助结果"),
        bar=steps.not_completed_before,
        form=ReasonForm,
        effect=steps.sent_back,
        tone="secondary",
    ),
    Transition(
        "escalate",
        _("提请共同上级裁决"),
        (TURNED_DOWN,),
        ESCALATED,
        HANDLERS,
        ARTICLE,
        pgettext_lazy("已发生", "提请共同上级裁决"),
        form=ReasonForm,
        effect=steps.escalated,
    ),
    Transition(
        "settle",
        _("接受拒绝的理由"),
        (TURNED_DOWN,),
        SETTLED,
        HANDLERS,
        ARTICLE,
        _("接受了拒绝的理由"),
        tone="secondary",
    ),
    Transition(
        "order",
        _("责令协助"),
        (ESCALATED,),
        HANDLING,
        DECIDERS,
        ARTICLE,
        _("裁决应当协助"),
        form=ReasonForm,
        effect=steps.ordered,
    ),
    Transition(
        "uphold",
        _("维持拒绝"),
        (ESCALATED,),
        UPHELD,
        DECIDERS,
        ARTICLE,
        _("裁决拒绝的理由成立"),
        form=ReasonForm,
        effect=steps.upheld,
        tone="warning",
    ),
    replace(
        _row["withdraw"],
        label=_("撤回请求"),
        sources=(SUBMITTED, HANDLING),
        by=ASKED_BY,
        article=ARTICLE,
        past=_("撤回了协助请求"),
        effect=steps.withdrawn,
    ),
)

CLOCKS = (
    ClockSpec(
        "assistance-accept",
        _("接受或者说明理由拒绝"),
        starts=("submit", "receive"),
        stops=("accept", "refuse", "receive", "withdraw"),
        pausable=False,
    ),
    ClockSpec(
        "assistance-perform",
        _("提供协助并答复"),
        starts=("accept", "ask_completion", "order"),
        stops=("reply", "withdraw"),
        pausable=False,
    ),
    ClockSpec(
        "assistance-confirm",
        _("确认结果或者要求补充"),
        starts=("reply",),
        stops=("confirm", "ask_completion"),
        pausable=False,
    ),
    ClockSpec("assistance-decide", _("共同上级裁决"), starts=("escalate",), stops=("order", "uphold"), pausable=False),
)


def _open(actor: Actor, given: dict[str, Any], key: str) -> Case:
    """A request from given data, with the checks of its page.

    :raises ValidationError: naming the fields.
    """
    rights.may_apply(ASSISTANCE, actor)
    form = RequestForm(given, actor=actor)
    if not form.is_valid():
        raise ValidationError(form.errors.as_data())
    return cases.open_case(ASSISTANCE, actor, form.detail(), idempotency_key=key)


def ask(actor: Actor, given: dict[str, Any], *, key: str) -> Case:
    """Ask another office for assistance; the same key gives the first request again.

    :raises PermissionDenied: unless the actor works in an office that may ask.
    :raises ValidationError: naming the fields.
    """
    return cases.open_submitted(ASSISTANCE, actor, given, idempotency_key=key)


ASSISTANCE = procedures.register(
    Procedure(
        code=CODE,
        title=_("征管协作：协助请求"),
        summary=_(
            "税务机关请有关部门协助，或者有关部门请税务机关协助：写明依据和需要，对方在期限内接受、说明理由拒绝或者转送。"
        ),
        chapter="4",
        article=ARTICLE,
        audience=frozenset(),
        detail=AssistanceRequest,
        states=STATES,
        transitions=TRANSITIONS,
        route=lambda case: case.detail.assister,
        requester=lambda case: case.detail.requester,
        clocks=CLOCKS,
        detail_template="collaboration/assistance/_request.html",
        opener=_open,
        asks=RequestForm,
        minutes=10,
        subject=_("部门协作"),
        keywords=("协助", "协查", "协作"),
    )
)
