"""People with needs and the teams that visit them, for scenarios of assistance."""

import datetime as dt

from apps.kernel.parties.actors import Actor
from apps.kernel.parties.models import Mandate, Office
from apps.services.assistance import profiles
from apps.services.assistance.models import NeedsProfile, VisitTeam
from tests import factories


def elder(office: Office, name: str = "沈玉珍") -> Actor:
    """An eighty-year-old."""
    who = factories.citizen(name, born=dt.date(1946, 2, 9), office=office)
    who.party.district, who.party.phone = "310101", "13800010102"
    who.party.save()
    return who


def guardian_of(principal: Actor, name: str = "陆志明") -> Actor:
    """Somebody who acts for another person as guardian."""
    return factories.representative(principal.party, kind=Mandate.Kind.GUARDIAN, name=name)


def profile(who: Actor, **told) -> NeedsProfile:
    """What somebody has told us they need."""
    given = {"disability": "", "mobility": "", "sign_language": False, "language": "cmn", "wants_assistant": False}
    return profiles.save(who.party, who, consent=True, **{**given, **told})


def team(office: Office, name: str = "上门一组", **skills) -> VisitTeam:
    """A team of an office."""
    return VisitTeam.objects.create(office=office, name=name, lead=factories.staff(office, name=name).user, **skills)
