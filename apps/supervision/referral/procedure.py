"""The table a criminal referral follows, from the report of two officers to its end (Art 35).

No row is public: the payer is no party of the case and hears of it only from the criminal procedure itself.
"""

from dataclasses import replace
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.utils.translation import gettext as _g
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from apps.kernel.casework import cases, evidence, procedures, rights, standard
from apps.kernel.casework.models import Case
from apps.kernel.casework.procedures import DRAFT, REQUESTER, ClockSpec, Procedure, State, Transition
from apps.kernel.casework.standard import SUBMITTED, SUPPLEMENT
from apps.kernel.parties.actors import Actor
from apps.kernel.parties.models import Role
from apps.supervision.referral import access, forms, steps
from apps.supervision.referral.models import CriminalReferral

CODE = "criminal-referral"
ARTICLE = "第三十五条"
NOT_APPROVED, APPROVED, SENT, EXAMINING = "not_approved", "approved", "sent", "examining"
FILED, INVESTIGATING, REFUSED, RECONSIDERING = "filed", "investigating", "refused", "reconsidering"
REFUSAL_UPHELD, SUPERVISED, ORDERED = "refusal_upheld", "supervised", "filing_ordered"
ADMINISTRATIVE, CONCLUDED = "administrative", "concluded"
TAX, HEAD, OTHERS = access.REFERRERS, frozenset({Role.CHIEF}), frozenset({Role.OFFICER})

_state = {state.code: state for state in standard.STATES}

STATES = (
    replace(_state[DRAFT], now=_("报告还没有提交。"), todo=""),
    State(SUBMITTED, _("待负责人决定"), _("两名执法人员已提出移送报告，等待负责人决定。")),
    State(NOT_APPROVED, _("不批准移送"), _("负责人不批准移送，理由已记录在案。"), final=True, tone="draft"),
    State(APPROVED, _("待移送"), _("负责人已批准，应当在二十四小时内移送公安机关。"), tone="due"),
    State(SENT, _("待公安机关签收"), _("案件已移送，等待公安机关签收回执。")),
    State(EXAMINING, _("公安机关审查中"), _("公安机关正在审查是否立案。")),
    State(SUPPLEMENT, _("待税务机关补充"), _("审查时限已暂停，等待税务机关补充材料。"), tone="due"),
    State(FILED, _("已立案，待移交物品"), _("公安机关已立案，应当在三日内移交涉案物品和材料。"), tone="due"),
    State(INVESTIGATING, _("侦查中"), _("公安机关正在侦查。")),
    State(REFUSED, _("不予立案"), _("公安机关不予立案，可以在三日内提请复议或者建议立案监督。"), tone="due"),
    State(RECONSIDERING, _("复议中"), _("公安机关正在复议不予立案的决定。")),
    State(REFUSAL_UPHELD, _("复议维持不立案"), _("公安机关复议后仍不立案，可以在三日内建议立案监督。"), tone="due"),
    State(SUPERVISED, _("立案监督中"), _("人民检察院正在进行立案监督。")),
    State(ORDERED, _("检察院通知立案"), _("人民检察院已通知公安机关立案。"), tone="due"),
    State(ADMINISTRATIVE, _("办理行政事项"), _("刑事程序的环节已经结束，税务机关正在办理行政事项。")),
    State(CONCLUDED, _("已办结"), _("案件已办结。"), final=True, tone="done"),
)


def _row(*words, **more) -> Transition:
    *row, past = words
    return Transition(*row, ARTICLE, past, public=False, **more)


TRANSITIONS = (
    _row("submit", _("提出移送报告"), (DRAFT,), SUBMITTED, frozenset({REQUESTER}), _("两名执法人员提出了移送报告")),
    _row(
        "approve",
        _("批准移送"),
        (SUBMITTED,),
        APPROVED,
        HEAD,
        _("负责人批准移送"),
        bar=steps.neither_of_the_two,
    ),
    _row(
        "refuse",
        _("不批准移送"),
        (SUBMITTED,),
        NOT_APPROVED,
        HEAD,
        _("负责人不批准移送"),
        bar=steps.neither_of_the_two,
        form=forms.NotApprovedForm,
        tone="warning",
    ),
    _row(
        "send",
        _("移送公安机关"),
        (APPROVED,),
        SENT,
        TAX,
        _("把案件移送公安机关"),
        form=forms.SendForm,
        effect=steps.sent,
    ),
    _row(
        "sign_receipt",
        _("签收回执"),
        (SENT,),
        EXAMINING,
        OTHERS,
        _("公安机关在回执上签字"),
        form=forms.ReceiptForm,
        effect=steps.signed,
    ),
    _row(
        "claim",
        _("确认由本机关管辖"),
        (EXAMINING,),
        None,
        OTHERS,
        _("公安机关确认由本机关管辖"),
        bar=steps.not_claimed_before,
        effect=steps.claimed,
    ),
    _row(
        "pass_on",
        _("转送有管辖权的公安机关"),
        (SENT, EXAMINING),
        SENT,
        OTHERS,
        _("公安机关转送了有管辖权的公安机关，审查时限重新计算"),
        form=forms.PassOnForm,
        effect=steps.passed_on,
        tone="secondary",
    ),
    _row(
        "file_case",
        _("决定立案"),
        (EXAMINING, RECONSIDERING, ORDERED),
        FILED,
        OTHERS,
        _("公安机关决定立案"),
        form=forms.FileForm,
        effect=steps.filed,
    ),
    _row(
        "decline_case",
        _("不予立案"),
        (EXAMINING,),
        REFUSED,
        OTHERS,
        _("公安机关决定不予立案"),
        form=forms.NotApprovedForm,
        effect=steps.refused,
        tone="warning",
    ),
    _row(
        "ask_supplement",
        _("退回补充材料"),
        (EXAMINING,),
        SUPPLEMENT,
        OTHERS,
        _("公安机关要求补充材料，审查时限暂停"),
        form=forms.ReasonedForm,
        effect=steps.returned,
        pauses=True,
        tone="secondary",
    ),
    _row(
        "supply",
        _("补充材料"),
        (SUPPLEMENT,),
        EXAMINING,
        TAX,
        _("税务机关补充了材料，审查时限继续"),
        form=forms.HandOverForm,
        effect=steps.supplied,
        resumes=True,
    ),
    _row(
        "hand_over_evidence",
        _("移交涉案物品和材料"),
        (FILED,),
        INVESTIGATING,
        TAX,
        _("移交了涉案物品和材料，办结交接手续"),
        form=forms.HandOverForm,
        effect=steps.handed_over,
    ),
    _row(
        "ask_reconsideration",
        _("提请公安机关复议"),
        (REFUSED,),
        RECONSIDERING,
        TAX,
        pgettext_lazy("已发生", "提请公安机关复议"),
        form=forms.ReasonedForm,
        effect=steps.objected,
    ),
    _row(
        "uphold_refusal",
        _("维持不予立案"),
        (RECONSIDERING,),
        REFUSAL_UPHELD,
        OTHERS,
        _("公安机关复议后维持不予立案"),
        form=forms.ReasonedForm,
        effect=steps.refused,
        tone="warning",
    ),
    _row(
        "ask_supervision",
        _("建议检察院立案监督"),
        (REFUSED, REFUSAL_UPHELD),
        SUPERVISED,
        TAX,
        _("建议人民检察院立案监督"),
        form=forms.SupervisionForm,
        effect=steps.supervision_asked,
        tone="secondary",
    ),
    _row(
        "order_filing",
        _("通知公安机关立案"),
        (SUPERVISED,),
        ORDERED,
        OTHERS,
        _("人民检察院通知公安机关立案"),
        form=forms.ReasonedForm,
        effect=steps.filing_ordered,
    ),
    _row(
        "uphold",
        _("不予立案的理由成立"),
        (SUPERVISED,),
        ADMINISTRATIVE,
        OTHERS,
        _("人民检察院认为不予立案的理由成立"),
        form=forms.ReasonedForm,
        effect=steps.not_ordered,
        tone="warning",
    ),
    _row(
        "accept_refusal",
        _("不提出异议，转行政处理"),
        (REFUSED, REFUSAL_UPHELD),
        ADMINISTRATIVE,
        TAX,
        _("对不予立案没有异议，转行政处理"),
        form=forms.ReasonedForm,
        tone="secondary",
    ),
    _row(
        "report_progress",
        _("反馈办理进展"),
        (INVESTIGATING,),
        None,
        OTHERS,
        _("公安机关反馈了办理进展"),
        form=forms.ReasonedForm,
        effect=steps.progress,
        tone="secondary",
    ),
    _row(
        "end_investigation",
        _("反馈侦查结果"),
        (INVESTIGATING,),
        ADMINISTRATIVE,
        OTHERS,
        _("公安机关反馈了侦查结果"),
        form=forms.OutcomeForm,
        effect=steps.investigated,
    ),
    _row(
        "conclude",
        _("办结"),
        (ADMINISTRATIVE,),
        CONCLUDED,
        TAX,
        _("记录行政处理情况并办结"),
        form=forms.ConcludeForm,
        effect=steps.concluded,
    ),
    _row(
        "add_evidence",
        _("添加材料"),
        (SUBMITTED, APPROVED, SUPPLEMENT, FILED, INVESTIGATING, REFUSED, REFUSAL_UPHELD, SUPERVISED),
        None,
        TAX | OTHERS,
        _("添加了材料"),
        form=evidence.EvidenceForm,
        effect=evidence.required,
        tone="secondary",
    ),
)

OBJECTIONS = ("ask_reconsideration", "ask_supervision", "accept_refusal")
CLOCKS = (
    ClockSpec("referral-decide", _("负责人决定"), starts=("submit",), stops=("approve", "refuse"), pausable=False),
    ClockSpec("referral-transfer", _("移送公安机关"), starts=("approve",), stops=("send",), pausable=False),
    # Whose the file is must be known within a day of its coming: who examines or decides it has said so.
    ClockSpec(
        steps.JURISDICTION_CLOCK,
        _("核对管辖，不属于本机关管辖的转送"),
        starts=("send", "pass_on"),
        stops=("claim", "pass_on", "ask_supplement", "file_case", "decline_case"),
        pausable=False,
    ),
    ClockSpec(
        "referral-police-decide",
        _("立案审查"),
        starts=("send", "pass_on"),
        stops=("file_case", "decline_case", "pass_on"),
    ),
    ClockSpec(
        "referral-supplement",
        _("补充材料"),
        starts=("ask_supplement",),
        stops=("supply",),
        pausable=False,
    ),
    ClockSpec(
        "referral-evidence",
        _("移交涉案物品和材料"),
        starts=("file_case",),
        stops=("hand_over_evidence",),
        pausable=False,
    ),
    ClockSpec(
        "referral-objection",
        _("提请复议或者建议立案监督"),
        starts=("decline_case", "uphold_refusal"),
        stops=OBJECTIONS,
        pausable=False,
    ),
    ClockSpec(
        "referral-reconsider",
        _("公安机关复议"),
        starts=("ask_reconsideration",),
        stops=("file_case", "uphold_refusal"),
        pausable=False,
    ),
    ClockSpec(
        "referral-ordered",
        _("按检察院的通知立案"),
        starts=("order_filing",),
        stops=("file_case",),
        pausable=False,
    ),
)


def _open(actor: Actor, given: dict[str, Any], key: str) -> Case:
    """A report from given data, with the checks of its page.

    :raises PermissionDenied: unless the actor may refer.
    :raises ValidationError: naming the fields.
    """
    rights.may_apply(REFERRAL, actor)
    if not access.may_refer(actor):
        raise PermissionDenied(_g("移送报告由税务机关的执法人员提出。"))
    form = forms.ReferralForm(given, actor=actor)
    if not form.is_valid():
        raise ValidationError(form.errors.as_data())
    return cases.open_case(REFERRAL, actor, form.detail(), idempotency_key=key)


def report(actor: Actor, given: dict[str, Any], *, key: str) -> Case:
    """Bring a suspected crime before the head of the office; the same key gives the first report again.

    :raises PermissionDenied: unless the actor may refer.
    :raises ValidationError: naming the fields.
    """
    return cases.open_submitted(REFERRAL, actor, given, idempotency_key=key)


REFERRAL = procedures.register(
    Procedure(
        code=CODE,
        title=_("涉嫌犯罪案件移送"),
        summary=_("两名执法人员报告，负责人三日内决定，二十四小时内移送；公安机关三日内决定是否立案并反馈。"),
        chapter="5",
        article=ARTICLE,
        audience=frozenset(),
        detail=CriminalReferral,
        states=STATES,
        transitions=TRANSITIONS,
        route=lambda case: case.detail.tax_office,
        requester=lambda case: case.detail.tax_office,
        clocks=CLOCKS,
        detail_template="referral/_referral.html",
        opener=_open,
        asks=forms.ReferralForm,
        minutes=20,
        subject=_("部门协作"),
        keywords=("移送", "公安", "行刑衔接"),
    )
)
