"""Three procedures towards banks: enquiry, freeze, deduction; one table each for taxes and insurance (Art 29)."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from apps.collaboration.banks import answering, deciding, releasing, security, telling
from apps.collaboration.banks.forms import AgreementForm, EnquiryAnswerForm, ExecutedForm, ExtendForm
from apps.collaboration.banks.models import AccountEnquiry, AccountOrder
from apps.kernel.casework import procedures
from apps.kernel.casework.models import Case
from apps.kernel.casework.procedures import DRAFT, SYSTEM, ClockSpec, Procedure, State, Transition
from apps.kernel.casework.standard import ReasonForm, RefusalForm
from apps.kernel.parties.actors import Actor
from apps.kernel.parties.models import Role

ARTICLE = "第二十九条"
APPROVING, REFUSED, AT_BANK, CALLED_OFF = "approving", "refused", "at_bank", "called_off"
ANSWERED, CONCLUDED = "answered", "concluded"
IN_FORCE, UNEXECUTED, RELEASING, RELEASED = "in_force", "unexecuted", "releasing", "released"
SHORT, SECURITY, AGREED, TO_COURT = "short", "security", "agreed", "to_court"

_HEADS = frozenset({Role.CHIEF, Role.OFFICER})  # of the tax authority, or of the department that decides
_BANK = frozenset({Role.OFFICER})
_OFFICER = frozenset({Role.CLERK})

_DRAFT = State(DRAFT, _("待提请"), _("尚未提请。"), tone="draft")
_APPROVING = State(APPROVING, _("待批准"), _("等待有权机关负责人批准。"))
_REFUSED = State(REFUSED, _("未批准"), _("没有批准。"), final=True, tone="draft")
_AT_BANK = State(AT_BANK, _("待金融机构办理"), _("金融机构正在办理。"))
_CALLED_OFF = State(CALLED_OFF, _("已撤销"), _("已经撤销，没有执行。"), final=True, tone="draft")


def _submit() -> Transition:
    return Transition(
        "submit",
        _("提请批准"),
        (DRAFT,),
        APPROVING,
        frozenset({SYSTEM}),
        ARTICLE,
        _("提请批准"),
        effect=deciding.to_decider,
    )


def _approve() -> Transition:
    return Transition(
        "approve",
        _("批准"),
        (APPROVING,),
        AT_BANK,
        _HEADS,
        ARTICLE,
        _("批准并出具文书"),
        guard=deciding.entitled,
        effect=deciding.approved,
    )


def _refuse() -> Transition:
    return Transition(
        "refuse",
        _("不予批准"),
        (APPROVING,),
        REFUSED,
        _HEADS,
        ARTICLE,
        _("不予批准"),
        guard=deciding.entitled,
        effect=deciding.back_to_asker,
        form=RefusalForm,
        tone="warning",
    )


def _call_off() -> Transition:
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


_EXECUTE = ClockSpec("bank-execute", _("执行并回执"), starts=("approve",), stops=("answer", "call_off"))

ENQUIRY = procedures.register(
    Procedure(
        code="account-enquiry",
        title=_("金融账户查询"),
        summary=_("经有权机关负责人批准，凭许可证明向金融机构查询账户，只查需要的内容。"),
        chapter="4",
        article=ARTICLE,
        audience=frozenset(),
        detail=AccountEnquiry,
        states=(
            _DRAFT,
            _APPROVING,
            _REFUSED,
            _AT_BANK,
            State(ANSWERED, _("已答复"), _("金融机构已经答复。")),
            State(CONCLUDED, _("已告知"), _("已经核实并告知当事人。"), final=True, tone="done"),
        ),
        transitions=(
            _submit(),
            _approve(),
            _refuse(),
            Transition(
                "answer",
                _("答复查询"),
                (AT_BANK,),
                ANSWERED,
                _BANK,
                ARTICLE,
                _("答复了查询"),
                guard=answering.only_what_was_asked,
                effect=answering.keep,
                form=EnquiryAnswerForm,
            ),
            Transition(
                "conclude",
                _("核实完毕，告知当事人"),
                (ANSWERED,),
                CONCLUDED,
                _OFFICER,
                ARTICLE,
                _("核实完毕，告知了当事人"),
                effect=telling.tell,
            ),
        ),
        route=lambda case: case.detail.asked_by,
        clocks=(
            ClockSpec("bank-enquiry", _("金融机构答复"), starts=("approve",), stops=("answer",)),
            ClockSpec("account-enquiry-tell", _("核实并告知当事人"), starts=("answer",), stops=("conclude",)),
        ),
        detail_template="collaboration/banks/_enquiry.html",
        subject=_("协助"),
    )
)


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
            _DRAFT,
            _APPROVING,
            _REFUSED,
            _AT_BANK,
            _CALLED_OFF,
            State(IN_FORCE, _("冻结中"), _("存款已经冻结。"), tone="due"),
            State(UNEXECUTED, _("没有存款可以冻结"), _("没有冻结到存款。"), final=True, tone="draft"),
            State(RELEASING, _("待金融机构解除"), _("已经通知金融机构解除冻结。")),
            State(RELEASED, _("已解除"), _("冻结已经解除。"), final=True, tone="done"),
        ),
        transitions=(
            _submit(),
            _approve(),
            _refuse(),
            _call_off(),
            Transition(
                "answer",
                _("回执：已办理冻结"),
                (AT_BANK,),
                IN_FORCE,
                _BANK,
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
                "release",
                _("解除冻结"),
                (IN_FORCE,),
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
                _BANK,
                ARTICLE,
                _("解除了冻结"),
                effect=releasing.confirmed,
            ),
        ),
        route=lambda case: case.detail.asked_by,
        clocks=(
            _EXECUTE,
            ClockSpec(
                "preservation-term",
                _("冻结期限"),
                starts=("answer",),
                stops=("release", "lapse"),
                extension="preservation-term-extension",
                pausable=False,
            ),
            ClockSpec("preservation-release", _("解除冻结"), starts=("release",), stops=("free",), pausable=False),
        ),
        detail_template="collaboration/banks/_order.html",
        subject=_("协助"),
    )
)


def _deducted(case: Case, actor: Actor, data: dict[str, Any]) -> None:
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
            _DRAFT,
            _APPROVING,
            _REFUSED,
            _AT_BANK,
            _CALLED_OFF,
            State(SHORT, _("已扣缴，待处理余额"), _("存款已经扣缴，余额不足。"), tone="due"),
            State(SECURITY, _("待提供担保"), _("已要求提供担保，签订延期缴费协议。")),
            State(AGREED, _("已签延期缴费协议"), _("已经提供担保，签订延期缴费协议。"), final=True, tone="done"),
            State(TO_COURT, _("已申请法院执行"), _("已经申请人民法院强制执行。"), final=True, tone="due"),
            State(CONCLUDED, _("已扣缴"), _("扣缴已经办结。"), final=True, tone="done"),
        ),
        transitions=(
            _submit(),
            _approve(),
            _refuse(),
            _call_off(),
            Transition(
                "answer",
                _("回执：已办理扣缴"),
                (AT_BANK,),
                SHORT,
                _BANK,
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
                _OFFICER,
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
                _OFFICER,
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
                _OFFICER,
                ARTICLE,
                _("未足额缴纳又未提供担保，申请人民法院强制执行"),
                form=ReasonForm,
                tone="secondary",
            ),
        ),
        route=lambda case: case.detail.asked_by,
        clocks=(_EXECUTE,),
        detail_template="collaboration/banks/_order.html",
        subject=_("协助"),
    )
)
