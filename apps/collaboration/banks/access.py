"""Who asks banks, who answers, who looks at account data (Art 29)."""

from django.db.models import Q

from apps.collaboration.banks.models import AccountEnquiry
from apps.kernel.parties.actors import Actor
from apps.kernel.parties.models import Office, Party, Role


def asks(actor: Actor) -> bool:
    """Whether the actor may order to pay and ask for measures: a clerk of a tax office."""
    return actor.front_door == "counter" and Role.CLERK in actor.roles


def answers(actor: Actor) -> bool:
    """Whether the actor works for a bank and may answer."""
    return actor.office is not None and actor.office.kind == Office.Kind.BANK and Role.OFFICER in actor.roles


def audits(actor: Actor) -> bool:
    """Whether the actor reviews who looked at account data."""
    return actor.front_door == "counter" and Role.AUDITOR in actor.roles


def parties(actor: Actor):
    """The parties a tax office is in charge of; of the city's bureau, all."""
    if actor.front_door != "counter" or actor.office is None:
        return Party.objects.none()
    if actor.office.kind == Office.Kind.TAX_CITY:
        return Party.objects.all()
    office = actor.office
    return Party.objects.filter(Q(office=office) | Q(office__parent=office) | Q(office__parent__parent=office))


def in_charge(party: Party, actor: Actor) -> bool:
    """Whether the actor's office is in charge of a party."""
    return parties(actor).filter(pk=party.pk).exists()


def may_read(enquiry: AccountEnquiry, actor: Actor) -> bool:
    """Account data is for the two officers of the permit, while they work at the office that asked (细则 Art 87)."""
    return (
        enquiry.is_officer(actor.user)
        and actor.party is None
        and actor.office is not None
        and actor.office.pk == enquiry.asked_by_id
    )
