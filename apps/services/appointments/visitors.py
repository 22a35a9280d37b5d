"""Who comes to the appointment (到场人): the person acted for, or whoever acts for an organisation."""

import secrets

from django.core.exceptions import PermissionDenied
from django.utils.translation import gettext as _

from apps.kernel.parties.actors import Actor
from apps.kernel.parties.models import Party, Person
from apps.services.appointments.refusals import refusal


def visitor_of(actor: Actor) -> Party:
    """The person who will come.

    :raises PermissionDenied: when the actor stands for nobody who could come.
    """
    if actor.party is None or actor.user is None:
        raise PermissionDenied
    person = actor.party if actor.party.kind == Party.Kind.PERSON else actor.user.own_party
    if person is None:
        raise PermissionDenied
    return person


def check_identity(visitor: Party, identity_code: str) -> None:
    """The identity code entered must be the visitor's own.

    :raises ValidationError: saying whose code is asked for.
    """
    entered = "".join(identity_code.split()).upper()
    if not secrets.compare_digest(entered.encode(), visitor.person.id_number.encode()):
        raise refusal("identity_code", _("身份证件号码与到场人登记的号码不一致，请核对后重新填写。"), "identity")


def find(identity_code: str) -> Party:
    """The person with an identity code, for the counter.

    :raises ValidationError: when nobody is registered with it.
    """
    entered = "".join(identity_code.split()).upper()
    person = Person.objects.select_related("party").filter(id_number=entered, party__active=True).first()
    if person is None:
        raise refusal("identity_code", _("没有找到这个身份证件号码登记的人，请核对号码。"), "identity")
    return person.party
