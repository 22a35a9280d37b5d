"""What was frozen is freed: at once on payment, at the end of the term, after a deduction, or by decision (Art 29)."""

from typing import Any

from django.utils.translation import gettext as _

from apps.collaboration.banks import owed, papers
from apps.collaboration.banks.deciding import pass_on
from apps.collaboration.banks.grounds import LEVIES
from apps.collaboration.banks.models import AccountOrder
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
RUNNING = ("approving", "at_bank", "in_force")


def order(case: Case, actor: Actor, data: dict[str, Any]) -> None:
    """The bank has the order to free the money."""
    freeze: AccountOrder = case.detail
    freeze.release = data.get("release") or Release.LIFTED
    freeze.save(update_fields=["release"])
    letters.issue(
        papers.RELEASE.code,
        freeze.party,
        {
            "number": case.number,
            "bank": str(freeze.bank),
            "executed": freeze.executed,
            "reason": str(Release(freeze.release).label),
        },
        actor=Actor(user=actor.user, office=freeze.asked_by, channel=actor.channel, name=actor.name),
        about=case.about,
    )
    pass_on(case, freeze.bank)


def confirmed(case: Case, _actor: Actor, _data: dict[str, Any]) -> None:
    """The bank has freed it; the person concerned is told."""
    freeze: AccountOrder = case.detail
    freeze.released_on = clock.today()
    freeze.save(update_fields=["released_on"])
    pass_on(case, freeze.asked_by)
    context = {
        "bank": str(freeze.bank),
        "amount": freeze.executed,
        "reason": str(freeze.get_release_display()),
        "office": str(freeze.asked_by),
    }
    outbox.send("measure-released", freeze.party, context, about=f"measure/{case.number}")


def on_charge_paid(sender: object, *, charge: Charge, **_more: object) -> None:
    """A charge is paid: every order that has nothing left to secure or to take is over at once (细则 Art 68)."""
    regime = next((code for code, kinds in LEVIES.items() if charge.levy.kind in kinds), None)
    if regime is None:
        return
    for row in AccountOrder.objects.filter(
        party=charge.party_id, case__state__in=RUNNING, case__closed_at__isnull=True
    ).select_related("case", "party", "pay_order"):
        if row.power.regime == regime and not _still_owed(row):
            _end(row)


def _still_owed(row: AccountOrder) -> bool:
    left = owed.rows(row.party, row.power.regime, clock.today(), row.pay_order)
    # A freeze secures the tax; a deduction that takes the late fee along is not over while that is owed.
    return any(each.principal > ZERO or (row.power.late_fee and each.late_fee > ZERO) for each in left)


def _end(row: AccountOrder) -> None:
    frozen = row.case.state == "in_force"
    try:
        if frozen:
            cases.perform(row.case, "release", SYSTEM, release=Release.PAID, reason=_("款项已经缴清。"))
        else:
            cases.perform(row.case, "call_off", SYSTEM, reason=_("款项已经缴清。"))
    except NotOpen:
        return  # the bank, or another payment, was faster


def after_deduction(case: Case, _actor: Actor, _data: dict[str, Any]) -> None:
    """The freeze a deduction was taken from is over."""
    taken: AccountOrder = case.detail
    freeze = taken.preservation
    if freeze is not None and taken.executed and freeze.case.state == "in_force":
        cases.perform(freeze.case, "release", SYSTEM, release=Release.DEDUCTED, reason=case.number)


def end_expired() -> int:
    """Free what has been frozen for the whole term (细则 Art 88); how many."""
    over = Clock.objects.filter(
        term="preservation-term", stopped_at__isnull=True, due_at__lt=clock.now(), case__state="in_force"
    ).select_related("case")
    ended = 0
    for each in over:
        try:
            cases.perform(each.case, "release", SYSTEM, release=Release.EXPIRED, reason=_("保全期限届满。"))
            ended += 1
        except NotOpen:
            continue
    return ended
