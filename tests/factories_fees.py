"""Factories of fee sources: a department with a duty, rows it may deliver, deliveries."""

import datetime as dt
import itertools
from decimal import Decimal

from apps.collaboration.fees import intake
from apps.collaboration.fees.models import FeeDelivery, FeeDuty, FeeSource
from apps.kernel.ledger.models import Levy
from apps.kernel.parties.actors import Actor
from apps.kernel.parties.models import Office, Party, Role
from apps.kernel.workcalendar import clock
from tests import factories

_numbers = itertools.count(1)


def officer(levy: str = "soil-conservation", office: Office | None = None) -> Actor:
    """An officer of a department that delivers sources of a levy."""
    office = office or factories.department("上海市水务局")
    FeeDuty.objects.get_or_create(office=office, levy=Levy.objects.get(pk=levy))
    return factories.staff(office, Role.OFFICER, name="江晓波")


def row(party: Party | None = None, amount: str = "6720.00", **changed) -> dict[str, str]:
    """A row as a department writes it; of nobody on the register without a party."""
    return {
        "number": f"W-2026-{next(_numbers):05d}",
        "payer_code": party.organisation.uscc if party else "",
        "payer": party.name if party else "上海查无此户有限公司",
        "levy": "soil-conservation",
        "base": "征占土地 4,800 平方米",
        "amount": amount,
        "basis": "沪水务许〔2026〕101号",
        "issued": clock.today().isoformat(),
        "due": (clock.today() + dt.timedelta(days=30)).isoformat(),
        **changed,
    }


def delivered(actor: Actor, *rows: dict[str, str], **changed) -> FeeDelivery:
    """A delivery whose control totals are right unless said otherwise."""
    if "control_total" not in changed:
        changed["control_total"] = sum((Decimal(each["amount"]) for each in rows), Decimal(0))
    return intake.deliver(list(rows), actor=actor, **{"control_count": len(rows), **changed})


def source(actor: Actor, party: Party | None = None, amount: str = "6720.00") -> FeeSource:
    """One delivered source."""
    return delivered(actor, row(party, amount)).sources.get()
