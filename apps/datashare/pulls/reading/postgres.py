"""A department's own PostgreSQL: a view or table read page by page in order of its key or of its changes.

Read-only, each page a short statement of its own, so the department's database is never held up.
"""

import contextlib
import datetime as dt
import json
from collections.abc import Iterator
from urllib.parse import urlsplit

import psycopg2
from django.utils.translation import gettext as _
from psycopg2 import sql

from apps.datashare.pulls.contract import Contract
from apps.datashare.pulls.models import Pull, PullSource
from apps.datashare.pulls.reading import network, retrying, secrets
from apps.datashare.pulls.reading.base import Batch, ColumnsMissing, SourceFailed, Tally, digest, text_frame
from apps.datashare.pulls.reading.retrying import TryAgain

PORT = 5432
STATEMENT_MS = 60_000


class PostgresReader:
    """A relation being read. The secret is ``user:password``."""

    delivery = None

    def __init__(self, run: Pull, contract: Contract) -> None:
        self.source, self.contract, self.run = run.source, contract, run
        self.tally = Tally()
        self.allowed = network.listed()
        self.connection = None
        self.relation = sql.Identifier(*self.source.relation.split("."))
        self.by_change = self.source.mode == PullSource.Mode.CHANGES
        self.order = [*([self.source.updated_field] if self.by_change else []), *contract.keys]
        self.columns = list(dict.fromkeys([*contract.names, *filter(None, [self.source.updated_field])]))
        self.done = run.received
        self.added: list[str] = []
        self.described: list[str] = []

    def close(self) -> None:
        if self.connection is not None:
            with contextlib.suppress(psycopg2.Error):
                self.connection.close()
            self.connection = None

    def pages(self, position: str) -> Iterator[Batch]:
        after = json.loads(position) if position else self._since()
        retrying.call(self._look, self.tally)
        total = retrying.call(self._count, self.tally)
        while True:
            rows = retrying.call(lambda after=after: self._page(after), self.tally)
            frame, _none = text_frame(
                self.columns, [row[: len(self.columns)] for row in rows], self.contract, self.source.updated_field, 1
            )
            last = len(rows) < self.source.page_rows
            after = list(rows[-1][len(self.columns) :]) if rows else after
            self.done += len(rows)
            yield Batch(
                frame=frame,
                position=json.dumps(after),
                sha256=digest(repr(rows).encode()),
                last=last,
                done=self.done,
                total=total,
                added=self.added,
            )
            if last:
                return

    def _since(self) -> list[str] | None:
        if not self.by_change or self.run.whole or self.source.cursor_at is None:
            return None
        return [(self.source.cursor_at - dt.timedelta(seconds=self.source.lag_seconds)).isoformat()]

    def _look(self) -> None:
        """Compare the relation's columns with the contract's."""
        self._run("SELECT * FROM {relation} LIMIT 0", [])
        given = self.described
        missing = [name for name in self.columns if name not in given]
        if missing:
            raise ColumnsMissing(missing)
        self.added = [name for name in given if name not in self.columns]

    def _count(self) -> int:
        where, values = self._where(self._since())
        return self._run("SELECT count(*) FROM {relation} {where}", values, where=where)[0][0]

    def _page(self, after: list[str] | None) -> list[tuple]:
        where, values = self._where(after)
        texts = sql.SQL(", ").join(
            sql.SQL("{}::text").format(sql.Identifier(name)) for name in [*self.columns, *self.order]
        )
        order = sql.SQL(", ").join(map(sql.Identifier, self.order))
        statement = "SELECT {texts} FROM {relation} {where} ORDER BY {order} LIMIT %s"
        return self._run(statement, [*values, self.source.page_rows], texts=texts, order=order, where=where)

    def _where(self, after: list[str] | None) -> tuple[sql.Composable, list[str]]:
        """The rows after a position; after a moment alone, those of that moment too."""
        if not after:
            return sql.SQL(""), []
        condition = sql.SQL("WHERE ({}) {} ({})").format(
            sql.SQL(", ").join(map(sql.Identifier, self.order[: len(after)])),
            sql.SQL(">" if len(after) == len(self.order) else ">="),
            sql.SQL(", ").join([sql.Placeholder()] * len(after)),
        )
        return condition, after

    def _run(self, statement: str, values: list, **parts: sql.Composable) -> list:
        try:
            with self._connected() as connection, connection.cursor() as cursor:
                cursor.execute(sql.SQL(statement).format(relation=self.relation, **parts), values)
                self.described = [column.name for column in cursor.description]
                return cursor.fetchall()
        except (psycopg2.OperationalError, psycopg2.InterfaceError) as error:
            self.close()
            raise TryAgain(_("部门数据库没有应答。")) from error
        except psycopg2.Error as error:
            raise SourceFailed(
                _("部门数据库不能读取：%(why)s") % {"why": (error.pgerror or "").split("\n")[0]}
            ) from error

    @contextlib.contextmanager
    def _connected(self) -> Iterator:
        if self.connection is None:
            place = urlsplit(self.source.address)
            host, port = place.hostname or "", place.port or PORT
            user, _colon, password = secrets.resolve(self.source.secret).partition(":")
            self.connection = psycopg2.connect(
                host=host,
                hostaddr=network.address(host, port, self.allowed),
                port=port,
                dbname=place.path.strip("/"),
                user=user,
                password=password,
                connect_timeout=5,
                application_name="tax-portal-pull",
                options=f"-c statement_timeout={STATEMENT_MS} -c default_transaction_read_only=on -c timezone=UTC"
                " -c datestyle=ISO",
            )
            self.connection.autocommit = True
        yield self.connection
