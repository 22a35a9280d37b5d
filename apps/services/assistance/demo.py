"""The demonstration's people with needs, the team that visits them, and visits on their way."""

from django.db import transaction
from django.db.models import Q

from apps.kernel.casework import cases
from apps.kernel.casework.models import Case
from apps.kernel.parties.acting import staff_actor, taxpayer_actor
from apps.kernel.parties.models import Mandate, Office, Party, User
from apps.services.assistance import profiles, slots, visits
from apps.services.assistance.models import NeedsProfile, VisitTeam

KEY = "demo-visit-"
TEAMS = (
    ("敬老上门一组", "clerk", True, ["cmn", "wuu"]),
    ("敬老上门二组", "chief", False, ["cmn", "wuu", "en"]),
)
VISITS = (("申请延期缴纳房产税，需要帮忙填表", 1, True), ("打印去年的完税证明", 5, False))


@transaction.atomic
def seed() -> None:
    """Add what is absent; a second run changes nothing."""
    office = Office.objects.get(code="tax-310101-1")
    for name, lead, signs, languages in TEAMS:
        VisitTeam.objects.get_or_create(
            office=office,
            name=name,
            defaults={"lead": User.objects.get(username=lead), "sign_language": signs, "languages": languages},
        )
    elder = Party.objects.get(person__user__username="elder")
    own = taxpayer_actor(User.objects.get(username="elder"), elder.ref)
    if not NeedsProfile.objects.filter(party=elder).exists():
        profiles.save(
            elder,
            own,
            consent=True,
            disability=NeedsProfile.Disability.LIMB,
            mobility=NeedsProfile.Mobility.WHEELCHAIR,
            sign_language=False,
            language="wuu",
            wants_assistant=True,
        )
    if not Case.objects.filter(Q(idempotency_key__startswith=KEY), applicant=elder).exists():
        _visits(elder)


def _visits(elder: Party) -> None:
    """The guardian books for the elder; the office confirms the first."""
    guardian = Mandate.objects.get(principal=elder, kind=Mandate.Kind.GUARDIAN).agent.person.user
    actor, clerk = taxpayer_actor(guardian, elder.ref), staff_actor(User.objects.get(username="clerk"))
    for number, (purpose, position, confirmed) in enumerate(VISITS):
        free = slots.offered(elder.office, elder.district)
        given = {
            "purpose": purpose,
            "address": "外滩街道永胜支路12弄3号201室",
            "district": elder.district,
            "phone": elder.phone,
            "starts_at": free[position].starts.isoformat(),
        }
        case = cases.open_submitted(visits.HOME_VISIT, actor, given, idempotency_key=f"{KEY}{number}")
        if confirmed:
            cases.perform(case, "confirm", clerk)
