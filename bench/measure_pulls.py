"""A department's file with about 1 % bad rows: the whole pull against raw COPY into the same indexed table.

``ROWS`` says how many rows (1,000,000 without). The raw COPY reads the same file, freed of its bad rows,
into a table made like the dataset's own. Each pull is the real one: rules, quarantine, lineage, cursor.
Where dlt is installed, it merges the same file for comparison.
"""

import datetime as dt
import importlib.util
import os
import random
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from time import perf_counter

from django.conf import settings
from django.db import connection

from apps.datashare.catalogue import editing
from apps.datashare.pulls import running, tables, working
from apps.datashare.pulls.ending import SYSTEM
from apps.datashare.pulls.models import Pull, PullSource
from apps.kernel.parties.actors import Actor
from apps.kernel.parties.models import Office, Role, User
from bench.figures import Figure

ROWS = int(os.environ.get("ROWS", "1000000"))
BAD_EVERY = 100
CODE = "bench-registrations"
SEED = 4
FIELDS = [
    {"name": "number", "label": "登记号", "type": "string", "key": True, "max_length": 14, "pattern": "^R[0-9]{9}$"},
    {"name": "uscc", "label": "单位代码", "type": "string", "required": True, "max_length": 18},
    {"name": "name", "label": "名称", "type": "string", "required": True, "max_length": 40},
    {"name": "kind", "label": "类别", "type": "string", "required": True, "codes": "1100 1200 9600"},
    {"name": "status", "label": "状态", "type": "string", "codes": "1 2 3 4"},
    {"name": "district", "label": "区", "type": "string", "pattern": "^3101[0-9]{2}$"},
    {"name": "established", "label": "成立日期", "type": "date", "required": True},
    {"name": "capital", "label": "注册资本", "type": "number", "minimum": 0},
    {"name": "staff", "label": "人数", "type": "integer", "minimum": 0, "maximum": 500000},
    {"name": "listed", "label": "上市", "type": "boolean"},
    {"name": "address", "label": "住所", "type": "string", "max_length": 80},
    {"name": "changed", "label": "变更时间", "type": "datetime", "required": True},
]
NAMES = [field["name"] for field in FIELDS]
SPOILED: list[tuple[int, str]] = [  # twelve kinds of bad rows: which column, what stands there
    (0, "X12"),
    (1, ""),
    (2, "很" * 41),
    (3, "7777"),
    (4, "9"),
    (5, "420100"),
    (6, "2026-02-30"),
    (7, "12万"),
    (7, "-5"),
    (8, "3.5"),
    (9, "也许"),
    (11, "昨天"),
]
ABOUT = {
    "title": "登记", "title_en": "Registrations", "abstract": "测速。", "theme": "registration",
    "sharing": "unconditional", "frequency": "daily", "security": 1, "retention_days": 30, "contact": "测速",
}  # fmt: skip


def measure(_address: str) -> list[Figure]:
    """Seconds of each pull, and its ratio to the raw COPY of the same rows."""
    with tempfile.TemporaryDirectory(prefix="bench-pulls-") as folder:
        place = Path(folder)
        settings.PULLS_DROP_DIR = str(place / "drop")
        (place / "drop").mkdir()
        return _measured(place)


def _measured(place: Path) -> list[Figure]:
    source = _source()
    whole = place / "drop" / "whole.csv"
    _write(whole, range(ROWS))
    clean = place / "clean.csv"
    _write(clean, range(ROWS), spoil=False)
    copied = min(_copy(source, clean) for _round in range(2))
    first, seconds = _pull(source)
    bad = -(-ROWS // BAD_EVERY)
    if (first.state, first.good, first.quarantined) != (Pull.State.DONE, ROWS - bad, bad):
        raise AssertionError((first.state, first.message, first.good, first.quarantined))
    compared = _unchanged(source, whole=True)
    os.utime(whole)  # delivered again
    again = _unchanged(source, whole=False)
    memory = _memory_of_a_pull(source)
    PullSource.objects.filter(pk=source.pk).update(mode=PullSource.Mode.CHANGES)
    whole.unlink()
    _write(place / "drop" / "changes.csv", range(1, ROWS, BAD_EVERY), changed=True)
    delta, changed = _pull(source)
    if delta.updated != -(-(ROWS - 1) // BAD_EVERY):
        raise AssertionError((delta.message, delta.updated))
    figures = [
        Figure(what=f"raw COPY of {ROWS:,} rows, 12 columns, indexed", value=copied, unit="s"),
        Figure(what="whole pull: rules, quarantine, lineage, cursor", value=seconds, unit="s"),
        Figure(what="whole pull against raw COPY", value=seconds / copied, unit="times", at_most=2.0),
        Figure(what="whole pull, rows a second", value=ROWS / seconds, unit="rows/s"),
        Figure(what="the same file delivered again", value=again / copied, unit="times", at_most=1.5),
        Figure(what="the same file from the beginning, every value compared", value=compared / copied, unit="times"),
        Figure(what="1 % of the rows changed", value=changed / copied, unit="times", at_most=0.1),
        Figure(what="memory of the process that pulls, most", value=memory, unit="MB", at_most=300),
    ]
    if importlib.util.find_spec("dlt"):
        figures.append(
            Figure(what="dlt merging the same file against raw COPY", value=_dlt(clean) / copied, unit="times")
        )
    return figures


def _source() -> PullSource:
    office = Office.objects.get(code="market")
    officer = Actor(user=User.objects.get(username="market"), office=office, roles=frozenset({Role.OFFICER}))
    version = editing.begin(code=CODE, actor=officer, **ABOUT)
    editing.write(version, officer, about=ABOUT, scenarios=[], fields=[dict(field) for field in FIELDS])
    dataset = editing.publish(version, officer)
    return PullSource.objects.create(dataset=dataset, kind="drop", address="", mode="snapshot")


def _write(file: Path, numbers: range, *, spoil: bool = True, changed: bool = False) -> None:
    with file.open("w", encoding="utf-8") as out:
        out.write(",".join(NAMES) + "\n")
        out.writelines(_lines(numbers, spoil=spoil, changed=changed))


def _lines(numbers: range, *, spoil: bool, changed: bool) -> Iterator[str]:
    rng = random.Random(SEED)
    day = dt.date(2001, 1, 1)
    for number in numbers:
        cells = [
            f"R{number * 7919 % 1_000_000_007 % 10**9:09}",
            f"9131{number:014}",
            f"上海第{number}号贸易有限公司",
            ("1100", "1200", "9600")[number % 3],
            str(number % 4 + 1),
            f"3101{number % 20 + 1:02}",
            (day + dt.timedelta(days=number % 9000)).isoformat(),
            f"{rng.randrange(10**6)}.{number % 100:02}" if not changed else f"{number % 977}.99",
            str(number % 4000),
            "true" if number % 50 == 0 else "false",
            f"浦东新区世纪大道{number % 1999}号",
            f"2026-10-{number % 28 + 1:02}T{number % 24:02}:00:00+08:00",
        ]
        if number % BAD_EVERY == 0:
            if not spoil:
                continue
            column, wrong = SPOILED[number // BAD_EVERY % len(SPOILED)]
            cells[column] = wrong
        yield ",".join(cells) + "\n"


def _copy(source: PullSource, file: Path) -> float:
    """Raw COPY of the good rows into a table made like the dataset's."""
    from apps.datashare.pulls import contract as contracts  # noqa: PLC0415 - beside its only use

    contract = contracts.of(source.dataset.current)
    with connection.cursor() as cursor:
        tables.make_held(cursor, contract)
        cursor.execute("DROP TABLE IF EXISTS bench_raw")
        cursor.execute(f"CREATE TABLE bench_raw (LIKE {tables.SCHEMA}.d{source.dataset_id} INCLUDING ALL)")
        for column in ("_run", "_page", "_line"):
            cursor.execute(f"ALTER TABLE bench_raw ALTER {column} SET DEFAULT 1")
        with file.open("rb") as data:
            began = perf_counter()
            columns = ", ".join(f'"{name}"' for name in NAMES)
            cursor.copy_expert(f"COPY bench_raw ({columns}) FROM STDIN WITH (FORMAT csv, HEADER)", data)
            seconds = perf_counter() - began
        cursor.execute("DROP TABLE bench_raw")
        cursor.execute("CHECKPOINT")
    return seconds


def _unchanged(source: PullSource, *, whole: bool) -> float:
    """Seconds of a pull that finds nothing new."""
    run, seconds = _pull(source, whole=whole)
    if (run.received, run.inserted, run.updated, run.gone) != (ROWS, 0, 0, 0):
        raise AssertionError((run.message, run.received, run.inserted, run.updated, run.gone))
    return seconds


def _pull(source: PullSource, *, whole: bool = True) -> tuple[Pull, float]:
    run = running.start(source, SYSTEM, whole=whole, queue=False)
    began = perf_counter()
    working.work(run.pk)
    seconds = perf_counter() - began
    run.refresh_from_db()
    return run, seconds


def _memory_of_a_pull(source: PullSource) -> float:
    """The most memory a process of its own holds while it pulls the whole file, in MB."""
    code = (
        "import django; django.setup()\n"
        "from django.conf import settings; settings.PULLS_DROP_DIR = sys.argv[2]\n"
        "from bench import measure_pulls\nfrom apps.datashare.pulls.models import PullSource\n"
        "measure_pulls._pull(PullSource.objects.get(pk=int(sys.argv[1])))\n"
        # getrusage would tell what the parent held before it
        "print(open('/proc/self/status').read().partition('VmHWM:')[2].split()[0])\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", "import sys\n" + code, str(source.pk), settings.PULLS_DROP_DIR],
        capture_output=True,
        text=True,
        check=True,
    )
    return int(done.stdout.split()[-1]) / 1024


def _dlt(file: Path) -> float:
    """Seconds dlt needs to merge the same good rows into the same server."""
    import dlt  # noqa: PLC0415 - only where installed
    import polars as pl  # noqa: PLC0415 - as above

    def batches() -> Iterator:
        for frame in pl.scan_csv(file, infer_schema=False).collect_batches(chunk_size=50_000):
            yield frame.to_arrow()

    with tempfile.TemporaryDirectory() as folder:
        pipeline = dlt.pipeline(
            "bench", pipelines_dir=folder, destination=dlt.destinations.postgres(os.environ["DATABASE_URL"])
        )
        rows = dlt.resource(batches, name="bench_dlt", primary_key="number", write_disposition="merge")
        began = perf_counter()
        pipeline.run(rows)
        return perf_counter() - began
