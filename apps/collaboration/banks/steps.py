"""What every request to a bank has: brought forward, approved by whom the law names, called off (Art 29)."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from apps.collaboration.banks import deciding
from apps.kernel.casework.procedures import DRAFT, REQUESTER, SYSTEM, ClockSpec, State, Transition
from apps.kernel.casework.standard import ReasonForm, RefusalForm
from apps.kernel.parties.models import Role

ARTICLE = "第二十九条"
APPROVING, REFUSED, AT_BANK, CALLED_OFF, CONCLUDED = "approving", "refused", "at_bank", "called_off", "concluded"

HEADS = frozenset({Role.CHIEF, Role.OFFICER})  # of the tax authority, or of the department that decides
BANK = frozenset({Role.OFFICER})
OFFICER = frozenset({Role.CLERK})

# A request that asks, as its pages show it.
OPENING = (
    State(DRAFT, _("待提请"), _("尚未提请。"), tone="draft"),
    State(APPROVING, _("待批准"), _("等待有权机关负责人批准。")),
    State(REFUSED, _("未批准"), _("没有批准。"), final=True, tone="draft"),
    State(AT_BANK, _("待金融机构办理"), _("金融机构正在办理。")),
)
CALLED_OFF_STATE = State(CALLED_OFF, _("已撤销"), _("已经撤销，没有执行。"), final=True, tone="draft")
EXECUTE = ClockSpec("bank-execute", _("执行并回执"), starts=("approve",), stops=("answer", "call_off"))


def submit() -> Transition:
    """The office brings it forward."""
    return Transition(
        "submit",
        _("提请批准"),
        (DRAFT,),
        APPROVING,
        frozenset({REQUESTER}),
        ARTICLE,
        pgettext_lazy("已发生", "提请批准"),
        effect=deciding.to_decider,
    )


def approve() -> Transition:
    """The head the law names approves, and the bank has the paper."""
    return Transition(
        "approve",
        _("批准"),
        (APPROVING,),
        AT_BANK,
        HEADS,
        ARTICLE,
        _("批准并出具文书"),
        bar=deciding.entitled,
        effect=deciding.approved,
    )


def refuse() -> Transition:
    """The head refuses."""
    return Transition(
        "refuse",
        _("不予批准"),
        (APPROVING,),
        REFUSED,
        HEADS,
        ARTICLE,
        pgettext_lazy("已发生", "不予批准"),
        bar=deciding.entitled,
        effect=deciding.back_to_asker,
        form=RefusalForm,
        tone="warning",
    )


def call_off() -> Transition:
    """Nothing is left to do before the bank has acted."""
    return Transition(
        "call_off",
        _("撤销"),
        (APPROVING, AT_BANK),
        CALLED_OFF,
        frozenset({SYSTEM, Role.CHIEF}),
        ARTICLE,
        _("撤销了通知，不再执行"),
        effect=deciding.back_to_asker,
        form=ReasonForm,
        tone="warning",
    )
