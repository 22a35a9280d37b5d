"""The agreement as a matter (委托代征): applied for, examined, drafted, approved, signed by both, ended (Art 23).

The collector applies; the tax office examines the conditions, drafts the text and has it approved by a second
person; each side signs the same text; it is in force until its last day, or until one side ends it.
"""

import datetime as dt
from dataclasses import replace
from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import PermissionDenied, ValidationError
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from apps.collaboration.delegated import access, conditions, texts
from apps.collaboration.delegated.models import DelegatedAgreement, Signature
from apps.kernel.casework import cases, procedures, standard
from apps.kernel.casework.models import Case
from apps.kernel.casework.procedures import APPLICANT, DRAFT, SYSTEM, ClockSpec, Page, Paper, Procedure, State
from apps.kernel.casework.procedures import Transition as Row
from apps.kernel.forms import MoneyField
from apps.kernel.parties.actors import Actor
from apps.kernel.parties.models import Office, Party, Role
from apps.kernel.rules import parameters, terms
from apps.kernel.workcalendar import clock
from apps.kernel.workcalendar.days import SHANGHAI
from apps.kernel.workcalendar.deadlines import END_OF_DAY, due

CODE = "delegated-agreement"
ARTICLE = "第二十三条"
QUALIFIED, DRAFTED, APPROVED, SIGNED = "qualified", "drafted", "approved", "signed"
IN_FORCE, TERMINATED, EXPIRED = "in_force", "terminated", "expired"
NOT_YET = (standard.SUBMITTED, QUALIFIED, DRAFTED, APPROVED, SIGNED)
Ending = DelegatedAgreement.Ending


class DraftForm(forms.Form):
    """What the office puts into the text."""

    remit_days = forms.IntegerField(
        label=_("解缴期限（工作日）"),
        min_value=1,
        max_value=30,
        initial=5,
        help_text=_("代征之日起几个工作日内解缴；没有特别约定的填 5。"),
    )
    fee_percent = forms.DecimalField(
        label=_("手续费比例（%）"),
        min_value=Decimal(0),
        max_value=Decimal(5),
        max_digits=5,
        decimal_places=3,
        help_text=_("按实际解缴计算，不超过各税费种的上限。"),
    )
    largest = MoneyField(
        label=_("单笔代征上限（元）"),
        min_value=Decimal("0.01"),
        max_digits=12,
        decimal_places=2,
        initial=Decimal("20000.00"),
        help_text=_("超过的视为单位写错，不予接收。"),
    )
    works_as = forms.ModelChoiceField(
        Office.objects.filter(active=True, kind__in=(Office.Kind.STREET, Office.Kind.OTHER)),
        label=_("接口接入单位"),
        to_field_name="code",
        required=False,
        empty_label=_("没有"),
        help_text=_("代征单位在合作单位工作台和接口里使用的身份，例如街道。"),
    )


class BreachForm(standard.ReasonForm):
    """Why the office ends it."""

    ending = forms.ChoiceField(
        label=_("终止原因"), choices=[(each.value, each.label) for each in (Ending.BREACH, Ending.OFFICE)]
    )
    field_order = ("ending", "reason")


def _office(case: Case) -> Office:
    if case.applicant.office is None:
        raise ValidationError(gettext("您还没有主管税务所，请先到任一办税服务厅办理信息报告。"))
    return case.applicant.office


def _validate(detail: DelegatedAgreement) -> None:
    """Dates within the law's longest term, levies that may be delegated, a renewal of one's own agreement."""
    if not detail.levies:
        raise ValidationError({"levies": gettext("请至少选择一项税费种。")})
    longest = terms.term("delegated-agreement", clock.today())
    start = dt.datetime.combine(detail.begins - dt.timedelta(days=1), dt.time(12), tzinfo=SHANGHAI)
    last = due(start, longest.term, longest.unit, roll="none").due.astimezone(SHANGHAI).date()
    if not detail.begins < detail.ends <= last:
        message = gettext("委托代征协议最长%(term)s，结束日期应在开始之后、%(last)s 以前。")
        raise ValidationError({"ends": message % {"term": longest.label, "last": last}})
    if (
        detail.renews
        and not DelegatedAgreement.objects.filter(
            case__number=detail.renews, case__applicant=detail.case.applicant
        ).exists()
    ):
        raise ValidationError({"renews": gettext("没有这个编号的协议。不是续签的请不填。")})


def _last_moment(case: Case) -> dt.datetime:
    """The end of the agreement's last day; ``_validate`` holds it to the law's longest term from the first."""
    return dt.datetime.combine(case.detail.ends, END_OF_DAY, tzinfo=SHANGHAI)


def _qualify(case: Case, actor: Actor, data: dict[str, Any]) -> None:
    conditions.record(case.detail, data, actor)
    case.handler = actor.user


def _draft(case: Case, actor: Actor, data: dict[str, Any]) -> None:
    agreement: DelegatedAgreement = case.detail
    rate = Decimal(data["fee_percent"]) / 100
    ceilings = [parameters.row(f"delegated.fee.{levy}", clock.today()).number for levy in agreement.levies]
    if rate > max(ceilings):
        message = gettext("所选税费种的手续费上限是 %(most)s，请降低比例。")
        raise ValidationError({"fee_percent": message % {"most": f"{max(ceilings):.1%}"}})
    agreement.remit_days, agreement.fee_rate = data["remit_days"], rate
    agreement.largest, agreement.works_as = data["largest"], data.get("works_as")
    agreement.save(update_fields=["remit_days", "fee_rate", "largest", "works_as"])
    texts.draft(agreement, actor)
    case.handler = actor.user


def _may_sign(case: Case, actor: Actor) -> None:
    if not access.signs(actor):
        raise PermissionDenied(gettext("协议由法定代表人签署。"))


def _begin(case: Case, actor: Actor, data: dict[str, Any]) -> None:
    texts.sign(case.detail, Signature.Side.OFFICE, actor)
    texts.certify(case.detail, actor)


def _end(case: Case, ending: str, reason: str, actor: Actor) -> None:
    agreement: DelegatedAgreement = case.detail
    agreement.ended_on, agreement.ending = clock.today(), ending
    agreement.save(update_fields=["ended_on", "ending"])
    texts.end(agreement, reason, actor)


def expire_due() -> int:
    """End every agreement whose last day has passed; a lost night is made up for by the next."""
    passed = DelegatedAgreement.objects.filter(case__state=IN_FORCE, ends__lt=clock.today()).select_related("case")
    ended = 0
    for agreement in passed:
        cases.perform(agreement.case, "expire", Actor.system("delegated"))
        ended += 1
    return ended


def _state(code: str, label, now, todo="", **more) -> State:
    return State(code, label, now, todo, **more)


_row = {row.action: row for row in standard.TRANSITIONS}
_std = {state.code: state for state in standard.STATES}
CLERK, CHIEF, OWN = frozenset({Role.CLERK}), frozenset({Role.CHIEF}), frozenset({APPLICANT})

AGREEMENT = procedures.register(
    Procedure(
        code=CODE,
        title=_("委托代征协议"),
        summary=_("市场开办者、街道、物业、运输企业等单位受税务机关委托，代征零星、分散和异地缴纳的税费。"),
        chapter="4",
        article=ARTICLE,
        audience=frozenset({Party.Kind.ORGANISATION}),
        detail=DelegatedAgreement,
        states=(
            _std[DRAFT],
            _std[standard.SUBMITTED],
            _state(QUALIFIED, _("待起草协议"), _("您的单位符合代征条件，正在起草协议。")),
            _state(DRAFTED, _("待审批"), _("协议已起草，等待审批。")),
            _state(
                APPROVED,
                _("待代征单位签署"),
                _("协议已审批，等待您的单位签署。"),
                _("请法定代表人核对协议书后签署。"),
                waits_for_applicant=True,
                tone="due",
            ),
            _state(SIGNED, _("待税务机关签署"), _("您已签署，等待税务机关签署。")),
            _state(IN_FORCE, _("协议有效"), _("协议已生效，您的单位可以按约定代征。"), tone="done"),
            _state(TERMINATED, _("已终止"), _("协议已终止，不得再代征。"), final=True, tone="draft"),
            _state(EXPIRED, _("已到期"), _("协议已到期，不得再代征。需要继续的请申请续签。"), final=True, tone="draft"),
            _std[standard.REFUSED],
            _std[standard.WITHDRAWN],
        ),
        transitions=(
            replace(_row["submit"], article=ARTICLE),
            replace(_row["take"], article=ARTICLE, sources=(standard.SUBMITTED, QUALIFIED)),
            Row(
                "qualify",
                _("审查资格"),
                (standard.SUBMITTED,),
                QUALIFIED,
                CLERK,
                ARTICLE,
                _("审查了代征资格，符合条件"),
                form=conditions.QualifyForm,
                effect=_qualify,
            ),
            Row(
                "draft",
                _("起草协议"),
                (QUALIFIED, DRAFTED, APPROVED),
                DRAFTED,
                CLERK,
                ARTICLE,
                _("起草了协议文本"),
                form=DraftForm,
                effect=_draft,
            ),
            Row(
                "approve",
                _("审批"),
                (DRAFTED,),
                APPROVED,
                CHIEF,
                ARTICLE,
                _("审批了协议文本"),
                bar=standard.second_person,
                effect=lambda case, actor, data: texts.write(case.detail, actor),
                notice="case-decided",
            ),
            Row(
                "sign",
                _("签署协议"),
                (APPROVED,),
                SIGNED,
                OWN,
                ARTICLE,
                _("代征单位签署了协议"),
                bar=_may_sign,
                effect=lambda case, actor, data: texts.sign(case.detail, Signature.Side.COLLECTOR, actor),
            ),
            Row(
                "countersign",
                _("签署并发给证书"),
                (SIGNED,),
                IN_FORCE,
                CHIEF,
                ARTICLE,
                _("税务机关签署了协议，协议生效并公告"),
                effect=_begin,
                notice="case-decided",
            ),
            replace(
                _row["refuse"],
                article=ARTICLE,
                sources=(standard.SUBMITTED, QUALIFIED, DRAFTED),
                by=frozenset({Role.CHIEF}),
            ),
            replace(_row["withdraw"], article=ARTICLE, sources=NOT_YET),
            Row(
                "end",
                _("提出终止"),
                (IN_FORCE,),
                TERMINATED,
                OWN,
                ARTICLE,
                _("代征单位终止了协议，已公告"),
                bar=_may_sign,
                form=standard.ReasonForm,
                effect=lambda case, actor, data: _end(case, Ending.COLLECTOR, data["reason"], actor),
                notice="case-decided",
                tone="warning",
            ),
            Row(
                "terminate",
                _("终止协议"),
                (IN_FORCE,),
                TERMINATED,
                CHIEF,
                ARTICLE,
                _("税务机关终止了协议，已公告"),
                form=BreachForm,
                effect=lambda case, actor, data: _end(case, data["ending"], data["reason"], actor),
                notice="case-decided",
                tone="warning",
            ),
            Row(
                "expire",
                _("到期"),
                (IN_FORCE,),
                EXPIRED,
                frozenset({SYSTEM}),
                ARTICLE,
                _("协议期限届满，已公告"),
                effect=lambda case, actor, data: _end(case, Ending.EXPIRY, "", actor),
                notice="case-decided",
            ),
        ),
        route=_office,
        clocks=(
            ClockSpec(
                "delegated-decide",
                _("审查、起草并审批"),
                starts=("submit",),
                stops=("approve", "refuse", "withdraw"),
                pausable=False,
            ),
            ClockSpec(
                "delegated-agreement",
                _("协议期限"),
                starts=("countersign",),
                stops=("end", "terminate", "expire"),
                pausable=False,
                whose="applicant",  # who wants to go on collecting renews in time
                until=_last_moment,
            ),
        ),
        pages=(
            Page("who", _("您的单位"), ("kind", "premises", "staff_count")),
            Page("what", _("代征什么？"), ("levies", "area", "payers")),
            Page("when", _("代征多久？"), ("begins", "ends", "renews")),
        ),
        papers=(
            Paper("delegated-accounting", _("财务管理制度"), _("证明能够准确核算代征税费。")),
            Paper("delegated-staff", _("代征人员名单"), _("姓名和联系方式。")),
        ),
        minutes=20,
        subject=_("涉税专业服务"),
        keywords=("委托代征", "代征", "市场", "街道", "网格"),
        validate=_validate,
        overview_template="collaboration/delegated/_on_case.html",
        detail_template="collaboration/delegated/_terms.html",
    )
)
