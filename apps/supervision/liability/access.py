"""Who orders whom to correct: the superior office, else the government's General Office (Art 38)."""

from django.db.models import QuerySet

from apps.kernel.parties.actors import Actor
from apps.kernel.parties.models import Office, Role

STAFF = frozenset({Role.CLERK, Role.CHIEF, Role.RISK, Role.OFFICER})


def general_office() -> Office | None:
    """The General Office that coordinates in the government's name."""
    return Office.objects.filter(kind=Office.Kind.GENERAL_OFFICE, active=True).order_by("pk").first()


def superior_of(office: Office) -> Office | None:
    """The office above one; where there is none, the General Office; above that, nobody."""
    if office.parent is not None and office.parent.active:
        return office.parent
    general = general_office()
    return None if general is None or general.pk == office.pk else general


def is_general_office(actor: Actor) -> bool:
    """An officer of the General Office."""
    return (
        actor.front_door == "partner"
        and actor.office.kind == Office.Kind.GENERAL_OFFICE
        and Role.OFFICER in actor.roles
    )


def may_order(actor: Actor) -> bool:
    """Officers of the General Office, and chiefs of tax authorities that have offices below them."""
    above = (Office.Kind.TAX_CITY, Office.Kind.TAX_DISTRICT)
    chief = actor.front_door == "counter" and Role.CHIEF in actor.roles and actor.office.kind in above
    return chief or is_general_office(actor)


def follows(actor: Actor) -> bool:
    """Staff of any office that may be ordered to correct something."""
    return bool(actor.front_door) and bool(actor.roles & STAFF)


def below(actor: Actor) -> QuerySet[Office]:
    """The offices the actor may order: those below, or every other one for the General Office."""
    offices = Office.objects.filter(active=True).exclude(pk=actor.office.pk)
    return offices if is_general_office(actor) else offices.filter(parent=actor.office)
