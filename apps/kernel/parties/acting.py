"""Whom a user may act for, and the actor that results (identity switch, Arts 6, 7, 11)."""

from dataclasses import dataclass

from django.db.models import Q

from apps.kernel.parties.actors import Actor, Channel
from apps.kernel.parties.models import Mandate, Membership, Office, Party, User


class NotActing(Exception):
    """The user may not act for this party, or there is no such party: the two look the same."""


@dataclass(frozen=True)
class Acting:
    """One identity a user can take: a party and, unless it is the user's own person, the mandate.

    The mandate carries the scope that reaches the user: for a client of the user's firm it is what
    the client gave the firm, narrowed to what the firm gave the user.
    """

    party: Party
    mandate: Mandate | None = None

    @property
    def manages(self) -> bool:
        """Whether this identity may invite others and revoke mandates in the party's name."""
        return self.mandate is None or self.mandate.kind in Mandate.MANAGING_KINDS


def identities(user: User, party_ref: str = "") -> list[Acting]:
    """Every identity of a user: the own person first, then principals by name; at most three queries.

    A mandate reaches a user directly, or through a firm (涉税专业服务机构) that holds it and for
    which the user holds a mandate. With several mandates for one principal the widest counts.
    ``party_ref`` asks for one principal only.
    """
    own = Party.objects.filter(person__user=user).first()
    if own is None:
        return []
    if own.ref == party_ref:
        return [Acting(own)]
    live = Mandate.objects.live().select_related("principal", "agent").order_by("principal__name", "id")
    direct = list(live.filter(agent=own))
    firms = {mandate.principal_id: mandate for mandate in sorted(direct, key=_narrowness, reverse=True)}
    clients = []
    if any(mandate.principal.kind == Party.Kind.ORGANISATION for mandate in direct):
        held = live.filter(agent__in=firms, kind=Mandate.Kind.AGENT)
        held = held.filter(principal__ref=party_ref) if party_ref else held
        clients = [mandate.narrowed_to(firms[mandate.agent_id]) for mandate in held]
    found: dict[int, Acting] = {own.pk: Acting(own)}
    for mandate in [*sorted(direct, key=_narrowness), *(mandate for mandate in clients if mandate)]:
        found.setdefault(mandate.principal_id, Acting(mandate.principal, mandate))
    mine, *others = found.values()
    chosen = [mine, *sorted(others, key=lambda acting: (acting.party.name, acting.party.pk))]
    return [acting for acting in chosen if acting.party.ref == party_ref] if party_ref else chosen


def _narrowness(mandate: Mandate) -> tuple[bool, bool, int]:
    """Sorts the widest mandate first: those that manage, then those without a limit, then the oldest."""
    return mandate.kind not in Mandate.MANAGING_KINDS, bool(mandate.matters or mandate.levies), mandate.pk


def taxpayer_actor(user: User, party_ref: str, channel: str = Channel.ONLINE) -> Actor:
    """The actor for ``user`` acting for the party behind ``party_ref``.

    :raises NotActing: when the user has no live mandate for it, or it does not exist.
    """
    for acting in identities(user, party_ref):
        return Actor(user=user, party=acting.party, mandate=acting.mandate, channel=channel)
    raise NotActing(party_ref)


def own_actor(user: User, channel: str = Channel.ONLINE) -> Actor:
    """The actor for a user's own person; without a party when the user is no registered person."""
    return Actor(user=user, party=Party.objects.filter(person__user=user).first(), channel=channel)


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
