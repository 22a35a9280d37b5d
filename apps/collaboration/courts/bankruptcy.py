"""A liquidation or bankruptcy: claims filed in time, objected to, confirmed, paid out, and the dead rest written off.

Article 30, second paragraph; ranks and dates by the Enterprise Bankruptcy Law (企业破产法 Arts 45, 46, 48, 113).
"""

import datetime as dt
from decimal import Decimal
from typing import Any

from django.core.exceptions import PermissionDenied
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from apps.collaboration.coded import Refusal
from apps.collaboration.courts import papers, ranking, remitting
from apps.collaboration.courts.arrears import charges_of, extract
from apps.collaboration.courts.forms import ConfirmForm, ObjectionForm, RemitForm
from apps.collaboration.courts.models import BankruptcyClaim, ClaimLine
from apps.collaboration.courts.opening import pass_on
from apps.kernel.casework import procedures
from apps.kernel.casework.models import Case
from apps.kernel.casework.procedures import DRAFT, REQUESTER, SYSTEM, ClockSpec, Procedure, State, Transition
from apps.kernel.casework.standard import ReasonForm, second_person
from apps.kernel.documents import letters
from apps.kernel.ledger import charges, late_fees
from apps.kernel.ledger.models import ZERO
from apps.kernel.parties.actors import Actor
from apps.kernel.parties.models import Role
from apps.kernel.workcalendar import clock
from apps.kernel.workcalendar.days import SHANGHAI
from apps.kernel.workcalendar.deadlines import END_OF_DAY

ARTICLE = "第三十条"
TOLD, PREPARED, FILED, OBJECTED, CONFIRMED = "told", "prepared", "filed", "objected", "confirmed"
DEAD, PROPOSED, WRITTEN_OFF, PAID, NOTHING = "dead", "proposed", "written_off", "paid", "nothing"
COURT, CLERK, CHIEF = frozenset({Role.OFFICER}), frozenset({Role.CLERK}), frozenset({Role.CHIEF})


def last_moment(case: Case) -> dt.datetime:
    """The end of the day the court has set for claims."""
    return dt.datetime.combine(case.detail.claim_by, END_OF_DAY, tzinfo=SHANGHAI)


def _to_tax(case: Case, _actor: Actor, _data: dict[str, Any]) -> None:
    pass_on(case, case.detail.office)


def _in_time(case: Case, _actor: Actor, _data: dict[str, Any]) -> None:
    if clock.now() > last_moment(case):
        raise Refusal(
            gettext("人民法院确定的债权申报期限 %(day)s 已过。可以在最后分配前补充申报，请与管理人联系。")
            % {"day": case.detail.claim_by},
            code="late",
        )


def _prepared(case: Case, actor: Actor, _data: dict[str, Any]) -> None:
    """The lines by levy, late fee up to the day of acceptance; again from the account each time."""
    claim: BankruptcyClaim = case.detail
    case.handler = actor.user
    lines = ranking.bankruptcy_lines(case, ranking.everything(claim.party), claim.accepted_on)
    if not lines:
        raise Refusal(gettext("该债务人没有欠缴的税费，不需要申报。请选择“没有债权”。"), code="nothing_owed")
    ClaimLine.objects.bulk_create(lines)


def _taken_apart(case: Case, _actor: Actor, _data: dict[str, Any]) -> None:
    """What was prepared is not filed: the lines are made anew."""
    case.claim_lines.all().delete()


def _file(case: Case, actor: Actor, data: dict[str, Any]) -> None:
    second_person(case, actor, data)
    _in_time(case, actor, data)


def _filed(case: Case, actor: Actor, _data: dict[str, Any]) -> None:
    """The claim goes to court and administrator with its letter."""
    claim: BankruptcyClaim = case.detail
    lines = list(case.claim_lines.select_related("charge__levy"))
    claim.filed_on = clock.today()
    claim.letter = letters.issue(
        papers.BANKRUPTCY.code,
        claim.party,
        {
            "number": case.number,
            "court": str(claim.court),
            "court_case": claim.court_case,
            "administrator": claim.administrator,
            "accepted_on": claim.accepted_on,
            "rows": extract(lines),
            "priority": claim.claimed_priority,
            "ordinary": claim.claimed_ordinary,
        },
        actor=actor,
        about=case.about,
    )
    claim.save(update_fields=["filed_on", "letter"])
    pass_on(case, claim.court)


def _within_claim(case: Case, name: str, data: dict[str, Any]) -> None:
    claim: BankruptcyClaim = case.detail
    for rank, most in (("priority", claim.claimed_priority), ("ordinary", claim.claimed_ordinary)):
        if data[f"{name}_{rank}"] > most:
            raise Refusal(
                {f"{name}_{rank}": gettext("超过申报的金额 %(most)s 元。") % {"most": f"{most:,.2f}"}},
                code="above_claim",
            )


def _objectable(case: Case, _actor: Actor, data: dict[str, Any]) -> None:
    _within_claim(case, "acknowledged", data)


def _objected(case: Case, _actor: Actor, data: dict[str, Any]) -> None:
    claim: BankruptcyClaim = case.detail
    claim.acknowledged_priority = data["acknowledged_priority"]
    claim.acknowledged_ordinary = data["acknowledged_ordinary"]
    claim.save(update_fields=["acknowledged_priority", "acknowledged_ordinary"])
    pass_on(case, claim.office)


def _to_court(case: Case, _actor: Actor, _data: dict[str, Any]) -> None:
    pass_on(case, case.detail.court)


def _accepted(case: Case, _actor: Actor, _data: dict[str, Any]) -> None:
    claim: BankruptcyClaim = case.detail
    claim.confirmed_priority = claim.acknowledged_priority
    claim.confirmed_ordinary = claim.acknowledged_ordinary
    claim.save(update_fields=["confirmed_priority", "confirmed_ordinary"])
    pass_on(case, claim.court)


def _confirmable(case: Case, _actor: Actor, data: dict[str, Any]) -> None:
    _within_claim(case, "confirmed", data)


def _confirmed(case: Case, _actor: Actor, data: dict[str, Any]) -> None:
    claim: BankruptcyClaim = case.detail
    claim.confirmed_priority, claim.confirmed_ordinary = data["confirmed_priority"], data["confirmed_ordinary"]
    claim.save(update_fields=["confirmed_priority", "confirmed_ordinary"])


def _distributable(case: Case, _actor: Actor, data: dict[str, Any]) -> None:
    claim: BankruptcyClaim = case.detail
    remitting.check(case, claim.confirmed - claim.remitted, data)


def _distributed(case: Case, actor: Actor, data: dict[str, Any]) -> None:
    remitting.book(case, charges_of(case), actor, data)


def left(case: Case) -> Decimal:
    """What is still on the account of what was claimed."""
    today = clock.today()
    return sum((each.outstanding + late_fees.outstanding(each, today) for each in charges_of(case)), ZERO)


def _proposed(case: Case, actor: Actor, _data: dict[str, Any]) -> None:
    claim: BankruptcyClaim = case.detail
    claim.proposed_by = case.handler = actor.user
    claim.save(update_fields=["proposed_by"])


def _another(case: Case, actor: Actor, _data: dict[str, Any]) -> None:
    claim: BankruptcyClaim = case.detail
    if claim.proposed_by_id == actor.person.pk:
        raise PermissionDenied(gettext("提请核销和批准核销须是两个人。"))


def _written_off(case: Case, actor: Actor, data: dict[str, Any]) -> None:
    """The dead rest is off the account."""
    claim: BankruptcyClaim = case.detail
    for charge in charges_of(case):
        charges.write_off(
            charge, reason=f"{claim.court_case} {data['reason']}", proposed_by=claim.proposed_by, actor=actor
        )


BANKRUPTCY = procedures.register(
    Procedure(
        code="bankruptcy-claim",
        title=_("破产债权申报"),
        summary=_("人民法院受理强制清算、破产案件后，税务机关在期限内申报税费债权，参加分配。"),
        chapter="4",
        article=ARTICLE,
        audience=frozenset(),
        detail=BankruptcyClaim,
        states=(
            State(DRAFT, _("待通知"), _("尚未通知。"), tone="draft"),
            State(TOLD, _("待申报"), _("税务机关正在核对欠缴税费。"), tone="due"),
            State(PREPARED, _("待审批申报"), _("债权明细已经算好，等待审批。"), tone="due"),
            State(NOTHING, _("没有债权"), _("没有欠缴税费，不申报。"), final=True, tone="draft"),
            State(FILED, _("已申报"), _("已向管理人申报。")),
            State(OBJECTED, _("管理人有异议"), _("管理人提出异议，等待税务机关答复。"), tone="due"),
            State(CONFIRMED, _("债权已确认"), _("债权已经确认，等待分配。")),
            State(PAID, _("已全部受偿"), _("债权已经全部受偿。"), final=True, tone="done"),
            State(DEAD, _("程序终结，待核销"), _("破产程序终结，余额不能受偿。"), tone="due"),
            State(PROPOSED, _("待批准核销"), _("已提请核销，等待批准。"), tone="due"),
            State(WRITTEN_OFF, _("已核销"), _("不能受偿的余额已经核销。"), final=True, tone="done"),
        ),
        transitions=(
            Transition(
                "submit", _("通知"), (DRAFT,), TOLD, frozenset({REQUESTER}), ARTICLE, _("通知了受理"), effect=_to_tax
            ),
            Transition(
                "prepare", _("核对债权明细"), (TOLD,), PREPARED, CLERK, ARTICLE, _("核对了债权明细"), effect=_prepared
            ),
            Transition(
                "nothing",
                _("没有债权"),
                (TOLD,),
                NOTHING,
                CLERK,
                ARTICLE,
                _("查明没有欠缴税费"),
                form=ReasonForm,
                tone="secondary",
            ),
            Transition(
                "file",
                _("审批并申报"),
                (PREPARED,),
                FILED,
                CHIEF,
                ARTICLE,
                _("申报了债权"),
                guard=_file,
                effect=_filed,
            ),
            Transition(
                "send_back",
                _("退回重新核对"),
                (PREPARED,),
                TOLD,
                CHIEF,
                ARTICLE,
                _("退回重新核对"),
                form=ReasonForm,
                effect=_taken_apart,
                tone="secondary",
            ),
            Transition(
                "object",
                _("登记管理人异议"),
                (FILED,),
                OBJECTED,
                COURT,
                ARTICLE,
                _("管理人提出异议"),
                guard=_objectable,
                effect=_objected,
                form=ObjectionForm,
                tone="secondary",
            ),
            Transition(
                "accept_objection",
                _("接受异议"),
                (OBJECTED,),
                CONFIRMED,
                CLERK,
                ARTICLE,
                _("接受了异议，按管理人认可的金额确认"),
                effect=_accepted,
                form=ReasonForm,
            ),
            Transition(
                "maintain",
                _("坚持申报"),
                (OBJECTED,),
                FILED,
                CLERK,
                ARTICLE,
                _("说明理由，坚持申报"),
                effect=_to_court,
                form=ReasonForm,
                tone="secondary",
            ),
            Transition(
                "confirm",
                _("确认债权"),
                (FILED,),
                CONFIRMED,
                COURT,
                ARTICLE,
                _("确认了债权"),
                guard=_confirmable,
                effect=_confirmed,
                form=ConfirmForm,
            ),
            Transition(
                "distribute",
                _("划付分配款"),
                (CONFIRMED,),
                None,
                COURT,
                ARTICLE,
                _("划付了分配款"),
                guard=_distributable,
                effect=_distributed,
                form=RemitForm,
                then=lambda case: None if left(case) else "finish",
            ),
            Transition("finish", _("办结"), (CONFIRMED,), PAID, frozenset({SYSTEM}), ARTICLE, _("全部受偿，办结")),
            Transition(
                "terminate",
                _("程序终结"),
                (CONFIRMED,),
                DEAD,
                COURT,
                ARTICLE,
                _("裁定终结程序"),
                form=ReasonForm,
                effect=_to_tax,
                tone="warning",
            ),
            Transition(
                "propose_write_off",
                _("提请核销余额"),
                (DEAD,),
                PROPOSED,
                CLERK,
                ARTICLE,
                _("提请核销不能受偿的余额"),
                form=ReasonForm,
                effect=_proposed,
            ),
            Transition(
                "write_off",
                _("批准核销"),
                (PROPOSED,),
                WRITTEN_OFF,
                CHIEF,
                ARTICLE,
                _("批准核销，账户余额冲减"),
                guard=_another,
                effect=_written_off,
                form=ReasonForm,
            ),
            Transition(
                "keep",
                _("不批准核销"),
                (PROPOSED,),
                DEAD,
                CHIEF,
                ARTICLE,
                _("没有批准核销"),
                guard=_another,
                form=ReasonForm,
                tone="warning",
            ),
        ),
        route=lambda case: case.detail.court,
        clocks=(
            ClockSpec(
                "court-claim",
                _("申报债权"),
                starts=("submit",),
                stops=("file", "nothing"),
                pausable=False,
                until=last_moment,
            ),
            ClockSpec(
                "claim-objection",
                _("答复管理人异议"),
                starts=("object",),
                stops=("accept_objection", "maintain"),
            ),
        ),
        detail_template="collaboration/courts/_bankruptcy.html",
        subject=_("协助"),
    )
)
