"""Entries whose fields the kernel's facts hold: what departments have said of a party, as rows (Arts 16, 21)."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

from apps.datashare.use import sources
from apps.kernel.facts import reading
from apps.kernel.parties.models import Party
from apps.kernel.rules.money import fen

Value = Callable[[Party, dict[str, Any]], Any]
FEN = Decimal(100)


def fact(name: str) -> Value:
    """A fact as it is kept."""
    return lambda _party, facts: facts.get(name)


def yuan(name: str) -> Value:
    """An amount kept in fen, in yuan."""
    return lambda _party, facts: None if facts.get(name) is None else fen(Decimal(facts[name]) / FEN)


def identity(party: Party, _facts: dict[str, Any]) -> str:
    """A person's identity number."""
    return party.person.id_number if party.kind == Party.Kind.PERSON else ""


def credit_code(party: Party, _facts: dict[str, Any]) -> str:
    """An organisation's unified social credit code."""
    return party.organisation.uscc if party.kind == Party.Kind.ORGANISATION else ""


def name(party: Party, _facts: dict[str, Any]) -> str:
    """The registered name."""
    return party.name


# Entry -> field -> what the facts say. An entry's other fields are not known here and stay empty.
FIELDS: dict[str, dict[str, Value]] = {
    "market-enterprise-register": {
        "uscc": credit_code,
        "name": name,
        "established": fact("registration_date"),
        "industry": fact("industry_code"),
        "district": fact("district"),
    },
    "hrss-insurance-registration": {
        "person": identity,
        "uscc": credit_code,
        "base": yuan("si_base"),
    },
    "medical-serious-illness-costs": {"person": identity, "amount": yuan("serious_illness_self_paid")},
    "disabled-employment-audit": {"uscc": credit_code, "placed": fact("disabled_employees")},
    "hrss-reemployment-groups": {"person": identity, "uscc": credit_code, "group": fact("key_group_hired")},
}


def reader(fields: dict[str, Value]) -> sources.Reader:
    """One row about a party; none when the facts know nothing beyond who it is."""

    def read(party: Party, wanted: list[str], after: str, _limit: int) -> sources.Slice:
        if after:
            return sources.Slice([])
        facts = reading.profile(party)
        row = {field: fields[field](party, facts) if field in fields else None for field in wanted}
        return sources.Slice([row] if any(value not in (None, "") for value in row.values()) else [])

    return read


def register() -> None:
    """Make these entries readable."""
    for code, fields in FIELDS.items():
        sources.register(code, reader(fields))
