"""What a menu is made of: entries and sections, and the address a route has for whoever looks."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache

from django.urls import NoReverseMatch, reverse
from django.utils.functional import Promise

from apps.kernel.parties.actors import Actor
from apps.portal.audience import visitors


@dataclass(frozen=True)
class Entry:
    """One menu entry. ``acting`` routes lie under ``/as/<party_ref>/``."""

    label: Promise
    route: str
    icon: str
    seen_by: Callable[[Actor], bool]
    acting: bool = False
    summary: Promise | str = ""
    covers: tuple[str, ...] = ()  # routes whose pages also belong under this entry

    def url(self, actor: Actor) -> str:
        """The entry's address for this actor."""
        return personal(self.route, actor) if self.acting else address(self.route, actor)


def personal(route: str, actor: Actor, **arguments: str) -> str:
    """The address of a page that lies under an identity: the one taken or one's own, after signing in."""
    party = actor.party or (actor.user.own_party if actor.user else None)
    if party is None:
        return address_for("home" if actor.user else "account_login", "")
    return address_for(route, party.ref, **arguments)


def address(route: str, actor: Actor, **arguments: str) -> str:
    """A route's address, under the identity the actor has taken where the route lies there too."""
    # Whoever continues one draft at a desk has that draft and nothing else of the taxpayer's.
    return address_for(route, actor.party.ref if actor.party and not actor.draft else "", **arguments)


@lru_cache(maxsize=8192)  # a page shows thirty of them, the same ones as the page before
def address_for(route: str, party_ref: str, **arguments: str) -> str:
    """A route's address, under the identity with this reference where the route lies there too."""
    if party_ref:
        try:
            return reverse(route, kwargs={**arguments, "party_ref": party_ref})
        except NoReverseMatch:
            pass  # the route knows no identity
    return reverse(route, kwargs=arguments)


@dataclass(frozen=True)
class Section:
    """A heading of the taxpayers' front door with what it leads to."""

    code: str
    label: Promise
    summary: Promise
    icon: str
    route: str
    entries: tuple[Entry, ...] = ()
    covers: tuple[str, ...] = ()  # routes of pages that belong here without being listed

    def menu_entry(self) -> Entry:
        """The section in the menu: current on the pages it lists as well."""
        listed = tuple(entry.route for entry in self.entries)
        return Entry(self.label, self.route, self.icon, visitors, covers=(*listed, *self.covers))
