"""Whom a user may act for, and the actor that results (identity switch, Arts 6, 7, 11)."""

from dataclasses import dataclass

from django.db.models import Q

from apps.kernel.parties.actors import Actor, Channel
from apps.kernel.parties.models import Mandate, Membership, Office, Party, User


class NotActing(Exception):
    """The user may not act for this party, or there is no such party: the two look the same."""


@dataclass(frozen=True)
class Acting:
    """One identity a user can take: a party and, unless it is the user's own person, the mandate."""

    party: Party
    mandate: Mandate | None = None


def identities(user: User) -> list[Acting]:
    """Every identity of a user: the own person first, then principals by name.

    A mandate reaches a user directly, or through a firm (涉税专业服务机构) that holds it and for
    which the user holds a mandate.
    """
    own = Party.objects.filter(person__user=user).first()
    if own is None:
        return []
    live = Mandate.objects.in_force().filter(state=Mandate.State.ACTIVE).select_related("principal", "agent")
    direct = list(live.filter(agent=own).order_by("principal__name", "id"))
    firms = [mandate.principal_id for mandate in direct]
    through_firms = list(live.filter(agent__in=firms, kind=Mandate.Kind.AGENT).order_by("principal__name", "id"))
    found: dict[int, Acting] = {own.pk: Acting(own)}
    for mandate in [*direct, *through_firms]:
        found.setdefault(mandate.principal_id, Acting(mandate.principal, mandate))
    return list(found.values())


def taxpayer_actor(user: User, party_ref: str, channel: str = Channel.ONLINE) -> Actor:
    """The actor for ``user`` acting for the party behind ``party_ref``.

    :raises NotActing: when the user has no live mandate for it, or it does not exist.
    """
    for acting in identities(user):
        if acting.party.ref == party_ref:
            return Actor(user=user, party=acting.party, mandate=acting.mandate, channel=channel)
    raise NotActing(party_ref)


def staff_actor(user: User, channel: str = Channel.COUNTER) -> Actor | None:
    """The actor for a staff member in the office of the oldest current membership, or None."""
    memberships = list(
        Membership.objects.in_force()
        .filter(user=user, office__active=True)
        .select_related("office")
        .order_by("valid_from", "id")
    )
    if not memberships:
        return None
    office: Office = memberships[0].office
    roles = frozenset(row.role for row in memberships if row.office_id == office.pk)
    return Actor(user=user, office=office, roles=roles, channel=channel)


def acting_parties(user: User) -> Q:
    """A filter on ``Party`` for everyone the user may act for."""
    return Q(pk__in=[acting.party.pk for acting in identities(user)])
