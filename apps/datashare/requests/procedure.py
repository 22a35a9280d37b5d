"""A request for shared data on its way: tax office, data centre, owner, data centre (Art 17).

What fits a published scenario and the quality conditions is granted with no human step. The rest the
centre routes to the owner; the centre provides what the owner approves; a refusal can be disputed.
"""

from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils import translation
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from apps.datashare.catalogue.models import Sharing
from apps.datashare.centre import centre
from apps.datashare.requests import granting, opening, rules
from apps.datashare.requests.models import DataRequest
from apps.kernel.casework import custody, procedures
from apps.kernel.casework.models import Case
from apps.kernel.casework.procedures import (
    DRAFT,
    REQUESTER,
    SYSTEM,
    ClockSpec,
    Procedure,
    State,
    Transition,
    Words,
    recorded,
)
from apps.kernel.casework.standard import REFUSED, SUBMITTED, WITHDRAWN, ReasonForm, RefusalForm
from apps.kernel.lists import joined
from apps.kernel.notifications import outbox
from apps.kernel.parties.actors import Actor
from apps.kernel.parties.models import Office, Role
from apps.kernel.workcalendar import clock

CODE = "data-request"
ARTICLE = "第十七条"
ROUTING, REVIEW, APPROVED = "routing", "review", "approved"
DISPUTED, PROVIDED, CLOSED = "disputed", "provided", "closed"
OFFICERS = frozenset({Role.OFFICER})

Data = dict[str, Any]


class ApprovalForm(forms.Form):
    """An approval may leave fields out."""

    without = forms.CharField(
        label=_("不予提供的数据项"),
        required=False,
        max_length=400,
        help_text=_("全部同意的留空；部分同意的，填写不提供的字段名，用空格分开。"),
    )
    reason = forms.CharField(
        label=_("审核意见"), required=False, max_length=1000, widget=forms.Textarea(attrs={"rows": 3})
    )


def is_direct(case: Case) -> bool:
    """Whether the request needs no human step, as found when it was submitted."""
    return not case.detail.hindrances


def is_unconditional(case: Case) -> bool:
    """Whether the data is shared without conditions."""
    return case.detail.dataset.current.sharing == Sharing.UNCONDITIONAL


def _judged(case: Case, _actor: Actor, _data: Data) -> None:
    asked: DataRequest = case.detail
    with translation.override(settings.LANGUAGE_CODE):  # what is kept is Chinese, whoever asks
        asked.hindrances = "\n".join(rules.hindrances(asked))
    asked.save(update_fields=["hindrances"])


def _granted(case: Case, actor: Actor, _data: Data) -> None:
    granting.grant(case, actor, direct=True)


def pass_to(case: Case, office: Office, what: Words, reason: str = "") -> None:
    """Hand the case to whom the procedure names next, and tell them."""
    custody.move(case, office, clock.now(), reason)
    tell(case, office, what, reason)


def tell(case: Case, office: Office, what: Words, reason: str = "") -> None:
    """Tell an office what became of a sharing matter."""
    context = {"number": case.number, "title": case.title, "what": recorded(what), "reason": reason}
    outbox.send("data-sharing", office, context, about=case.about)


def _forwarded(case: Case, _actor: Actor, data: Data) -> None:
    data["reason"] = case.detail.hindrances.replace("\n", "；")
    pass_to(case, centre(), _("待转办"), data["reason"])


def _routed(case: Case, _actor: Actor, data: Data) -> None:
    pass_to(case, case.detail.dataset.provider, _("待审核"), data.get("reason", ""))


def _may_route(case: Case, _actor: Actor) -> None:
    if not case.detail.dataset.provider.active:
        raise ValidationError(gettext("提供单位已停用，请先在目录中更正提供单位。"))


def _may_provide(case: Case, _actor: Actor) -> None:
    if case.state == ROUTING and not is_unconditional(case):
        raise ValidationError(gettext("有条件共享的数据须先由提供单位审核，请转提供单位。"))
    rules.check(case.detail)


def _provided(case: Case, actor: Actor, data: Data) -> None:
    granting.grant(case, actor, direct=False)
    tell(case, case.detail.office, _("已提供"), data.get("reason", ""))


def _approved(case: Case, _actor: Actor, data: Data) -> None:
    asked: DataRequest = case.detail
    without = data.get("without", "").split()
    if unknown := set(without) - set(asked.fields):
        raise ValidationError({"without": gettext("申请中没有这些数据项：%s") % joined(sorted(unknown))})
    asked.approved_fields = [name for name in asked.fields if name not in without]
    if not asked.approved_fields:
        raise ValidationError({"without": gettext("不能同意申请而不提供任何数据项；不同意请选择“不同意共享”。")})
    asked.save(update_fields=["approved_fields"])
    if without:
        data["reason"] = (recorded(_("不提供：%s。")) % "、".join(without)) + data.get("reason", "")
    pass_to(case, centre(), _("已同意，待提供"), data.get("reason", ""))


def _refused(case: Case, _actor: Actor, data: Data) -> None:
    pass_to(case, case.detail.office, _("未获同意"), data["reason"])


def _disputed(case: Case, _actor: Actor, data: Data) -> None:
    pass_to(case, centre(), _("申请单位提出异议"), data["reason"])


def _may_dispute(case: Case, _actor: Actor) -> None:
    if case.steps.filter(action="dispute").exists():
        raise ValidationError(gettext("已经提出过一次异议并有结论，不能再次提出。"))


def _closed(case: Case, _actor: Actor, data: Data) -> None:
    tell(case, case.detail.office, _("异议不成立"), data["reason"])


DATA_REQUEST = procedures.register(
    Procedure(
        code=CODE,
        title=_("公共数据共享申请"),
        summary=_("税务机关为履行职责申请使用其他部门的数据：符合已公布场景的直接获取，其余由提供单位审核。"),
        chapter="3",
        article=ARTICLE,
        audience=frozenset(),
        detail=DataRequest,
        validate=rules.check,
        route=lambda case: case.detail.office,
        states=(
            State(DRAFT, _("草稿"), _("还没有提交。"), tone="draft"),
            State(SUBMITTED, _("核对中"), _("正在核对应用场景和数据规范性。")),
            State(ROUTING, _("待转办"), _("在大数据中心，等待转提供单位。")),
            State(REVIEW, _("审核中"), _("提供单位正在审核。")),
            State(APPROVED, _("待提供"), _("提供单位已同意，等待大数据中心提供。")),
            State(REFUSED, _("未获同意"), _("提供单位不同意共享，可以提出异议。"), tone="due"),
            State(DISPUTED, _("异议中"), _("大数据中心正在处理异议。"), tone="due"),
            State(PROVIDED, _("已提供"), _("已授权使用。"), final=True, tone="done"),
            State(CLOSED, _("未提供"), _("不予共享。"), final=True, tone="draft"),
            State(WITHDRAWN, _("已撤回"), _("申请单位已撤回。"), final=True, tone="draft"),
        ),
        transitions=(
            Transition(
                "submit",
                _("提交"),
                (DRAFT,),
                SUBMITTED,
                frozenset({REQUESTER}),
                ARTICLE,
                _("提交了共享申请"),
                effect=_judged,
                then=lambda case: "grant" if is_direct(case) else "forward",
            ),
            Transition(
                "grant",
                _("直接授权"),
                (SUBMITTED,),
                PROVIDED,
                frozenset({SYSTEM}),
                ARTICLE,
                _("符合已公布场景和数据规范性要求，直接授权"),
                effect=_granted,
            ),
            Transition(
                "forward",
                _("送大数据中心"),
                (SUBMITTED,),
                ROUTING,
                frozenset({SYSTEM}),
                ARTICLE,
                _("不属于直接获取范围，送大数据中心"),
                effect=_forwarded,
            ),
            Transition(
                "route",
                _("转提供单位审核"),
                (ROUTING,),
                REVIEW,
                OFFICERS,
                ARTICLE,
                pgettext_lazy("已发生", "转提供单位审核"),
                bar=_may_route,
                effect=_routed,
            ),
            Transition(
                "provide",
                _("提供数据"),
                (ROUTING, APPROVED),
                PROVIDED,
                OFFICERS,
                ARTICLE,
                _("授权使用数据"),
                bar=_may_provide,
                effect=_provided,
            ),
            Transition(
                "approve",
                _("同意共享"),
                (REVIEW,),
                APPROVED,
                OFFICERS,
                ARTICLE,
                pgettext_lazy("已发生", "同意共享"),
                form=ApprovalForm,
                effect=_approved,
            ),
            Transition(
                "refuse",
                _("不同意共享"),
                (REVIEW,),
                REFUSED,
                OFFICERS,
                ARTICLE,
                pgettext_lazy("已发生", "不同意共享"),
                form=RefusalForm,
                effect=_refused,
                tone="warning",
            ),
            Transition(
                "dispute",
                _("提出异议"),
                (REFUSED,),
                DISPUTED,
                frozenset({Role.CLERK, Role.RISK, Role.CHIEF, Role.OFFICER}),
                ARTICLE,
                _("对不同意共享提出异议"),
                bar=_may_dispute,
                form=ReasonForm,
                effect=_disputed,
            ),
            Transition(
                "accept_refusal",
                _("接受并结束"),
                (REFUSED,),
                CLOSED,
                frozenset({Role.CLERK, Role.RISK, Role.CHIEF, Role.OFFICER}),
                ARTICLE,
                _("接受不予共享"),
                tone="secondary",
            ),
            Transition(
                "send_back",
                _("退回提供单位重新审核"),
                (DISPUTED,),
                REVIEW,
                OFFICERS,
                ARTICLE,
                _("异议成立，退回提供单位重新审核"),
                form=ReasonForm,
                effect=_routed,
            ),
            Transition(
                "uphold",
                _("异议不成立"),
                (DISPUTED,),
                CLOSED,
                OFFICERS,
                ARTICLE,
                _("认为异议不成立"),
                form=RefusalForm,
                effect=_closed,
                tone="warning",
            ),
            Transition(
                "withdraw",
                _("撤回申请"),
                (ROUTING, REVIEW, APPROVED, REFUSED, DISPUTED),
                WITHDRAWN,
                frozenset({REQUESTER}),
                ARTICLE,
                _("撤回了共享申请"),
                form=ReasonForm,
                tone="warning",
            ),
        ),
        clocks=(
            ClockSpec(
                "data-unconditional",
                _("提供无条件共享的数据"),
                starts=("forward",),
                stops=("provide", "withdraw"),
                applies=is_unconditional,
            ),
            ClockSpec(
                "data-conditional-reply",
                _("答复是否同意共享"),
                starts=("forward", "send_back"),
                stops=("approve", "refuse", "withdraw"),
                applies=lambda case: not is_unconditional(case),
            ),
            ClockSpec("data-provide", _("同意后提供"), starts=("approve",), stops=("provide", "withdraw")),
        ),
        opener=opening.opened,
        asks=opening.ASKED,
        detail_template="datashare/requests/_request.html",
        subject=_("数据共享"),
        keywords=("数据", "共享", "申请"),
    )
)
