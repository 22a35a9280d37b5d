"""Pulled rows become facts of parties (数据项与事实对应): prefill, policies and risk read them with source and date.

Only what a run changed is told. A value the facts do not accept is left out and noted on the run:
a wrong mapping never stops a dataset.
"""

from django.core.exceptions import ValidationError
from django.db import connection, transaction
from django.utils.translation import gettext as _
from psycopg2 import sql

from apps.datashare.pulls import tables
from apps.datashare.pulls.contract import Contract
from apps.datashare.pulls.models import FactMapping, Pull
from apps.kernel.facts import catalogue, runs, writer
from apps.kernel.workcalendar import clock

Form = FactMapping.Form
VALUES = {
    Form.VALUE: "{column}::text",
    Form.FEN: "trunc({column} * 100)::bigint::text",
    Form.PRESENT: "CASE WHEN t._gone IS NULL THEN 'true' ELSE 'false' END",
    Form.COUNT: "count(*) FILTER (WHERE t._gone IS NULL)::text",
    Form.SUM_FEN: "trunc(coalesce(sum({column}) FILTER (WHERE t._gone IS NULL), 0) * 100)::bigint::text",
}
GROUPED = (Form.COUNT, Form.SUM_FEN)
STAGED = "pull_facts"


def feed(run: Pull, contract: Contract) -> None:
    """Write the facts of the parties whose rows this run changed; counts and problems go on the run."""
    notes: list[str] = []
    for speaker, mappings in _by_speaker(run).items():
        try:
            with transaction.atomic():
                run.facts_written += _write(run, contract, speaker, mappings, notes)
        except ValidationError as error:
            notes += [f"{name}: {' '.join(texts)}" for name, texts in error.message_dict.items()]
    run.facts_note = "\n".join(notes)


def _by_speaker(run: Pull) -> dict[str, list[FactMapping]]:
    found: dict[str, list[FactMapping]] = {}
    for mapping in FactMapping.objects.filter(source=run.source).order_by("pk"):
        found.setdefault(mapping.speaker, []).append(mapping)
    return found


def _write(run: Pull, contract: Contract, speaker: str, mappings: list[FactMapping], notes: list[str]) -> int:
    unknown = [
        mapping
        for mapping in mappings
        if not {mapping.party_field, mapping.field} <= set(contract.names) or mapping.fact not in catalogue.entries()
    ]
    if unknown:
        raise ValidationError({mapping.fact: _("目录版本中没有这个数据项。") for mapping in unknown})
    with connection.cursor() as cursor:
        cursor.execute(f"DROP TABLE IF EXISTS pg_temp.{STAGED}")
        cursor.execute(
            f"CREATE TEMP TABLE {STAGED} (party_id bigint, field text, value text, as_of date) ON COMMIT DROP"
        )
        for mapping in mappings:
            _stage(cursor, run, contract, mapping)
            if refused := _refused(cursor, mapping.fact):
                notes.append(_("%(fact)s：%(count)d 个值不能作为这项事实。") % {"fact": mapping.fact, "count": refused})
        cursor.execute(sql.SQL("SELECT EXISTS (SELECT FROM {})").format(sql.Identifier(STAGED)))
        if not cursor.fetchone()[0]:
            return 0
        facts_run = runs.start(speaker, kind="pull")
        counts = writer.write_staged(STAGED, run=facts_run)
        runs.finish(facts_run)
    return counts.received


def _stage(cursor, run: Pull, contract: Contract, mapping: FactMapping) -> None:
    """Latest value of each party that has a row this run touched; of several rows the last by key counts."""
    held = tables.held(contract.dataset_id)
    party, column = sql.Identifier("t", mapping.party_field), sql.Identifier("t", mapping.field)
    value = sql.SQL(VALUES[mapping.form]).format(column=column)
    live = sql.SQL("") if mapping.form in (*GROUPED, Form.PRESENT) else sql.SQL("AND t._gone IS NULL")
    cursor.execute(
        sql.SQL("""
        INSERT INTO {staged}
        SELECT {distinct} p.party_id, {fact}, {value}, {today}
        FROM {held} t JOIN (
            SELECT party_id, uscc AS code FROM parties_organisation
            UNION ALL SELECT party_id, id_number FROM parties_person
        ) p ON p.code = {party}
        WHERE {party} IN (SELECT {field} FROM {held} WHERE _run = {run}) {live}
        {order}""").format(
            staged=sql.Identifier(STAGED),
            distinct=sql.SQL("") if mapping.form in GROUPED else sql.SQL("DISTINCT ON (p.party_id)"),
            fact=sql.Literal(mapping.fact),
            value=value,
            today=sql.Literal(clock.today()),
            held=held,
            party=party,
            field=sql.Identifier(mapping.party_field),
            run=sql.Literal(run.pk),
            live=live,
            order=sql.SQL("GROUP BY p.party_id")
            if mapping.form in GROUPED
            else sql.SQL("ORDER BY p.party_id, t._gone DESC NULLS FIRST, t._updated DESC NULLS LAST, {}").format(
                tables.key_text(contract, "t")
            ),
        )
    )


def _refused(cursor, fact: str) -> int:
    """Take out the values the fact does not accept; how many."""
    entry = catalogue.entries()[fact]
    cursor.execute(
        sql.SQL(
            "DELETE FROM {} WHERE field = %s AND value IS NOT NULL AND NOT coalesce("
            " value ~ %s AND pg_input_is_valid(value, %s) AND (%s::text[] IS NULL OR value = ANY (%s::text[])), false)"
        ).format(sql.Identifier(STAGED)),
        [fact, entry.column.pattern, entry.column.db_type(connection), entry.choices, entry.choices],
    )
    return cursor.rowcount
