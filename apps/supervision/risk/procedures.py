"""The three answers to a risk: reminder, assessment, audit (提醒提示、纳税评估、税务检查); Article 32.

A reminder asks and tells the figures; the payer explains, corrects or says that a figure is wrong. Assessment and
audit are proposed by the portal or by an officer and begin only when the chief of the office starts them. No step
of these tables charges, fines, lowers or blocks anything: what follows from a finding is decided in its own case.
"""

from dataclasses import replace

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from apps.kernel.casework import procedures, standard
from apps.kernel.casework.models import Case
from apps.kernel.casework.procedures import APPLICANT, DRAFT, SYSTEM, ClockSpec, Procedure, State, Transition
from apps.kernel.parties.models import Office, Role
from apps.supervision.risk import access, steps
from apps.supervision.risk.forms import ConcludeForm, CorrectForm, DisputeForm, ExplainForm
from apps.supervision.risk.models import RiskAssessment, RiskAudit, RiskReminder

ARTICLE = "第三十二条"
OPEN, ANSWERED, LAPSED, UNRESOLVED = "open", "answered", "lapsed", "unresolved"
PROPOSED, UNDERWAY, WAITING, DROPPED = "proposed", "underway", "waiting", "dropped"
CLEARED, CORRECTED, CONFIRMED = "cleared", "corrected", "confirmed"

PAYER = frozenset({APPLICANT})
PORTAL = frozenset({SYSTEM})
HANDLERS = frozenset({Role.RISK, Role.CLERK})
DECIDERS = frozenset({Role.CHIEF})

_draft = State(DRAFT, _("待派发"), _("尚未派发。"), tone="draft")
_cleared = State(CLEARED, _("已排除"), _("核实后排除了疑点，不需要您再做什么。"), final=True, tone="done")
_corrected = State(CORRECTED, _("已更正"), _("您已自行更正，这件事到此结束。"), final=True, tone="done")


def _office(case: Case) -> Office:
    return access.in_charge(case.applicant)


def _ask(action: str, label, source: tuple[str, ...], target: str, **more) -> Transition:
    return Transition(
        action,
        label,
        source,
        target,
        HANDLERS,
        ARTICLE,
        pgettext_lazy("已发生", "请纳税人进一步说明"),
        form=standard.ReasonForm,
        notice="risk-asked",
        tone="secondary",
        **more,
    )


def _take(*sources: str) -> Transition:
    return replace(standard.TAKE, sources=sources, by=HANDLERS, article=ARTICLE)


REMINDER = procedures.register(
    Procedure(
        code="risk-reminder",
        title=_("风险提醒"),
        summary=_("申报数据与其他数据有出入时，先提醒您自查：可以说明理由、更正申报，或者指出数据有误。"),
        chapter="5",
        article=ARTICLE,
        audience=frozenset(),
        detail=RiskReminder,
        states=(
            _draft,
            State(
                OPEN,
                _("待纳税人回复"),
                _("数据有出入，请您自查。这只是提醒，不是处罚，也不影响您办理其他事项。"),
                _("请在期限内说明理由、更正申报，或者指出哪项数据有误。"),
                waits_for_applicant=True,
                tone="due",
            ),
            State(ANSWERED, _("已回复，待核对"), _("您已回复，主管税务机关正在核对。")),
            State(
                LAPSED,
                _("期满未回复"),
                _("回复期限已过，主管税务机关将决定是否进一步了解情况。"),
                _("您仍然可以说明理由、更正申报，或者指出哪项数据有误。"),
                waits_for_applicant=True,
                tone="due",
            ),
            _cleared,
            _corrected,
            State(UNRESOLVED, _("疑点未消除"), _("疑点未消除，已提请进一步核实，另有通知。"), final=True, tone="due"),
        ),
        transitions=(
            Transition(
                "submit",
                _("发出提醒"),
                (DRAFT,),
                OPEN,
                PORTAL,
                ARTICLE,
                _("发出了风险提醒"),
                letter="risk-reminder",
                notice="risk-reminder",
            ),
            Transition(
                "explain",
                _("说明理由"),
                (OPEN, LAPSED),
                ANSWERED,
                PAYER,
                ARTICLE,
                _("说明了理由"),
                form=ExplainForm,
                effect=steps.explained,
            ),
            Transition(
                "correct",
                _("已更正申报"),
                (OPEN, LAPSED),
                ANSWERED,
                PAYER,
                ARTICLE,
                _("告知已更正申报"),
                form=CorrectForm,
                effect=steps.corrected,
            ),
            Transition(
                "dispute",
                _("指出数据有误"),
                (OPEN, LAPSED),
                ANSWERED,
                PAYER,
                ARTICLE,
                _("对数据提出了异议"),
                form=DisputeForm,
                effect=steps.disputed,
            ),
            Transition(
                "lapse",
                _("期满"),
                (OPEN,),
                LAPSED,
                PORTAL,
                ARTICLE,
                _("回复期限届满"),
            ),
            _take(OPEN, ANSWERED, LAPSED),
            _ask("ask_again", _("要求再说明"), (ANSWERED,), OPEN),
            Transition(
                "clear",
                _("排除疑点"),
                (ANSWERED, LAPSED),
                CLEARED,
                HANDLERS,
                ARTICLE,
                _("排除了疑点"),
                form=standard.ReasonForm,
                effect=steps.clear,
                notice="risk-decided",
            ),
            Transition(
                "accept_correction",
                _("确认已更正"),
                (ANSWERED,),
                CORRECTED,
                HANDLERS,
                ARTICLE,
                pgettext_lazy("已发生", "确认已更正"),
                form=ConcludeForm,
                effect=steps.accept_correction,
                notice="risk-decided",
            ),
            Transition(
                "escalate",
                _("提请进一步核实"),
                (ANSWERED, LAPSED),
                UNRESOLVED,
                HANDLERS,
                ARTICLE,
                _("疑点未消除，提请进一步核实"),
                form=standard.ReasonForm,
                after=steps.propose_next,
                tone="warning",
            ),
        ),
        route=_office,
        clocks=(
            ClockSpec(
                "risk-reminder",
                _("回复提醒"),
                starts=("submit", "ask_again"),
                stops=("explain", "correct", "dispute", "lapse"),
                whose="applicant",
                pausable=False,
            ),
        ),
        papers=(_("能够说明情况的材料，例如合同、凭证。"),),
        subject=_("风险管理"),
        detail_template="risk/_reminder.html",
    )
)


def _deepened(code: str, title, summary, detail, *, start, underway, conclude, then, clock) -> Procedure:
    """Assessment and audit follow one table: proposed, started by the chief, explained, concluded."""
    rows = [
        Transition("submit", _("提请"), (DRAFT,), PROPOSED, PORTAL, ARTICLE, _("提请了审批"), public=False),
        Transition(
            "start",
            start,
            (PROPOSED,),
            UNDERWAY,
            DECIDERS,
            ARTICLE,
            _("批准并开始"),
            form=standard.ReasonForm,
            bar=steps.chance_given,
            letter="risk-started",
            notice="risk-started",
        ),
        Transition(
            "drop",
            _("不予启动"),
            (PROPOSED,),
            DROPPED,
            DECIDERS,
            ARTICLE,
            _("决定不启动"),
            form=standard.ReasonForm,
            effect=steps.clear,
            tone="secondary",
        ),
        _take(UNDERWAY, WAITING),
        _ask("ask", _("请纳税人说明"), (UNDERWAY,), WAITING, pauses=True),
        Transition(
            "explain",
            _("说明理由"),
            (WAITING,),
            UNDERWAY,
            PAYER,
            ARTICLE,
            _("说明了理由"),
            form=ExplainForm,
            resumes=True,
        ),
        Transition(
            "clear",
            _("排除疑点"),
            (UNDERWAY,),
            CLEARED,
            HANDLERS,
            ARTICLE,
            _("排除了疑点"),
            form=standard.ReasonForm,
            effect=steps.clear,
            notice="risk-decided",
            letter="risk-concluded",
        ),
        Transition(
            "accept_correction",
            _("确认已更正"),
            (UNDERWAY,),
            CORRECTED,
            HANDLERS,
            ARTICLE,
            pgettext_lazy("已发生", "确认已更正"),
            form=ConcludeForm,
            effect=steps.accept_correction,
            notice="risk-decided",
            letter="risk-concluded",
        ),
        Transition(
            "confirm",
            conclude,
            (UNDERWAY,),
            CONFIRMED,
            HANDLERS,
            ARTICLE,
            _("认定疑点属实"),
            form=ConcludeForm,
            effect=steps.confirm,
            after=then,
            notice="risk-decided",
            letter="risk-concluded",
            tone="warning",
        ),
    ]
    return Procedure(
        code=code,
        title=title,
        summary=summary,
        chapter="5",
        article=ARTICLE,
        audience=frozenset(),
        detail=detail,
        states=(
            _draft,
            State(PROPOSED, _("待批准"), _("主管税务机关正在决定是否进一步了解情况。现在不需要您做什么。")),
            State(UNDERWAY, underway, _("主管税务机关正在核实，需要您说明时会通知您。")),
            State(
                WAITING,
                _("待纳税人说明"),
                _("等待您说明情况，期限已暂停。"),
                _("请说明情况，或者补充材料。"),
                waits_for_applicant=True,
                tone="due",
            ),
            State(DROPPED, _("未启动"), _("决定不启动，这件事到此结束。"), final=True, tone="done"),
            _cleared,
            _corrected,
            State(
                CONFIRMED,
                _("疑点属实"),
                _("认定疑点属实，后续处理另行依法决定并告知您。"),
                _("请更正申报；对后续决定有异议的，可依法申请行政复议。"),
                final=True,
                tone="due",
            ),
        ),
        transitions=tuple(rows),
        route=_office,
        clocks=(ClockSpec(clock, underway, starts=("start",), stops=("clear", "accept_correction", "confirm")),),
        papers=(_("能够说明情况的材料，例如合同、凭证。"),),
        subject=_("风险管理"),
        detail_template="risk/_deepened.html",
    )


ASSESSMENT = procedures.register(
    _deepened(
        "risk-assessment",
        _("纳税评估"),
        _("提醒之后疑点仍未消除的，由主管税务机关评估；开始前须经审批。"),
        RiskAssessment,
        start=_("开始纳税评估"),
        underway=_("评估中"),
        conclude=_("疑点属实，提请检查"),
        then=steps.propose_audit,
        clock="risk-assessment",
    )
)
AUDIT = procedures.register(
    _deepened(
        "risk-audit",
        _("税务检查"),
        _("疑点重大或者评估认定属实的，由税务机关检查；开始前须经审批。"),
        RiskAudit,
        start=_("开始税务检查"),
        underway=_("检查中"),
        conclude=_("认定属实"),
        then=None,
        clock="risk-audit",
    )
)
