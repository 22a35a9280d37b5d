"""The demonstration's catalogue: entries, duties and arrivals, from ``demo.yaml``."""

import datetime as dt
from decimal import Decimal
from pathlib import Path
from typing import Any

import yaml

from apps.datashare.catalogue import editing
from apps.datashare.catalogue.models import Arrival, DataField, Dataset, Duty, Scenario
from apps.kernel.parties.actors import Actor
from apps.kernel.parties.models import Office, Role, User
from apps.kernel.workcalendar import clock

FILE = Path(__file__).with_name("demo.yaml")
BASIS = "《上海市税费服务与征收保障办法》第十六条、第十八条"
RETENTION = 3 * 365
TEXT_LENGTH = 60


def seed() -> None:
    """Publish what is not in the catalogue yet; a second run changes nothing."""
    data = yaml.safe_load(FILE.read_text("utf-8"))
    offices = Office.objects.in_bulk(field_name="code")
    centre = Actor(
        user=User.objects.get(username="bdc"), office=offices["bdc"], roles=frozenset({Role.OFFICER}), channel="counter"
    )
    scenarios = {
        row["code"]: Scenario.objects.get_or_create(code=row["code"], defaults=row)[0] for row in data["scenarios"]
    }
    for row in data["datasets"]:
        if not Dataset.objects.filter(code=row["code"]).exists():
            _list(row, offices[row["provider"]], scenarios, centre)
    entries = Dataset.objects.in_bulk(field_name="code")
    for row in data["duties"]:
        Duty.objects.get_or_create(
            office=offices[row["office"]],
            subject=row["subject"],
            defaults={"basis": BASIS, "dataset": entries.get(row.get("dataset"))},
        )


def _list(row: dict[str, Any], provider: Office, scenarios: dict[str, Scenario], centre: Actor) -> None:
    about = {name: row[name] for name in editing.ABOUT_COLUMNS if name in row}
    about |= {"retention_days": RETENTION, "contact": f"{provider.name}数据管理部门"}
    version = editing.begin(code=row["code"], actor=centre, provider=provider, **about)
    editing.write(
        version,
        centre,
        about=about,
        scenarios=[scenarios[code] for code in row["scenarios"]],
        fields=[_field(text) for text in row["fields"]],
    )
    dataset = editing.publish(version, centre)
    Arrival.objects.create(
        dataset=dataset, at=clock.now() - dt.timedelta(days=row["arrived_days_ago"]), rows=row["rows"]
    )


def _field(text: str) -> dict[str, Any]:
    """One field from its line: name, label, type with "!" or "*", then rules and class."""
    name, label, kind, *rules = text.split()
    field: dict[str, Any] = {
        "name": name,
        "label": label,
        "type": kind.rstrip("!*"),
        "required": kind.endswith(("!", "*")),
        "key": kind.endswith("*"),
        "max_length": TEXT_LENGTH if kind.startswith("string") else None,
    }
    for rule in rules:
        what, _equals, value = rule.partition("=")
        if what == "codes":
            field["codes"] = value.replace("|", " ")
        elif what == "pattern":
            field["pattern"] = value
        elif what in ("min", "max"):
            field["minimum" if what == "min" else "maximum"] = Decimal(value)
        elif what == "party":
            field["party"] = True
        elif what in DataField.Classification.values:
            field["classification"] = what
    return field
