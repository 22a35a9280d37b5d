"""The table an order to correct follows: order, answer, close, or escalate (Art 38)."""

from dataclasses import replace
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.utils.translation import gettext as _g
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from apps.kernel.casework import cases, procedures, rights, standard
from apps.kernel.casework.models import Case
from apps.kernel.casework.procedures import DRAFT, REQUESTER, SYSTEM, ClockSpec, Procedure, State, Transition
from apps.kernel.parties.actors import Actor
from apps.kernel.parties.models import Role
from apps.supervision.liability import access, forms, steps
from apps.supervision.liability.models import LiabilityOrder

CODE = "liability-order"
ARTICLE = "第三十八条"
ORDERED, ANSWERED, ESCALATED, CLOSED = "ordered", "answered", "escalated", "closed"
DECIDERS = frozenset({Role.CHIEF, Role.OFFICER})

_state = {state.code: state for state in standard.STATES}

STATES = (
    replace(_state[DRAFT], now=_("还没有下达。"), todo=""),
    State(ORDERED, _("待责任单位答复"), _("已责令改正，等待责任单位答复。"), tone="due"),
    State(ANSWERED, _("待确认"), _("责任单位已答复改正情况，等待确认。")),
    State(ESCALATED, _("已提级"), _("逾期没有答复，已由更上一级处理。"), tone="due"),
    State(CLOSED, _("已办结"), _("改正情况已确认。"), final=True, tone="done"),
)


def _row(*words, **more) -> Transition:
    *row, past = words
    return Transition(*row, ARTICLE, past, **more)


TRANSITIONS = (
    _row(
        "submit",
        _("责令改正"),
        (DRAFT,),
        ORDERED,
        frozenset({REQUESTER, SYSTEM}),
        pgettext_lazy("已发生", "责令改正"),
        effect=steps.ordered,
    ),
    _row(
        "answer",
        _("答复改正情况"),
        (ORDERED,),
        ANSWERED,
        access.STAFF,
        _("答复了改正情况"),
        form=forms.CorrectionForm,
        effect=steps.answered,
    ),
    _row(
        "close",
        _("确认改正"),
        (ANSWERED, ESCALATED),
        CLOSED,
        DECIDERS,
        _("确认了改正情况"),
        bar=steps.no_suggestion_waits,
        form=forms.OfficesReasonForm,
        effect=steps.closed,
    ),
    _row(
        "send_back",
        _("退回继续改正"),
        (ANSWERED,),
        ORDERED,
        DECIDERS,
        pgettext_lazy("已发生", "退回继续改正"),
        bar=steps.not_sent_back_before,
        form=forms.OfficesReasonForm,
        effect=steps.sent_back,
        tone="secondary",
    ),
    _row(
        "escalate",
        _("提级处理"),
        (ORDERED,),
        ESCALATED,
        frozenset({SYSTEM}),
        _("逾期没有答复，提级处理"),
        bar=steps.not_escalated_before,
        effect=steps.escalated,
    ),
    _row(
        "order_again",
        _("再次责令改正"),
        (ESCALATED,),
        ORDERED,
        DECIDERS,
        _("上级再次责令改正"),
        form=forms.OfficesReasonForm,
        effect=steps.ordered_again,
    ),
    _row(
        "suggest_discipline",
        _("提出处分建议"),
        (ANSWERED, ESCALATED),
        None,
        DECIDERS,
        _("提出了处分建议，等待复核"),
        bar=steps.none_suggested,
        form=forms.SuggestionForm,
        effect=steps.suggested,
        tone="warning",
    ),
    _row(
        "confirm_suggestion",
        _("复核处分建议"),
        (ANSWERED, ESCALATED),
        None,
        DECIDERS,
        _("复核同意，向有权机关提出处分建议"),
        bar=steps.another_person,
        effect=steps.suggestion_confirmed,
        tone="secondary",
    ),
    _row(
        "drop_suggestion",
        _("不采纳处分建议"),
        (ANSWERED, ESCALATED),
        None,
        DECIDERS,
        _("复核后没有采纳处分建议"),
        bar=steps.another_person,
        form=forms.OfficesReasonForm,
        effect=steps.suggestion_dropped,
        tone="secondary",
    ),
)

CLOCKS = (
    ClockSpec(
        "liability-answer",
        _("答复改正情况"),
        starts=("submit", "send_back", "order_again"),
        stops=("answer", "escalate"),
        pausable=False,
    ),
)


def _open(actor: Actor, given: dict[str, Any], key: str) -> Case:
    """An order; the portal's own rests on a clock, a person's on the facts of its page.

    :raises PermissionDenied: unless the actor may order.
    :raises ValidationError: naming the fields.
    """
    rights.may_apply(LIABILITY, actor)
    if actor.is_system:
        return cases.open_case(LIABILITY, actor, given, idempotency_key=key)
    if not access.may_order(actor):
        raise PermissionDenied(_g("责令改正由上级单位或者政府办公厅作出。"))
    form = forms.OrderForm(given, actor=actor)
    if not form.is_valid():
        raise ValidationError(form.errors.as_data())
    return cases.open_case(LIABILITY, actor, form.detail(), idempotency_key=key)


def order(actor: Actor, given: dict[str, Any], *, key: str) -> Case:
    """Order an office to correct; the same key gives the first order again.

    :raises PermissionDenied: unless the actor may order.
    :raises ValidationError: naming the fields.
    """
    return cases.open_submitted(LIABILITY, actor, given, idempotency_key=key)


LIABILITY = procedures.register(
    Procedure(
        code=CODE,
        title=_("责令改正"),
        summary=_("单位未按时履行职责的，由上级单位或者政府办公厅责令改正，五个工作日内答复；逾期不答复的提级处理。"),
        chapter="6",
        article=ARTICLE,
        audience=frozenset(),
        detail=LiabilityOrder,
        states=STATES,
        transitions=TRANSITIONS,
        route=lambda case: case.detail.office,
        requester=lambda case: case.detail.superior,
        clocks=CLOCKS,
        detail_template="liability/_order.html",
        opener=_open,
        asks=forms.OrderForm,
        minutes=10,
        subject=_("部门协作"),
        keywords=("责令", "改正", "逾期"),
    )
)
