"""What was frozen is freed: at once on payment, at the end of the term, after a deduction, or by decision (Art 29)."""

from contextlib import suppress
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from apps.collaboration.banks import owed, papers
from apps.collaboration.banks.deciding import pass_on
from apps.collaboration.banks.grounds import LEVIES
from apps.collaboration.banks.models import FROZEN, AccountOrder
from apps.collaboration.coded import Refusal
from apps.kernel.casework import cases
from apps.kernel.casework.cases import NotOpen
from apps.kernel.casework.models import Case, Clock
from apps.kernel.documents import letters
from apps.kernel.ledger.models import ZERO, Charge
from apps.kernel.notifications import outbox
from apps.kernel.parties.actors import Actor
from apps.kernel.workcalendar import clock

Release = AccountOrder.Release
SYSTEM = Actor.system("accounts")
RUNNING = ("approving", "at_bank", *FROZEN)


def order(case: Case, actor: Actor, data: dict[str, Any]) -> None:
    """The bank has the order to free the money."""
    freeze: AccountOrder = case.detail
    freeze.release, freeze.freeing = data.get("release") or Release.LIFTED, ZERO
    freeze.save(update_fields=["release", "freeing"])
    _notice(case, actor, freeze.to_free, str(Release(freeze.release).label))
    pass_on(case, freeze.bank)


def _notice(case: Case, actor: Actor, amount: Decimal, reason: str) -> None:
    freeze: AccountOrder = case.detail
    letters.issue(
        papers.RELEASE.code,
        freeze.party,
        {"number": case.number, "bank": str(freeze.bank), "executed": amount, "reason": reason},
        actor=Actor(user=actor.user, office=freeze.asked_by, channel=actor.channel, name=actor.name),
        about=case.about,
    )


def within_frozen(case: Case, _actor: Actor, data: dict[str, Any]) -> None:
    """Less than all that is frozen; all of it is another step.

    :raises ValidationError: on ``amount``.
    """
    frozen = case.detail.frozen
    if not ZERO < data["amount"] < frozen:
        raise Refusal(
            {"amount": _("解除的金额须大于零、小于冻结中的 %s 元。全部解除的，请用“解除冻结”。") % f"{frozen:,.2f}"},
            code="above_frozen",
        )


def order_part(case: Case, actor: Actor, data: dict[str, Any]) -> None:
    """The bank has the order to free a part; the rest stays frozen."""
    freeze: AccountOrder = case.detail
    freeze.freeing = data["amount"]
    freeze.save(update_fields=["freeing"])
    _notice(case, actor, freeze.freeing, data["reason"])
    pass_on(case, freeze.bank)


def part_confirmed(case: Case, _actor: Actor, _data: dict[str, Any]) -> None:
    """The bank has freed the part; the person concerned is told what is left."""
    freeze: AccountOrder = case.detail
    amount, freeze.freed, freeze.freeing = freeze.freeing, freeze.freed + freeze.freeing, ZERO
    freeze.save(update_fields=["freed", "freeing"])
    pass_on(case, freeze.asked_by)
    _tell(case, amount, _("解除部分冻结，其余 %s 元仍在冻结。") % f"{freeze.frozen:,.2f}")


def see_what_is_left(case: Case, _actor: Actor, _data: dict[str, Any]) -> None:
    """What was paid while the bank was at it is freed next."""
    _follow(case.detail)


def confirmed(case: Case, _actor: Actor, _data: dict[str, Any]) -> None:
    """The bank has freed it; the person concerned is told."""
    freeze: AccountOrder = case.detail
    freeze.released_on = clock.today()
    freeze.save(update_fields=["released_on"])
    pass_on(case, freeze.asked_by)
    _tell(case, freeze.to_free, str(freeze.get_release_display()))


def _tell(case: Case, amount: Decimal, reason: str) -> None:
    freeze: AccountOrder = case.detail
    context = {"bank": str(freeze.bank), "amount": amount, "reason": reason, "office": str(freeze.asked_by)}
    outbox.send("measure-released", freeze.party, context, about=f"measure/{case.number}")


def on_charge_paid(sender: object, *, charge: Charge, **_more: object) -> None:
    """A charge is paid: an order with nothing left to secure or to take is over at once, what a freeze reaches beyond
    the rest is freed (细则 Art 68)."""
    regime = next((code for code, kinds in LEVIES.items() if charge.levy.kind in kinds), None)
    if regime is None:
        return
    for row in AccountOrder.objects.filter(
        party=charge.party_id, case__state__in=RUNNING, case__closed_at__isnull=True
    ).select_related("case", "party", "pay_order"):
        if row.power.regime == regime:
            _follow(row)


def _follow(row: AccountOrder) -> None:
    """Bring an order down to what is owed. A freeze secures the tax; a deduction may take the late fee along."""
    today = clock.today()
    if not owed.most(row.power, row.party, today, row.pay_order):
        _end(row)
    elif row.case.state == "in_force" and (beyond := owed.too_much(row, today)):
        if beyond == row.frozen:
            _end(row)
            return
        reason = _("已缴部分款项，冻结金额超过仍应缴纳的 %s 元。") % f"{row.frozen - beyond:,.2f}"
        with suppress(NotOpen):
            cases.perform(row.case, "release_part", SYSTEM, amount=beyond, reason=reason)


def _end(row: AccountOrder) -> None:
    frozen = row.case.state in FROZEN
    try:
        if frozen:
            cases.perform(row.case, "release", SYSTEM, release=Release.PAID, reason=_("款项已经缴清。"))
        else:
            cases.perform(row.case, "call_off", SYSTEM, reason=_("款项已经缴清。"))
    except NotOpen:
        return  # the bank, or another payment, was faster


def taken(deduction: AccountOrder, amount: Decimal) -> None:
    """What is deducted from a freeze is frozen no longer; told before the money lands and the rest is looked at."""
    if deduction.preservation_id is not None:
        freeze = AccountOrder.objects.select_for_update(no_key=True, of=("self",)).get(pk=deduction.preservation_id)
        freeze.freed += min(amount, freeze.frozen - freeze.freeing)
        freeze.save(update_fields=["freed"])


def after_deduction(case: Case, _actor: Actor, _data: dict[str, Any]) -> None:
    """A freeze that was deducted from to the last fen is over; what is left of it secures what is still owed."""
    freeze = AccountOrder.objects.select_related("case").filter(pk=case.detail.preservation_id).first()
    if freeze is not None and freeze.case.state in FROZEN and not freeze.frozen:
        cases.perform(freeze.case, "release", SYSTEM, release=Release.DEDUCTED, reason=case.number)


def end_expired() -> int:
    """Free what has been frozen for the whole term (细则 Art 88); how many."""
    over = Clock.objects.filter(
        term="preservation-term", stopped_at__isnull=True, due_at__lt=clock.now(), case__state__in=FROZEN
    ).select_related("case")
    ended = 0
    for each in over:
        try:
            cases.perform(each.case, "release", SYSTEM, release=Release.EXPIRED, reason=_("保全期限届满。"))
            ended += 1
        except NotOpen:
            continue
    return ended
