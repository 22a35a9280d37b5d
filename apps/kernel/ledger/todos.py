"""What a payer has to pay, for the list of things to do (Art 6)."""

from collections.abc import Iterator

from django.urls import reverse
from django.utils.translation import gettext as _

from apps.kernel.ledger.models import Charge
from apps.kernel.parties.actors import Actor
from apps.kernel.parties.todos import Todo

MOST = 20


def charges_to_pay(actor: Actor) -> Iterator[Todo]:
    """The open charges, soonest due first."""
    if actor.party is None:
        return
    for charge in Charge.objects.visible_to(actor).open().select_related("levy")[:MOST]:
        yield Todo(
            title=_("缴纳%(levy)s（%(period)s）") % {"levy": charge.levy, "period": charge.period},
            url=reverse("ledger:charge", args=[actor.party.ref, charge.ref]),
            kind="pay",
            due=charge.due,
            note=_("%s 元") % f"{charge.outstanding:,.2f}",
        )
