"""Agencies of the demonstration: the firm of ``agency`` on the register, with conduct on its record."""

from apps.kernel.casework import cases
from apps.kernel.casework.models import Case
from apps.kernel.parties.acting import identities, taxpayer_actor
from apps.kernel.parties.actors import Actor
from apps.kernel.parties.models import Office, Role, User
from apps.kernel.workcalendar import clock
from apps.services.agencies import supervising
from apps.services.agencies.models import Agency, ConductRecord
from apps.services.procedures.agency_registration import AGENCY_REGISTRATION

KEY = "demo-agency-1"
FIRM = "上海信衡税务师事务所有限公司"
DETAIL = {
    "kind": "tax_firm",
    "licence": "沪税师执字〔2024〕0108号",
    "filing": True,
    "advice": True,
    "special": True,
    "verification": True,
    "agency": True,
    "staff": "姚敏，税务师，31-2011-0482\n梁俊杰，注册会计师，310000061257\n费晓芸，税务师，31-2018-1163",
    "association": "上海市注册税务师协会",
}
CONDUCT = (
    (ConductRecord.Kind.PUBLIC_SERVICE, "税收宣传月志愿服务记录2026-04"),
    (ConductRecord.Kind.COMMENDED, "静税表〔2026〕3号"),
)


def seed() -> None:
    """Enter the firm once; a second run changes nothing."""
    if Case.objects.filter(idempotency_key=KEY).exists():
        return
    user = User.objects.get(username="agency")
    ref = next(acting.party.ref for acting in identities(user) if acting.party.name == FIRM)
    actor = taxpayer_actor(user, ref)
    case = cases.open_submitted(AGENCY_REGISTRATION, actor, DETAIL, idempotency_key=KEY)
    clerk, chief = _at_work("clerk", case.office, Role.CLERK), _at_work("chief", case.office, Role.CHIEF)
    cases.perform(case, "accept", clerk)
    cases.perform(case, "approve", chief)
    agency = Agency.objects.get(party=actor.party)
    for kind, source in CONDUCT:
        supervising.record(agency, chief, kind=kind, source=source, happened_on=clock.today())


def _at_work(account: str, office: Office, role: str) -> Actor:
    """One of the demonstration's few officials, lent to the firm's own office."""
    return Actor(user=User.objects.get(username=account), office=office, roles=frozenset({role}), channel="workbench")
