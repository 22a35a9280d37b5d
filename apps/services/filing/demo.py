"""The demonstration's tax sources: what the machine maker of 'enterprise' owns, signs and emits (Art 11)."""

import datetime as dt
from decimal import Decimal

from apps.kernel.workcalendar import clock
from apps.services.filing import sources
from apps.services.filing.models import SourceDetail
from apps.services.invoices.demo import maker

SINCE = dt.date(2023, 6, 1)
SOURCES = (
    ("property", {"name": "蒙自路207号3幢厂房", "item": "value", "base": Decimal("18600000.00"), "since": SINCE}),
    ("land-use", {"name": "蒙自路207号厂区土地", "item": "grade_2", "base": Decimal("5200.00"), "since": SINCE}),
    ("vehicle-vessel", {"name": "沪A·D2026 轻型货车", "item": "truck", "base": Decimal("3.50"), "since": SINCE}),
    (
        "stamp",
        {
            "name": "机床采购合同 HZ-2026-118",
            "item": "sales_contract",
            "base": Decimal("860000.00"),
            "since": dt.date(2026, 9, 8),
        },
    ),
    (
        "environmental",
        {"name": "涂装车间排口", "item": "nox", "base": Decimal("420.00"), "since": dt.date(2026, 9, 30)},
    ),
)


def seed() -> None:
    """Register the sources once, as the company itself would; one it bought lately is declared by itself."""
    actor = maker()
    if SourceDetail.objects.filter(party=actor.party, closed_at__isnull=True).exists():
        return
    for levy, detail in SOURCES:
        sources.add(actor, levy, detail)
    today = clock.today()
    bought = {"name": "打浦路88号101室", "base": Decimal("2600000.00")}
    sources.add(actor, "deed", {**bought, "since": today, "until": today + dt.timedelta(days=30)})
