"""A judged sheet is declared: one bill and charge for each insurance; declared again, the difference (Art 24).

A correction adjusts the charges of its month: more bears late fees from the original due date, less becomes
refundable. A month charged by a return with totals is refused, so nothing is charged twice.
"""

from decimal import Decimal

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import F, Sum
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from apps.collaboration.insurance import access, billing
from apps.collaboration.insurance.models import InsuranceBill, InsuranceDeclaration
from apps.collaboration.insurance.uploading import State
from apps.kernel.audit import log
from apps.kernel.casework.procedures import recorded
from apps.kernel.notifications import outbox
from apps.kernel.parties import todos
from apps.kernel.parties.actors import Actor
from apps.kernel.parties.models import Party
from apps.kernel.workcalendar import clock

CORRECTED = gettext_noop("更正申报")
_SUMS = {
    "pension": F("pension_employer") + F("pension_employee"),
    "medical": F("medical_employer") + F("medical_employee"),
    "unemployment": F("unemployment_employer") + F("unemployment_employee"),
    "injury": F("injury_employer"),
}


def owed(declaration: InsuranceDeclaration) -> dict[str, Decimal]:
    """What the lines declare of each insurance."""
    return declaration.lines.aggregate(**{levy: Sum(what) for levy, what in _SUMS.items()})


def submit(declaration: InsuranceDeclaration, *, actor: Actor) -> InsuranceDeclaration:
    """Declare the month. Submitted again, it stays as it is.

    :raises PermissionDenied: unless the actor may declare for the employer.
    :raises ValidationError: when it is not ready, or the month was charged by another return.
    """
    own = access.declares(actor) and declaration.party_id == actor.party.pk
    access.require(actor, "insurance.declare", declaration.about, allowed=own)
    with transaction.atomic():
        party = Party.objects.select_for_update(no_key=True).get(pk=actor.party.pk)
        declaration = InsuranceDeclaration.objects.select_for_update(no_key=True, of=("self",)).get(pk=declaration.pk)
        if declaration.state == State.SUBMITTED:
            return declaration
        if declaration.state != State.READY:
            raise ValidationError(_("这张表现在不能申报。请先改正错误，或者使用最新上传的表。"))
        before = InsuranceDeclaration.objects.filter(party=party, period=declaration.period, in_force=True).first()
        if before is not None:
            before.in_force = False
            before.save(update_fields=["in_force"])
        declaration.state, declaration.in_force = State.SUBMITTED, True
        declaration.submitted_by, declaration.submitted_at = actor.user, clock.now()
        declaration.save()
        _charge(declaration, before, actor)
        log.record(
            f"party/{party.ref}",
            "insurance.declared",
            actor=actor,
            target=declaration.about,
            data={"period": declaration.period, "persons": declaration.persons, "total": str(declaration.total)},
        )
        context = {"period": declaration.period, "persons": declaration.persons, "amount": declaration.total}
        outbox.send("insurance-declared", party, context | {"due": declaration.due}, about=declaration.about)
        todos.changed(party)
    return declaration


def _charge(declaration: InsuranceDeclaration, before: InsuranceDeclaration | None, actor: Actor) -> None:
    wanted = [
        billing.Wanted(declaration.party_id, levy, declaration.period, declaration.persons, amount)
        for levy, amount in owed(declaration).items()
    ]
    there = {row.levy_id: row for row in before.bills.select_related("charge", "party")} if before else {}
    fresh = [each for each in wanted if each.levy not in there]
    if billing.charged_already(fresh):
        raise ValidationError(
            _(
                "%(period)s 的社会保险费已经用汇总申报表申报或者由经办部门核定，并已记入账户，不能再按明细申报一次。"
                "需要改的，请更正原来的申报。"
            )
            % {"period": declaration.period}
        )
    billing.bill(fresh, about=declaration.about, actor=actor, due=declaration.due, declaration=declaration)
    for each in wanted:
        row: InsuranceBill | None = there.get(each.levy)
        if row is not None:
            row.declaration, row.persons, row.assessed = declaration, each.persons, each.amount
            row.save(update_fields=["declaration", "persons", "assessed"])
            billing.correct(row, each.amount, reason=f"{recorded(CORRECTED)} {declaration.ref}", actor=actor)
