"""Sites with windows, and clerks who sit at them, for scenarios of the queue."""

import datetime as dt
import itertools

from apps.kernel.parties.actors import Actor
from apps.kernel.parties.models import Office
from apps.services.queue import service
from apps.services.queue.models import Ticket
from apps.services.sites.models import BusinessLine, OpeningHours, Site, SiteMatter, Window, WindowKind
from tests import factories

# A Tuesday at ten in Shanghai.
TUESDAY = dt.datetime(2026, 11, 24, 2, 0, tzinfo=dt.UTC)
_numbers = itertools.count(1)


def line(code: str = "filing", label: str = "申报纳税", position: int = 1) -> BusinessLine:
    """A line of business."""
    return BusinessLine.objects.get_or_create(
        code=code, defaults={"label": label, "position": position, "minutes": 15}
    )[0]


def site(office: Office, *lines: BusinessLine, windows: int = 2) -> Site:
    """A government centre that serves some lines at general windows, open on working days."""
    made = Site.objects.create(
        code=f"queue-centre-{next(_numbers)}",
        name="黄浦区政务服务中心",
        kind=Site.Kind.GOVERNMENT,
        office=office,
        district="310101",
        address="永胜支路1号",
    )
    for each in lines or (line(),):
        SiteMatter.objects.create(site=made, line=each)
    for day in range(5):
        OpeningHours.objects.create(site=made, weekday=day, opens=dt.time(9), closes=dt.time(17))
    for number in range(1, windows + 1):
        Window.objects.create(site=made, code=str(number), label=f"{number}号窗口")
    return made


def green_window(at: Site) -> Window:
    """A window of the green channel."""
    return Window.objects.create(site=at, code="G", label="绿色通道", kind=WindowKind.GREEN)


def clerk_at(at: Site, code: str = "1") -> Actor:
    """A clerk with a window open."""
    who = factories.staff(at.office, name=f"{code}号窗口人员")
    service.open_window(at.windows.get(code=code), who)
    return who


def walk_in(at: Site, which: BusinessLine | None = None, **how) -> Ticket:
    """A ticket drawn at the machine."""
    return service.draw(at, which or at.lines.get(), actor=Actor.system("kiosk"), **how)
