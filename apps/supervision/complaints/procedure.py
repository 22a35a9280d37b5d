"""The table a complaint follows (投诉): accept, transfer, handle, mediate, answer, rate, reopen, review (Art 31).

A complaint without a name follows the same table; what a named complainant does signed in, the portal does for
whoever shows the receipt.
"""

from collections.abc import Callable, Iterator
from dataclasses import replace

from django.core.exceptions import ValidationError
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from apps.kernel.casework import procedures, standard
from apps.kernel.casework.models import Case
from apps.kernel.casework.procedures import (
    APPLICANT,
    DRAFT,
    RECEIVER,
    SUPERIOR,
    SYSTEM,
    ClockSpec,
    Page,
    Procedure,
    State,
    Transition,
)
from apps.kernel.casework.standard import HANDLING, REFUSED, SUBMITTED, SUPPLEMENT, WITHDRAWN, ReasonForm, RefusalForm
from apps.kernel.parties.actors import Actor
from apps.kernel.parties.models import Office, Party, Role
from apps.supervision.complaints import steps
from apps.supervision.complaints.forms import AcceptForm, AnswerForm, AtOnceForm, MediationForm, RatingForm
from apps.supervision.complaints.models import Complaint

ARTICLE = "第三十一条"
CALL_BACK = "call_back"
OFFERED, MEDIATION, ANSWERED, REVIEW, REVIEWED = "mediation_offered", "mediation", "answered", "review", "reviewed"
HANDLERS = frozenset({Role.CLERK, Role.OFFICER, Role.CHIEF})
COMPLAINANT = frozenset({APPLICANT})

_state = {state.code: state for state in standard.STATES}
_row = {row.action: row for row in standard.TRANSITIONS}


def in_charge(case: Case) -> Office:
    """Who handles it: the superior of the tax office complained of, another body itself, else the city's authority.

    A tax office never handles a complaint about itself.

    :raises ValidationError: when nobody is named and there is no city authority to find out.
    """
    about = case.detail.about
    if about is None:
        about = Office.objects.filter(kind=Office.Kind.TAX_CITY, active=True).order_by("pk").first()
    if about is None:
        raise ValidationError({"about": gettext("请选择被投诉单位。")})
    return about.parent if about.kind == Office.Kind.TAX_OFFICE and about.parent is not None else about


STATES = (
    _state[DRAFT],
    State(SUBMITTED, _("待受理"), _("您的投诉已送达，一个工作日内告知是否受理；实名投诉逾期未告知的，视为受理。")),
    State(HANDLING, _("办理中"), _("您的投诉已受理，正在调查处理。")),
    _state[SUPPLEMENT],
    State(
        OFFERED,
        _("待投诉人同意调解"),
        _("办理单位建议由街道、乡镇调解。"),
        _("请决定是否同意调解；不同意的，继续调查处理。"),
        waits_for_applicant=True,
        tone="due",
    ),
    State(MEDIATION, _("调解中"), _("双方已同意调解，由街道、乡镇主持。")),
    State(
        ANSWERED,
        _("已答复"),
        _("您的投诉已答复，理由见办理过程。"),
        _("请评价处理结果；不满意的，可以要求重新处理一次，或者申请上级复核。"),
        final=True,
        tone="done",
    ),
    State(
        CALL_BACK,
        _("待回访"),
        _("您对处理结果不满意，办理单位一个工作日内回访您。"),
        _("不必等待回访，也可以要求重新处理一次，或者申请上级复核。"),
        tone="due",
    ),
    State(REVIEW, _("上级复核中"), _("上级单位正在复核您的投诉。")),
    State(REVIEWED, _("已复核"), _("上级单位已复核，结论见办理过程。"), final=True, tone="done"),
    State(
        REFUSED,
        _("不予受理"),
        _("您的投诉没有受理，理由见办理过程。"),
        _("如有异议，可依法申请行政复议。"),
        final=True,
        tone="due",
    ),
    _state[WITHDRAWN],
)


def _impartial(rows: tuple[Transition, ...]) -> Iterator[Transition]:
    """Every step taken by staff is closed to whoever is complained of."""
    for row in rows:
        yield replace(row, bar=_impartial_too(row.bar)) if row.by - {APPLICANT, SYSTEM} else row


def _impartial_too(bar: Callable[[Case, Actor], None] | None) -> Callable[[Case, Actor], None]:
    def both(case: Case, actor: Actor) -> None:
        steps.impartial(case, actor)
        if bar is not None:
            bar(case, actor)

    return both


TRANSITIONS = tuple(
    _impartial(
        (
            replace(_row["submit"], article=ARTICLE, past=_("提出了投诉")),
            replace(_row["take"], by=HANDLERS, article=ARTICLE),
            replace(
                _row["accept"],
                by=HANDLERS,
                article=ARTICLE,
                past=_("受理了投诉"),
                form=AcceptForm,
                effect=steps.accepted,
            ),
            Transition(
                "accept_by_silence",
                _("逾期未告知，视为受理"),
                (SUBMITTED,),
                HANDLING,
                frozenset({SYSTEM}),
                ARTICLE,
                _("逾期未告知是否受理，视为受理"),
                effect=steps.silence_told,
                after=steps.from_the_due_moment,
                letter="acceptance-notice",
                notice="case-accepted",
            ),
            Transition(
                "answer_at_once",
                _("即时处理"),
                (SUBMITTED,),
                ANSWERED,
                HANDLERS,
                ARTICLE,
                _("事实清楚，即时处理并答复"),
                form=AtOnceForm,
                effect=steps.answered_at_once,
                letter="complaint-answer",
                notice="case-decided",
                tone="secondary",
            ),
            Transition(
                "refuse",
                _("不予受理"),
                (SUBMITTED,),
                REFUSED,
                HANDLERS,
                ARTICLE,
                _("决定不予受理"),
                bar=steps.silence_has_accepted,
                form=RefusalForm,
                letter="decision-refusal",
                notice="case-decided",
                tone="warning",
            ),
            replace(_row["ask_supplement"], by=HANDLERS, sources=(HANDLING,), article=ARTICLE),
            replace(_row["supply"], article=ARTICLE),
            replace(
                _row["transfer"],
                by=HANDLERS,
                label=_("转办"),
                past=pgettext_lazy("已发生", "转办"),
                effect=steps.transferred,
            ),
            replace(_row["receive"], target=HANDLING, past=_("接收了转办的投诉"), effect=steps.received),
            replace(_row["decline"], past=_("退回了转办的投诉")),
            replace(_row["extend"], by=frozenset({Role.CHIEF, Role.OFFICER}), article=ARTICLE),
            Transition(
                "propose_mediation",
                _("建议调解"),
                (HANDLING,),
                OFFERED,
                HANDLERS,
                ARTICLE,
                _("建议调解，办理时限暂停"),
                form=MediationForm,
                effect=steps.proposed,
                notice="case-supplement",
                pauses=True,
                tone="secondary",
            ),
            Transition(
                "accept_mediation",
                _("同意调解"),
                (OFFERED,),
                MEDIATION,
                COMPLAINANT,
                ARTICLE,
                pgettext_lazy("已发生", "同意调解"),
                effect=steps.both_agree,
            ),
            Transition(
                "decline_mediation",
                _("不同意调解"),
                (OFFERED,),
                HANDLING,
                COMPLAINANT,
                ARTICLE,
                _("不同意调解，办理时限继续"),
                resumes=True,
                tone="secondary",
            ),
            Transition(
                "recall_mediation",
                _("收回调解建议"),
                (OFFERED,),
                HANDLING,
                HANDLERS,
                ARTICLE,
                _("收回了调解建议，办理时限继续"),
                form=ReasonForm,
                resumes=True,
                tone="secondary",
            ),
            Transition(
                "settle",
                _("达成调解"),
                (MEDIATION,),
                ANSWERED,
                frozenset({RECEIVER}),
                ARTICLE,
                _("主持调解，双方达成一致"),
                form=ReasonForm,
                effect=steps.to_be_rated,
                letter="complaint-answer",
                notice="case-decided",
            ),
            Transition(
                "fail_mediation",
                _("调解不成"),
                (MEDIATION,),
                HANDLING,
                frozenset({RECEIVER}),
                ARTICLE,
                _("调解不成，由办理单位继续办理"),
                form=ReasonForm,
                effect=steps.mediation_failed,
                resumes=True,
                tone="secondary",
            ),
            Transition(
                "answer",
                _("答复"),
                (HANDLING,),
                ANSWERED,
                HANDLERS,
                ARTICLE,
                _("作出答复"),
                form=AnswerForm,
                effect=steps.answered,
                letter="complaint-answer",
                notice="case-decided",
            ),
            Transition(
                "rate",
                _("评价处理结果"),
                (ANSWERED, REVIEWED),
                None,
                COMPLAINANT,
                ARTICLE,
                _("评价了处理结果"),
                bar=steps.not_rated_before,
                form=RatingForm,
                effect=steps.rated,
                then=steps.after_rating,
            ),
            Transition(
                steps.AWAIT_CALL_BACK,
                _("等待回访"),
                (ANSWERED,),
                CALL_BACK,
                frozenset({SYSTEM}),
                ARTICLE,
                _("评价为不满意，等待回访"),
            ),
            Transition(
                "call_back",
                _("记录回访"),
                (CALL_BACK,),
                ANSWERED,
                HANDLERS,
                ARTICLE,
                _("回访了投诉人"),
                form=ReasonForm,
            ),
            Transition(
                "reopen",
                _("要求重新处理"),
                (ANSWERED, CALL_BACK),
                HANDLING,
                COMPLAINANT,
                ARTICLE,
                pgettext_lazy("已发生", "要求重新处理"),
                bar=steps.not_reopened_before,
                form=ReasonForm,
                effect=steps.reopened,
                notice="case-accepted",
                tone="secondary",
            ),
            Transition(
                "ask_review",
                _("申请上级复核"),
                (ANSWERED, CALL_BACK, REFUSED),
                REVIEW,
                COMPLAINANT,
                ARTICLE,
                pgettext_lazy("已发生", "申请上级复核"),
                bar=steps.has_superior,
                form=ReasonForm,
                effect=steps.review_told,
                tone="secondary",
            ),
            Transition(
                "uphold",
                _("维持答复"),
                (REVIEW,),
                REVIEWED,
                frozenset({SUPERIOR}),
                ARTICLE,
                _("复核后维持"),
                bar=steps.reviewer,
                form=ReasonForm,
                effect=steps.to_be_rated,
                letter="complaint-answer",
                notice="case-decided",
            ),
            Transition(
                "order_again",
                _("责令重新处理"),
                (REVIEW,),
                HANDLING,
                frozenset({SUPERIOR}),
                ARTICLE,
                _("复核后责令重新处理"),
                bar=steps.reviewer,
                form=ReasonForm,
                notice="case-accepted",
                tone="warning",
            ),
            replace(
                _row["withdraw"],
                label=_("撤回投诉"),
                past=_("撤回了投诉"),
                sources=(SUBMITTED, HANDLING, SUPPLEMENT, OFFERED, MEDIATION),
                article=ARTICLE,
            ),
        )
    )
)

_HANDLED_FROM = ("accept", "accept_by_silence", "receive", "reopen", "order_again")
_HANDLED_BY = ("answer", "settle", "withdraw", "receive")
CLOCKS = (
    ClockSpec(
        steps.ACCEPT_CLOCK,
        _("告知是否受理"),
        starts=("submit", "decline"),
        stops=("accept", "accept_by_silence", "answer_at_once", "refuse", "transfer", "withdraw"),
        pausable=False,
        applies=lambda case: case.state == SUBMITTED,
    ),
    ClockSpec(
        "complaint-transfer",
        _("对方确认接收转办"),
        starts=("transfer",),
        stops=("receive", "decline", "withdraw", "answer"),
        pausable=False,
    ),
    ClockSpec(
        "complaint-fast-lane",
        _("快速处理并答复"),
        starts=_HANDLED_FROM,
        stops=_HANDLED_BY,
        extension="complaint-handle-extension",
        applies=steps.is_fast,
    ),
    ClockSpec(
        "complaint-handle-manner",
        _("服务言行类：调查处理并答复"),
        starts=_HANDLED_FROM,
        stops=_HANDLED_BY,
        extension="complaint-handle-extension",
        applies=steps.is_manner,
    ),
    ClockSpec(
        "complaint-handle-quality",
        _("服务质效、侵害权益类：调查处理并答复"),
        starts=_HANDLED_FROM,
        stops=_HANDLED_BY,
        extension="complaint-handle-extension",
        applies=steps.is_more,
    ),
    ClockSpec(
        "bad-rating-callback",
        _("回访"),
        starts=(steps.AWAIT_CALL_BACK,),
        stops=("call_back", "reopen", "ask_review"),
        pausable=False,
    ),
    ClockSpec("complaint-review", _("上级复核"), starts=("ask_review",), stops=("uphold", "order_again")),
)

COMPLAINT = procedures.register(
    Procedure(
        code="complaint",
        title=_("投诉"),
        summary=_("对税收、社会保险费、非税收入的征收或者服务不满意，在这里投诉；不归我们管的，转给主管单位并告知您。"),
        chapter="5",
        article=ARTICLE,
        audience=frozenset({Party.Kind.PERSON, Party.Kind.ORGANISATION}),
        detail=Complaint,
        states=STATES,
        transitions=TRANSITIONS,
        route=in_charge,
        clocks=CLOCKS,
        pages=(
            Page("what", _("您要投诉什么？"), ("area", "kind")),
            Page("whom", _("投诉哪个单位？"), ("about", "respondent", "happened_on")),
            Page("account", _("发生了什么？"), ("account", "wish")),
        ),
        papers=(_("能够说明情况的材料，例如照片、录音、单据。"),),
        minutes=10,
        other_ways=(_("不想留下姓名的，可以匿名投诉，凭编号和回执码查看。"), _("拨打 12366。")),
        subject=_("投诉和救济"),
        keywords=("投诉", "差评", "服务态度", "社保", "非税", "12366"),
        detail_template="complaints/_complaint.html",
    )
)


def _by_receipt(row: Transition) -> Transition:
    sources = tuple(source for source in row.sources if source != CALL_BACK)
    return replace(row, sources=sources, by=(row.by - {APPLICANT}) | ({SYSTEM} if APPLICANT in row.by else set()))


def _by_nobody(spec: ClockSpec) -> ClockSpec:
    starts, stops = (tuple(a for a in side if a not in _NAMED_ONLY) for side in (spec.starts, spec.stops))
    return replace(spec, starts=starts, stops=stops)


# Nobody is accepted by silence or called back who has not said who he is.
_NAMED_ONLY = ("accept_by_silence", steps.AWAIT_CALL_BACK, "call_back")

ANONYMOUS = procedures.register(
    replace(
        COMPLAINT,
        code="complaint-anonymous",
        title=_("匿名投诉"),
        bearer=_("投诉人"),
        audience=frozenset(),
        states=tuple(state for state in STATES if state.code != CALL_BACK),
        transitions=tuple(_by_receipt(row) for row in TRANSITIONS if row.action not in _NAMED_ONLY),
        clocks=tuple(_by_nobody(spec) for spec in CLOCKS if spec.term != "bad-rating-callback"),
    )
)
