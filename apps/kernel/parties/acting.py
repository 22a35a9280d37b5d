"""Whom a user may act for, and the actor that results (identity switch, Arts 6, 7, 11)."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from django.db.models import QuerySet

from apps.kernel.parties import offices
from apps.kernel.parties.actors import Actor, Channel
from apps.kernel.parties.models import Mandate, Party, User
from apps.kernel.workcalendar import clock


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


def identities(user: User) -> list[Acting]:
    """Every identity of a user: the own person first, then principals by name; at most three queries.

    A mandate reaches a user directly, or through a firm (涉税专业服务机构) that holds it and for
    which the user holds a mandate. With several mandates for one principal a direct one counts
    before one through a firm, and the widest first.
    """
    own = user.own_party
    if own is None:
        return []
    direct = _direct(user)
    found: dict[int, Acting] = {own.pk: Acting(own)}
    for mandate in [*direct, *_through_firms(direct)]:
        found.setdefault(mandate.principal_id, Acting(mandate.principal, mandate))
    mine, *others = found.values()
    return [mine, *sorted(others, key=lambda acting: (acting.party.name, acting.party.pk))]


def represented(user: User) -> list[Mandate]:
    """The widest mandate for each principal whom a user's own person acts for, by name."""
    widest = {row.principal_id: row for row in reversed(_direct(user))}
    return sorted(widest.values(), key=lambda row: (row.principal.name, row.principal_id))


def identity(user: User, party_ref: str) -> Acting | None:
    """One identity of a user, by the party's reference, or None: no query for the own, one for a direct mandate."""
    own = user.own_party
    if own is not None and own.ref == party_ref:
        return Acting(own)
    direct = _direct(user, principal__ref=party_ref)
    if direct:
        return Acting(direct[0].principal, direct[0])
    client = next(_through_firms(_direct(user), principal__ref=party_ref), None)
    return Acting(client.principal, client) if client else None


def _live(**which: object) -> QuerySet[Mandate]:
    return Mandate.objects.live().filter(**which).select_related("principal__organisation", "agent")


def _direct(user: User, **which: object) -> list[Mandate]:
    """The mandates a user's own person holds, the widest first."""
    return sorted(_live(agent__person__user=user, **which), key=_narrowness)


def _through_firms(direct: list[Mandate], **which: object) -> Iterator[Mandate]:
    """Mandates held by the firms behind ``direct``, each narrowed to what the firm gave the user."""
    firms = {row.principal_id: row for row in reversed(direct) if row.principal.kind == Party.Kind.ORGANISATION}
    if not firms:
        return
    for mandate in _live(agent__in=firms, kind=Mandate.Kind.AGENT, **which).order_by("principal__name", "id"):
        narrowed = mandate.narrowed_to(firms[mandate.agent_id])
        if narrowed:
            yield narrowed


def _narrowness(mandate: Mandate) -> tuple[bool, bool, int]:
    """Sorts the widest mandate first: those that manage, then those without a limit, then the oldest."""
    return mandate.kind not in Mandate.MANAGING_KINDS, bool(mandate.matters or mandate.levies), mandate.pk


def taxpayer_actor(user: User, party_ref: str, channel: str = Channel.ONLINE) -> Actor:
    """The actor for ``user`` acting for the party behind ``party_ref``.

    :raises NotActing: when the user has no live mandate for it, or it does not exist.
    """
    acting = identity(user, party_ref)
    if acting is None:
        raise NotActing(party_ref)
    return Actor(user=user, party=acting.party, mandate=acting.mandate, channel=channel)


Desk = Callable[[Actor, str, str], Actor | None]
_desks: list[Desk] = []


def register_desk(desk: Desk) -> None:
    """Let ``desk(staff, party_ref, number)`` say whether a clerk fills in one draft of a party (接续码)."""
    if desk not in _desks:
        _desks.append(desk)


def desk_actor(user: User, party_ref: str, number: str) -> Actor:
    """The actor for a clerk on a page of the one draft that was handed over.

    :raises NotActing: when nobody handed this draft over to the user.
    """
    staff = staff_actor(user) if number else None
    if staff is not None:
        for desk in _desks:
            found = desk(staff, party_ref, number)
            if found is not None:
                return found
    raise NotActing(party_ref)


def own_actor(user: User, channel: str = Channel.ONLINE) -> Actor:
    """The actor for a user's own person; without a party when the user is no registered person."""
    return Actor(user=user, party=user.own_party, channel=channel)


def staff_actor(user: User, channel: str = Channel.WORKBENCH) -> Actor | None:
    """The actor for a staff member in the office of the oldest current membership, or None."""
    found = offices.staff(clock.today()).get(user.pk)
    if found is None:
        return None
    office, roles = found
    return Actor(user=user, office=office, roles=roles, channel=channel)
