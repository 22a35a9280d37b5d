"""The four front doors' menus as data: label, route, icon and who may see each entry."""

from collections.abc import Callable
from dataclasses import dataclass

from django.core.checks import CheckMessage, Error, register
from django.urls import NoReverseMatch, get_resolver, reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from apps.kernel.parties.actors import Actor


def everyone(_actor: Actor) -> bool:
    """Signed in or not."""
    return True


def taxpayers(actor: Actor) -> bool:
    """Whoever acts for a taxpayer: the entry's route takes that party's reference."""
    return actor.party is not None


def visitors(actor: Actor) -> bool:
    """Everyone who is not at work in an office."""
    return actor.office is None


def tax_staff(actor: Actor) -> bool:
    """Staff of a tax authority."""
    return actor.office is not None and actor.office.is_tax


def department_staff(actor: Actor) -> bool:
    """Staff of a department, bank, court or other unit that is not a tax authority."""
    return actor.office is not None and not actor.office.is_tax


def administrators(actor: Actor) -> bool:
    """Users of the administration."""
    return actor.user is not None and actor.user.is_staff


@dataclass(frozen=True)
class Entry:
    """One menu entry. ``acting`` routes lie under ``/as/<party_ref>/``."""

    label: Promise
    route: str
    icon: str
    seen_by: Callable[[Actor], bool]
    acting: bool = False

    def url(self, actor: Actor) -> str:
        """The entry's address for this actor."""
        return reverse(self.route, kwargs={"party_ref": actor.party.ref} if self.acting and actor.party else None)


MENU: tuple[Entry, ...] = (
    # taxpayers
    Entry(_("首页"), "acting_home", "house", taxpayers, acting=True),
    Entry(_("我要办税"), "matters", "file-pen-line", visitors),
    Entry(_("我要查询"), "queries", "folder-search", visitors),
    Entry(_("我要预约"), "offices", "calendar-clock", visitors),
    Entry(_("互动"), "help", "message-circle-question-mark", visitors),
    Entry(_("公众查询"), "public", "shield-check", visitors),
    # administration
    Entry(_("系统管理"), "admin:index", "settings", administrators),
)


@dataclass(frozen=True)
class Shown:
    """A menu entry as drawn on one page."""

    label: str
    url: str
    icon: str
    current: bool
    exact: bool


def menu(actor: Actor, path: str) -> list[Shown]:
    """The entries this actor sees, the one that leads to ``path`` marked as current."""
    entries = [(entry, entry.url(actor)) for entry in MENU if entry.seen_by(actor)]
    best = max((url for _entry, url in entries if path.startswith(url)), key=len, default="")
    return [
        Shown(str(entry.label), url, entry.icon, current=url == best, exact=url == path) for entry, url in entries
    ]


@register("portal")
def check_routes(app_configs=None, **kwargs) -> list[CheckMessage]:  # noqa: ARG001 - Django's signature
    """Every menu entry names a route that exists."""
    return [
        Error(f"Menu entry {entry.label!s} leads to the unknown route {entry.route!r}.", id="portal.E001")
        for entry in MENU
        if not route_exists(entry.route)
    ]


def route_exists(name: str) -> bool:
    """Whether some URL pattern has this name, whatever it takes."""
    if ":" in name:
        try:
            reverse(name)
        except NoReverseMatch:
            return False
        return True
    return name in get_resolver().reverse_dict
