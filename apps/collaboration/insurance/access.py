"""Who delivers, who works the queue, who declares and who keeps lists of contributions (Art 24)."""

from django.core.exceptions import PermissionDenied
from django.utils.translation import gettext as _

from apps.collaboration.insurance.models import AssistanceFund, InsuranceDeclaration, InsuranceDuty
from apps.kernel.audit import log
from apps.kernel.parties.actors import Actor
from apps.kernel.parties.models import Organisation, Party, Role


def delivers(actor: Actor) -> bool:
    """Whether the actor is an officer of an agency in charge of an insurance."""
    return (
        actor.front_door == "partner"
        and Role.OFFICER in actor.roles
        and InsuranceDuty.objects.filter(office=actor.office).exists()
    )


def matches(actor: Actor) -> bool:
    """Whether the actor may match or return a line: a clerk of a tax office."""
    return actor.front_door == "counter" and Role.CLERK in actor.roles


def declares(actor: Actor) -> bool:
    """Whether the actor acts for an organisation and may declare its employees."""
    mandate = actor.mandate
    return (
        actor.party is not None
        and not actor.draft
        and actor.party.kind == Party.Kind.ORGANISATION
        and (mandate is None or not mandate.levies or set(InsuranceDeclaration.LEVIES) <= set(mandate.levies))
    )


def keeps_lists(actor: Actor) -> bool:
    """Whether the actor may import a list: for a school or another social body, or for an office with a fund."""
    if actor.party is not None:
        bodies = (Organisation.Form.INSTITUTION, Organisation.Form.SOCIAL)
        return not actor.draft and Organisation.objects.filter(party=actor.party, form__in=bodies).exists()
    return (
        actor.front_door == "partner"
        and Role.OFFICER in actor.roles
        and AssistanceFund.objects.filter(office=actor.office).exists()
    )


def require(actor: Actor, action: str, target: str, *, allowed: bool, message: str = "") -> None:
    """Refuse whoever may not; the attempt is on record.

    :raises PermissionDenied: unless ``allowed``.
    """
    if not allowed:
        log.denied(action, actor=actor, target=target, reason="not allowed")
        raise PermissionDenied(message or _("您没有办理这一步的权限。"))
