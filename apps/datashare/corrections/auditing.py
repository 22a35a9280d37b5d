"""Scheduled audits (数据稽核): two sources of one fact compared over the whole city in one statement (Art 19)."""

from dataclasses import dataclass
from functools import cache
from pathlib import Path

import yaml
from django.core.exceptions import ImproperlyConfigured
from django.db import connection, transaction

from apps.datashare.corrections import opening, providers
from apps.datashare.corrections.models import AuditRun
from apps.kernel.facts import catalogue, sources
from apps.kernel.facts.display import shown
from apps.kernel.facts.models import Source
from apps.kernel.parties.models import Office, Party

REGISTRY = Path(__file__).with_name("audits.yaml")
MOST = 200  # corrections one run opens: a department is not buried, the next run opens the following ones

# The latest word of each source on each party; whether they agree; and which differences are worth a new case:
# none is being verified, and the same difference has not been answered before.
_COMPARED = """
WITH doubted AS (
    SELECT DISTINCT ON (party_id) party_id, value FROM facts_provenance
    WHERE field = %(field)s AND source_id = %(doubted)s ORDER BY party_id, confirmed_on DESC, id DESC
), against AS (
    SELECT DISTINCT ON (party_id) party_id, value FROM facts_provenance
    WHERE field = %(field)s AND source_id = %(against)s ORDER BY party_id, confirmed_on DESC, id DESC
), compared AS (
    SELECT party_id, d.value AS stated, a.value AS other,
           CASE WHEN %(numeric)s THEN abs(d.value::numeric - a.value::numeric) <= %(tolerance)s
                ELSE d.value = a.value END AS agrees
    FROM doubted d JOIN against a USING (party_id) WHERE d.value IS NOT NULL AND a.value IS NOT NULL
)
"""
_COUNTED = f"{_COMPARED} SELECT count(*), count(*) FILTER (WHERE agrees) FROM compared"  # noqa: S608 - constant text
_DIFFERENCES = (
    _COMPARED
    + """
SELECT party_id, stated, other FROM compared
WHERE NOT agrees AND NOT EXISTS (
    SELECT FROM datashare_datacorrection k
    WHERE k.party_id = compared.party_id AND k.field = %(field)s
      AND (k.settled_at IS NULL OR k.audit = %(audit)s AND k.stated = compared.stated)
) ORDER BY party_id LIMIT %(most)s"""
)


@dataclass(frozen=True)
class Audit:
    """One declared comparison."""

    code: str
    title: str
    field: str
    doubted: str
    against: str
    tolerance: int

    @property
    def is_numeric(self) -> bool:
        return catalogue.entries()[self.field].kind in ("integer", "number")


@cache
def audits() -> tuple[Audit, ...]:
    """The registry.

    :raises ImproperlyConfigured: a comparison names a fact that is not known.
    """
    found = tuple(Audit(**row) for row in yaml.safe_load(REGISTRY.read_text(encoding="utf-8")))
    unknown = [audit.code for audit in found if audit.field not in catalogue.entries()]
    if unknown:
        raise ImproperlyConfigured(f"audits.yaml: unknown facts in {unknown}")
    return found


def run_all() -> dict[str, int]:
    """Every declared comparison; how many corrections each opened."""
    return {audit.code: run(audit).opened for audit in audits()}


@transaction.atomic
def run(audit: Audit) -> AuditRun:
    """Compare, keep the counts, open one correction for each party and field that does not agree."""
    doubted, against = sources.get(audit.doubted), sources.get(audit.against)
    values = {
        "field": audit.field,
        "audit": audit.code,
        "doubted": doubted.pk,
        "against": against.pk,
        "numeric": audit.is_numeric,
        "tolerance": audit.tolerance,
        "most": MOST,
    }
    with connection.cursor() as cursor:
        cursor.execute(_COUNTED, values)
        compared, matched = cursor.fetchone()
        cursor.execute(_DIFFERENCES, values)
        differences = cursor.fetchall()
    unit = providers.of(doubted, audit.field, None)
    if Office.objects.filter(kind=Office.Kind.DATA_CENTRE, active=True).exists():
        _open(audit, doubted, against, differences)
    else:
        differences = []
    return AuditRun.objects.create(
        audit=audit.code, office=unit, compared=compared, matched=matched, opened=len(differences)
    )


def _open(audit: Audit, doubted: Source, against: Source, differences: list[tuple[int, str, str]]) -> None:
    entry = catalogue.entries()[audit.field]
    parties = Party.objects.select_related("office").in_bulk([party for party, *_values in differences])
    unit = providers.unit(doubted, audit.field)
    opening.from_audit(
        audit.code,
        (
            {
                "party": parties[party_id],
                "field": audit.field,
                "source": doubted,
                "provider": unit(parties[party_id]),
                "stated": stated,
                "claimed": shown(entry, entry.column.to_python(other)),
                "reason": f"{audit.title}：{doubted}与{against}不一致。",
            }
            for party_id, stated, other in differences
        ),
    )
