"""Begin a matter for the person at my window: who is being served there, nobody else (Arts 10, 11)."""

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from apps.kernel.casework import counter
from apps.kernel.casework.models import Case
from apps.kernel.casework.procedures import Procedure
from apps.kernel.parties.actors import Actor
from apps.services.queue import service
from apps.services.queue.models import Ticket


def begin(procedure: Procedure, actor: Actor) -> Case:
    """A draft for whoever is served at the actor's window; pressed twice it is the same one.

    :raises ValidationError: nobody known is being served there, or the matter is not for them.
    """
    shift = service.shift_of(actor)
    ticket = service.current(shift) if shift is not None else None
    if ticket is None or ticket.party is None or ticket.state != Ticket.State.SERVING:
        raise ValidationError(_("窗口没有正在办理、已知身份的来人。请先叫号并开始办理。"), code="nobody")
    return counter.begin(procedure, actor, ticket.party, idempotency_key=f"ticket-{ticket.pk}-{procedure.code}")
