"""Tables made at once are the tables Django makes one by one; each column has the indexes it needs."""

import pytest
from django.db import connection, migrations, models
from django.db.migrations.loader import MigrationLoader

from apps.kernel.migrating import TablesAtOnce

pytestmark = pytest.mark.django_db

OPERATIONS = [
    migrations.CreateModel(
        "Street",
        [("id", models.BigAutoField(primary_key=True)), ("name", models.CharField(max_length=30, unique=True))],
    ),
    migrations.CreateModel(
        "House",
        [
            ("id", models.BigAutoField(primary_key=True)),
            ("street", models.ForeignKey("services.street", models.CASCADE)),
            ("owner", models.ForeignKey("parties.party", models.CASCADE, null=True)),
            ("number", models.IntegerField()),
        ],
        options={"constraints": [models.UniqueConstraint(fields=["street", "number"], name="one_house")]},
    ),
    migrations.AddField("House", "storeys", models.IntegerField(default=1)),
]
TABLES = ("services_street", "services_house")


def made(kind: type[migrations.Migration]) -> tuple[dict, set]:
    """Columns and constraints of the two tables as this kind of migration makes them, and fields of the model then."""
    migration = kind("9999_houses", "services")
    migration.operations = OPERATIONS
    loader = MigrationLoader(connection)
    state = loader.project_state()
    with connection.schema_editor() as editor:
        state = migration.apply(state, editor)
    with connection.cursor() as cursor:
        look = connection.introspection
        found = {table: look.get_table_description(cursor, table) for table in TABLES}
        found |= {(table, "constraints"): look.get_constraints(cursor, table) for table in TABLES}
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE; DROP TABLE services_house; DROP TABLE services_street")
    house = state.apps.get_model("services", "house")
    return found, {field.name for field in house._meta.get_fields()}


def test_the_same_tables_and_the_same_models():
    assert made(TablesAtOnce) == made(migrations.Migration)


def test_no_text_column_has_a_second_index_only_for_its_beginning():
    with connection.cursor() as cursor:
        cursor.execute("SELECT indexname FROM pg_indexes WHERE schemaname = 'public' AND indexname LIKE '%%\\_like'")
        assert cursor.fetchall() == []
        cursor.execute("CREATE INDEX services_kiosk_key_c7dbe817_like ON services_kiosk (key varchar_pattern_ops)")
    drop = MigrationLoader(connection).get_migration("portal", "0002_one_index_a_column")
    with connection.schema_editor() as editor:
        drop.apply(MigrationLoader(connection).project_state(), editor)
    with connection.cursor() as cursor:
        cursor.execute("SELECT to_regclass('services_kiosk_key_c7dbe817_like')")
        assert cursor.fetchone() == (None,)
