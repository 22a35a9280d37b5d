"""The pulled rows about one party (按户查阅): found by the fields that say whom a row is about (Arts 16, 21)."""

import json
from typing import Any

from django.core.exceptions import ValidationError
from django.db import connection
from django.utils.translation import gettext as _
from psycopg2 import sql

from apps.datashare.catalogue.models import Dataset
from apps.datashare.pulls import contract as contracts
from apps.datashare.pulls import tables
from apps.datashare.pulls.contract import Contract
from apps.kernel.parties.models import Party

Rows = tuple[list[dict[str, Any]], str]  # and the key to continue after, "" at the end


def rows_about(dataset: Dataset, party: Party, fields: list[str], after: str, limit: int) -> Rows | None:
    """Rows a snapshot still holds, in the order of their key; None when the dataset has no rows that name parties.

    :raises ValidationError: ``after`` is no key this function has given.
    """
    with connection.cursor() as cursor:
        contract = _held(cursor, dataset)
        if contract is None or not contract.parties:
            return None
        keys = sql.SQL(", ").join(map(sql.Identifier, contract.keys))
        columns = [*fields, *contract.keys]
        cursor.execute(
            sql.SQL(
                "SELECT {columns} FROM {held} WHERE _gone IS NULL AND ({about}) {beyond} ORDER BY {keys} LIMIT {limit}"
            ).format(
                columns=tables.names(columns),
                held=tables.held(dataset.pk),
                about=sql.SQL(" OR ").join(
                    sql.SQL("{} = {}").format(sql.Identifier(name), sql.Literal(_number(party)))
                    for name in contract.parties
                ),
                beyond=_beyond(after, contract, keys),
                keys=keys,
                limit=sql.Literal(limit + 1),
            )
        )
        found = cursor.fetchall()
    rows = [dict(zip(fields, row, strict=False)) for row in found[:limit]]
    last = found[limit - 1][len(fields) :] if len(found) > limit else None
    return rows, json.dumps(list(map(str, last))) if last else ""


def _held(cursor, dataset: Dataset) -> Contract | None:
    """The contract of the dataset where its table stands with these columns and has rows."""
    cursor.execute(
        "SELECT attname FROM pg_attribute WHERE attrelid = to_regclass(%s) AND attnum > 0 AND NOT attisdropped",
        [f"{tables.SCHEMA}.d{dataset.pk}"],
    )
    present = {name for (name,) in cursor.fetchall()}
    if not present:
        return None
    contract = contracts.of(dataset.current)
    if not present.issuperset(contract.names) or tables.is_empty(cursor, contract):
        return None  # a new version of the entry whose first delivery is still to come
    return contract


def _beyond(after: str, contract: Contract, keys: sql.Composable) -> sql.Composable:
    if not after:
        return sql.SQL("")
    try:
        last = json.loads(after)
    except ValueError:
        last = None
    if not isinstance(last, list) or len(last) != len(contract.keys):
        raise ValidationError(_("请从第一页开始查阅。"))
    return sql.SQL("AND ({}) > ({})").format(keys, sql.SQL(", ").join(sql.Literal(str(part)) for part in last))


def _number(party: Party) -> str:
    return party.organisation.uscc if party.kind == Party.Kind.ORGANISATION else party.person.id_number
