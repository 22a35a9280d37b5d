"""Who acts for a court, who works its matters at the tax office (Art 30)."""

from django.db.models import Q
from django.utils.translation import gettext as _

from apps.collaboration.coded import Refusal
from apps.kernel.parties.actors import Actor
from apps.kernel.parties.models import Office, Party, Role


def is_court(actor: Actor) -> bool:
    """Whether the actor works for a court."""
    return actor.office is not None and actor.office.kind == Office.Kind.COURT and Role.OFFICER in actor.roles


def claims(actor: Actor) -> bool:
    """Whether the actor may claim arrears: a clerk of a tax office."""
    return actor.front_door == "counter" and Role.CLERK in actor.roles


def parties(actor: Actor):
    """The parties a tax office is in charge of; of the city's bureau, all."""
    if actor.front_door != "counter" or actor.office is None:
        return Party.objects.none()
    if actor.office.kind == Office.Kind.TAX_CITY:
        return Party.objects.all()
    office = actor.office
    return Party.objects.filter(Q(office=office) | Q(office__parent=office) | Q(office__parent__parent=office))


def executed_party(code: str) -> Party:
    """The party with a credit code or identity number; a court gives no other name.

    :raises ValidationError: when nobody on the register has it, or no tax office is in charge.
    """
    code = code.strip().upper()
    party = (
        Party.objects.filter(Q(organisation__uscc=code) | Q(person__id_number=code)).select_related("office").first()
    )
    if party is None or party.office is None or not code:
        raise Refusal({"party_code": _("没有找到这个代码的纳税人，请核对。")}, code="unknown_party")
    return party
