"""Every kind of source and of file gives the same rows: SFTP, PostgreSQL, Excel, Parquet, zip, GB18030 (Art 16)."""

import base64
import datetime as dt
import os
import secrets
import socket
import threading
import zipfile
from pathlib import Path

import openpyxl
import paramiko
import polars as pl
import psycopg2
import pytest
from django.conf import settings
from django.db import connection

from apps.datashare.pulls.reading import csv_pages
from apps.datashare.pulls.reading.csv_pages import CsvFile
from tests import factories_pulls
from tests.factories_pulls import HEADINGS, drop, held, permit, permits, pulled, stamp

pytestmark = pytest.mark.django_db
LABELS = [field["label"] for field in factories_pulls.FIELDS]


@pytest.fixture
def folder() -> Path:
    place = Path(settings.PULLS_DROP_DIR) / "water-permits"
    place.mkdir(parents=True)
    return place


def expected(count: int) -> list[tuple]:
    return [
        (f"SH{number:06}", None, "1", f"{number}.50", dt.date(2026, 10, 1)) for number in range(1, count + 1)
    ]


def seen(source) -> list[tuple]:
    return [
        tuple(f"{row[name]:.2f}" if name == "volume" else row[name] for name in HEADINGS) for row in held(source)
    ]


# --- forms of files --------------------------------------------------------------------------------


def test_excel_with_chinese_headings(source, folder):
    book = openpyxl.Workbook()
    book.active.append(LABELS)
    for row in permits(5):
        book.active.append([row["permit"], None, 1, float(row["volume"]), dt.date(2026, 10, 1)])
    book.save(folder / "a.xlsx")
    run = pulled(source)
    assert (run.state, seen(source)) == ("done", expected(5)), run.message


def test_parquet_with_types(source, folder):
    frame = pl.DataFrame(permits(5)).with_columns(
        pl.col("uscc").replace("", None), pl.col("on").str.to_date(), pl.col("volume").cast(pl.Decimal(12, 2))
    )
    frame.write_parquet(folder / "a.parquet")
    assert (pulled(source).state, seen(source)) == ("done", expected(5))


def test_a_zip_holds_one_data_file(source, folder, tmp_path):
    inside = drop(permits(5), folder="aside")
    with zipfile.ZipFile(folder / "a.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.write(inside, "rows.csv")
        archive.writestr("readme.md", "...")
    assert (pulled(source).state, seen(source)) == ("done", expected(5))
    with zipfile.ZipFile(folder / "b.zip", "w") as archive:
        archive.write(inside, "rows.csv")
        archive.write(inside, "more.csv")
    assert "只有一个数据文件" in pulled(source, whole=True).message


def test_a_zip_that_unpacks_to_too_much_or_is_cut_off_is_refused(source, folder, settings):
    settings.PULLS_UNPACKED_MAX_BYTES = 100
    with zipfile.ZipFile(folder / "a.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("rows.csv", ",".join(HEADINGS) + "\n" * 10_000)
    assert "过大" in pulled(source).message
    whole = (folder / "a.zip").read_bytes()
    (folder / "a.zip").write_bytes(whole[: len(whole) // 2])
    assert "不完整" in pulled(source).message


def test_gb18030_with_semicolons_and_line_breaks_in_quotes(source, folder):
    lines = [";".join(LABELS), 'SH000001;;1;"1.50";2026-10-01', '"SH000002";;1;2.50;20261001', 'SH"";;1;3.50;2026-10-01']
    (folder / "a.csv").write_bytes("\r\n".join(lines[:3]).encode("gb18030"))
    assert (pulled(source).state, seen(source)) == ("done", expected(2))


def test_a_record_of_another_shape_is_quarantined_and_the_rest_goes_in(source, folder):
    good = [",".join(row.values()) for row in permits(3)]
    (folder / "a.csv").write_text("\n".join([",".join(HEADINGS), *good, "SH000004,,1", "SH000005,,1,5.50,2026-10-01,x"]))
    run = pulled(source)
    assert (run.good, run.quarantined, run.misshapen) == (3, 2, 2)
    assert all(":structure" in row.rules for row in run.bad_rows.all())


def test_pieces_end_between_records_and_resume_anywhere(tmp_path, monkeypatch):
    monkeypatch.setattr(csv_pages, "PIECE", 64)
    file = tmp_path / "a.csv"
    file.write_text("a,b\n" + "".join(f'{number},"line one\nline two {number}"\n' for number in range(50)))
    opened = CsvFile(file)
    pieces = list(opened.pieces(opened.begins, 0))
    assert len(pieces) > 20
    assert sum(frame.height for frame, *_rest in pieces) == 50
    _frame, _bytes, offset, record = pieces[9]
    resumed = list(opened.pieces(offset, record))
    assert [after for _f, _b, after, _r in resumed] == [after for _f, _b, after, _r in pieces[10:]]
    assert resumed[-1][3] == 50


def test_change_files_are_taken_oldest_first_one_a_run(dataset):
    source = factories_pulls.source(dataset, mode="changes")
    drop([permit(1, volume="1")], "a.csv", at=1)
    drop([permit(1, volume="2")], "b.csv", at=2)
    assert [pulled(source).file_name for _run in range(3)] == ["a.csv", "b.csv", ""]
    assert str(held(source)[0]["volume"]) == "2"


def test_a_drop_folder_cannot_leave_the_drop_area(dataset):
    assert "投递区内" in pulled(factories_pulls.source(dataset, address="../../etc")).message


# --- a department's database -----------------------------------------------------------------------


@pytest.fixture
def department(monkeypatch):
    """A table in another database connection, as a department's server has it."""
    place = connection.settings_dict
    name = f"department_{secrets.token_hex(4)}"
    known = {"host": place["HOST"], "port": place["PORT"], "user": place["USER"], "password": place["PASSWORD"]}
    line = psycopg2.connect(dbname=place["NAME"], **known)
    line.autocommit = True
    with line.cursor() as cursor:
        columns = "permit text, uscc text, kind text, volume numeric(12,2), \"on\" date, changed timestamptz, extra int"
        cursor.execute(f"CREATE TABLE public.{name} ({columns})")
        monkeypatch.setenv("PULL_DEPARTMENT", f"{place['USER']}:{place['PASSWORD']}")
        yield name, f"postgres://{place['HOST']}:{place['PORT']}/{place['NAME']}", cursor
        cursor.execute(f"DROP TABLE public.{name}")
    line.close()


def insert(cursor, name: str, numbers: range, changed: str) -> None:
    cursor.execute(
        f"INSERT INTO public.{name} SELECT 'SH' || lpad(n::text, 6, '0'), NULL, '1', n + 0.5, '2026-10-01', %s"
        " FROM generate_series(%s, %s) n",
        [changed, numbers.start, numbers.stop - 1],
    )


def test_a_departments_table_is_read_by_key_and_then_by_change(dataset, department):
    name, address, cursor = department
    place = {"kind": "postgres", "address": address, "relation": f"public.{name}", "secret": "PULL_DEPARTMENT"}
    source = factories_pulls.source(dataset, **place, mode="changes", updated_field="changed", page_rows=4)
    insert(cursor, name, range(1, 11), "2026-10-01 08:00+08")
    run = pulled(source)
    assert (run.state, run.received, run.pages, run.added_columns) == ("done", 10, 3, ["extra"]), run.message
    assert seen(source) == expected(10)
    insert(cursor, name, range(11, 13), "2026-10-02 08:00+08")
    run = pulled(source)
    assert (run.received, run.inserted, run.unchanged) == (12, 2, 10), "the lag looks back a little"
    cursor.execute(f"ALTER TABLE public.{name} DROP COLUMN volume")
    assert pulled(source).block == "missing"


# --- SFTP ------------------------------------------------------------------------------------------


class _Door(paramiko.ServerInterface):
    def check_auth_password(self, username: str, password: str) -> int:
        return paramiko.AUTH_SUCCESSFUL if (username, password) == ("portal", "pa:ss") else paramiko.AUTH_FAILED

    def check_channel_request(self, kind: str, chanid: int) -> int:
        return paramiko.OPEN_SUCCEEDED


class _Files(paramiko.SFTPServerInterface):
    root = Path()

    def list_folder(self, path: str):
        found = []
        for file in (self.root / path.strip("/")).iterdir():
            attributes = paramiko.SFTPAttributes.from_stat(file.stat())
            attributes.filename = file.name
            found.append(attributes)
        return found

    def stat(self, path: str):
        file = self.root / path.strip("/")
        return paramiko.SFTPAttributes.from_stat(file.stat()) if file.exists() else paramiko.SFTP_NO_SUCH_FILE

    def open(self, path: str, flags: int, attr):
        file = self.root / path.strip("/")
        if not file.exists():
            return paramiko.SFTP_NO_SUCH_FILE
        handle = paramiko.SFTPHandle(os.O_RDONLY)
        handle.readfile = file.open("rb")
        return handle


@pytest.fixture
def sftp(tmp_path):
    """A real SFTP server with a key of its own: its port, its public key, its folder."""
    key = paramiko.ECDSAKey.generate()
    listener = socket.create_server(("127.0.0.1", 0))
    root = tmp_path / "sftp"
    (root / "outbox").mkdir(parents=True)
    files = type("Files", (_Files,), {"root": root})

    def serve() -> None:
        while True:
            try:
                line, _address = listener.accept()
            except OSError:
                return
            transport = paramiko.Transport(line)
            transport.add_server_key(key)
            transport.set_subsystem_handler("sftp", paramiko.SFTPServer, files)
            transport.start_server(server=_Door())

    threading.Thread(target=serve, daemon=True).start()
    yield listener.getsockname()[1], f"{key.get_name()} {key.get_base64()}", root / "outbox"
    listener.close()


def test_sftp_with_a_pinned_key(dataset, sftp, monkeypatch):
    port, public, outbox = sftp
    monkeypatch.setenv("PULL_SFTP", "portal:pa:ss")
    place = {"kind": "sftp", "address": f"sftp://127.0.0.1:{port}/outbox/*.csv", "secret": "PULL_SFTP"}
    source = factories_pulls.source(dataset, **place, host_key=public)
    drop(permits(5), folder="aside").rename(outbox / "a.csv")
    (outbox / "a.csv.control.json").write_text('{"rows": 5}')
    stamp(outbox / "a.csv", 1)
    run = pulled(source)
    assert (run.state, run.control_rows, seen(source)) == ("done", 5, expected(5)), run.message
    monkeypatch.setenv("PULL_SFTP", "portal:wrong")
    assert "拒绝了登录" in pulled(source).message


def test_sftp_with_another_key_is_refused(dataset, sftp, monkeypatch):
    port, _public, _outbox = sftp
    monkeypatch.setenv("PULL_SFTP", "portal:pa:ss")
    other = paramiko.ECDSAKey.generate()
    place = {"kind": "sftp", "address": f"sftp://127.0.0.1:{port}/outbox", "secret": "PULL_SFTP"}
    run = pulled(factories_pulls.source(dataset, **place, host_key=f"{other.get_name()} {other.get_base64()}"))
    assert (run.state, "公钥" in run.message) == ("failed", True), run.message
    assert base64.b64decode(other.get_base64())
