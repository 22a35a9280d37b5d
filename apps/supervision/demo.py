"""Demonstration data of chapters 5 and 6, gathered from their rooms."""

from collections.abc import Callable, Iterator

from apps.supervision.complaints import demo as complaints
from apps.supervision.credit import demo as credit
from apps.supervision.dishonesty import demo as dishonesty
from apps.supervision.joint import demo as joint
from apps.supervision.liability import demo as liability
from apps.supervision.referral import demo as referral
from apps.supervision.reports import demo as reports
from apps.supervision.risk import demo as risk


def steps() -> Iterator[tuple[str, Callable[[], None]]]:
    """What is seeded, by name."""
    yield "complaints", complaints.seed
    yield "reports of violations", reports.seed
    yield "tax and fee credit", credit.seed
    yield "risk management", risk.seed
    yield "joint supervision", joint.seed
    yield "dishonest taxpayers", dishonesty.seed
    yield "referrals to the police", referral.seed
    yield "orders to correct", liability.seed
