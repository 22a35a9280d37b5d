"""Sources, files and runs of pulls, named by what a test means by them."""

import csv
import json
import os
from collections.abc import Iterable
from pathlib import Path

from django.conf import settings
from django.db import connection

from apps.datashare.catalogue import editing
from apps.datashare.catalogue.models import Dataset, DatasetVersion
from apps.datashare.pulls import contract as contracts
from apps.datashare.pulls import running, tables, working
from apps.datashare.pulls.ending import SYSTEM
from apps.datashare.pulls.models import Pull, PullSource
from apps.kernel.parties.actors import Actor

ABOUT = {
    "title": "取水许可",
    "title_en": "Water permits",
    "abstract": "取水许可证和取水量。",
    "theme": "environment",
    "sharing": "unconditional",
    "frequency": "daily",
    "security": 2,
    "retention_days": 365,
    "contact": "数据管理科",
}
PERMIT = {"name": "permit", "label": "许可证号", "type": "string", "key": True, "max_length": 12}
HOLDER = {"name": "uscc", "label": "取水单位代码", "type": "string"}
KIND = {"name": "kind", "label": "水源类别", "type": "string", "codes": "1 2", "required": True}
VOLUME = {"name": "volume", "label": "取水量", "type": "number", "required": True, "minimum": 0, "maximum": 1_000_000}
DAY = {"name": "on", "label": "日期", "type": "date"}
FIELDS = (PERMIT, HOLDER, KIND, VOLUME, DAY)
HEADINGS = [field["name"] for field in FIELDS]


def entry(officer: Actor, code: str = "water-permits", fields: Iterable[dict] = FIELDS, **about) -> Dataset:
    """An entry of the catalogue in force."""
    about = {**ABOUT, **about}
    version = editing.begin(code=code, actor=officer, **about)
    editing.write(version, officer, about=about, scenarios=[], fields=[dict(field) for field in fields])
    return editing.publish(version, officer)


def new_version(dataset: Dataset, officer: Actor, fields: Iterable[dict]) -> DatasetVersion:
    """The entry with other fields."""
    draft = editing.draft(dataset, officer)
    about = {name: getattr(draft, name) for name in ABOUT}
    editing.write(draft, officer, about=about, scenarios=[], fields=[dict(field) for field in fields])
    return editing.publish(draft, officer).current


def source(dataset: Dataset, **settings_) -> PullSource:
    """A source of the dataset; without more a drop folder with whole files."""
    given = {"kind": "drop", "address": dataset.code, "mode": "snapshot", **settings_}
    return PullSource.objects.create(dataset=dataset, **given)


def permit(number: int, **changes) -> dict[str, str]:
    """A good row."""
    return {
        "permit": f"SH{number:06}",
        "uscc": "",
        "kind": "1",
        "volume": f"{number}.50",
        "on": "2026-10-01",
        **changes,
    }


def permits(count: int, start: int = 1) -> list[dict[str, str]]:
    """Good rows."""
    return [permit(number) for number in range(start, start + count)]


def drop(
    rows: list[dict],
    name: str = "a.csv",
    folder: str = "water-permits",
    at: int | None = None,
    control: dict | None = None,
) -> Path:
    """A CSV file in the drop folder, written at a moment (seconds) so that files have an order."""
    place = Path(settings.PULLS_DROP_DIR) / folder
    place.mkdir(parents=True, exist_ok=True)
    file = place / name
    with file.open("w", newline="", encoding="utf-8") as out:
        writer = csv.DictWriter(out, list(rows[0]) if rows else HEADINGS)
        writer.writeheader()
        writer.writerows(rows)
    if control:
        (place / f"{name}.control.json").write_text(json.dumps(control))
    stamp(file, at)
    return file


def stamp(file: Path, at: int | None) -> Path:
    """Give a file its time."""
    if at is not None:
        os.utime(file, (1_790_000_000 + at, 1_790_000_000 + at))
    return file


def pulled(which: PullSource, *, whole: bool = False) -> Pull:
    """A run from start to end, in this process."""
    run = running.start(PullSource.objects.get(pk=which.pk), SYSTEM, whole=whole, queue=False)
    working.work(run.pk)
    run.refresh_from_db()
    return run


def held(which: PullSource, *, gone: bool = False) -> list[dict]:
    """The rows of the source's dataset, with their lineage."""
    with connection.cursor() as cursor:
        order = ", ".join(f'"{name}"' for name in contracts.of(which.dataset.current).keys)
        cursor.execute(
            f"SELECT * FROM {tables.SCHEMA}.d{which.dataset_id} WHERE (_gone IS NOT NULL) = %s ORDER BY {order}", [gone]
        )
        names = [column.name for column in cursor.description]
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
