"""A backup comes back whole, and one that was damaged is refused before anything is touched."""

from collections.abc import Iterator
from contextlib import closing

import psycopg2
import pytest
from django.db import connection
from psycopg2 import sql

from ops import backup, drill

pytestmark = pytest.mark.django_db


@pytest.fixture
def databases() -> Iterator[tuple[str, str]]:
    """Two empty databases beside the test's own."""
    login = connection.settings_dict
    server = f"postgres://{login['USER']}:{login['PASSWORD']}@{login['HOST']}:{login['PORT']}"
    names = [f"{login['NAME']}_{which}" for which in ("lost", "found")]
    with closing(psycopg2.connect(f"{server}/postgres")) as link:
        link.autocommit = True
        with link.cursor() as cursor:
            for name in names:
                cursor.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
        yield f"{server}/{names[0]}", f"{server}/{names[1]}"
        with link.cursor() as cursor:
            for name in names:
                cursor.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


def written(url: str) -> None:
    with psycopg2.connect(url) as link, link.cursor() as cursor:
        cursor.execute("CREATE TABLE cases (number text PRIMARY KEY); INSERT INTO cases VALUES ('SH1'), ('SH2')")


def test_rows_and_files_come_back(databases, tmp_path):
    lost, found = databases
    written(lost)
    (tmp_path / "before" / "media").mkdir(parents=True)
    (tmp_path / "before" / "media" / "letter.pdf").write_bytes(b"%PDF")
    backup.take(lost, tmp_path / "before", tmp_path / "kept")
    backup.put_back(tmp_path / "kept", found, tmp_path / "after")
    assert drill.counts(found) == {"cases": 2}
    assert drill.files(tmp_path / "after") == {"media/letter.pdf": 4}


@pytest.mark.parametrize("part", [backup.DATABASE, backup.FILES])
def test_a_damaged_backup_is_refused_and_nothing_is_written(databases, tmp_path, part):
    lost, found = databases
    written(lost)
    backup.take(lost, tmp_path, tmp_path / "kept")
    with (tmp_path / "kept" / part).open("ab") as file:
        file.write(b"x")
    with pytest.raises(backup.DamagedError, match=part):
        backup.put_back(tmp_path / "kept", found, tmp_path / "after")
    assert drill.counts(found) == {}


def test_a_backup_that_was_cut_short_is_no_backup(tmp_path):
    with pytest.raises(backup.DamagedError, match=r"manifest\.json"):
        backup.check(tmp_path)
