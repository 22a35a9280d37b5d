"""The standard way an application is handled: accept, supplement, transfer, decide, withdraw, reopen.

Most procedures take this table as it is; one that differs replaces single rows. The clauses cited
are the Measures' own, and for supplement and decision the duty to say why (Art 6, Art 31).
"""

from collections.abc import Callable
from typing import TYPE_CHECKING

from django import forms
from django.core.exceptions import PermissionDenied, ValidationError
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from apps.kernel.casework.asking import FittedForm
from apps.kernel.casework.procedures import (
    APPLICANT,
    DISCARDED,
    DONE,
    DRAFT,
    RECEIVER,
    SUPERIOR,
    ClockSpec,
    State,
    Transition,
)
from apps.kernel.parties.actors import Actor
from apps.kernel.parties.models import Office, Role

if TYPE_CHECKING:
    from apps.kernel.casework.models import Case

Bar = Callable[["Case", Actor], None]

SUBMITTED, HANDLING, SUPPLEMENT = "submitted", "handling", "supplement"
APPROVED, REFUSED, WITHDRAWN = "approved", "refused", "withdrawn"

HANDLERS = frozenset({Role.CLERK, Role.OFFICER})
DECIDERS = frozenset({Role.CHIEF, Role.OFFICER})


class ReasonForm(FittedForm):
    """Asks why; the answer is shown to the applicant, or to the offices that deal with each other."""

    reason = forms.CharField(
        label=_("理由"),
        help_text=_("申请人会看到这段话。请写明事实和需要做什么。"),
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 4}),
    )

    def fit(self, case: "Case") -> None:
        """Where nobody has applied, who reads the reason is the offices at work on the case."""
        if case.applicant_id is None:
            self.fields["reason"].help_text = _("参与办理的单位会看到这段话。请写明事实和需要做什么。")


class RefusalForm(ReasonForm):
    """A refusal names the clause it rests on and the facts."""

    clause = forms.CharField(label=_("依据的条款"), help_text=_("例如：《税收征收管理法》第三十一条。"), max_length=200)
    field_order = ("clause", "reason")


class TransferForm(ReasonForm):
    """A transfer names the office that should receive the case."""

    office = forms.ModelChoiceField(
        Office.objects.filter(active=True), label=_("转送单位"), to_field_name="code", empty_label=_("请选择")
    )
    field_order = ("office", "reason")


def second_person(case, actor) -> None:
    """The one who decides is not the one who handled the case (审批与经办分离)."""
    if case.handler_id is not None and actor.user is not None and case.handler_id == actor.user.pk:
        raise PermissionDenied(_("经办人不能审批自己办理的事项，请由另一位同事审批。"))


def every(*bars: Bar | None) -> Bar:
    """One bar of several, asked in turn; None is none."""

    def bar(case: "Case", actor: Actor) -> None:
        for each in bars:
            if each is not None:
                each(case, actor)

    return bar


def not_in_hand(case, actor) -> None:
    """Who has a case in hand need not take it."""
    if actor.user is not None and case.handler_id == actor.user.pk:
        raise ValidationError(gettext("这件事项已经由您办理。"), code=DONE)


STATES = (
    State(DRAFT, _("草稿"), _("您还没有提交。"), _("请核对后提交；提交前税务机关看不到草稿。"), tone="draft"),
    State(SUBMITTED, _("待受理"), _("您的申请已送达，正在等待受理。")),
    State(HANDLING, _("办理中"), _("您的申请已受理，正在办理。")),
    State(
        SUPPLEMENT,
        _("待补正"),
        _("办理已暂停，等待您补充材料。"),
        _("请按通知补充材料后再次提交。"),
        waits_for_applicant=True,
        tone="due",
    ),
    State(APPROVED, _("已核准"), _("您的申请已获批准。"), final=True, tone="done"),
    State(REFUSED, _("未核准"), _("您的申请未获批准。"), _("如有异议，可依法申请行政复议。"), final=True, tone="due"),
    State(WITHDRAWN, _("已撤回"), _("您已撤回申请。"), final=True, tone="draft"),
)

SUBMIT = Transition(
    "submit", _("提交"), (DRAFT,), SUBMITTED, frozenset({APPLICANT}), "第六条", _("提交了申请"), notice="case-submitted"
)
TAKE = Transition(
    "take",
    _("由我办理"),
    (SUBMITTED, HANDLING),
    None,
    HANDLERS,
    "第五条",
    _("领取了事项"),
    bar=not_in_hand,
    public=False,
    tone="secondary",
    effect=lambda case, actor, data: setattr(case, "handler", actor.user),
)
ACCEPT = Transition(
    "accept",
    _("受理"),
    (SUBMITTED,),
    HANDLING,
    HANDLERS,
    "第五条",
    _("受理了申请"),
    letter="acceptance-notice",
    notice="case-accepted",
    effect=lambda case, actor, data: setattr(case, "handler", actor.user),
)
ASK_SUPPLEMENT = Transition(
    "ask_supplement",
    _("要求补正"),
    (SUBMITTED, HANDLING),
    SUPPLEMENT,
    HANDLERS,
    "第十一条",
    _("要求补充材料，办理时限暂停"),
    form=ReasonForm,
    letter="supplement-notice",
    notice="case-supplement",
    pauses=True,
    tone="secondary",
)
SUPPLY = Transition(
    "supply",
    _("提交补正材料"),
    (SUPPLEMENT,),
    HANDLING,
    frozenset({APPLICANT}),
    "第十一条",
    _("补充了材料，办理时限继续"),
    form=ReasonForm,
    resumes=True,
)
TRANSFER = Transition(
    "transfer",
    _("转送"),
    (SUBMITTED, HANDLING),
    None,
    HANDLERS,
    "第三十一条",
    _("提出转送"),
    form=TransferForm,
    notice="case-transferred",
    tone="secondary",
)
RECEIVE = Transition(
    "receive", _("接收"), (SUBMITTED, HANDLING), None, frozenset({RECEIVER}), "第三十一条", _("接收了转送的事项")
)
DECLINE = Transition(
    "decline",
    _("退回"),
    (SUBMITTED, HANDLING),
    None,
    frozenset({RECEIVER}),
    "第三十一条",
    _("退回了转送的事项"),
    form=ReasonForm,
    tone="secondary",
)
EXTEND = Transition(
    "extend",
    _("延长办理期限"),
    (HANDLING,),
    None,
    frozenset({Role.CHIEF}),
    "第六条",
    _("批准延长办理期限"),
    form=ReasonForm,
    tone="secondary",
)
APPROVE = Transition(
    "approve",
    _("核准"),
    (HANDLING,),
    APPROVED,
    DECIDERS,
    "第六条",
    _("核准了申请"),
    bar=second_person,
    letter="decision-approval",
    notice="case-decided",
)
REFUSE = Transition(
    "refuse",
    _("不予核准"),
    (SUBMITTED, HANDLING),
    REFUSED,
    DECIDERS,
    "第六条",
    _("作出不予核准的决定"),
    bar=second_person,
    form=RefusalForm,
    letter="decision-refusal",
    notice="case-decided",
    tone="warning",
)
WITHDRAW = Transition(
    "withdraw",
    _("撤回申请"),
    (SUBMITTED, HANDLING, SUPPLEMENT),
    WITHDRAWN,
    frozenset({APPLICANT}),
    "第六条",
    _("撤回了申请"),
    form=ReasonForm,
    tone="warning",
)
# For procedures that let a draft be given up: the state and the way into it.
GIVEN_UP = State(DISCARDED, _("已放弃"), _("您放弃了这份草稿，没有提交。"), final=True, tone="draft")
DISCARD = Transition(
    "discard",
    _("放弃草稿"),
    (DRAFT,),
    DISCARDED,
    frozenset({APPLICANT}),
    "第六条",
    _("放弃了草稿"),
    tone="warning",
)
REOPEN = Transition(
    "reopen",
    _("重新办理"),
    (APPROVED, REFUSED),
    HANDLING,
    frozenset({Role.CHIEF, SUPERIOR}),
    "第三十八条",
    _("决定重新办理"),
    form=ReasonForm,
    notice="case-accepted",
    tone="secondary",
)

TRANSITIONS = (
    SUBMIT,
    TAKE,
    ACCEPT,
    ASK_SUPPLEMENT,
    SUPPLY,
    TRANSFER,
    RECEIVE,
    DECLINE,
    EXTEND,
    APPROVE,
    REFUSE,
    WITHDRAW,
    REOPEN,
)

# What is asked for more has its own term, which the applicant must keep.
SUPPLEMENT_CLOCK = ClockSpec(
    "supplement",
    _("补正材料"),
    starts=("ask_supplement",),
    stops=("supply", "withdraw"),
    pausable=False,
    whose="applicant",
)
