"""Which channels a party wants (送达偏好). The inbox always stays: it holds the letters the law requires."""

from dataclasses import dataclass

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.functional import Promise

from apps.kernel.audit import log
from apps.kernel.notifications import channels
from apps.kernel.notifications.models import ChannelCode, OptOut
from apps.kernel.parties.actors import Actor
from apps.kernel.parties.models import Party


@dataclass(frozen=True)
class Choice:
    """One channel as a party sees it: wanted or not, where it reaches them, and whether it is offered here."""

    code: str
    label: str | Promise
    offered: bool
    wanted: bool
    address: str


def choices(party: Party) -> list[Choice]:
    """Every channel that travels; those not configured here are shown as not offered."""
    refused = set(OptOut.objects.filter(party=party).values_list("channel", flat=True))
    return [
        Choice(
            code=channel.code,
            label=ChannelCode(channel.code).label,
            offered=not channel.check_config(),
            wanted=channel.code not in refused,
            address=channel.masked(address) if (address := channel.address_of(party)) else "",
        )
        for channel in channels.every()
        if channel.travels
    ]


def choose(party: Party, wanted: set[str], *, actor: Actor) -> None:
    """Keep the wanted channels and opt out of the other ones offered."""
    if actor.party != party:
        log.denied("channels-choose", actor=actor, target=f"party/{party.ref}", reason="not acting for the party")
        raise PermissionDenied
    with transaction.atomic():
        for choice in choices(party):
            if not choice.offered:
                continue
            if choice.code in wanted:
                OptOut.objects.filter(party=party, channel=choice.code).delete()
            else:
                OptOut.objects.get_or_create(party=party, channel=choice.code)
        log.record(f"party/{party.ref}", "channels-chosen", actor=actor, data={"wanted": sorted(wanted)})
