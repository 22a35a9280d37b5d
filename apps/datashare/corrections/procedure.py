"""A correction on its way: reporter, data centre, department, and back when a pull shows it (Art 19).

The centre forwards within two working days, the department verifies within ten and corrects or rejects with
evidence. A correction is closed only by the data: the source says the right value. What the tax authority itself
says goes to the taxpayer's own tax office with no detour.
"""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from apps.datashare.centre import centre
from apps.datashare.corrections import opening, outcome
from apps.datashare.corrections.forms import ReportedForm
from apps.datashare.corrections.models import DataCorrection
from apps.datashare.corrections.spelling import spelled
from apps.datashare.requests.procedure import pass_to
from apps.kernel.casework import procedures
from apps.kernel.casework.models import Case
from apps.kernel.casework.procedures import (
    APPLICANT,
    DRAFT,
    REQUESTER,
    SYSTEM,
    ClockSpec,
    Procedure,
    State,
    Transition,
)
from apps.kernel.casework.standard import WITHDRAWN, ReasonForm, RefusalForm
from apps.kernel.facts import catalogue
from apps.kernel.parties.actors import Actor
from apps.kernel.parties.models import Office, Role
from apps.kernel.workcalendar import clock

CODE = "data-correction"
ARTICLE = "第十九条"
ROUTING, VERIFYING, CORRECTED, CLOSED, REJECTED = "routing", "verifying", "corrected", "closed", "rejected"
VERIFIERS = frozenset({Role.OFFICER, Role.CLERK})

Data = dict[str, Any]


class ForwardForm(forms.Form):
    """To whom the centre forwards."""

    office = forms.ModelChoiceField(
        Office.objects.filter(active=True),
        label=_("核实单位"),
        to_field_name="code",
        required=False,
        empty_label=_("系统识别的单位"),
        help_text=_("留空则转给数据来源对应的单位；系统没有识别出单位的，请选择。"),
    )


class CorrectForm(forms.Form):
    """What the value really is."""

    value = forms.CharField(
        label=_("核实后的值"),
        max_length=100,
        required=False,
        help_text=_("金额以元为单位。整个数据源结构变化的，恢复后留空提交。"),
    )
    write = forms.BooleanField(
        label=_("同时以本单位名义写入更正后的值"),
        required=False,
        help_text=_("不勾选的，等待下一次归集取得更正后的值再结束。"),
    )
    reason = forms.CharField(
        label=_("核实情况"), required=False, max_length=1000, widget=forms.Textarea(attrs={"rows": 3})
    )


def _is_own(case: Case) -> bool:
    provider = case.detail.provider
    return provider is not None and provider.is_tax


def _known_unit(case: Case, _actor: Actor, data: Data) -> None:
    if data.get("office") is None and case.detail.provider is None:
        raise ValidationError({"office": gettext("系统没有识别出数据所在单位，请选择。")})


def _forwarded(case: Case, _actor: Actor, data: Data) -> None:
    row: DataCorrection = case.detail
    if data.get("office") is not None and data["office"] != row.provider:
        row.provider = data["office"]
        row.save(update_fields=["provider"])
    pass_to(case, row.provider, _("待核实更正"), row.reason)


def _not_ours(case: Case, _actor: Actor, data: Data) -> None:
    row: DataCorrection = case.detail
    row.provider = None
    row.save(update_fields=["provider"])
    pass_to(case, centre(), _("不属于本单位数据，退回转办"), data["reason"])


def _is_another_value(case: Case, _actor: Actor, data: Data) -> None:
    row: DataCorrection = case.detail
    if not row.field:
        return
    data["value"] = spelled(catalogue.entries()[row.field], str(data.get("value") or ""))
    if data["value"] == row.stated:
        raise ValidationError({"value": gettext("这就是现有的值。核实无误的，请选择“核实无误，不予更正”并说明证据。")})


def _corrected(case: Case, actor: Actor, data: Data) -> None:
    row: DataCorrection = case.detail
    row.corrected_at, row.unseen_at = clock.now(), None
    row.right_value = data["value"] if row.field else None
    row.save(update_fields=["corrected_at", "unseen_at", "right_value"])
    if data.get("write") and row.field:
        outcome.write(row, clock.today())


WITHDRAWABLE = (ROUTING, VERIFYING)

DATA_CORRECTION = procedures.register(
    Procedure(
        code=CODE,
        title=_("数据校核"),
        summary=_("数据有错误或者遗漏的，由市大数据中心转数据所在单位核实更正，归集到更正后的值才算办结。"),
        chapter="3",
        article=ARTICLE,
        audience=frozenset(),
        detail=DataCorrection,
        route=lambda _case: centre(),
        requester=lambda case: case.detail.office,
        states=(
            State(DRAFT, _("草稿"), _("还没有提交。"), tone="draft"),
            State(ROUTING, _("待转办"), _("在大数据中心，等待转数据所在单位。")),
            State(VERIFYING, _("核实中"), _("数据所在单位正在核实。")),
            State(CORRECTED, _("已更正，待复核"), _("数据所在单位已更正，等待归集到更正后的值。")),
            State(CLOSED, _("已更正"), _("已归集到更正后的值。"), final=True, tone="done"),
            State(
                REJECTED,
                _("不予更正"),
                _("数据所在单位核实后认为数据无误。"),
                _("有新的证据可以再次提出异议；也可以依法申请行政复议。"),
                final=True,
                tone="due",
            ),
            State(WITHDRAWN, _("已撤回"), _("已撤回。"), final=True, tone="draft"),
        ),
        transitions=(
            Transition(
                "submit",
                _("提交"),
                (DRAFT,),
                ROUTING,
                frozenset({REQUESTER, SYSTEM}),
                ARTICLE,
                pgettext_lazy("已发生", "反映数据问题"),
                then=lambda case: "forward" if _is_own(case) else None,
                notice="case-submitted",
            ),
            Transition(
                "forward",
                _("转数据所在单位核实"),
                (ROUTING,),
                VERIFYING,
                frozenset({Role.OFFICER, SYSTEM}),
                ARTICLE,
                pgettext_lazy("已发生", "转数据所在单位核实"),
                form=ForwardForm,
                guard=_known_unit,
                effect=_forwarded,
            ),
            Transition(
                "return",
                _("不是本单位数据，退回"),
                (VERIFYING,),
                ROUTING,
                VERIFIERS,
                ARTICLE,
                _("退回大数据中心重新转办"),
                form=ReasonForm,
                effect=_not_ours,
                tone="secondary",
            ),
            Transition(
                "correct",
                _("已更正"),
                (VERIFYING, CORRECTED),
                CORRECTED,
                VERIFIERS,
                ARTICLE,
                _("核实有误，已更正"),
                form=CorrectForm,
                guard=_is_another_value,
                effect=_corrected,
                then=lambda case: "confirm" if outcome.shown_by_the_data(case) else None,
            ),
            Transition(
                "reject",
                _("核实无误，不予更正"),
                (VERIFYING,),
                REJECTED,
                VERIFIERS,
                ARTICLE,
                pgettext_lazy("已发生", "核实无误，不予更正"),
                form=RefusalForm,
                effect=outcome.rejected,
                tone="warning",
            ),
            Transition(
                "confirm",
                _("复核通过"),
                (CORRECTED,),
                CLOSED,
                frozenset({SYSTEM}),
                ARTICLE,
                _("归集到更正后的值，办结"),
                effect=outcome.confirmed,
            ),
            Transition(
                "withdraw",
                _("撤回"),
                WITHDRAWABLE,
                WITHDRAWN,
                frozenset({APPLICANT, REQUESTER, SYSTEM}),
                ARTICLE,
                _("撤回了反映"),
                effect=outcome.withdrawn,
                tone="warning",
            ),
        ),
        clocks=(
            ClockSpec(
                "correction-forward",
                _("转数据所在单位"),
                starts=("submit", "return"),
                stops=("forward", "withdraw"),
            ),
            ClockSpec(
                "correction-verify",
                _("核实更正"),
                starts=("forward",),
                stops=("correct", "reject", "return", "withdraw"),
            ),
        ),
        opener=opening.opened,
        asks=ReportedForm,
        detail_template="datashare/corrections/_correction.html",
        subject=_("数据共享"),
        keywords=("数据", "更正", "异议"),
    )
)
