"""For migrations of many tables: made in one go, where Django would build every model anew before each table."""

from itertools import takewhile
from typing import Any

from django.db import migrations
from django.db.migrations.state import ProjectState


class TablesAtOnce(migrations.Migration):
    """A migration that begins by creating tables: these are made together, the rest one by one as ever.

    Tables are the same: each is made from its model as the last of them leaves it, and a foreign key is added when all
    tables are there. The order in which models are listed still counts: a model stands after those it points to.
    """

    def apply(self, project_state: ProjectState, schema_editor: Any, collect_sql: bool = False) -> ProjectState:  # noqa: FBT001 - Django's own
        tables = list(takewhile(lambda operation: isinstance(operation, migrations.CreateModel), self.operations))
        before = project_state.clone()
        project_state.__dict__.pop("apps", None)  # or each model that comes in builds its neighbours anew
        for table in tables:
            table.state_forwards(self.app_label, project_state)
        for table in tables:
            table.database_forwards(self.app_label, schema_editor, before, project_state)
        others = {"operations": self.operations[len(tables) :]}
        rest = type("Rest", (migrations.Migration,), others)(self.name, self.app_label)
        return rest.apply(project_state, schema_editor, collect_sql)
