"""How long a team is under way (路程): dated minutes for each pair of districts, held as law is."""

import datetime as dt

from apps.kernel.rules import parameters

PREFIX = "visit.travel."


def code(one: str, other: str) -> str:
    """The rule for a pair of districts; the way there is as long as the way back."""
    first, second = sorted((one, other))
    return f"{PREFIX}{first}-{second}"


def minutes(one: str, other: str, on: dt.date) -> dt.timedelta:
    """The time between two districts on a day.

    :raises parameters.UnknownLaw: when no row is in force for the pair.
    """
    return dt.timedelta(minutes=int(parameters.value(code(one, other), on)))
