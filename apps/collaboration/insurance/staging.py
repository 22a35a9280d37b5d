"""Rows go into a table of the transaction by COPY and are judged there as a set, whatever their number.

Well-formed rows are read as what they should be. Only when that fails are they read again as text, so that
each wrong row can be named; the million that are right never pay for it.
"""

from typing import Any

from django.db import DataError, connection, transaction
from django.utils.translation import gettext as _

from apps.collaboration.insurance import columns, packing
from apps.collaboration.insurance.models import InsuranceExchange

NAMED = 1_000  # problems kept of a delivery
TABLE = "insurance_staged"
Reason = InsuranceExchange.Reason

# What a value must look like, and the words for one that does not.
_SHAPES = {
    "numeric": r"^\d{1,11}(\.\d{1,5})?$",
    "date": r"^20\d\d-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])$",
}


class Refusal(Exception):
    """A delivery is not taken: the code for its sender's system, and each problem by row (0 is all of it)."""

    def __init__(self, reason: str, row: int = 0, field: str = "", message: str = "") -> None:
        super().__init__(reason)
        self.reason = str(reason)
        self.problems: list[dict[str, Any]] = [self.problem(row, field, message)] if message else []

    def problem(self, row: int, field: str, message: str) -> dict[str, Any]:
        """A problem as it is kept."""
        return {"row": row, "field": field, "code": self.reason, "message": str(message)}

    @classmethod
    def of_rows(cls, reason: str, rows: list[tuple[int, str, str]]) -> "Refusal":
        """Several rows refused for the same reason, each with its field and words."""
        refusal = cls(reason)
        refusal.problems = [refusal.problem(*each) for each in rows]
        return refusal


def stage(exchange: InsuranceExchange) -> None:
    """Read the rows into the staging table of this transaction.

    :raises Refusal: when they cannot be read, naming where.
    """
    try:
        with transaction.atomic():
            _copy(exchange, typed=True)
    except DataError as error:
        _name_shapes(exchange, str(error))


def check_totals(exchange: InsuranceExchange) -> None:
    """Count and sum as the agency states them.

    :raises Refusal: when they do not agree.
    """
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT count(*), coalesce(sum({columns.TOTALS[exchange.kind]}), 0) FROM {TABLE}")  # noqa: S608
        count, total = cursor.fetchone()
    exchange.lines = count
    if count != exchange.control_count or not count:
        message = _("控制笔数是 %(said)d，实际 %(found)d 条。")
        said = {"said": exchange.control_count, "found": count}
        raise Refusal(Reason.WRONG_COUNT, 0, "control_count", message % said)
    if total != exchange.control_total:
        message = _("控制金额是 %(said)s 元，实际合计 %(found)s 元。请核对是否漏行、重复或者单位不一致。")
        said = {"said": f"{exchange.control_total:,.2f}", "found": f"{total:,.2f}"}
        raise Refusal(Reason.WRONG_TOTAL, 0, "control_total", message % said)


def refuse_where(reason: str, conditions: dict[str, tuple[str, str]]) -> None:
    """Refuse the delivery for rows that meet a condition: ``{field: (SQL condition, words)}``.

    :raises Refusal: naming up to :data:`NAMED` rows.
    """
    anything = " OR ".join(f"({condition})" for condition, _words in conditions.values())
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT 1 FROM {TABLE} WHERE {anything} LIMIT 1")  # noqa: S608 - our own SQL
        if cursor.fetchone() is None:
            return
        found = []
        for field, (condition, words) in conditions.items():
            cursor.execute(f"SELECT row FROM {TABLE} WHERE {condition} ORDER BY row LIMIT {NAMED}")  # noqa: S608
            found += [(row, field, words) for (row,) in cursor.fetchall()]
    raise Refusal.of_rows(reason, sorted(found))


def _copy(exchange: InsuranceExchange, *, typed: bool) -> None:
    order, lines = packing.opened(exchange.content)
    shape = ", ".join(f"{each.name} {each.type if typed else 'text'}" for each in columns.COLUMNS[exchange.kind])
    texts = [each.name for each in columns.COLUMNS[exchange.kind] if not typed or each.type == "text"]
    keep_empty = [name for name in texts if name in order]
    with connection.cursor() as cursor:
        cursor.execute(f"DROP TABLE IF EXISTS {TABLE}")
        cursor.execute(
            f"CREATE TEMPORARY TABLE {TABLE} (row integer GENERATED ALWAYS AS IDENTITY, {shape}) ON COMMIT DROP"
        )
        statement = (
            f"COPY {TABLE} ({', '.join(order)}) FROM STDIN (FORMAT csv, FORCE_NOT_NULL ({', '.join(keep_empty)}))"
        )
        with connection.wrap_database_errors:
            cursor.copy_expert(statement, lines)


def _name_shapes(exchange: InsuranceExchange, error: str) -> None:
    try:
        with transaction.atomic():
            _copy(exchange, typed=False)
    except DataError as wrong:
        raise Refusal(Reason.MALFORMED, 0, "file", str(wrong).strip().splitlines()[-1][:200]) from wrong
    found = []
    with connection.cursor() as cursor:
        for column in columns.COLUMNS[exchange.kind]:
            if column.type == "text":
                continue
            empty = f"coalesce({column.name}, '') <> '' AND " if column.optional else ""
            cursor.execute(
                f"SELECT row FROM {TABLE} WHERE {empty}coalesce({column.name}, '') !~ %s ORDER BY row LIMIT {NAMED}",  # noqa: S608
                [_SHAPES[column.type]],
            )
            words = _("日期请写成 2026-10-26。") if column.type == "date" else _("请填数字，金额以元为单位。")
            found += [(row, column.name, words) for (row,) in cursor.fetchall()]
    if not found:
        raise Refusal(Reason.MALFORMED, 0, "file", error.strip().splitlines()[0][:200])
    raise Refusal.of_rows(Reason.BAD_ROW, sorted(found))
