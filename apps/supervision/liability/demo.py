"""Orders to correct of the demonstration: one to answer, one nobody answered in time (Art 38)."""

import datetime as dt

from apps.kernel.casework import clocks
from apps.kernel.casework.models import Case
from apps.kernel.parties.acting import staff_actor
from apps.kernel.parties.models import User
from apps.kernel.workcalendar import clock
from apps.supervision.liability import overdue, procedure

# Key, who orders, which office, article, clause, facts.
STORIES = (
    (
        "demo-liability-1",
        "bureau-chief",
        "tax-310101-1",
        "第十一条",
        "办法第十一条：无障碍服务",
        "上门服务申请三件超过一个工作日没有确认，来电人两次催问。",
    ),
    (
        "demo-liability-2",
        "office",
        "water",
        "第十七条",
        "办法第十七条：按目录及时提供数据",
        "取水许可数据连续三周没有按目录更新，也没有说明原因。",
    ),
)
UNANSWERED = "demo-liability-2"
LONG_AGO = dt.timedelta(days=21)


def seed() -> None:
    """Tell both stories once; a second run changes nothing."""
    for key, account, office, article, clause, facts in STORIES:
        if Case.objects.filter(idempotency_key=key).exists():
            continue
        superior = staff_actor(User.objects.get(username=account))
        given = {"office": office, "article": article, "clause": clause, "facts": facts}
        case = procedure.order(superior, given, key=key)
        if key == UNANSWERED:  # its term began three weeks ago
            running = case.clocks.filter(stopped_at__isnull=True)
            running.update(started_at=clock.now() - LONG_AGO)
            clocks.rederive(running)
            overdue.escalate_unanswered()
