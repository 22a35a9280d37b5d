"""Whom missed appointments never suspend: the elderly and people with disabilities (Art 11)."""

import datetime as dt

from apps.kernel.facts import reading
from apps.kernel.parties.models import Party
from apps.services.appointments.policy import Policy


def waived(visitor: Party, on: dt.date, rules: Policy) -> bool:
    """Whether missed appointments are not held against this person."""
    return age(visitor.person.birth_date, on) >= rules.elder_years or disabled(visitor)


def age(born: dt.date, on: dt.date) -> int:
    """Whole years lived on a day; whoever is born on 29 February turns older on 1 March."""
    return on.year - born.year - ((on.month, on.day) < (born.month, born.day))


def disabled(visitor: Party) -> bool:
    """Whether the departments say the person holds a disability certificate (残疾人证)."""
    return bool(reading.profile(visitor)["disabled_person"])
