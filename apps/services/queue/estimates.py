"""How long it will take (等候估计): a range from how long people were served lately, and who is ahead.

With ``c`` windows open for the line and ``n`` people ahead, each taking between the lower and the upper quartile
``q`` of recent service times, the wait is between n x q25 / c and (n + 1) x q75 / c minutes, told in steps of five.
"""

import datetime as dt
import math
from dataclasses import dataclass

from django.db import connection
from django.db.models import Q
from django.utils.translation import gettext as _

from apps.kernel.workcalendar import clock
from apps.services.queue import turns
from apps.services.queue.models import Shift, Ticket
from apps.services.sites.models import BusinessLine, Site, Window

STEP = 5
# Without enough experience a line takes from half to one and a half of its usual time.
USUAL = (0.5, 1.5)

_QUARTILES = """
SELECT count(*), percentile_cont(ARRAY[0.25, 0.75]) WITHIN GROUP (ORDER BY extract(epoch FROM ended_at - served_at))
FROM services_ticket
WHERE site_id = %s AND line_id = %s AND state = 'done' AND served_at IS NOT NULL AND ended_at >= %s
"""


@dataclass(frozen=True)
class Estimate:
    """From how many to how many minutes, for how many people ahead; none while no window is open."""

    ahead: int
    windows: int
    low: int | None
    high: int | None
    derived: str

    @property
    def words(self) -> str:
        """The range as it is shown."""
        if self.low is None:
            return _("还没有窗口开放，暂时不能估计")
        return _("约 %(low)s 至 %(high)s 分钟") % {"low": self.low, "high": self.high}


def for_ticket(ticket: Ticket) -> Estimate:
    """The wait of somebody who has a ticket."""
    rivals = Q(turn_at__lt=ticket.turn_at) | Q(turn_at=ticket.turn_at, pk__lt=ticket.pk)
    return _estimate(ticket.site, ticket.line, rivals)


def for_newcomer(site: Site, line: BusinessLine) -> Estimate:
    """The wait of somebody who would draw a ticket now."""
    return _estimate(site, line, Q(turn_at__lte=clock.now()))


def _estimate(site: Site, line: BusinessLine, ahead_of: Q) -> Estimate:
    rules = turns.policy()
    windows = [window for window in _open(site) if not _lines(window) or line.pk in _lines(window)]
    waiting = Ticket.objects.today().filter(ahead_of, site=site).waiting()
    if windows and all(_lines(window) for window in windows):
        waiting = waiting.filter(line__in=set().union(*(_lines(window) for window in windows)))
    ahead = waiting.count()
    if not windows:
        return Estimate(ahead, 0, None, None, "")
    low, high, derived = _minutes(site, line, rules)
    count = len(windows)
    return Estimate(
        ahead,
        count,
        math.floor(ahead * low / count / STEP) * STEP,
        max(STEP, math.ceil((ahead + 1) * high / count / STEP) * STEP),
        derived,
    )


def _open(site: Site) -> list[Window]:
    shifts = Shift.objects.filter(window__site=site, closed_at__isnull=True).select_related("window")
    return [shift.window for shift in shifts.prefetch_related("window__lines")]


def _lines(window: Window) -> set[int]:
    """What a window serves; nothing named means everything."""
    return {line.pk for line in window.lines.all()}


def _minutes(site: Site, line: BusinessLine, rules: turns.Policy) -> tuple[float, float, str]:
    since = clock.now() - dt.timedelta(weeks=rules.estimate_weeks)
    with connection.cursor() as cursor:
        cursor.execute(_QUARTILES, [site.pk, line.pk, since])
        served, quartiles = cursor.fetchone()
    if served < rules.estimate_sample:
        low, high = (part * line.minutes for part in USUAL)
        return low, high, _("按该业务的通常用时（%(minutes)s 分钟）和前面的人数估算。") % {"minutes": line.minutes}
    low, high = (float(seconds) / 60 for seconds in quartiles)
    words = _("按最近 %(weeks)s 周 %(served)s 人次的实际用时（多数在 %(low)s 至 %(high)s 分钟之间）和前面的人数估算。")
    shown = {"weeks": rules.estimate_weeks, "served": served, "low": math.floor(low), "high": math.ceil(high)}
    return low, high, words % shown
