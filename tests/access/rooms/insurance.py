"""Social insurance contributions: payers, employers, agencies, the assisting department, tax staff (Art 24)."""

from apps.collaboration.insurance.models import AssistanceFund, InsuranceBill
from apps.kernel.parties.actors import Actor
from tests import factories, factories_insurance
from tests.access.roles import DEPARTMENTS, NOBODY, TAX_STAFF, Role, reach

SCOPES = ["contributions.write", "contributions.read"]

POLICIES = {
    **reach(Role.OWNER, "as insurance:mine, as insurance:refund, as insurance:employer, as insurance:template"),
    **reach(Role.OWNER, "as insurance:declaration, as insurance:errors, as insurance:list_template"),
    **reach(NOBODY, "as insurance:lists, as insurance:group"),  # the owner acts for a company, not for a school
    **reach(TAX_STAFF, "insurance_counter:dashboard, insurance_counter:exchange, insurance_counter:payer"),
    **reach(DEPARTMENTS, "insurance_partner:exchanges, insurance_partner:template, insurance_partner:exchange"),
    **reach(DEPARTMENTS, "insurance_partner:feedback, insurance_partner:day_file, insurance_partner:reconciliation"),
    **reach(DEPARTMENTS, "insurance_partner:lists, insurance_partner:group"),
    **reach(DEPARTMENTS | Role.CLIENT, "api-insurance-exchanges, api-insurance-exchange, api-insurance-replay"),
    **reach(DEPARTMENTS | Role.CLIENT, "api-insurance-feedback, api-insurance-reconciliation"),
    **reach(DEPARTMENTS | Role.CLIENT, "api-insurance-lists, api-insurance-list"),
    **reach(Role.OWNER, "api-insurance-declarations, api-insurance-declaration, api-insurance-submit"),
    "api-insurance-contributions": Role.OWNER | Role.STRANGER,
}


def samples(people: dict[Role, Actor]) -> dict[str, str | None]:
    """An agency in charge that also assists: its delivery with a line that waits, a declaration and a list."""
    owner, officer = people[Role.OWNER], people[Role.OFFICER]
    factories_insurance.agency(*factories_insurance.HRSS, *factories_insurance.MEDICAL, office=officer.office)
    fund = factories.company("上海市医疗救助基金", form="social")
    AssistanceFund.objects.create(office=officer.office, payer=fund)
    rows = [factories_insurance.line(owner.party, period="2026-01"), factories_insurance.line()]
    exchange = factories_insurance.delivered(officer, *rows)
    factories_insurance.delivered(officer, factories_insurance.registration(owner.party), kind="registrations")
    sheet = factories_insurance.uploaded(owner, ("李晓", factories_insurance.employee(), "9000"), period="2026-02")
    group = factories_insurance.listed(officer, ("老人", factories_insurance.employee(born_in=1950)), title="资助名单")
    return {
        "as insurance:refund:bill": InsuranceBill.objects.get(party=owner.party).ref,
        **dict.fromkeys(("as insurance:declaration:declaration", "as insurance:errors:declaration"), sheet.ref),
        "insurance_counter:exchange:ref": exchange.ref,
        "insurance_counter:payer:ref": exchange.ref,
        "insurance_counter:payer:row": "2",
        "insurance_partner:template:kind": "assessments",
        "insurance_partner:exchange:ref": exchange.ref,
        "insurance_partner:day_file:day": "2026-10-28",
        "insurance_partner:group:group": group.ref,
        **dict.fromkeys(("api-insurance-declaration:ref", "api-insurance-submit:ref"), sheet.ref),
        "api-insurance-exchange:ref": exchange.ref,
        "api-insurance-replay:ref": exchange.ref,
        "api-insurance-list:ref": group.ref,
    }
