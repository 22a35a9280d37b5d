"""Requests, grants, consultations, supply and use of shared data (Arts 17, 18, 21)."""

import secrets

from django.core.exceptions import ValidationError

from apps.datashare.adhoc import proposing
from apps.datashare.catalogue.models import Scenario
from apps.datashare.requests import asking
from apps.datashare.requests.models import DataGrant
from apps.datashare.supply.models import SupplyDuty
from apps.datashare.use import detecting, preconditions, reading
from apps.datashare.use.models import UseFinding
from apps.kernel.casework import cases
from apps.kernel.parties.actors import Actor
from apps.kernel.workcalendar import clock
from tests import factories_sharing
from tests.access.roles import DEPARTMENTS, EVERYONE, NOBODY, Role, reach

TAX_CLERKS = Role.CLERK | Role.OTHER_CLERK
SCOPES = ["data.supply"]
POLICIES = {
    **reach(EVERYONE, "preconditions"),
    **reach(TAX_CLERKS, "data:mine, data:choose, data:ask, data:grants"),
    **reach(Role.CLERK, "data:grant, data_use:read, data_use:finding, adhoc:files"),
    **reach(TAX_CLERKS, "data_use:findings, adhoc:list, adhoc:propose, adhoc:ask_listing, supply_counter:dashboard"),
    **reach(DEPARTMENTS, "data_partner:received, data_partner:grants, data_partner:grant"),
    **reach(DEPARTMENTS, "data_use_partner:findings, data_use_partner:preconditions"),
    **reach(DEPARTMENTS, "adhoc_partner:list, adhoc_partner:propose, adhoc_partner:files"),
    **reach(DEPARTMENTS, "supply:dashboard, supply:duty, data_use_partner:withdraw"),
    **reach(NOBODY, "data_use_partner:finding"),  # the finding is about the tax office; no centre signs in here
    **reach(NOBODY, "data_use_partner:trace"),  # the data centre only
    **reach(Role.OFFICER | Role.CLIENT, "api-supply-duties, api-supply-duty, api-supply-deliveries"),
}


def samples(people: dict[Role, Actor]) -> dict[str, str | None]:
    """A grant of the clerk's office on the department's data, a finding, a consultation, a duty, a precondition."""
    clerk, officer = people[Role.CLERK], people[Role.OFFICER]
    factories_sharing.centre()
    use = Scenario.objects.create(code=f"use-{secrets.token_hex(3)}", title="核对", purpose="核对", basis="第十七条")
    entry = factories_sharing.dataset(officer, use)
    asked = {"kind": "check", "fields": ["person"], "purpose": "核对", "basis": "第六条", "months": 6}
    grant = DataGrant.objects.get(case=asking.ask(clerk, entry, key="matrix-data", scenario=use, **asked))
    try:
        reading.read(grant, clerk, reading.Request(case="SH1"))
    except ValidationError:
        detecting.detect()
    terms = {
        "counterpart": officer.office,
        "subject": "名单",
        "fields": "名称",
        "manner": "file",
        "purpose": "核对",
        "basis": "第十八条",
        "destroy_by": clock.today().replace(year=clock.today().year + 1),
    }
    consultation = cases.perform(proposing.propose(clerk, key="matrix-consult", **terms), "agree", officer)
    duty = SupplyDuty.objects.create(
        office=officer.office, subject="供数", basis="第十八条", frequency="monthly", since=clock.today()
    )
    row = preconditions.declare(officer, matter="登记", status="paid", basis="deed-tax-registration")
    finding = UseFinding.objects.filter(user=clerk.user).latest("pk")
    return {
        "data:ask:code": entry.code,
        **dict.fromkeys(("data:grant:ref", "data_use:read:ref", "data_partner:grant:ref"), grant.ref),
        **dict.fromkeys(("data_use:finding:ref", "data_use_partner:finding:ref"), finding.ref),
        **dict.fromkeys(("adhoc:files:number", "adhoc_partner:files:number"), consultation.number),
        **dict.fromkeys(("supply:duty:ref", "api-supply-duty:ref", "api-supply-deliveries:ref"), duty.ref),
        "data_use_partner:withdraw:pk": str(row.pk),
    }
