"""The actor: who is doing something, for whom, from which office and through which channel.

Every use case takes an :class:`Actor` instead of a request, so pages, API, tasks and tests
open the same doors.
"""

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from django.core.exceptions import PermissionDenied
from django.db import models
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from apps.kernel.parties.models import Mandate, Office, Party, User


class Channel(models.TextChoices):
    """How a matter reached the portal (办理渠道, Art 11)."""

    ONLINE = "online", _("网上")
    MOBILE = "mobile", _("移动端")
    COUNTER = "counter", _("窗口")
    WORKBENCH = "workbench", _("工作台")
    KIOSK = "kiosk", _("自助终端")
    MAIL = "mail", _("邮寄")
    API = "api", _("合作系统接口")
    SYSTEM = "system", _("系统")


@dataclass(frozen=True)
class Actor:
    """Who acts. ``party`` is the taxpayer acted for, ``office`` the organisation a staff member acts in.

    ``draft`` is the number of the one draft a clerk fills in for ``party`` at the counter; such an actor
    reaches nothing else of that party.

    An actor with neither user nor office is the portal itself (clocks, schedules); it is made
    by :meth:`system` and passes no role check a person would need.
    """

    user: "User | None" = None
    party: "Party | None" = None
    mandate: "Mandate | None" = None
    office: "Office | None" = None
    roles: frozenset[str] = field(default_factory=frozenset)
    channel: str = Channel.ONLINE
    name: str = ""
    draft: str = ""

    @classmethod
    def system(cls, name: str) -> "Actor":
        """The portal acting by itself, named by what it does (``"clocks"``)."""
        return cls(channel=Channel.SYSTEM, name=name)

    @property
    def is_system(self) -> bool:
        return self.user is None

    @property
    def person(self) -> "User":
        """The user, where a person must act.

        :raises PermissionDenied: nobody is signed in, or the portal itself acts.
        """
        if self.user is None:
            raise PermissionDenied
        return self.user

    @property
    def at_counter(self) -> "Actor":
        """The same clerk with somebody in front of the window; whoever works alone works at the workbench."""
        return replace(self, channel=Channel.COUNTER)

    def on_behalf_of(self, party: "Party") -> "Actor":
        """The same person acting for a party; asked of the actor, as a request's is only found when somebody asks."""
        return replace(self, party=party)

    @property
    def front_door(self) -> str:
        """Where the actor works: ``counter`` for tax offices, ``partner`` for other organisations, else nothing."""
        if self.office is None or self.party is not None:
            return ""
        return "counter" if self.office.is_tax else "partner"

    @property
    def label(self) -> str:
        """A snapshot of the acting person's name for history rows."""
        return self.name if self.user is None else str(self.user)
