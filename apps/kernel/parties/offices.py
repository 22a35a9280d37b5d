"""Offices and who works in them, kept by each process until a row changes: nearly every request asks."""

import datetime as dt

from apps.kernel.kept.keeping import Kept
from apps.kernel.parties.models import Membership, Office, Party

_kept = Kept("offices")


def in_charge(party: Party) -> Office | None:
    """The tax office in charge of a taxpayer (主管税务所), to be read and not changed."""
    number = party.office_id
    return None if number is None else _kept.get(number, lambda: Office.objects.get(pk=number))


def staff(on: dt.date) -> frozenset[int]:
    """The ids of all users at work in some office on a day."""
    return _kept.get(on, lambda: frozenset(Membership.objects.in_force(on).values_list("user", flat=True)))
