"""Deposits are deducted for what was not paid in time (扣缴存款, Art 29; 税收征收管理法 Art 40, 社会保险法 Art 63)."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from apps.collaboration.banks import answering, releasing, security, steps, telling
from apps.collaboration.banks.forms import AgreementForm, ExecutedForm
from apps.collaboration.banks.models import AccountOrder
from apps.collaboration.banks.steps import ARTICLE, AT_BANK, BANK, CONCLUDED, OFFICER
from apps.kernel.casework import procedures
from apps.kernel.casework.models import Case
from apps.kernel.casework.procedures import SYSTEM, Procedure, State, Transition
from apps.kernel.casework.standard import ReasonForm
from apps.kernel.parties.actors import Actor
from apps.kernel.parties.models import Role

SHORT, SECURITY, AGREED, TO_COURT = "short", "security", "agreed", "to_court"


def _deducted(case: Case, actor: Actor, data: dict[str, Any]) -> None:
    releasing.taken(case.detail, data["executed"])
    answering.deducted(case, actor, data)
    telling.tell(case, actor, data)


DEDUCT = procedures.register(
    Procedure(
        code="account-deduct",
        title=_("扣缴存款（强制执行）"),
        summary=_("责令限期缴纳，逾期仍未缴纳的，经批准从存款中扣缴税费，或者划拨社会保险费。"),
        chapter="4",
        article=ARTICLE,
        audience=frozenset(),
        detail=AccountOrder,
        states=(
            *steps.OPENING,
            steps.CALLED_OFF_STATE,
            State(SHORT, _("已扣缴，待处理余额"), _("存款已经扣缴，余额不足。"), tone="due"),
            State(SECURITY, _("待提供担保"), _("已要求提供担保，签订延期缴费协议。")),
            State(AGREED, _("已签延期缴费协议"), _("已经提供担保，签订延期缴费协议。"), final=True, tone="done"),
            State(TO_COURT, _("已申请法院执行"), _("已经申请人民法院强制执行。"), final=True, tone="due"),
            State(CONCLUDED, _("已扣缴"), _("扣缴已经办结。"), final=True, tone="done"),
        ),
        transitions=(
            steps.submit(),
            steps.approve(),
            steps.refuse(),
            steps.call_off(),
            Transition(
                "answer",
                _("回执：已办理扣缴"),
                (AT_BANK,),
                SHORT,
                BANK,
                ARTICLE,
                _("办理了扣缴"),
                guard=answering.within_order,
                effect=_deducted,
                after=releasing.after_deduction,
                then=security.ends,
                form=ExecutedForm,
            ),
            Transition(
                "conclude",
                _("办结"),
                (SHORT,),
                CONCLUDED,
                frozenset({SYSTEM, Role.CLERK}),
                ARTICLE,
                _("扣缴办结"),
                tone="secondary",
            ),
            Transition(
                "ask_security",
                _("要求提供担保"),
                (SHORT,),
                SECURITY,
                OFFICER,
                ARTICLE,
                _("要求用人单位提供担保，签订延期缴费协议"),
                effect=security.asked,
                form=ReasonForm,
            ),
            Transition(
                "agree",
                _("登记延期缴费协议"),
                (SECURITY,),
                AGREED,
                OFFICER,
                ARTICLE,
                _("登记了担保和延期缴费协议"),
                effect=security.agreed,
                form=AgreementForm,
            ),
            Transition(
                "apply_to_court",
                _("申请人民法院执行"),
                (SHORT, SECURITY),
                TO_COURT,
                OFFICER,
                ARTICLE,
                _("未足额缴纳又未提供担保，申请人民法院强制执行"),
                form=ReasonForm,
                tone="secondary",
            ),
        ),
        route=lambda case: case.detail.asked_by,
        clocks=(steps.EXECUTE,),
        detail_template="collaboration/banks/_order.html",
        subject=_("协助"),
    )
)
