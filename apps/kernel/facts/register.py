"""Tells the facts what the register of taxpayers says: form, trade, district, VAT payer type (Art 12)."""

from django.db import connection, transaction

from apps.kernel.facts import runs, writer
from apps.kernel.facts.models import Run

# Only what neither the profile nor the register's own last word says already: the register is mostly the same as
# yesterday, and what a department has said since stands until the register changes.
_DIFFERENCES = """
    CREATE TEMP TABLE register_facts ON COMMIT DROP AS
    SELECT p.id AS party_id, fact.field, fact.value, %s::date AS as_of
    FROM parties_party p
    LEFT JOIN parties_organisation o ON o.party_id = p.id
    LEFT JOIN facts_profile known ON known.party_id = p.id
    CROSS JOIN LATERAL (VALUES
        ('district', nullif(p.district, ''), known.district),
        ('registration_date', p.registered_on::text, known.registration_date::text),
        ('form', coalesce(o.form, 'person'), known.form),
        ('subject_kind', CASE coalesce(o.form, '') WHEN '' THEN 'natural' WHEN 'agency' THEN 'enterprise'
            ELSE o.form END, known.subject_kind),
        ('industry_code', nullif(o.industry, ''), known.industry_code),
        ('vat_kind', coalesce(o.vat_kind, 'none'), known.vat_kind)
    ) AS fact (field, value, known)
    WHERE (p.kind = 'person' OR o.party_id IS NOT NULL)
      AND fact.value IS NOT NULL AND fact.value IS DISTINCT FROM fact.known
      AND fact.value IS DISTINCT FROM (
        SELECT said.value FROM facts_provenance said
        WHERE said.party_id = p.id AND said.field = fact.field AND said.source_id = %s
        ORDER BY said.as_of DESC, said.id DESC LIMIT 1)"""


@transaction.atomic
def refresh() -> Run:
    """Write what is new in the register: running it again changes nothing."""
    run = runs.start("register", kind="register")
    with connection.cursor() as cursor:
        cursor.execute(_DIFFERENCES, [run.as_of, run.source_id])
        writer.write_staged("register_facts", run=run)
        cursor.execute("DROP TABLE register_facts")
    return runs.finish(run)
