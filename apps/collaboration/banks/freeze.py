"""Deposits are frozen until the tax is paid (冻结存款, Art 29; 税收征收管理法 Arts 38, 55)."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from apps.collaboration.banks import answering, releasing, steps, telling
from apps.collaboration.banks.forms import ExecutedForm, ExtendForm, PartReleaseForm
from apps.collaboration.banks.models import AccountOrder
from apps.collaboration.banks.steps import ARTICLE, AT_BANK, BANK
from apps.kernel.casework import procedures
from apps.kernel.casework.models import Case
from apps.kernel.casework.procedures import SYSTEM, ClockSpec, Procedure, State, Transition
from apps.kernel.casework.standard import ReasonForm
from apps.kernel.parties.actors import Actor
from apps.kernel.parties.models import Role

IN_FORCE, UNEXECUTED, RELEASED = "in_force", "unexecuted", "released"
PART_RELEASING, RELEASING = "part_releasing", "releasing"


def _extended(case: Case, _actor: Actor, data: dict[str, Any]) -> None:
    freeze: AccountOrder = case.detail
    freeze.extended_by = data["approval"]
    freeze.save(update_fields=["extended_by"])


def _told_if_frozen(case: Case, actor: Actor, data: dict[str, Any]) -> None:
    """Whose money is frozen is told at once; nobody is told of a freeze that found nothing."""
    answering.executed(case, actor, data)
    if data["executed"]:
        telling.tell(case, actor, data)


FREEZE = procedures.register(
    Procedure(
        code="account-freeze",
        title=_("冻结存款（税收保全）"),
        summary=_("金额相当于应纳税款，保留本人及家属的生活费，最长六个月；缴清后一日内解除。"),
        chapter="4",
        article=ARTICLE,
        audience=frozenset(),
        detail=AccountOrder,
        states=(
            *steps.OPENING,
            steps.CALLED_OFF_STATE,
            State(IN_FORCE, _("冻结中"), _("存款已经冻结。"), tone="due"),
            State(UNEXECUTED, _("没有存款可以冻结"), _("没有冻结到存款。"), final=True, tone="draft"),
            State(PART_RELEASING, _("待金融机构解除部分"), _("已经通知金融机构解除部分冻结。"), tone="due"),
            State(RELEASING, _("待金融机构解除"), _("已经通知金融机构解除冻结。")),
            State(RELEASED, _("已解除"), _("冻结已经解除。"), final=True, tone="done"),
        ),
        transitions=(
            steps.submit(),
            steps.approve(),
            steps.refuse(),
            steps.call_off(),
            Transition(
                "answer",
                _("回执：已办理冻结"),
                (AT_BANK,),
                IN_FORCE,
                BANK,
                ARTICLE,
                _("办理了冻结"),
                guard=answering.within_order,
                effect=_told_if_frozen,
                then=lambda case: None if case.detail.executed else "lapse",
                form=ExecutedForm,
            ),
            Transition(
                "lapse",
                _("没有存款"),
                (IN_FORCE,),
                UNEXECUTED,
                frozenset({SYSTEM}),
                ARTICLE,
                _("没有冻结到存款"),
            ),
            Transition(
                "extend",
                _("延长冻结期限"),
                (IN_FORCE,),
                None,
                frozenset({Role.CHIEF}),
                ARTICLE,
                _("报经国家税务总局批准，延长冻结期限"),
                effect=_extended,
                form=ExtendForm,
                tone="secondary",
            ),
            Transition(
                "release_part",
                _("解除部分冻结"),
                (IN_FORCE,),
                PART_RELEASING,
                frozenset({SYSTEM, Role.CHIEF}),
                ARTICLE,
                _("决定解除部分冻结"),
                guard=releasing.within_frozen,
                effect=releasing.order_part,
                form=PartReleaseForm,
                tone="secondary",
            ),
            Transition(
                "free_part",
                _("回执：已解除部分冻结"),
                (PART_RELEASING,),
                IN_FORCE,
                BANK,
                ARTICLE,
                _("解除了部分冻结"),
                effect=releasing.part_confirmed,
                after=releasing.see_what_is_left,
            ),
            Transition(
                "release",
                _("解除冻结"),
                (IN_FORCE, PART_RELEASING),
                RELEASING,
                frozenset({SYSTEM, Role.CHIEF}),
                ARTICLE,
                _("决定解除冻结"),
                effect=releasing.order,
                form=ReasonForm,
                tone="secondary",
            ),
            Transition(
                "free",
                _("回执：已解除冻结"),
                (RELEASING,),
                RELEASED,
                BANK,
                ARTICLE,
                _("解除了冻结"),
                effect=releasing.confirmed,
            ),
        ),
        route=lambda case: case.detail.asked_by,
        clocks=(
            steps.EXECUTE,
            ClockSpec(
                "preservation-term",
                _("冻结期限"),
                starts=("answer",),
                stops=("release", "lapse"),
                extension="preservation-term-extension",
                pausable=False,
            ),
            ClockSpec(
                "preservation-release",
                _("解除冻结"),
                starts=("release_part", "release"),
                stops=("free_part", "release", "free"),  # all of it begins the term anew
                pausable=False,
            ),
        ),
        detail_template="collaboration/banks/_order.html",
        subject=_("协助"),
    )
)
