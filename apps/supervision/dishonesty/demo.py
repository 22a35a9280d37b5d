"""The list of dishonest taxpayers in the demonstration: one candidate who is being heard, one entry published."""

import datetime as dt
from decimal import Decimal

from apps.kernel.casework import cases
from apps.kernel.parties.acting import staff_actor
from apps.kernel.parties.actors import Actor
from apps.kernel.parties.models import Party, User
from apps.supervision.dishonesty import listing
from apps.supervision.dishonesty.models import DishonestyListing


def seed() -> None:
    """Propose two and publish one, as far as the bureau has payers; a second run changes nothing."""
    if DishonestyListing.objects.exists():
        return
    officer, chief = (staff_actor(User.objects.get(username=name)) for name in ("risk", "bureau-chief"))
    invented = Party.objects.filter(
        office__parent=officer.office, ref__startswith="zz", organisation__form="enterprise"
    ).order_by("pk")
    # The first of them stays without an entry where there are enough.
    chosen = list(invented[:3])[-2:]
    for party in chosen[:-1]:
        _heard(officer, party)
    for party in chosen[-1:]:
        _published(officer, chief, party)


def _heard(officer: Actor, party: Party) -> None:
    listing.propose(
        officer,
        party,
        {
            "kind": "evasion",
            "amount": Decimal("1286400.00"),
            "share": Decimal("0.2310"),
            "number": None,
            "decision": "沪税稽一处〔2026〕41号",
            "decided_on": dt.date(2026, 9, 18),
            "facts": "2023年至2024年隐匿销售收入，少缴增值税、企业所得税共1,286,400.00元，占应纳税额23.1%。",
        },
    )


def _published(officer: Actor, chief: Actor, party: Party) -> None:
    case = listing.propose(
        officer,
        party,
        {
            "kind": "false-ordinary",
            "amount": Decimal("5120000.00"),
            "share": None,
            "number": 137,
            "decision": "沪税稽一处〔2026〕29号",
            "decided_on": dt.date(2026, 7, 30),
            "facts": "为他人虚开增值税普通发票137份，金额5,120,000.00元。",
        },
    )
    cases.perform(case, "lapse", Actor.system("clocks"))
    cases.perform(
        case,
        "list",
        chief,
        clause="《重大税收违法失信主体信息公布管理办法》第六条第（四）项",
        reason="事实清楚，达到规定标准。",
    )
    cases.perform(case, "publish", officer)
