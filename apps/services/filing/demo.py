"""The demonstration's tax sources: what the machine maker of 'enterprise' owns, for its combined return."""

import datetime as dt
from decimal import Decimal

from apps.services.filing import sources
from apps.services.filing.models import SourceDetail
from apps.services.invoices.demo import maker

SOURCES = (
    ("property", {"name": "蒙自路207号3幢厂房", "item": "value", "base": Decimal("18600000.00")}),
    (
        "land-use",
        {
            "name": "蒙自路207号厂区土地",
            "base": Decimal("5200.00"),
            "rate": Decimal(15),
            "basis": "主管税务所核定的土地等级",
        },
    ),
    (
        "vehicle-vessel",
        {"name": "沪A·D2026 轻型货车", "base": Decimal("3.50"), "rate": Decimal(48), "basis": "主管税务所核定"},
    ),
)


def seed() -> None:
    """Register the sources once, as the company itself would."""
    actor = maker()
    if SourceDetail.objects.filter(party=actor.party).exists():
        return
    for levy, detail in SOURCES:
        sources.add(actor, levy, {"since": dt.date(2023, 6, 1), **detail})
