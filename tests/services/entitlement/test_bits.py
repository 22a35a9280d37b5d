"""What an earlier release kept as arrays of keys is the same in bits, and the same again on the way back."""

import pytest
from django.db import connection
from django.db.migrations.loader import MigrationLoader

from apps.services.entitlement import matching
from apps.services.entitlement.models import Match
from tests.factories_policies import SMALL_PROFIT, payer, push

pytestmark = pytest.mark.django_db


def rows() -> list[tuple]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT party_id, met, flagged, unclear FROM services_match ORDER BY 1")
        return cursor.fetchall()


def test_bits_become_keys_and_keys_bits():
    fitting = payer(**SMALL_PROFIT)
    payer(**{**SMALL_PROFIT, "assets_qavg": None, "cit_slp_reduction": True})
    taking_part = matching.taking_part(push())
    bits = rows()
    met = Match.objects.get(party=fitting).met
    migration = MigrationLoader(connection).get_migration("services", "0006_matches_as_bits")
    (change,) = migration.operations
    state = MigrationLoader(connection).project_state()
    with connection.schema_editor() as editor:
        change.database_backwards("services", editor, state, state)
    keys = {party: flags for party, *flags in rows()}
    assert keys[fitting.pk] == [
        [version.policy_id for version, bit in zip(taking_part, met, strict=True) if bit == "1"],
        [],
        [],
    ]
    with connection.schema_editor() as editor:
        change.database_forwards("services", editor, state, state)
    assert rows() == bits
