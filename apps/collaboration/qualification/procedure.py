"""The table a verification follows: the department's opinion, the payer heard, the decision of two people (Art 26)."""

from dataclasses import replace
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from apps.collaboration import evidence
from apps.collaboration.qualification import verification as steps
from apps.collaboration.qualification.forms import MetForm, NotMetForm, ProposalForm, StatementForm, VerifyForm
from apps.collaboration.qualification.models import QualificationVerification
from apps.kernel.casework import cases, procedures, rights, standard
from apps.kernel.casework.models import Case
from apps.kernel.casework.procedures import APPLICANT, DRAFT, REQUESTER, ClockSpec, Procedure, State, Transition
from apps.kernel.casework.standard import REFUSED, SUBMITTED, WITHDRAWN, ReasonForm
from apps.kernel.parties.actors import Actor
from apps.kernel.parties.models import Role

CODE = "qualification-verify"
ARTICLE = "第二十六条"
CONFIRMED, HEARING, HEARD, PROPOSED, DROPPED = "confirmed", "hearing", "heard", "proposed", "dropped"
DEPARTMENT = frozenset({Role.OFFICER})
TAX = frozenset({Role.CLERK, Role.RISK})
CHIEFS = frozenset({Role.CHIEF})

_row = {row.action: row for row in standard.TRANSITIONS}
_state = {state.code: state for state in standard.STATES}

STATES = (
    replace(_state[DRAFT], now=_("核查还没有提请。"), todo=""),
    State(SUBMITTED, _("待部门出具意见"), _("认定部门正在核查。")),
    State(CONFIRMED, _("核查符合条件"), _("认定部门的意见：符合条件，资格继续有效。"), final=True, tone="done"),
    State(
        HEARING,
        _("待当事人陈述、申辩"),
        _("认定部门的意见是您不再符合条件，相关优惠已暂停享受。"),
        _("请在期限内陈述、申辩，可以附材料；税务机关听取之后才会作出处理。"),
        waits_for_applicant=True,
        tone="due",
    ),
    State(HEARD, _("待拟定处理意见"), _("税务机关正在核对您的陈述、申辩。")),
    State(PROPOSED, _("待审批"), _("税务机关正在作出处理决定。")),
    State(
        REFUSED,
        _("不符合条件，已处理"),
        _("税务机关已决定终止资格，决定书见“文书和证明”。"),
        _("如有异议，可依法申请行政复议；对补缴税款有争议的，先缴纳或者提供担保。"),
        final=True,
        tone="due",
    ),
    State(DROPPED, _("采纳申辩，资格恢复"), _("税务机关采纳了您的申辩，资格恢复有效。"), final=True, tone="done"),
    State(WITHDRAWN, _("已撤回"), _("税务机关撤回了核查。"), final=True, tone="draft"),
)


TRANSITIONS = (
    replace(
        _row["submit"],
        by=frozenset({REQUESTER}),
        article=ARTICLE,
        past=pgettext_lazy("已发生", "提请核查资格"),
        notice="",
        effect=steps.asked,
    ),
    replace(_row["take"], sources=(SUBMITTED, HEARD), by=DEPARTMENT | TAX, article=ARTICLE),
    Transition(
        "opine_met",
        _("出具意见：符合条件"),
        (SUBMITTED,),
        CONFIRMED,
        DEPARTMENT,
        ARTICLE,
        _("出具核查意见：符合条件"),
        form=MetForm,
        effect=steps.met,
    ),
    Transition(
        "opine_not_met",
        _("出具意见：不符合条件"),
        (SUBMITTED,),
        HEARING,
        DEPARTMENT,
        ARTICLE,
        _("出具核查意见：不符合条件，当事人可以陈述、申辩"),
        form=NotMetForm,
        effect=steps.not_met,
        tone="warning",
        notice="qualification-hearing",
    ),
    Transition(
        "state",
        _("陈述、申辩"),
        (HEARING,),
        HEARD,
        frozenset({APPLICANT}),
        ARTICLE,
        pgettext_lazy("已发生", "陈述、申辩"),
        form=StatementForm,
        effect=steps.stated,
    ),
    Transition(
        "waive",
        _("期满未陈述，继续处理"),
        (HEARING,),
        HEARD,
        TAX | CHIEFS,
        ARTICLE,
        _("期满没有陈述、申辩，继续处理"),
        bar=steps.term_has_passed,
        tone="secondary",
    ),
    Transition(
        "add_evidence",
        _("添加材料"),
        (SUBMITTED, HEARD, PROPOSED),
        None,
        TAX | CHIEFS | DEPARTMENT | {REQUESTER},
        ARTICLE,
        _("添加了材料"),
        form=evidence.EvidenceForm,
        effect=evidence.required,
        public=False,
        tone="secondary",
    ),
    Transition(
        "propose",
        _("拟定处理意见"),
        (HEARD,),
        PROPOSED,
        TAX,
        ARTICLE,
        _("拟定了处理意见"),
        form=ProposalForm,
        effect=steps.proposed,
        public=False,
    ),
    Transition(
        "decide",
        _("批准处理意见"),
        (PROPOSED,),
        REFUSED,
        CHIEFS,
        ARTICLE,
        _("决定终止资格"),
        bar=standard.second_person,
        form=ReasonForm,
        effect=steps.decided,
        notice="case-decided",
        tone="warning",
    ),
    Transition(
        "send_back",
        _("退回重拟"),
        (PROPOSED,),
        HEARD,
        CHIEFS,
        ARTICLE,
        _("退回重新拟定"),
        form=ReasonForm,
        public=False,
        tone="secondary",
    ),
    Transition(
        "drop",
        _("采纳申辩，恢复资格"),
        (HEARD, PROPOSED),
        DROPPED,
        CHIEFS,
        ARTICLE,
        _("采纳了陈述、申辩，恢复资格"),
        bar=standard.second_person,
        form=ReasonForm,
        effect=steps.dropped,
        notice="case-decided",
        tone="secondary",
    ),
    replace(
        _row["withdraw"],
        label=_("撤回核查"),
        sources=(SUBMITTED,),
        by=frozenset({REQUESTER}),
        article=ARTICLE,
        past=_("撤回了核查"),
    ),
)

CLOCKS = (
    ClockSpec(
        "qualification-verify",
        _("出具核查意见"),
        starts=("submit",),
        stops=("opine_met", "opine_not_met", "withdraw"),
        pausable=False,
    ),
    ClockSpec(
        steps.HEARD_CLOCK,
        _("陈述、申辩"),
        starts=("opine_not_met",),
        stops=("state", "waive"),
        pausable=False,
        whose="applicant",
    ),
    ClockSpec(
        "qualification-decide",
        _("作出处理决定"),
        starts=("state", "waive"),
        stops=("decide", "drop"),
        pausable=False,
    ),
)


def _open(actor: Actor, given: dict[str, Any], key: str) -> Case:
    rights.may_apply(VERIFICATION, actor)
    form = VerifyForm(given, actor=actor)
    if not form.is_valid():
        raise ValidationError(form.errors.as_data())
    detail = form.detail()
    asked = QualificationVerification.objects.filter(
        party=detail["party"], kind=detail["kind"], case__closed_at__isnull=True
    ).exclude(case__opened_by=actor.user, case__idempotency_key=key)
    if asked.exists():
        raise ValidationError(_("这个纳税人的这项资格正在核查，请等待结果。"))
    return cases.open_case(VERIFICATION, actor, detail, idempotency_key=key)


def ask(actor: Actor, given: dict[str, Any], *, key: str) -> Case:
    """Ask a department to verify a qualification; the same key gives the first question again.

    :raises PermissionDenied: unless the actor works in a tax office.
    :raises ValidationError: naming the fields, or that it is being verified already.
    """
    return cases.open_submitted(VERIFICATION, actor, given, idempotency_key=key)


VERIFICATION = procedures.register(
    Procedure(
        code=CODE,
        title=_("税费优惠资格核查"),
        summary=_(
            "纳税人享受优惠的资格信息有异常时，税务机关提请认定部门核查；不符合条件的，先听取陈述、申辩，再作处理。"
        ),
        chapter="4",
        article=ARTICLE,
        audience=frozenset(),
        detail=QualificationVerification,
        states=STATES,
        transitions=TRANSITIONS,
        route=lambda case: case.detail.department,
        requester=lambda case: case.detail.tax_office,
        clocks=CLOCKS,
        papers=(_("能够证明仍然符合条件的材料。"),),
        detail_template="collaboration/qualification/_verification.html",
        opener=_open,
        asks=VerifyForm,
        minutes=10,
        subject=_("部门协作"),
        keywords=("资格", "资质", "优惠", "核查"),
    )
)
