"""Report of a tax violation (检举税收违法行为): Article 36 and 税收违法行为检举管理办法.

Classified within fifteen working days; what is in scope is handled within three months; what is not goes
to the authority in charge, without the identity of the reporter. No step asks for free text: the content
of a report belongs into its sealed correspondence, never into the history of a case.
"""

from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from apps.kernel.casework import procedures, standard
from apps.kernel.casework.models import Case
from apps.kernel.casework.procedures import DRAFT, SYSTEM, ClockSpec, Procedure, State, Transition
from apps.kernel.forms import MoneyField
from apps.kernel.parties.actors import Actor
from apps.kernel.parties.models import Membership, Office, Role
from apps.supervision.reports import keys, rewards, wiping
from apps.supervision.reports.models import KeyBox, Report

SUBMITTED, HANDLING, HELD = standard.SUBMITTED, standard.HANDLING, "held"
FOUND, NOT_FOUND, DESTROYED = "found", "not_found", "destroyed"
DESTROY = "destroy"
READERS = frozenset({Role.REPORTS, Role.OFFICER})


class NobodyToSealTo(ValidationError):
    """No reader or custodian has a key box: a report is refused rather than kept in plain."""


class ClassifyForm(forms.Form):
    """How a report in scope is worked on."""

    category = forms.ChoiceField(
        label=_("分级分类"),
        choices=[(each.value, each.label) for each in (Report.Category.INVESTIGATE, Report.Category.VERIFY)],
        widget=forms.RadioSelect,
    )


class FixedReasonForm(forms.Form):
    """A reason from a list: nothing a reporter wrote gets into the history of the case."""

    REASONS: tuple = ()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reason"] = forms.ChoiceField(
            label=_("理由"), choices=[(str(each), each) for each in self.REASONS], widget=forms.RadioSelect
        )


class TransferForm(FixedReasonForm):
    """Where a report out of scope goes."""

    REASONS = (_("不属于本机关职责范围"), _("属于其他税务机关管辖"))
    office = forms.ModelChoiceField(
        Office.objects.none(),
        label=_("移送单位"),
        help_text=_("只列出已经有人建立密钥箱的单位；其他单位请先联系对方建立。"),
        to_field_name="code",
        empty_label=_("请选择"),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        readers = Q(kind__in=Office.TAX_KINDS, pk__in=_offices_of(Role.REPORTS)) | Q(pk__in=_offices_of(Role.OFFICER))
        self.fields["office"].queryset = Office.objects.filter(readers, active=True)


class DeclineForm(FixedReasonForm):
    """Why a transferred report goes back."""

    REASONS = (_("不属于我单位职责范围"), _("我单位已经在办理"))


class ExtendForm(FixedReasonForm):
    """Why it takes longer."""

    REASONS = (_("案情复杂"), _("需要其他地区协查"))


class ConcludeForm(forms.Form):
    """What was collected; it decides the ceiling of the reward."""

    collected = MoneyField(
        label=_("收缴入库的税款（元）"),
        help_text=_("没有税款入库的，填 0。"),
        min_value=Decimal(0),
        max_digits=16,
        decimal_places=2,
    )


def inspection_office(_case: Case) -> Office:
    """The tax office whose reports group and custodians both have key boxes.

    :raises NobodyToSealTo: when there is none.
    """
    for office in Office.objects.filter(kind__in=Office.TAX_KINDS, active=True, pk__in=_offices_of(Role.REPORTS)):
        if all(keys.group(office, purpose) for purpose in (keys.Purpose.CASE, keys.Purpose.IDENTITY)):
            return office
    raise NobodyToSealTo(gettext("现在不能在网上接收检举：没有可以封存内容的密钥箱。请拨打 12366 或者寄信检举。"))


def _offices_of(role: str):
    boxes = KeyBox.objects.in_use().values("user")
    return Membership.objects.in_force().filter(role=role, user__in=boxes).values("office")


def sealed_for_others(case: Case, _actor: Actor) -> None:
    """A report leaves from its own page only, where its key is sealed to who is to read it."""
    sealed = case.detail.wraps.filter(purpose=keys.Purpose.CASE)
    if not sealed.exclude(box__in=keys.group(case.office, keys.Purpose.CASE)).exists():
        raise ValidationError(gettext("请先打开密钥箱，再从检举页面移送：检举内容要为接收单位重新封装密钥。"))


def sealed_for_receiver(case: Case, actor: Actor, data: dict[str, Any]) -> None:
    """A report is offered only to an office that will be able to read it."""
    receivers = keys.group(data["office"], keys.Purpose.CASE)
    if not case.detail.wraps.filter(purpose=keys.Purpose.CASE, box__in=receivers).exists():
        raise ValidationError({"office": gettext("检举内容还没有为该单位封装密钥。请从检举页面移送。")})


def classified(case: Case, _actor: Actor, data: dict[str, Any]) -> None:
    report: Report = case.detail
    report.category = data["category"]
    report.save(update_fields=["category"])


def held(case: Case, actor: Actor, _data: dict[str, Any]) -> None:
    classified(case, actor, {"category": Report.Category.HOLD})


def destroyed(case: Case, _actor: Actor, _data: dict[str, Any]) -> None:
    """What two people have agreed to destroy goes."""
    wiping.wipe(case.detail)


def keys_follow(case: Case, _actor: Actor, _data: dict[str, Any]) -> None:
    """Whoever holds the case now is who reads it."""
    keys.move(case.detail, case.office)


def concluded(case: Case, actor: Actor, data: dict[str, Any]) -> None:
    report: Report = case.detail
    report.collected = data["collected"]
    report.save(update_fields=["collected"])
    rewards.offer(report, actor)


REPORT = procedures.register(
    Procedure(
        code="report-violation",
        title=_("检举税收违法行为"),
        summary=_("发现偷税、逃避追缴欠税、骗税、虚开发票等行为，可以实名或者匿名检举。"),
        chapter="5",
        article="第三十六条",
        audience=frozenset(),
        detail=Report,
        detail_template="reports/_case.html",
        states=(
            State(DRAFT, _("草稿"), _("还没有提交。"), tone="draft"),
            State(SUBMITTED, _("待分类"), _("检举已经收到，正在分级分类。")),
            State(HANDLING, _("办理中"), _("检举属于受理范围，正在办理。")),
            State(
                HELD,
                _("暂存待查"),
                _("线索还不够清楚，暂存待查。您可以随时补充；长期没有补充的，依法可以销毁。"),
                tone="due",
            ),
            State(FOUND, _("查实"), _("检举经查属实，已依法处理。"), final=True, tone="done"),
            State(DESTROYED, _("已销毁"), _("暂存待查的材料期满，已依法销毁。"), final=True, tone="draft"),
            State(NOT_FOUND, _("未查实"), _("经查，没有发现所检举的违法行为。"), final=True, tone="draft"),
        ),
        transitions=(
            Transition("submit", _("提交"), (DRAFT,), SUBMITTED, frozenset({SYSTEM}), "第三十六条", _("收到了检举")),
            Transition(
                "classify",
                _("分类并办理"),
                (SUBMITTED, HELD),
                HANDLING,
                READERS,
                "第三十六条",
                _("完成了分级分类"),
                form=ClassifyForm,
                effect=classified,
            ),
            Transition(
                "hold",
                _("暂存待查"),
                (SUBMITTED,),
                HELD,
                READERS,
                "第三十六条",
                _("决定暂存待查"),
                effect=held,
                tone="secondary",
            ),
            Transition(
                "transfer",
                _("移送"),
                (SUBMITTED, HELD),
                None,
                READERS,
                "第三十六条",
                _("提出移送，不附检举人身份"),
                form=TransferForm,
                bar=sealed_for_others,
                guard=sealed_for_receiver,
                tone="secondary",
            ),
            Transition(
                "receive",
                _("接收"),
                (SUBMITTED, HELD),
                None,
                frozenset({procedures.RECEIVER}),
                "第三十六条",
                _("接收了移送的检举"),
                effect=keys_follow,
            ),
            Transition(
                "decline",
                _("退回"),
                (SUBMITTED, HELD),
                None,
                frozenset({procedures.RECEIVER}),
                "第三十六条",
                _("退回了移送的检举"),
                form=DeclineForm,
                effect=keys_follow,
                tone="secondary",
            ),
            Transition(
                DESTROY,
                _("销毁材料"),
                (HELD,),
                DESTROYED,
                frozenset({SYSTEM}),
                "第三十六条",
                _("材料暂存期满，经两人批准销毁"),
                effect=destroyed,
            ),
            Transition(
                "extend",
                _("延长办理期限"),
                (HANDLING,),
                None,
                frozenset({Role.CHIEF}),
                "第三十六条",
                _("批准延长办理期限"),
                form=ExtendForm,
                tone="secondary",
            ),
            Transition(
                "conclude",
                _("查实，办结"),
                (HANDLING,),
                FOUND,
                READERS,
                "第三十六条",
                _("办结：查实"),
                form=ConcludeForm,
                effect=concluded,
            ),
            Transition(
                "dismiss",
                _("未查实，办结"),
                (HANDLING,),
                NOT_FOUND,
                READERS,
                "第三十六条",
                _("办结：未查实"),
                tone="secondary",
            ),
        ),
        route=inspection_office,
        clocks=(
            ClockSpec(
                "report-classify",
                _("分级分类"),
                starts=("submit", "receive"),
                stops=("classify", "hold", "receive"),
            ),
            ClockSpec(
                "report-handle",
                _("办理检举"),
                starts=("classify",),
                stops=("conclude", "dismiss"),
                extension="report-handle-extension",
            ),
        ),
        minutes=10,
        subject=_("监督和检举"),
        keywords=("检举", "举报", "偷税", "虚开"),
    )
)
