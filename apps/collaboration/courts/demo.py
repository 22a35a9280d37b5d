"""Article 30 in the demonstration: sales asked, computed and sold, a claim on proceeds, a bankruptcy confirmed."""

import datetime as dt
from decimal import Decimal
from typing import Any

from apps.collaboration.banks.demo import actor, debtor, owe
from apps.collaboration.courts import opening
from apps.collaboration.courts.models import BankruptcyClaim, CourtSale
from apps.kernel.casework import cases
from apps.kernel.casework.models import Case
from apps.kernel.parties.models import Organisation, Party
from apps.kernel.workcalendar import clock

SALES: tuple[dict[str, Any], ...] = (
    {
        "court_case": "（2026）沪0101执1101号",
        "thing": "building",
        "description": "黄浦区蒙自路207号3幢101室",
        "price": Decimal("8600000.00"),
    },
    {
        "court_case": "（2026）沪0101执1102号",
        "thing": "shares",
        "description": "上海申江模具有限公司 12% 股权",
        "price": Decimal("1500000.00"),
    },
    {
        "court_case": "（2026）沪0101执1103号",
        "thing": "listed",
        "description": "证券代码 600000，210,000 股",
        "price": Decimal("2100000.00"),
    },
)


def seed() -> None:
    """Matters in several states, once."""
    party = debtor()
    if party is None or CourtSale.objects.exists():
        return
    court, clerk, chief, today = actor("court"), actor("clerk"), actor("chief"), clock.today()
    first, second, _third = (
        opening.by_court(
            "court-sale",
            party_code=party.organisation.uscc,
            actor=court,
            idempotency_key=f"demo-sale-{number}",
            **detail,
        )
        for number, detail in enumerate(SALES)
    )
    cases.perform(first, "answer", clerk)
    second = cases.perform(second, "answer", clerk)
    cases.perform(second, "sold", court, price=Decimal("1420000.00"), sold_on=today)
    opening.claim(
        party,
        actor=clerk,
        idempotency_key="demo-claim",
        court=court.office,
        court_case="（2026）沪0101执1088号",
        secured_on=today - dt.timedelta(days=30),
        facts="执行款到账后请先行划付。",
    )
    _bankruptcies(party, court, clerk, chief)


def _bankruptcies(party: Party, court, clerk, chief) -> None:
    """Of other companies: one confirmed with a distribution to come, one just told."""
    others = list(
        Party.objects.filter(organisation__form=Organisation.Form.ENTERPRISE, office=party.office)
        .exclude(pk=party.pk)
        .order_by("pk")[:2]
    )
    for number, other in enumerate(others, start=1):
        owe(other, "vat", "23500.00", 4)
        owe(other, "pension", "8800.00", 3)
        case = _told(other, court, number)
        if number > 1:
            continue
        case = cases.perform(cases.perform(case, "prepare", clerk), "file", chief)
        claim: BankruptcyClaim = case.detail
        cases.perform(
            case,
            "confirm",
            court,
            confirmed_priority=claim.claimed_priority,
            confirmed_ordinary=claim.claimed_ordinary,
        )


def _told(party: Party, court, number: int) -> Case:
    today = clock.today()
    return opening.by_court(
        "bankruptcy-claim",
        party_code=party.organisation.uscc,
        actor=court,
        idempotency_key=f"demo-bankruptcy-{number}",
        court_case=f"（2026）沪0101破{number}号",
        accepted_on=today - dt.timedelta(days=7),
        claim_by=today + dt.timedelta(days=24),
        administrator="上海正明律师事务所",
        contact="021-60007788",
    )
