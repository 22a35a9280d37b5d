"""Refunds and disputes of contributions across agencies (退费调整、争议); Articles 6, 24 and 31.

A refund goes to the agency in charge of the insurance, which verifies what was owed, then to the tax office,
which corrects the account and gives the money back. A dispute goes straight to whoever can answer it.
"""

from dataclasses import replace
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from apps.collaboration import claims
from apps.collaboration.insurance import billing
from apps.collaboration.insurance.models import InsuranceBill, InsuranceDispute, InsuranceRefund
from apps.kernel.casework import cases, custody, procedures, rights, standard
from apps.kernel.casework.models import Case
from apps.kernel.casework.procedures import APPLICANT, ClockSpec, Page, Procedure, State, Transition
from apps.kernel.forms import MoneyField
from apps.kernel.ledger import refunds
from apps.kernel.ledger.models import ZERO, Overpayment
from apps.kernel.parties.actors import Actor
from apps.kernel.parties.models import Office, Party, Role
from apps.kernel.workcalendar import clock

ARTICLE = "第二十四条"
VERIFIED = "verified"
EVERYONE = frozenset({Party.Kind.PERSON, Party.Kind.ORGANISATION})


class VerifyForm(standard.ReasonForm):
    """What the agency found to be owed."""

    amount = MoneyField(
        label=gettext_lazy("核实的应缴金额（元）"),
        help_text=gettext_lazy("不应缴纳的，填 0。税务机关按这个金额更正账户并退还多缴的部分。"),
        max_digits=13,
        decimal_places=2,
        min_value=ZERO,
    )
    field_order = ("amount", "reason")


def _tax_office(case: Case) -> Office:
    office = case.applicant.office
    if office is None:
        raise ValidationError(_("您还没有主管税务所，请先到任一办税服务厅办理信息报告。"))
    return office


def _agency(case: Case) -> Office:
    _tax_office(case)  # without one the refund could never be carried out
    return case.detail.bill.office


def _verify(case: Case, actor: Actor, data: dict[str, Any]) -> None:
    """The agency's finding is on the case, and the case is with the tax office at once."""
    detail: InsuranceRefund = case.detail
    if data["amount"] >= detail.bill.amount:
        raise ValidationError({"amount": _("核实的应缴金额不比现在的少，没有可退的。请选择“不予退还”并说明理由。")})
    detail.verified = data["amount"]
    detail.save(update_fields=["verified"])
    at = clock.now()
    office = _tax_office(case)
    custody.offer(case, office, at, data["reason"])
    custody.receive(case, office, at)


def _give_back(case: Case, actor: Actor, data: dict[str, Any]) -> None:
    """The account follows what was verified, and what was paid too much goes back the way it came."""
    detail: InsuranceRefund = case.detail
    bill = billing.correct(detail.bill, detail.verified, reason=case.number, actor=actor)
    found = refunds.unrefunded(Overpayment.objects.filter(payment__allocations__charge=bill.charge, reason=case.number))
    for overpayment in found.distinct():
        refunds.grant(overpayment, requested_by=case.opened_by, reason=case.number, actor=actor)


def open_refunds() -> QuerySet[InsuranceRefund]:
    """Refunds asked for that nobody has decided on yet: one a bill."""
    return InsuranceRefund.objects.filter(case__closed_at__isnull=True)


def barred(bill: InsuranceBill) -> str:
    """Why nothing of a bill can be asked back now; empty when it can."""
    if not bill.collected:
        return _("这张应征单还没有缴款，没有可退的。金额不对的，请提出争议。")
    if open_refunds().filter(bill=bill).exists():
        return _("这张应征单已有一件退费申请正在核实，请等待答复。")
    return ""


def _open_refund(actor: Actor, given: dict[str, Any], key: str) -> Case:
    """A draft about a bill of the payer's; a foreign one is not found."""
    rights.may_apply(INSURANCE_REFUND, actor)
    bill = InsuranceBill.objects.visible_to(actor).filter(ref=str(given.get("bill", ""))).first()
    if bill is None or actor.party is None:
        raise ValidationError({"bill": _("没有这张应征单。请从“社会保险费”里选择。")})
    claimed = claims.amount(given.get("claimed"))
    if claimed >= bill.amount:
        raise ValidationError({"claimed": _("应小于现在的应缴金额 %s 元。") % f"{bill.amount:,.2f}"})
    reason = str(given.get("reason", "")).strip()
    if not reason:
        raise ValidationError({"reason": _("请写明理由，例如重复缴费、基数有误。")})
    with transaction.atomic():
        bill = InsuranceBill.objects.select_for_update(no_key=True, of=("self",)).get(pk=bill.pk)
        first = Case.objects.filter(opened_by=actor.user, idempotency_key=key).first()
        if first is not None:
            return first
        if why := barred(bill):
            raise ValidationError(why)
        detail = {"bill": bill, "claimed": claimed, "reason": reason[:1000]}
        return cases.open_case(INSURANCE_REFUND, actor, detail, idempotency_key=key)


def ask_back(bill: InsuranceBill, *, claimed: Decimal, reason: str, actor: Actor, key: str) -> Case:
    """The payer's application, sent to the agency at once.

    :raises ValidationError: naming what is missing, or that one is open already.
    """
    given = {"bill": bill.ref, "claimed": claimed, "reason": reason}
    return cases.open_submitted(INSURANCE_REFUND, actor, given, idempotency_key=key)


_row = {row.action: row for row in standard.TRANSITIONS}

INSURANCE_REFUND = procedures.register(
    Procedure(
        code="insurance-refund",
        title=gettext_lazy("社会保险费退费、调整"),
        summary=gettext_lazy("多缴、重复缴的社会保险费，由经办部门核实应缴金额，税务机关更正账户并退还。"),
        chapter="4",
        article=ARTICLE,
        audience=EVERYONE,
        detail=InsuranceRefund,
        states=(
            *(each for each in standard.STATES if each.code in ("draft", "refused", "withdrawn")),
            State(
                standard.SUBMITTED,
                gettext_lazy("待经办部门核实"),
                gettext_lazy("您的申请已送达经办部门，正在核实应缴金额。"),
            ),
            State(
                VERIFIED,
                gettext_lazy("待税务机关退还"),
                gettext_lazy("经办部门已核实，税务机关正在更正账户、办理退还。"),
            ),
            State(
                standard.APPROVED,
                gettext_lazy("已更正、退还"),
                gettext_lazy("账户已更正，多缴的部分已批准退还；到账情况请看“我的账户”。"),
                final=True,
                tone="done",
            ),
        ),
        transitions=(
            replace(_row["submit"], article=ARTICLE),
            replace(_row["take"], sources=(standard.SUBMITTED, VERIFIED), article=ARTICLE),
            Transition(
                "verify",
                gettext_lazy("核实，转税务机关退还"),
                (standard.SUBMITTED,),
                VERIFIED,
                frozenset({Role.OFFICER}),
                ARTICLE,
                gettext_lazy("核实了应缴金额，转税务机关办理"),
                effect=_verify,
                form=VerifyForm,
                notice="case-transferred",
            ),
            replace(
                _row["approve"],
                label=gettext_lazy("更正账户并退还"),
                sources=(VERIFIED,),
                by=frozenset({Role.CHIEF}),
                article=ARTICLE,
                past=gettext_lazy("更正了账户，退还了多缴的部分"),
                effect=_give_back,
            ),
            replace(
                _row["refuse"],
                label=gettext_lazy("不予退还"),
                sources=(standard.SUBMITTED, VERIFIED),
                article=ARTICLE,
                past=gettext_lazy("决定不予退还"),
                bar=None,
            ),
            replace(_row["withdraw"], sources=(standard.SUBMITTED, VERIFIED)),
        ),
        route=_agency,
        clocks=(
            ClockSpec(
                "insurance-refund-verify",
                gettext_lazy("经办部门核实"),
                starts=("submit",),
                stops=("verify", "refuse", "withdraw"),
            ),
            ClockSpec(
                "insurance-refund-pay",
                gettext_lazy("税务机关退还"),
                starts=("verify",),
                stops=("approve", "refuse", "withdraw"),
            ),
        ),
        detail_template="collaboration/insurance/_refund.html",
        entry="insurance:mine",
        opener=_open_refund,
        asks=("bill", "claimed", "reason"),
        minutes=5,
        subject=gettext_lazy("社会保险费"),
        keywords=("社保", "退费", "多缴", "重复缴费"),
    )
)


def _answerer(case: Case) -> Office:
    """Who can answer it: hrss for bases and registration, medical for its own, tax for what was collected."""
    subject = case.detail.subject
    if subject == InsuranceDispute.Subject.BASE:
        return billing.agency_of("pension")
    if subject == InsuranceDispute.Subject.BENEFIT:
        return billing.agency_of("medical")
    return _tax_office(case)


class AnswerForm(standard.ReasonForm):
    """The answer the payer receives."""


INSURANCE_DISPUTE = procedures.register(
    Procedure(
        code="insurance-dispute",
        title=gettext_lazy("社会保险费争议"),
        summary=gettext_lazy("对缴费基数、医保基数或者征收入账有异议，直接送到能答复的部门，限期答复。"),
        chapter="4",
        article=ARTICLE,
        audience=EVERYONE,
        detail=InsuranceDispute,
        states=(
            *(each for each in standard.STATES if each.code in ("draft", "submitted", "handling", "withdrawn")),
            State(
                standard.APPROVED,
                gettext_lazy("异议成立"),
                gettext_lazy("您的异议成立，答复见办理过程。"),
                final=True,
                tone="done",
            ),
            State(
                standard.REFUSED,
                pgettext_lazy("状态", "异议不成立"),
                gettext_lazy("您的异议不成立，答复和依据见办理过程。"),
                gettext_lazy("如有异议，可依法申请行政复议。"),
                final=True,
                tone="due",
            ),
        ),
        transitions=(
            replace(_row["submit"], article=ARTICLE),
            replace(_row["take"], article=ARTICLE),
            replace(_row["accept"], article=ARTICLE),
            _row["transfer"],
            _row["receive"],
            _row["decline"],
            replace(
                _row["approve"],
                label=gettext_lazy("异议成立，答复"),
                sources=(standard.SUBMITTED, standard.HANDLING),
                by=frozenset({Role.OFFICER, Role.CLERK, Role.CHIEF}),
                article=ARTICLE,
                past=gettext_lazy("认为异议成立，作出答复"),
                bar=None,
                form=AnswerForm,
            ),
            replace(
                _row["refuse"],
                label=gettext_lazy("异议不成立，答复"),
                by=frozenset({Role.OFFICER, Role.CLERK, Role.CHIEF}),
                article=ARTICLE,
                past=gettext_lazy("认为异议不成立，作出答复"),
                bar=None,
            ),
            replace(_row["withdraw"], sources=(standard.SUBMITTED, standard.HANDLING), by=frozenset({APPLICANT})),
        ),
        route=_answerer,
        clocks=(
            ClockSpec(
                "insurance-dispute-answer",
                gettext_lazy("核实并答复"),
                starts=("submit",),
                stops=("approve", "refuse", "withdraw"),
            ),
        ),
        pages=(
            Page("what", gettext_lazy("对什么有异议？"), ("subject", "period")),
            Page("why", gettext_lazy("为什么认为不对？"), ("reason",)),
        ),
        papers=(gettext_lazy("能够证明的材料，例如工资单、参保证明、缴费凭证。"),),
        minutes=5,
        subject=gettext_lazy("社会保险费"),
        keywords=("社保", "缴费基数", "医保", "争议"),
    )
)
