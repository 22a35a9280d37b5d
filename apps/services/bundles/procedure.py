"""A bundle's procedures, made from its declaration: one for the whole, one for each part (Article 10).

The whole is a case like any other - list, timeline, clock, mandates and API come from that - and the
office that receives it watches over it. What was answered is read by each department in its own part.
"""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from apps.kernel.casework import procedures, standard
from apps.kernel.casework.models import Case
from apps.kernel.casework.procedures import DRAFT, SYSTEM, ClockSpec, Procedure, State, Transition, recorded
from apps.kernel.documents import holdings
from apps.kernel.documents.models import HeldPaper
from apps.kernel.parties.actors import Actor
from apps.kernel.parties.models import Office
from apps.services.bundles import declaration, progress, routing
from apps.services.bundles.declaration import Bundle, Part
from apps.services.bundles.models import PartRecord

RUNNING, COMPLETED, ENDED, WITHDRAWN = "running", "completed", "ended", standard.WITHDRAWN
ARTICLE = "第十条"
BY_PORTAL = frozenset({SYSTEM})

WHOLE_STATES = (
    State(DRAFT, _("草稿"), _("您还没有提交。"), _("请核对后提交；提交前任何部门都看不到草稿。"), tone="draft"),
    State(RUNNING, _("办理中"), _("各部门正在办理，您不用分别申请。")),
    State(COMPLETED, _("全部办结"), _("所有环节都已办好。"), final=True, tone="done"),
    State(
        ENDED,
        _("部分办结"),
        _("能办的环节都已办好，有环节没有办成。"),
        _("请打开没有办成的环节，看决定的理由、依据和救济途径。"),
        final=True,
        tone="due",
    ),
    State(WITHDRAWN, _("已撤回"), _("您已撤回申请；已经办好的环节仍然有效。"), final=True, tone="draft"),
)

WHOLE_TRANSITIONS = (
    replace(standard.SUBMIT, target=RUNNING, article=ARTICLE, after=progress.begin),
    replace(standard.TAKE, sources=(RUNNING,), label=_("由我跟进"), past=_("开始跟进")),
    Transition("advance", _("推进"), (RUNNING,), None, BY_PORTAL, ARTICLE, _("更新了进度"), notice="bundle-progress"),
    Transition(
        "wait", _("等待申请人"), (RUNNING,), None, BY_PORTAL, "第十一条", _("暂停了总时限，等待补充材料"), pauses=True
    ),
    Transition("go_on", _("继续"), (RUNNING,), None, BY_PORTAL, "第十一条", _("恢复了总时限"), resumes=True),
    Transition("complete", _("全部办结"), (RUNNING,), COMPLETED, BY_PORTAL, ARTICLE, _("确认所有环节都已办好")),
    Transition("end", _("部分办结"), (RUNNING,), ENDED, BY_PORTAL, ARTICLE, _("确认能办的环节都已办完")),
    Transition("resume", _("恢复办理"), (ENDED,), RUNNING, BY_PORTAL, ARTICLE, _("因环节重新办理而恢复")),
    replace(standard.WITHDRAW, sources=(RUNNING,), after=progress.stop_parts),
)


def register(bundle: Bundle) -> Bundle:
    """Put a bundle, its own procedure and those of its parts on the register."""
    declaration.keep(bundle)
    procedures.register(_whole(bundle))
    for part in bundle.parts:
        procedures.register(_part(bundle, part))
    return bundle


def _whole(bundle: Bundle) -> Procedure:
    return Procedure(
        code=bundle.code,
        title=bundle.title,
        summary=bundle.summary,
        chapter="2",
        article=bundle.article,
        audience=bundle.audience,
        detail=bundle.detail,
        states=WHOLE_STATES,
        transitions=WHOLE_TRANSITIONS,
        route=routing.leading_office,
        clocks=(
            ClockSpec(
                bundle.term, _("全部环节办结"), starts=("submit", "resume"), stops=("complete", "end", "withdraw")
            ),
        ),
        pages=bundle.pages,
        papers=bundle.papers,
        minutes=bundle.minutes,
        subject=_("一件事"),
        keywords=("一件事", "集成办", *bundle.keywords),
        detail_template="bundles/_application.html",
        validate=bundle.validate,
        tells=progress.teller(bundle),
        overview_template="bundles/_progress.html",
        start_template="bundles/_start.html",
    )


def _part(bundle: Bundle, part: Part) -> Procedure:
    return Procedure(
        code=bundle.procedure_of(part),
        title=part.title,
        summary=part.does,
        chapter="2",
        article=bundle.article,
        audience=frozenset(),
        detail=PartRecord,
        states=(*part.states, *standard.STATES),
        transitions=_part_transitions(part),
        route=_route(part),
        clocks=(
            ClockSpec(part.term, part.title, starts=("submit", "reopen"), stops=(*part.decided_by, "stop")),
            ClockSpec(
                "supplement",
                _("补正材料"),
                starts=("ask_supplement",),
                stops=("supply", "stop"),
                pausable=False,
                whose="applicant",
            ),
        ),
        papers=tuple(replace(paper, required=False) for paper in bundle.papers if paper.kind in part.papers),
        subject=bundle.title,
        whole=bundle.code,
        detail_template="bundles/_part.html",
    )


def _part_transitions(part: Part) -> tuple[Transition, ...]:
    own = {row.action for row in part.rows}
    usual = (
        replace(standard.SUBMIT, by=BY_PORTAL, article=ARTICLE, past=_("把这个环节送达"), notice=""),
        standard.TAKE,
        standard.ACCEPT,
        replace(standard.ASK_SUPPLEMENT, after=progress.part_waits),
        replace(standard.SUPPLY, after=progress.part_goes_on),
        standard.TRANSFER,
        standard.RECEIVE,
        standard.DECLINE,
        replace(
            standard.APPROVE,
            form=part.result,
            bar=standard.every(second_person_in_tax, part.ready),
            effect=keep_result(part),
            after=progress.part_closed,
        ),
        replace(standard.REFUSE, bar=second_person_in_tax, after=progress.part_closed),
        # An approval has fed other parts and stays; only a refusal is looked at again.
        replace(
            standard.REOPEN,
            sources=(standard.REFUSED,),
            by=standard.REOPEN.by | standard.DECIDERS,
            after=progress.part_reopened,
        ),
        Transition(
            "stop",
            _("停止办理"),
            (*(state.code for state in part.states), *standard.WITHDRAW.sources),
            WITHDRAWN,
            BY_PORTAL,
            "第六条",
            _("因申请人撤回而停止"),
        ),
    )
    return (*(row for row in usual if row.action not in own), *part.rows)


def second_person_in_tax(case: Case, actor: Actor) -> None:
    """Tax offices decide by a second person; a department's own approval has gone before in its own system."""
    if actor.office is not None and actor.office.is_tax:
        standard.second_person(case, actor)


def keep_result(part: Part) -> Callable[[Case, Actor, dict[str, Any]], None]:
    """Keep what came of a part, checked by its own form whichever door it came through."""

    def effect(case: Case, actor: Actor, data: dict[str, Any]) -> None:
        if part.result is None:
            return
        form: forms.Form = part.result(data)
        if not form.is_valid():
            raise ValidationError(form.errors.as_data())
        record = case.detail
        for name, value in form.cleaned_data.items():
            setattr(record, name, value)
        record.save()
        if part.yields is not None:
            holdings.record(
                case.applicant,
                kind=part.yields.kind,
                title=recorded(part.yields.title),
                issuer=str(case.office),
                number=record.number,
                source=HeldPaper.Source.MATTER,
                actor=actor,
            )
        if part.effect is not None:
            part.effect(case, actor)

    return effect


def _route(part: Part) -> Callable[[Case], Office]:
    return lambda case: part.office(case.parent)
