"""Factories of Articles 29 and 30: tax offices in their hierarchy, a bank, a court, arrears, measures on their way."""

import datetime as dt
import secrets
from dataclasses import dataclass
from decimal import Decimal

from apps.collaboration.banks import asking, pay_orders
from apps.collaboration.banks.models import PayOrder
from apps.collaboration.courts import opening
from apps.kernel.casework import cases
from apps.kernel.casework.models import Case
from apps.kernel.ledger.models import Charge
from apps.kernel.parties.actors import Actor
from apps.kernel.parties.models import Office, Party, Role
from apps.kernel.workcalendar import clock
from tests import factories, factories_ledger


@dataclass
class Judicial:
    """A district with its tax office, a bank, a court, and a company that owes."""

    city_head: Actor
    bureau: Office
    head: Actor
    office: Office
    clerk: Actor
    colleague: Actor
    chief: Actor
    bank: Actor
    other_bank: Actor
    court: Actor
    company: Party
    owner: Actor


def world() -> Judicial:
    """Everybody of Articles 29 and 30."""
    city = Office.objects.create(code="city-judicial", name="上海市税务局", kind=Office.Kind.TAX_CITY)
    bureau = Office.objects.create(
        code="bureau-judicial", name="黄浦区税务局", kind=Office.Kind.TAX_DISTRICT, parent=city
    )
    office = factories.tax_office()
    office.parent = bureau
    office.save(update_fields=["parent"])
    company = factories.company(office=office)
    return Judicial(
        city_head=factories.staff(city, Role.CHIEF, name="潘立言"),
        bureau=bureau,
        head=factories.staff(bureau, Role.CHIEF, name="曹安平"),
        office=office,
        clerk=factories.staff(office, Role.CLERK),
        colleague=factories.staff(office, Role.CLERK, name="李梅"),
        chief=factories.staff(office, Role.CHIEF, name="方志远"),
        bank=factories.staff(factories.department("浦江银行上海分行", Office.Kind.BANK), Role.OFFICER, name="钟慧"),
        other_bank=factories.staff(factories.department("申江银行", Office.Kind.BANK), Role.OFFICER, name="周岚"),
        court=factories.staff(factories.department("黄浦区人民法院", Office.Kind.COURT), Role.OFFICER, name="卢正平"),
        company=company,
        owner=factories.representative(company),
    )


def department() -> Actor:
    """The administrative department that decides on deductions of contributions."""
    office = Office.objects.create(code="hrss", name="人力资源和社会保障局", kind=Office.Kind.DEPARTMENT)
    return factories.staff(office, Role.OFFICER, name="范思琪")


def overdue(party: Party, amount: str = "10000.00", *, days: int = 40, levy: str = "vat") -> Charge:
    """A charge whose due date has passed."""
    return factories_ledger.owed(party, amount, levy=levy, due=clock.today() - dt.timedelta(days=days))


def pay_order(w: Judicial, *charges: Charge, regime: str = "tax", expired: bool = True) -> PayOrder:
    """An order to pay, over already unless said otherwise."""
    order = pay_orders.issue(
        charges[0].party,
        regime=regime,
        charges=list(charges),
        pay_by=clock.today() + dt.timedelta(days=10),
        actor=w.clerk,
    )
    if expired:
        PayOrder.objects.filter(pk=order.pk).update(pay_by=clock.today() - dt.timedelta(days=1))
        order.refresh_from_db()
    return order


def asked(w: Judicial, ground: str, party: Party | None = None, **given) -> Case:
    """A request of the clerk and the colleague, waiting for approval."""
    return asking.ask(
        ground,
        party or w.company,
        actor=w.clerk,
        idempotency_key=secrets.token_hex(8),
        **{
            "bank": w.bank.office,
            "facts": "多次催缴未缴。",
            "first_certificate": "沪税执 0001",
            "second_officer": w.colleague.user,
            "second_certificate": "沪税执 0002",
            **given,
        },
    )


def at_bank(w: Judicial, ground: str, party: Party | None = None, *, by: Actor | None = None, **given) -> Case:
    """An approved request."""
    return cases.perform(asked(w, ground, party, **given), "approve", by or w.head)


def frozen(w: Judicial, *charges: Charge, executed: str = "") -> Case:
    """A freeze in force, of all that is owed on some charges."""
    limit = sum((each.outstanding for each in charges), Decimal(0))
    case = at_bank(
        w,
        "before-due",
        charges[0].party,
        limit=limit,
        pay_order=pay_order(w, *charges, expired=False),
        signs="大额资金转往关联企业。",
        security_asked_on=clock.today(),
    )
    return cases.perform(case, "answer", w.bank, **done(executed or str(limit)))


def done(amount: str, reference: str = "", **more) -> dict:
    """What a bank says it did."""
    return {
        "executed": Decimal(amount),
        "executed_on": clock.today(),
        "reference": reference or f"B{secrets.token_hex(4)}",
        **more,
    }


SALE = {
    "court_case": "（2026）沪0101执1234号",
    "thing": "building",
    "description": "黄浦区蒙自路207号3幢",
    "price": Decimal("10900000.00"),
}


def sale(w: Judicial, party: Party | None = None, **detail) -> Case:
    """A court's question about a sale."""
    who = party or w.company
    code = who.organisation.uscc if who.kind == Party.Kind.ORGANISATION else who.person.id_number
    return opening.by_court(
        "court-sale", party_code=code, actor=w.court, idempotency_key=secrets.token_hex(8), **{**SALE, **detail}
    )


def bankruptcy(w: Judicial, **detail) -> Case:
    """A bankruptcy the court has accepted today, claims within thirty days."""
    return opening.by_court(
        "bankruptcy-claim",
        party_code=w.company.organisation.uscc,
        actor=w.court,
        idempotency_key=secrets.token_hex(8),
        **{
            "court_case": f"（2026）沪03破{secrets.randbelow(10**6)}号",
            "accepted_on": clock.today(),
            "claim_by": clock.today() + dt.timedelta(days=30),
            "administrator": "上海正明律师事务所",
            "contact": "021-60000000",
            **detail,
        },
    )


def remittance(amount: str, reference: str = "") -> dict:
    """Money a court remits today."""
    return {"amount": Decimal(amount), "on": clock.today(), "reference": reference or f"C{secrets.token_hex(4)}"}
