"""A fee source a week, as a department's system delivers it (Art 25)."""

import datetime as dt
from typing import Any

from sandbox.partners import day
from sandbox.partners.known import COMPANIES


def deliver(api, *, prefix: str, levy: str, base: str, basis: str, amount: str) -> int:
    """One source of this week; the same week again delivers nothing."""
    today = day.today()
    year, week, _day = today.isocalendar()
    name, code = COMPANIES[week % len(COMPANIES)]
    source: dict[str, Any] = {
        "number": f"{prefix}-{year}-W{week:02d}",
        "payer_code": code,
        "payer": name,
        "levy": levy,
        "base": base,
        "amount": amount,
        "basis": basis.format(week),
        "due": (dt.date.fromisocalendar(year, week, 1) + dt.timedelta(days=45)).isoformat(),
    }
    body = {"sources": [source], "control_count": 1, "control_total": amount}
    answer = api.post("fees/sources/", body, idempotency_key=f"{prefix}-{year}-{week:02d}")
    return sum(1 for row in answer["results"] if not row["repeated"])
