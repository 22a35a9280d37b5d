"""Articles 29 and 30: the tax office's pages, the bank's and the court's, and what the person concerned sees."""

from apps.collaboration.banks import asking, reading
from apps.kernel.casework import cases
from apps.kernel.parties.actors import Actor
from apps.kernel.parties.models import Office, Party
from apps.kernel.parties.models import Role as Duty
from tests import factories
from tests.access.roles import NOBODY, TAX_STAFF, Role, reach

CLERKS = Role.CLERK | Role.OTHER_CLERK
SCOPES = ["accounts.answer", "enforcement.write"]

POLICIES = {
    **reach(TAX_STAFF, "banks_counter:dashboard, courts_counter:list"),
    **reach(Role.AUDITOR, "banks_counter:reads, banks_counter:review"),
    # The office in charge of the party; the data itself for the two officers of the permit.
    **reach(Role.CLERK, "banks_counter:party, banks_counter:pay_order, banks_counter:ask, courts_counter:claim"),
    **reach(Role.CLERK, "banks_counter:data"),
    **reach(Role.OWNER, "as measures:list, as measures:page, as court_matters"),
    # The sample department is neither a bank nor a court: see the rooms' own tests.
    **reach(NOBODY, "banks_partner:requests, courts_partner:list, courts_partner:sale, courts_partner:bankruptcy"),
    **reach(NOBODY, "api-account-requests, api-account-request, api-account-answer, api-account-release"),
    **reach(NOBODY, "api-court-matters, api-court-sales, api-court-bankruptcies, api-court-matter, api-court-action"),
}


def samples(people: dict[Role, Actor]) -> dict[str, str | None]:
    """An enquiry about the owner, answered, read and told."""
    clerk, party = people[Role.CLERK], people[Role.OWNER].party
    assert party is not None
    office = clerk.office
    assert office is not None
    bureau = factories.department("区税务局", Office.Kind.TAX_DISTRICT)
    Office.objects.filter(pk=office.pk).update(parent=bureau)
    office.refresh_from_db()
    Party.objects.filter(pk=party.pk).update(kind=Party.Kind.ORGANISATION)
    bank = factories.staff(factories.department("浦江银行", Office.Kind.BANK), Duty.OFFICER)
    case = asking.ask(
        "accounts",
        Party.objects.get(pk=party.pk),
        actor=clerk,
        idempotency_key="access-accounts",
        bank=bank.office,
        facts="核实账户。",
        first_certificate="1",
        second_officer=factories.staff(office).user,
        second_certificate="2",
        wants_accounts=True,
    )
    case = cases.perform(case, "approve", factories.staff(bureau, Duty.CHIEF))
    case = cases.perform(case, "answer", bank, accounts=[])
    case = cases.perform(case, "conclude", clerk)
    Party.objects.filter(pk=party.pk).update(kind=party.kind)
    reading.read(case.detail, purpose="核实", actor=clerk)
    return {
        **{f"banks_counter:{page}:ref": party.ref for page in ("party", "pay_order", "ask")},
        "banks_counter:ask:measure": "enquiry",
        "banks_counter:review:ref": case.detail.reads.get().ref,
        "banks_counter:data:number": case.number,
        "as measures:page:number": case.number,
        "courts_counter:claim:ref": party.ref,
        **{f"api-account-{page}:number": case.number for page in ("request", "answer", "release")},
        **{f"api-court-{page}:number": case.number for page in ("matter", "action")},
        "api-court-action:action": "remit",
    }
