"""The tax office inspects a collector (委托代征检查): planned, found, put right, closed (Art 23)."""

import datetime as dt
from dataclasses import replace
from typing import Any

from django import forms
from django.core.exceptions import PermissionDenied, ValidationError
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from apps.collaboration.delegated import access
from apps.collaboration.delegated.models import DelegatedAgreement, DelegatedInspection
from apps.collaboration.delegated.procedure import IN_FORCE
from apps.kernel.casework import cases, procedures, standard
from apps.kernel.casework.models import Case
from apps.kernel.casework.procedures import APPLICANT, DRAFT, ClockSpec, Procedure, State
from apps.kernel.casework.procedures import Transition as Row
from apps.kernel.parties.actors import Actor
from apps.kernel.parties.models import Role
from apps.kernel.workcalendar import clock

CODE = "delegated-inspection"
ARTICLE = "第二十三条"
PLANNED, ORDERED, CORRECTED = "planned", "ordered", "corrected"
SOUND, CLOSED, BREACH = "sound", "closed", "breach"
STAFF = frozenset({Role.CLERK, Role.CHIEF})
AREA = forms.Textarea(attrs={"rows": 4})


class FindingsForm(forms.Form):
    """What was found."""

    findings = forms.CharField(label=_("检查发现"), max_length=2000, widget=AREA)


class CorrectionForm(forms.Form):
    """What was put right."""

    corrected = forms.CharField(label=_("改正情况"), max_length=2000, widget=AREA)


def plan(agreement: DelegatedAgreement, actor: Actor, *, planned_on: dt.date, scope: str, key: str) -> Case:
    """Plan an inspection; the collector is told. The same key gives the first one.

    :raises PermissionDenied: unless the actor looks after the collector.
    :raises ValidationError: on ``planned_on``.
    """
    access.require("inspect", actor, agreement.about, allowed=access.looks_after(actor, agreement))
    if planned_on < clock.today():
        raise ValidationError({"planned_on": gettext("检查日期不能早于今天。")})
    on_behalf = actor.on_behalf_of(agreement.case.applicant)
    return cases.open_submitted(
        INSPECTION,
        on_behalf,
        {"agreement": agreement, "planned_on": planned_on, "scope": scope},
        idempotency_key=key,
    )


def _its_day(case: Case, _actor: Actor) -> None:
    """What an inspection finds is known when it has taken place."""
    planned: dt.date = case.detail.planned_on
    if clock.today() < planned:
        raise PermissionDenied(gettext("检查安排在 %(day)s，当天起才能登记结果。") % {"day": planned})


def _found(case: Case, actor: Actor, data: dict[str, Any]) -> None:
    detail: DelegatedInspection = case.detail
    detail.findings = data["findings"]
    detail.save(update_fields=["findings"])
    case.handler = actor.user


def _corrected(case: Case, actor: Actor, data: dict[str, Any]) -> None:
    detail: DelegatedInspection = case.detail
    detail.corrected = data["corrected"]
    detail.save(update_fields=["corrected"])


def _terminate(case: Case, actor: Actor, data: dict[str, Any]) -> None:
    """A breach ends the agreement, in the same transaction."""
    agreement = case.detail.agreement
    if agreement.case.state == IN_FORCE:
        ending = DelegatedAgreement.Ending.BREACH
        cases.perform(agreement.case, "terminate", actor, ending=ending, reason=f"{case.number} {data['reason']}")


def _row(action: str, label, source: str, target: str, past, **more) -> Row:
    by = more.pop("by", STAFF)
    return Row(action, label, (source,), target, by, ARTICLE, past, **more)


_std = {state.code: state for state in standard.STATES}

INSPECTION = procedures.register(
    Procedure(
        code=CODE,
        title=_("委托代征检查"),
        summary=_("税务机关检查代征单位的征收、解缴、凭证和手续费，发现问题责令改正。"),
        chapter="4",
        article=ARTICLE,
        audience=frozenset(),
        detail=DelegatedInspection,
        states=(
            _std[DRAFT],
            State(PLANNED, _("待检查"), _("税务机关将检查您的代征情况，请准备账册、凭证。")),
            State(
                ORDERED,
                _("责令改正"),
                _("检查发现问题，请按期改正。"),
                _("请在期限内改正并报告。"),
                waits_for_applicant=True,
                tone="due",
            ),
            State(CORRECTED, _("已报告改正"), _("您已报告改正，等待税务机关确认。")),
            State(SOUND, _("未发现问题"), _("检查没有发现问题。"), final=True, tone="done"),
            State(CLOSED, _("已改正"), _("问题已经改正。"), final=True, tone="done"),
            State(BREACH, _("构成违约"), _("检查认定违约，协议已终止。"), final=True, tone="due"),
        ),
        transitions=(
            Row(
                "submit",
                _("下达"),
                (DRAFT,),
                PLANNED,
                frozenset({APPLICANT}),
                ARTICLE,
                _("安排了检查"),
                notice="delegated-inspection",
            ),
            _row(
                "clear",
                _("未发现问题"),
                PLANNED,
                SOUND,
                _("检查结束，未发现问题"),
                bar=_its_day,
                form=FindingsForm,
                effect=_found,
            ),
            _row(
                "order",
                _("责令改正"),
                PLANNED,
                ORDERED,
                _("检查发现问题，责令改正"),
                bar=_its_day,
                form=FindingsForm,
                effect=_found,
                notice="case-decided",
            ),
            _row(
                "report",
                _("报告改正"),
                ORDERED,
                CORRECTED,
                _("报告了改正情况"),
                by=frozenset({APPLICANT}),
                form=CorrectionForm,
                effect=_corrected,
            ),
            _row("close", _("确认改正"), CORRECTED, CLOSED, _("确认已经改正"), notice="case-decided"),
            _row(
                "again",
                _("退回继续改正"),
                CORRECTED,
                ORDERED,
                _("改正不到位，退回继续改正"),
                form=standard.ReasonForm,
                tone="secondary",
            ),
            replace(
                _row(
                    "breach",
                    _("认定违约"),
                    ORDERED,
                    BREACH,
                    _("认定违约，终止协议"),
                    by=frozenset({Role.CHIEF}),
                    form=standard.ReasonForm,
                    bar=standard.second_person,
                    after=_terminate,
                    notice="case-decided",
                    tone="warning",
                ),
                sources=(ORDERED, CORRECTED),
            ),
        ),
        route=lambda case: case.detail.agreement.case.office,
        clocks=(
            ClockSpec(
                "delegated-correct",
                _("改正并报告"),
                starts=("order", "again"),
                stops=("report", "breach"),
                pausable=False,
                whose="applicant",
            ),
        ),
        detail_template="collaboration/delegated/_inspection.html",
    )
)
