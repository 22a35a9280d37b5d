"""Opens a source by its kind."""

import contextlib
from collections.abc import Iterator

from apps.datashare.pulls.contract import Contract
from apps.datashare.pulls.models import Pull, PullSource
from apps.datashare.pulls.reading.base import Reader
from apps.datashare.pulls.reading.files import FileReader
from apps.datashare.pulls.reading.http import HttpReader
from apps.datashare.pulls.reading.postgres import PostgresReader

KINDS = {
    PullSource.Kind.HTTP: HttpReader,
    PullSource.Kind.POSTGRES: PostgresReader,
    PullSource.Kind.DROP: FileReader,
    PullSource.Kind.SFTP: FileReader,
}


@contextlib.contextmanager
def reader(run: Pull, contract: Contract) -> Iterator[Reader]:
    """The run's source, open until the block ends."""
    found = KINDS[run.source.kind](run, contract)
    try:
        yield found
    finally:
        found.close()
