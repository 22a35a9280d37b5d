"""Assistance, qualifications, prices and checks in the matrix (Arts 22, 26-28)."""

from apps.collaboration.price import receiving
from apps.collaboration.price.models import PriceConclusion
from apps.collaboration.qualification.models import QualificationDuty
from apps.collaboration.registry import checking
from apps.kernel.casework import cases
from apps.kernel.parties.actors import Actor
from apps.kernel.workcalendar import clock
from tests import factories_collaboration
from tests.access.roles import DEPARTMENTS, TAX_STAFF, Role, reach

SCOPES = ["qualifications.write", "prices.write"]
CLERKS = Role.CLERK | Role.OTHER_CLERK

POLICIES: dict[str, Role] = {
    "mutual_counter:list": TAX_STAFF,
    "mutual_counter:new": CLERKS,
    **reach(DEPARTMENTS, "mutual_partner:list, mutual_partner:new"),
    "as qualification:mine": Role.OWNER,
    **reach(CLERKS, "qualification_counter:list, qualification_counter:ask"),
    **reach(DEPARTMENTS, "qualification_partner:list, qualification_partner:tell, qualification_partner:template"),
    **reach(DEPARTMENTS, "qualification_partner:messages, qualification_partner:replay, qualification_partner:one"),
    **reach(DEPARTMENTS | Role.CLIENT, "api-qualifications, api-qualification, api-qualification-messages"),
    "api-qualification-replay": DEPARTMENTS | Role.CLIENT,
    "price_counter:list": TAX_STAFF,
    "price_counter:new": CLERKS,
    "price_counter:use": Role.CLERK,  # the office that asked
    **reach(DEPARTMENTS, "price_partner:list, price_partner:price"),
    **reach(DEPARTMENTS | Role.CLIENT, "api-prices, api-price-conclusion, api-price-replay"),
    **reach(DEPARTMENTS | Role.CLIENT, "api-registry-check, api-registry-dispute, api-registry-revocations"),
}


def _conclusion() -> dict:
    items = [
        {"item": 1, "method": "market", "unit_price": "65000.00", "amount": "130000.00"},
        {"item": 2, "method": "market", "unit_price": "20400.00", "amount": "255000.00"},
    ]
    return {"basis_date": clock.today().isoformat(), "report": "经查勘。", "items": items}


def samples(people: dict[Role, Actor]) -> dict[str, str | None]:
    """A determination and a refused message, a concluded and an open price case of the department."""
    clerk, officer, payer = people[Role.CLERK], people[Role.OFFICER], people[Role.OWNER].party
    QualificationDuty.objects.create(office=officer.office, kind="hnte")
    told = factories_collaboration.determination(officer, payer)
    refused = factories_collaboration.message(officer, payer, payer="别人")
    concluded = factories_collaboration.priced(clerk, officer.office, payer)
    cases.perform(concluded, "accept", officer)
    receiving.take(concluded, _conclusion(), actor=officer, idempotency_key="matrix-price-1")
    conclusion = PriceConclusion.objects.get(determination=concluded.pk)
    case = factories_collaboration.priced(clerk, officer.office, payer)
    cases.perform(case, "accept", officer)
    wrong = receiving.take(case, {}, actor=officer, idempotency_key="matrix-price-2")
    check = checking.check(
        asked="沪税证〔2026〕999999号", payer="王小明", matter="land", matter_number="沪2026-2", actor=officer
    )
    return {
        **dict.fromkeys(("qualification_partner:one:ref", "api-qualification:ref"), told.ref),
        **dict.fromkeys(("qualification_partner:replay:ref", "api-qualification-replay:ref"), refused.ref),
        "price_counter:use:ref": conclusion.ref,
        **dict.fromkeys(("price_partner:price:number", "api-price-conclusion:number"), case.number),
        "price_partner:price:place": "1",
        "api-price-replay:ref": wrong.ref,
        **dict.fromkeys(("api-registry-check:ref", "api-registry-dispute:ref"), check.ref),
    }
