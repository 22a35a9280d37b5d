"""PostgreSQL without Django's second index on every indexed text column, which is there for ``LIKE 'beginning%'`` only.

Numbers and codes are looked up whole here, and each new row would pay for an index that nobody reads.
"""

from django.db.backends.postgresql import base, schema
from django.db.models import Field, Model


class DatabaseSchemaEditor(schema.DatabaseSchemaEditor):
    """Makes tables as ever, without those indexes."""

    def _create_like_index_sql(self, model: type[Model], field: Field) -> None:
        return None


class DatabaseWrapper(base.DatabaseWrapper):
    """The connection Django opens when ``ENGINE`` names this package."""

    SchemaEditorClass = DatabaseSchemaEditor
