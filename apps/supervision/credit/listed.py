"""Whoever is listed as seriously dishonest is directly at level D; withdrawn as wrong, no more (Arts 33, 34).

Two people decided on the listing, so nobody enters it a second time. Leaving the list early is no repair: that is
applied for like any other, once the entry is shown no more and the months have passed.
"""

from django.db import transaction

from apps.kernel.casework.models import Case
from apps.kernel.casework.procedures import Transition
from apps.kernel.parties.actors import Actor
from apps.kernel.parties.models import Party
from apps.kernel.workcalendar import clock
from apps.supervision.credit import deductions
from apps.supervision.credit.deductions import Finding
from apps.supervision.credit.indicators import LISTED
from apps.supervision.credit.models import Deduction
from apps.supervision.dishonesty.listing import CODE
from apps.supervision.dishonesty.models import DishonestEntry


def shown(party: Party) -> bool:
    """Whether the payer stands on the public list today."""
    return DishonestEntry.objects.shown().filter(party=party).exists()


def on_case_moved(sender: object, *, case: Case, row: Transition, actor: Actor, **_more: object) -> None:
    """A listing was published or stood without being published, or was withdrawn because it was wrong."""
    if case.procedure != CODE or case.applicant is None or case.applicant.kind != Party.Kind.ORGANISATION:
        return
    if row.action in ("publish", "withhold"):
        today = clock.today()
        found = Finding(
            party_id=case.applicant.pk,
            code=LISTED,
            period=case.number,
            happened_on=today,
            counted_from=today,
            evidence=case.detail.facts,
            about=case.about,
        )
        deductions.record([found], actor=actor)
        transaction.on_commit(deductions.tell, robust=True)
    elif row.action == "revoke":
        for each in Deduction.objects.filter(party=case.applicant, code=LISTED, period=case.number, struck_at=None):
            deductions.strike(each, actor, about=case)
