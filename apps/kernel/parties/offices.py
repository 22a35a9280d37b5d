"""Offices and who works in them, kept by each process until a row changes: nearly every request asks."""

import datetime as dt
from collections.abc import Mapping

from apps.kernel.kept.keeping import Kept
from apps.kernel.parties.models import Membership, Office, Party

_kept = Kept("offices")


def in_charge(party: Party) -> Office | None:
    """The tax office in charge of a taxpayer (主管税务所), to be read and not changed."""
    number = party.office_id
    return None if number is None else _kept.get(number, lambda: Office.objects.get(pk=number))


def staff(on: dt.date) -> Mapping[int, tuple[Office, frozenset[str]]]:
    """Everyone at work on a day, by user id: the office of the oldest membership, and the roles in it."""
    return _kept.get(on, lambda: _staff(on))


def _staff(on: dt.date) -> dict[int, tuple[Office, frozenset[str]]]:
    offices = Office.objects.filter(active=True).in_bulk()
    rows = Membership.objects.in_force(on).order_by("valid_from", "id").values_list("user", "office", "role")
    roles: dict[int, tuple[int, set[str]]] = {}
    for user, office, role in rows:
        if office in offices:
            first, held = roles.setdefault(user, (office, set()))
            if office == first:
                held.add(role)
    return {user: (offices[office], frozenset(held)) for user, (office, held) in roles.items()}
