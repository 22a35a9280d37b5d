"""The menus as one reader sees them on one page, and the check that every entry leads somewhere."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from django.core.checks import CheckMessage, Error, register
from django.urls import NoReverseMatch, URLResolver, get_resolver
from lucide import IconDoesNotExist
from lucide.templatetags.lucide import lucide

from apps.kernel.parties.actors import Actor
from apps.portal.audience import visitors
from apps.portal.entries import Entry, address, address_for
from apps.portal.menus import HOME, MENU, SECTIONS, STARTS, TOOLS


@dataclass(frozen=True)
class Shown:
    """A menu entry as drawn on one page."""

    label: str
    url: str
    icon: str
    current: bool = False
    exact: bool = False
    summary: str = ""


def sections(actor: Actor) -> list[Shown]:
    """The front door's sections as cards."""
    return [
        Shown(str(each.label), address(each.route, actor), each.icon, summary=str(each.summary))
        for each in SECTIONS
        if visitors(actor)
    ]


def section(code: str, actor: Actor) -> dict:
    """One section with the entries this actor sees."""
    found = next(each for each in SECTIONS if each.code == code)
    entries = _shown(found.entries, actor)
    private = any(entry.acting for entry in found.entries)
    return {"label": found.label, "summary": found.summary, "entries": entries, "private": private}


def starts(actor: Actor) -> list[Shown]:
    """The first steps both home pages offer."""
    return [Shown(str(each.label), address(each.route, actor), each.icon, summary=str(each.summary)) for each in STARTS]


def tools(actor: Actor) -> list[tuple[str, list[Shown]]]:
    """The tools on this actor's workbench, by heading."""
    groups = ((str(heading), _shown(entries, actor)) for heading, entries in TOOLS)
    return [(heading, found) for heading, found in groups if found]


def _shown(entries: tuple[Entry, ...], actor: Actor) -> list[Shown]:
    return [
        Shown(str(entry.label), entry.url(actor), entry.icon, summary=str(entry.summary))
        for entry in entries
        if entry.seen_by(actor)
    ]


def menu(actor: Actor, path: str) -> list[Shown]:
    """The entries this actor sees, the one that leads to ``path`` marked as current."""
    entries = [(entry, entry.url(actor)) for entry in MENU if entry.seen_by(actor)]
    nearest = [_nearest(entry, url, actor, path) for entry, url in entries]
    best = nearest.index(max(nearest)) if any(nearest) else None
    return [
        Shown(str(entry.label), url, entry.icon, current=place == best, exact=url == path)
        for place, (entry, url) in enumerate(entries)
    ]


def _nearest(entry: Entry, url: str, actor: Actor, path: str) -> int:
    """How much of ``path`` an entry or a page it covers accounts for; a home page is home to itself only."""
    if entry.route == HOME:
        return len(url) if url == path else 0
    identity = actor.party.ref if actor.party and not actor.draft else ""
    covered = (_address_if_any(route, identity) for route in entry.covers if route != HOME)
    return max(len(each) for each in ("", url, *covered) if path.startswith(each))


@lru_cache(maxsize=8192)
def _address_if_any(route: str, party_ref: str) -> str:
    try:
        return address_for(route, party_ref)
    except NoReverseMatch:
        return ""  # the route lies under an identity, and none is taken


@register("portal")
def check_entries(app_configs=None, **kwargs) -> list[CheckMessage]:
    """Every menu entry names a route and an icon that exist."""
    known = set(_names(get_resolver()))
    lost = [
        Error(f"Menu entry {entry.label!s} leads to the unknown route {route!r}.", id="portal.E001")
        for entry in _all_entries()
        for route in (entry.route, *entry.covers)
        if route not in known
    ]
    return lost + [
        Error(f"Menu entry {entry.label!s} shows the unknown icon {entry.icon!r}.", id="portal.E002")
        for entry in _all_entries()
        if not _drawn(entry.icon)
    ]


def _drawn(name: str) -> bool:
    try:
        lucide(name)
    except IconDoesNotExist:
        return False
    return True


def _all_entries() -> Iterator[Entry]:
    yield from MENU
    yield from STARTS
    for section in SECTIONS:
        yield from section.entries
    for _heading, entries in TOOLS:
        yield from entries


def _names(resolver: URLResolver, space: str = "") -> Iterator[str]:
    for pattern in resolver.url_patterns:
        if isinstance(pattern, URLResolver):
            yield from _names(pattern, f"{space}{pattern.namespace}:" if pattern.namespace else space)
        elif pattern.name:
            yield f"{space}{pattern.name}"
