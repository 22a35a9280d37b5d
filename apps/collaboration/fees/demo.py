"""Fee sources of the demonstration: three departments, some paid for, some nobody answers to."""

import datetime as dt
from decimal import Decimal

from apps.collaboration.fees import billing, intake
from apps.collaboration.fees.models import FeeDelivery, FeeDuty
from apps.kernel.ledger.models import Levy
from apps.kernel.parties.actors import Actor, Channel
from apps.kernel.parties.models import Mandate, Membership, Office, Organisation, User
from apps.kernel.workcalendar import clock

# Department, levy, base, basis document, amounts.
DELIVERIES = (
    ("planning", "land-transfer", "出让面积 1,260 平方米", "沪规划资源出让〔2026〕{}号", ("386400.00", "92000.00")),
    ("water", "soil-conservation", "征占土地 4,800 平方米", "沪水务许〔2026〕{}号", ("6720.00", "3360.50")),
    ("civildefence", "civil-defence", "应建面积 210 平方米", "沪民防建〔2026〕{}号", ("126000.00", "54600.00")),
)


def seed() -> None:
    """A delivery of each department, once."""
    own = Organisation.objects.filter(
        party__mandates_given__agent__person__user__username="enterprise",
        party__mandates_given__kind=Mandate.Kind.LEGAL,
    ).select_related("party")
    others = Organisation.objects.filter(form=Organisation.Form.ENTERPRISE).select_related("party").order_by("pk")
    payers = [own.first() or others.first(), others.last()]
    due = clock.today() + dt.timedelta(days=30)
    for code, levy, base, basis, amounts in DELIVERIES:
        office = Office.objects.get(code=code)
        FeeDuty.objects.get_or_create(office=office, levy=Levy.objects.get(pk=levy))
        if FeeDelivery.objects.filter(office=office).exists():
            continue
        found = [
            {
                "number": f"{code.upper()}-2026-{place:04d}",
                "payer_code": payer.uscc,
                "payer": payer.party.name,
                "levy": levy,
                "base": base,
                "amount": amount,
                "basis": basis.format(100 + place),
                "issued": (clock.today() - dt.timedelta(days=3)).isoformat(),
                "due": due.isoformat(),
            }
            for place, (payer, amount) in enumerate(zip(payers, amounts, strict=True), start=1)
        ]
        lost = {
            **found[0],
            "number": f"{code.upper()}-2026-0003",
            "payer_code": "",
            "payer": "上海迁出企业（原登记名称）",
            "amount": "1800.00",
        }
        user = User.objects.get(username=code)
        roles = Membership.objects.filter(user=user, office=office).values_list("role", flat=True)
        intake.deliver(
            [*found, lost],
            control_count=3,
            control_total=sum((Decimal(amount) for amount in amounts), Decimal("1800.00")),
            actor=Actor(user=user, office=office, roles=frozenset(roles), channel=Channel.API),
            idempotency_key=f"demo-{code}",
        )
    billing.tell_payers()
