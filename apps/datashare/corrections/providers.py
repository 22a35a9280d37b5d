"""Whose value it is: the unit that must verify what one source says (Art 19)."""

from collections.abc import Callable

from apps.datashare.pulls.models import FactMapping
from apps.kernel.facts import catalogue
from apps.kernel.facts.models import Profile, Provenance, Source
from apps.kernel.parties.models import Office, Party

# What the tax authorities say themselves: the taxpayer's own tax office verifies it, and nobody forwards it.
OF_THE_TAX_OFFICE = frozenset({"register", "collection", "credit", "invoices", "returns", "declared"})
# Sources that speak for one department, by the department's code.
OF_A_DEPARTMENT = {"registry": "registry", "police": "police", "hrss": "hrss"}


def speaking(party: Party, field: str) -> Source | None:
    """The source whose statement counts for a value now."""
    said = Provenance.objects.filter(party=party, field=field, current=True).select_related("source__office").first()
    if said is not None:
        return said.source
    row = Profile.objects.filter(party=party, base_run__isnull=False).select_related("base_run__source__office").first()
    return row.base_run.source if row is not None and row.base_run is not None else None


def of(source: Source | None, field: str, party: Party | None) -> Office | None:
    """The unit that verifies what a source says of a field; None where only the data centre can tell."""
    if source is None or field not in catalogue.entries():
        return None
    return unit(source, field)(party)


def unit(source: Source, field: str) -> Callable[[Party | None], Office | None]:
    """The same for many parties: who verifies what a source says of a field, asked once."""
    if source.office is None and source.code in OF_THE_TAX_OFFICE:
        return lambda party: party.office if party is not None else None
    found = source.office or _mapped(source, field)
    return lambda _party: found


def _mapped(source: Source, field: str) -> Office | None:
    mapped = FactMapping.objects.filter(fact=field, speaker=source.code).select_related("source__dataset__provider")
    if (mapping := mapped.first()) is not None:
        return mapping.source.dataset.provider
    return Office.objects.filter(code=OF_A_DEPARTMENT.get(source.code, ""), active=True).first()
