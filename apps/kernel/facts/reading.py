"""What is known of a party, and who said so."""

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from apps.kernel.facts import catalogue
from apps.kernel.facts.columns import as_text
from apps.kernel.facts.models import Profile, Provenance
from apps.kernel.parties.models import Party


@dataclass(frozen=True)
class Statement:
    """A source said this value for ``as_of`` and still for ``confirmed_on``; ``current`` is the one that counts."""

    field: str
    value: str | None
    source: str
    as_of: dt.date
    confirmed_on: dt.date
    at: dt.datetime
    current: bool


def profile(party: Party) -> dict[str, Any]:
    """Every fact of a party by name, typed: amounts in whole fen, ``None`` where nothing is known."""
    names = catalogue.names()
    return Profile.objects.filter(party=party).values(*names).first() or dict.fromkeys(names)


def of_several(parties: Iterable[int], field: str) -> dict[int, Any]:
    """One fact of several parties by their id, in one query; those of whom nothing is known are absent."""
    _known([field])
    return dict(Profile.objects.filter(party__in=list(parties)).values_list("party_id", field))


def provenance(party: Party, field: str) -> list[Statement]:
    """Who said what of one field, the current statement first, then newest first."""
    return _statements(party, fields=[field])


def current(party: Party) -> dict[str, Statement]:
    """The statement that counts for each known field."""
    found = {s.field: s for s in _statements(party, fields=catalogue.names(), only_current=True)}
    return {field: found[field] for field in catalogue.names() if field in found}


def _statements(party: Party, *, fields: Sequence[str], only_current: bool = False) -> list[Statement]:
    rows = Provenance.objects.filter(party=party, field__in=fields).select_related("source")
    if only_current:
        rows = rows.filter(current=True)
    found = [
        Statement(row.field, row.value, row.source.name, row.as_of, row.confirmed_on, row.at, row.current)
        for row in rows.order_by("-current", "-confirmed_on", "-id")
    ]
    answered = {statement.field for statement in found if statement.current}
    return found + [s for s in _from_base(party, fields) if s.field not in answered]


def _from_base(party: Party, fields: Sequence[str]) -> list[Statement]:
    """What the whole-city load said that no statement has replaced."""
    row = Profile.objects.filter(party=party, base_run__isnull=False).select_related("base_run__source").first()
    if row is None or row.base_run is None:
        return []
    run = row.base_run
    values = ((field, as_text(getattr(row, field))) for field in fields)
    return [
        Statement(field, value, run.source.name, run.as_of, run.as_of, run.started, current=True)
        for field, value in values
        if value is not None
    ]


def _known(columns: Sequence[str]) -> None:
    unknown = set(columns) - set(catalogue.names())
    if unknown:
        raise KeyError(*sorted(unknown))
