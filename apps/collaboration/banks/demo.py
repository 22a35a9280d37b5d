"""Article 29 in the demonstration: arrears ordered to pay, an enquiry answered and read, a freeze freed by payment."""

import datetime as dt
from decimal import Decimal

from apps.collaboration.banks import asking, pay_orders, reading
from apps.collaboration.banks.models import AccountEnquiry, PayOrder
from apps.kernel.casework import cases
from apps.kernel.casework.models import Case
from apps.kernel.ledger import charges, collections
from apps.kernel.ledger.models import Charge
from apps.kernel.parties.actors import Actor
from apps.kernel.parties.models import Membership, Office, Organisation, Party, User
from apps.kernel.workcalendar import clock, filing
from apps.kernel.workcalendar.periods import Period

ABOUT = "demo/judicial"
# What the company owes: levy, amount, months since it fell due.
ARREARS = (("vat", "86400.00", 2), ("city-construction", "6048.00", 2), ("pension", "41200.00", 2))


def actor(username: str) -> Actor:
    """A demonstration user at work."""
    user = User.objects.get(username=username)
    membership = Membership.objects.in_force().filter(user=user).select_related("office").order_by("pk").first()
    if membership is None:
        return Actor(user=user)
    roles = Membership.objects.in_force().filter(user=user, office=membership.office).values_list("role", flat=True)
    return Actor(user=user, office=membership.office, roles=frozenset(roles))


def debtor() -> Party | None:
    """The demonstration company of the clerk's own tax office."""
    return (
        Party.objects.filter(organisation__form=Organisation.Form.ENTERPRISE, office__code="tax-310101-1")
        .order_by("pk")
        .first()
    )


def owe(party: Party, levy: str, amount: str, months: int) -> Charge:
    """A month's charge that fell due so many months ago, or is to fall due when negative."""
    today = clock.today()
    year, month = divmod(today.year * 12 + today.month - 2 - months, 12)
    period = Period(year, month + 1, 1)
    return charges.assess(
        party=party,
        levy=levy,
        period=str(period),
        amount=Decimal(amount),
        due=filing.period_due(period).due,
        about=ABOUT,
        actor=Actor.system("demonstration"),
    )


def ordered(party: Party, regime: str, *owed: Charge, expired: bool) -> PayOrder:
    """An order to pay; one that is over was given a fortnight ago."""
    order = pay_orders.issue(
        party,
        regime=regime,
        charges=owed,
        pay_by=clock.today() + dt.timedelta(days=10),
        actor=actor("clerk"),
    )
    if expired:
        PayOrder.objects.filter(pk=order.pk).update(
            pay_by=clock.today() - dt.timedelta(days=3), issued_at=clock.now() - dt.timedelta(days=14)
        )
        order.refresh_from_db()
    return order


def asked(party: Party, ground: str, number: int, **given) -> Case:
    """A request of the clerk and a colleague."""
    return asking.ask(
        ground,
        party,
        actor=actor("clerk"),
        idempotency_key=f"demo-accounts-{number}",
        bank=Office.objects.get(code="bank"),
        first_certificate="沪税执 310101-0017",
        second_officer=User.objects.get(username="chief"),
        second_certificate="沪税执 310101-0003",
        **given,
    )


def seed() -> None:
    """Measures in every state, once."""
    party = debtor()
    if party is None or PayOrder.objects.exists():
        return
    head, bank, today = actor("bureau-chief"), actor("bank"), clock.today()
    vat, city, pension = (owe(party, *row) for row in ARREARS)
    tax_order = ordered(party, "tax", vat, city, expired=True)
    insurance_order = ordered(party, "insurance", pension, expired=True)

    read = asked(
        party,
        "accounts",
        1,
        facts="欠缴增值税，多次催缴未缴，需核实开户情况和余额。",
        wants_accounts=True,
        wants_balances=True,
    )
    read = cases.perform(read, "approve", head)
    account = {
        "number": "3100000000000001",
        "kind": "基本存款账户",
        "opened_on": dt.date(2021, 3, 15),
        "balance": Decimal("52318.40"),
    }
    read = cases.perform(read, "answer", bank, accounts=[account])
    enquiry = AccountEnquiry.objects.select_related("case").get(case=read)
    reading.read(enquiry, purpose="核对余额，确定扣缴金额", actor=actor("clerk"))
    reading.read(enquiry, purpose="审核扣缴方案", actor=actor("chief"))

    waiting = asked(
        party, "accounts", 2, facts="核实近三个月资金往来。", since=today - dt.timedelta(days=90), until=today
    )
    cases.perform(waiting, "approve", head)
    asked(party, "overdue", 3, facts="责令限期缴纳，逾期仍未缴纳。", limit=Decimal("50000.00"), pay_order=tax_order)
    asked(
        party,
        "insurance-deduct",
        4,
        facts="欠缴基本养老保险费，逾期未补足。",
        limit=pension.outstanding,
        pay_order=insurance_order,
    )
    _freed_on_payment(party, head, bank)
    held = _frozen(party, "12600.00", 6, head, bank)
    cases.perform(held, "answer", bank, **_done("12600.00", 6))


def _frozen(party: Party, amount: str, number: int, head: Actor, bank: Actor) -> Case:
    charge = owe(party, "stamp", amount, -1)
    case = asked(
        party,
        "before-due",
        number,
        facts="责令限期缴纳期间发现转移资金，不能提供纳税担保。",
        limit=charge.outstanding,
        pay_order=ordered(party, "tax", charge, expired=False),
        signs="货款改由关联企业账户收取。",
        security_asked_on=clock.today(),
    )
    return cases.perform(case, "approve", head)


def _freed_on_payment(party: Party, head: Actor, bank: Actor) -> None:
    """Paid after the freeze: the release order is with the bank within the same minute."""
    case = _frozen(party, "5200.00", 5, head, bank)
    case = cases.perform(case, "answer", bank, **_done("5200.00", 5))
    charge = case.detail.pay_order.charges.get()
    collections.collect(
        charge,
        charge.outstanding,
        by=case.about,
        day=clock.today(),
        actor=Actor.system("demonstration"),
        idempotency_key="demo-judicial-paid",
    )


def _done(amount: str, number: int) -> dict:
    return {"executed": Decimal(amount), "executed_on": clock.today(), "reference": f"PJ-DEMO-{number}"}
