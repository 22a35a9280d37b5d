"""A clerk begins a matter for the person who stands at the window and fills it in with them (Art 11)."""

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from apps.kernel.audit import log
from apps.kernel.casework import cases, handover, procedures
from apps.kernel.casework.models import Case
from apps.kernel.casework.procedures import Procedure
from apps.kernel.parties.actors import Actor, Channel
from apps.kernel.parties.models import Party


def matters(party: Party) -> list[Procedure]:
    """What can be begun at the counter for a party: what it may apply for on the generic form."""
    return [
        each
        for each in procedures.all()
        if party.kind in each.audience and each.pages and not (each.whole or each.entry)
    ]


@transaction.atomic
def begin(procedure: Procedure, clerk: Actor, party: Party, *, idempotency_key: str) -> Case:
    """A draft of the party's, in the clerk's hands from the start as if it had been handed over.

    :raises PermissionDenied: no clerk of a tax office.
    :raises ValidationError: this matter is not begun at the counter.
    """
    handover.require_clerk(clerk)
    if procedure not in matters(party):
        log.denied("counter.begin", actor=clerk, target=procedure.code, reason="not for this person")
        raise ValidationError({"matter": _("这个事项不能在窗口为来人代填，请另选。")})
    desk = Actor(user=clerk.user, party=party, office=clerk.office, channel=Channel.COUNTER)
    case = cases.open_case(procedure, desk, {}, idempotency_key=idempotency_key)
    if not case.hand_overs.exists():
        handover.begin_held(case, clerk)
    return case
