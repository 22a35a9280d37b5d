"""Credit repair (信用修复): what was mended in time comes back, by the days it took (Art 34, third sentence).

Where the data themselves show the mending, the application is decided at once by published rules whose answers
are kept; otherwise the office in charge decides within its clock.
"""

import datetime as dt
from dataclasses import replace
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.kernel.audit import log
from apps.kernel.casework import cases, procedures, rights, standard
from apps.kernel.casework.models import Case
from apps.kernel.casework.procedures import SYSTEM, ClockSpec, Procedure, Transition, recorded
from apps.kernel.forms import DateField
from apps.kernel.parties.actors import Actor
from apps.kernel.parties.models import Office, Party
from apps.kernel.workcalendar import clock
from apps.supervision.credit import arithmetic, listed, standing
from apps.supervision.credit.indicators import LISTED
from apps.supervision.credit.models import CreditRepair, Deduction

CODE = "credit-repair"
ARTICLE = "第三十四条"


class ApproveForm(forms.Form):
    """The day the office accepts as the day of mending; the share restored follows from it."""

    mended_on = DateField(label=gettext_lazy("认定的纠正日期"), help_text=gettext_lazy("恢复的比例按这一天计算。"))
    reason = forms.CharField(label=gettext_lazy("认定的事实"), max_length=500, widget=forms.Textarea(attrs={"rows": 3}))


def earliest(row: Deduction, mended_on: dt.date) -> dt.date:
    """The first day a direct D may be repaired: its months run anew from any breach after it was mended."""
    breach = (
        Deduction.objects.filter(party=row.party_id, happened_on__gt=mended_on)
        .counted()
        .aggregate(last=Max("happened_on"))["last"]
    )
    return arithmetic.months_after(breach or mended_on, row.waits_months)


def _open(actor: Actor, given: dict[str, Any], key: str) -> Case:
    """A draft about one of the payer's own deductions; a foreign one is not found."""
    rights.may_apply(REPAIR, actor)
    found = Deduction.objects.visible_to(actor).counted().filter(ref=str(given.get("deduction", ""))).first()
    if found is None:
        raise ValidationError({"deduction": _("没有这一项扣分。请从信用档案里选择。")})
    with transaction.atomic():
        row = Deduction.objects.select_for_update(no_key=True, of=("self",)).get(pk=found.pk)
        first = Case.objects.filter(opened_by=actor.user, idempotency_key=key).first()
        if first is not None:
            return first
        if row.repaired_on:
            raise ValidationError(_("这一项已经修复，不需要再申请。"))
        if CreditRepair.objects.filter(
            deduction=row, case__closed_at__isnull=True, case__submitted_at__isnull=False
        ).exists():
            raise ValidationError(_("这一项已有一件修复申请正在办理，请等待结果。"))
        explanation = str(given.get("explanation", "")).strip()
        if row.mended_on is None and not explanation:
            raise ValidationError({"explanation": _("数据里还查不到纠正记录，请写明怎样、什么时候纠正的。")})
        _waited(row, row.mended_on)
        return cases.open_case(
            REPAIR, actor, {"deduction": row, "explanation": explanation[:1000]}, idempotency_key=key
        )


def _waited(row: Deduction, mended_on: dt.date | None) -> None:
    """A direct D waits without a new breach, one for the list also until it is left; the refusal names the day."""
    if row.code == LISTED and listed.shown(row.party):
        raise ValidationError(_("还在公布的失信主体名单中，停止公布后才能申请修复。"))
    if row.direct and mended_on is not None and clock.today() < (day := earliest(row, mended_on)):
        raise ValidationError(
            _("直接判为 D 级的，纠正后满 %(months)d 个月没有新的失信行为才能修复，最早 %(day)s。")
            % {"months": row.waits_months, "day": day}
        )


def apply(row: Deduction, actor: Actor, *, explanation: str = "", key: str) -> Case:
    """Apply for the repair of one deduction.

    :raises ValidationError: naming what is missing, or why it cannot be repaired now.
    """
    given = {"deduction": row.ref, "explanation": explanation}
    return cases.open_submitted(REPAIR, actor, given, idempotency_key=key)


def examine(case: Case, actor: Actor, data: dict[str, Any]) -> None:
    """Ask the published rules, and keep what they answered."""
    detail: CreditRepair = case.detail
    row = detail.deduction
    rules = arithmetic.Rules.on_day(clock.today())
    days = None if row.mended_on is None else max(0, (row.mended_on - row.counted_from).days)
    detail.trace = [
        {
            "label": recorded(gettext_lazy("数据里查到纠正记录")),
            "passed": row.mended_on is not None,
            "facts": row.mended_on.isoformat() if row.mended_on else recorded(gettext_lazy("没有查到")),
        },
        {
            "label": recorded(gettext_lazy("属于按数据直接修复的指标")),
            "passed": row.indicator.seen,
            "facts": recorded(row.indicator.label),
        },
    ]
    if days is not None and row.points:
        part = arithmetic.share(days, rules, tax=row.tax)
        detail.trace.append(
            {
                "label": recorded(gettext_lazy("恢复的比例")),
                "passed": True,
                "facts": recorded(gettext_lazy("%(since)s 起第 %(days)d 天纠正，恢复 %(share)s"))
                % {"since": row.counted_from, "days": days, "share": f"{part:.0%}"},
            }
        )
    detail.save(update_fields=["trace"])


def by_data(case: Case) -> str | None:
    """The portal's own next step: restore at once what the data show mended, leave the rest to the office."""
    return "restore" if all(each["passed"] for each in case.detail.trace) else None


def check(case: Case, actor: Actor, data: dict[str, Any]) -> None:
    """A second person decides, and the day of mending is a possible one.

    :raises ValidationError: on ``mended_on``.
    """
    row: Deduction = case.detail.deduction
    if not row.happened_on <= data["mended_on"] <= clock.today():
        raise ValidationError({"mended_on": _("纠正日期应在失信行为发生之后，不晚于今天。")})
    _waited(row, data["mended_on"])


def restore(case: Case, actor: Actor, data: dict[str, Any]) -> None:
    """Give the points back, or end a direct D; every result that holds follows."""
    detail: CreditRepair = case.detail
    row = (
        Deduction.objects.select_for_update(no_key=True, of=("self",))
        .select_related("party")
        .get(pk=detail.deduction_id)
    )
    row.mended_on = data.get("mended_on") or row.mended_on
    days = max(0, (row.mended_on - row.counted_from).days)
    row.restored = arithmetic.restored(row.points, days, arithmetic.Rules.on_day(clock.today()), tax=row.tax)
    row.repaired_on = clock.today()
    row.save(update_fields=["mended_on", "restored", "repaired_on"])
    detail.mended_on = row.mended_on
    detail.save(update_fields=["mended_on"])
    log.record(
        row.stream,
        "credit.repaired",
        actor=actor,
        target=case.number,
        data={"restored": str(row.restored), "days": days},
    )
    standing.refresh(row.party, about=case.about, cause=recorded(gettext_lazy("信用修复 %s")) % case.number)


def payers_office(case: Case) -> Office:
    """The tax office in charge of the payer.

    :raises ValidationError: when none is.
    """
    if case.applicant.office is None:
        raise ValidationError(_("您还没有主管税务所，请先到任一办税服务厅办理信息报告。"))
    return case.applicant.office


_row = {row.action: row for row in standard.TRANSITIONS}

REPAIR = procedures.register(
    Procedure(
        code=CODE,
        title=gettext_lazy("信用修复"),
        summary=gettext_lazy(
            "失信行为纠正以后，按纠正用的天数恢复分数。系统查得到纠正记录的，提交后立即恢复，不需要材料。"
        ),
        chapter="5",
        article=ARTICLE,
        audience=frozenset({Party.Kind.ORGANISATION}),
        detail=CreditRepair,
        states=standard.STATES,
        transitions=(
            replace(_row["submit"], article=ARTICLE, past=gettext_lazy("申请了信用修复"), effect=examine, then=by_data),
            Transition(
                "restore",
                gettext_lazy("按数据修复"),
                (standard.SUBMITTED,),
                standard.APPROVED,
                frozenset({SYSTEM}),
                ARTICLE,
                gettext_lazy("数据显示已经纠正，按公布的规则立即恢复"),
                effect=restore,
                notice="case-decided",
            ),
            *(
                replace(_row[action], article=ARTICLE)
                for action in ("take", "accept", "ask_supplement", "supply", "transfer", "receive", "decline")
            ),
            replace(
                _row["approve"],
                label=gettext_lazy("同意修复"),
                article=ARTICLE,
                past=gettext_lazy("认定已经纠正，恢复了信用"),
                guard=check,
                effect=restore,
                form=ApproveForm,
            ),
            replace(_row["refuse"], label=gettext_lazy("不予修复"), article=ARTICLE),
            replace(_row["withdraw"], article=ARTICLE),
        ),
        route=payers_office,
        clocks=(
            ClockSpec(
                CODE,
                gettext_lazy("决定是否修复"),
                starts=("submit",),
                stops=("restore", "approve", "refuse", "withdraw"),
            ),
            standard.SUPPLEMENT_CLOCK,
        ),
        papers=(gettext_lazy("能够证明已经纠正的材料。系统查得到纠正记录的，不需要提交。"),),
        entry="credit:file",
        opener=_open,
        asks=("deduction", "explanation"),
        detail_template="credit/_repair.html",
        minutes=3,
        cost=gettext_lazy("不收费。"),
        subject=gettext_lazy("信用"),
        keywords=("信用修复", "纠正", "扣分", "信用档案"),
    )
)
