"""Who works with criminal referrals: tax officers, the police, the procuratorate (Art 35)."""

from django.db.models import QuerySet

from apps.kernel.parties.actors import Actor
from apps.kernel.parties.models import Office, Role

REFERRERS = frozenset({Role.RISK, Role.CLERK, Role.CHIEF})
POLICE = "police"  # the codes of police offices begin with it


def police_offices() -> QuerySet[Office]:
    """The offices of the public security organs (公安机关)."""
    return Office.objects.filter(active=True, code__startswith=POLICE, kind=Office.Kind.DEPARTMENT)


def procuratorates() -> QuerySet[Office]:
    """The people's procuratorates (人民检察院)."""
    return Office.objects.filter(active=True, kind=Office.Kind.PROCURATORATE)


def is_police(actor: Actor) -> bool:
    """An officer of the police."""
    return _officer(actor) and actor.office.kind == Office.Kind.DEPARTMENT and actor.office.code.startswith(POLICE)


def is_prosecutor(actor: Actor) -> bool:
    """An officer of a procuratorate."""
    return _officer(actor) and actor.office.kind == Office.Kind.PROCURATORATE


def may_refer(actor: Actor) -> bool:
    """Staff of a tax office who may bring a case before its head."""
    return actor.front_door == "counter" and bool(actor.roles & REFERRERS)


def follows(actor: Actor) -> bool:
    """Whoever has a page on referrals at all."""
    return may_refer(actor) or is_police(actor) or is_prosecutor(actor)


def may_log(actor: Actor) -> bool:
    """Tax and police write down what they did together."""
    return may_refer(actor) or is_police(actor)


def _officer(actor: Actor) -> bool:
    return actor.front_door == "partner" and Role.OFFICER in actor.roles
