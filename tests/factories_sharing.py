"""Factories of shared data: entries of the catalogue, requests, grants, cases to read them for."""

import datetime as dt
import itertools
from typing import Any

from apps.datashare.catalogue import editing
from apps.datashare.catalogue.models import Arrival, Dataset, Scenario
from apps.datashare.requests import asking
from apps.datashare.requests.models import DataGrant
from apps.datashare.use import sources
from apps.kernel.casework import cases
from apps.kernel.casework.models import Case
from apps.kernel.parties.actors import Actor
from apps.kernel.parties.models import Office, Role
from apps.services.procedures.deferral import DEFERRAL
from tests import factories

_numbers = itertools.count(1)
FIELDS = (
    {"name": "person", "label": "公民身份号码", "type": "string", "key": True, "classification": "sensitive"},
    {"name": "name", "label": "姓名", "type": "string", "required": True, "classification": "personal"},
    {"name": "phone", "label": "手机号码", "type": "string", "classification": "personal"},
    {"name": "kind", "label": "险种", "type": "string", "codes": "110 210"},
    {"name": "base", "label": "缴费基数", "type": "number", "minimum": 0},
)
DEFERRED = {
    "levy_id": "vat",
    "period": "2026-09",
    "amount": "100.00",
    "months": 1,
    "ground": "no_funds",
    "explanation": "客户延迟付款。",
}


def centre() -> Actor:
    """An officer of the data centre; there is one centre."""
    office = Office.objects.filter(kind=Office.Kind.DATA_CENTRE).first()
    office = office or factories.department("市大数据中心", Office.Kind.DATA_CENTRE)
    return factories.staff(office, Role.OFFICER, name="叶晨曦")


def provider(name: str = "市人力资源社会保障局") -> Actor:
    """An officer of a department that holds data."""
    return factories.staff(factories.department(name), Role.OFFICER, name="范思琪")


def asker(office: Office | None = None) -> Actor:
    """A clerk of a tax office, who asks for data."""
    return factories.staff(office or factories.tax_office(), Role.CLERK)


def scenario(title: str = "社会保险费征收") -> Scenario:
    """A published use."""
    return Scenario.objects.create(code=f"scenario-{next(_numbers)}", title=title, purpose="征收", basis="第二十四条")


def dataset(
    owner: Actor, *scenarios: Scenario, arrived: bool = True, fields: tuple[dict, ...] = FIELDS, **about: Any
) -> Dataset:
    """An entry in force and fresh; with personal data, so it is shared on conditions."""
    scenarios = scenarios or (scenario("别的场景"),)
    about = {
        "title": "社会保险参保登记",
        "title_en": "Social insurance registrations",
        "abstract": "参保登记。",
        "theme": "employment",
        "sharing": "conditional",
        "condition": "限征收使用",
        "frequency": "daily",
        "security": 2,
        "retention_days": 365,
        "contact": "数据管理科",
        **about,
    }
    version = editing.begin(code=f"insurance-{next(_numbers)}", actor=owner, **about)
    editing.write(version, owner, about=about, scenarios=list(scenarios), fields=list(fields))
    entry = editing.publish(version, owner)
    if arrived:
        Arrival.objects.create(dataset=entry, rows=100)
    return entry


def open_dataset(owner: Actor, *scenarios: Scenario, **about: Any) -> Dataset:
    """An entry without personal data, shared without conditions."""
    unit = {"name": "person", "label": "单位代码", "type": "string", "key": True, "classification": "internal"}
    about = {"sharing": "unconditional", "condition": "", **about}
    return dataset(owner, *scenarios, fields=(unit, *FIELDS[3:]), **about)


def request(actor: Actor, entry: Dataset, use: Scenario | None = None, *, key: str = "", **changed: Any) -> Case:
    """A request for two fields for a year."""
    asked = {
        "kind": "check",
        "fields": ["person", "base"],
        "purpose": "核对缴费基数",
        "basis": "《社会保险法》第六十三条",
        "months": 12,
        **changed,
    }
    return asking.ask(actor, entry, key=key or f"request-{next(_numbers)}", scenario=use, **asked)


def grant(actor: Actor, entry: Dataset | None = None, **changed: Any) -> DataGrant:
    """A live grant of the actor's office, given directly."""
    use = scenario()
    entry = entry or dataset(provider(), use)
    if not entry.current.scenarios.exists():
        entry.current.scenarios.add(use)
    case = request(actor, entry, entry.current.scenarios.first(), **changed)
    return DataGrant.objects.get(case=case)


def matter(actor: Actor) -> Case:
    """An open case in the actor's office, of a person it is about."""
    applicant = factories.citizen(f"陈大文{next(_numbers)}", office=actor.office)
    return cases.open_submitted(DEFERRAL, applicant, DEFERRED, idempotency_key=f"matter-{next(_numbers)}")


def readable(entry: Dataset, *rows: dict[str, Any]) -> None:
    """Let an entry be read: two rows about everyone unless others are given."""
    kept = list(rows) or [
        {"person": "310101198805200014", "name": "陈大文", "phone": "13800010101", "kind": "110", "base": "7384.00"},
        {"person": "310101198805200014", "name": "陈大文", "phone": "13800010101", "kind": "210", "base": "7384.00"},
    ]

    def read(_party, wanted: list[str], after: str, limit: int) -> sources.Slice:
        start = int(after or 0)
        some = [{name: row.get(name) for name in wanted} for row in kept[start : start + limit]]
        following = str(start + limit) if start + limit < len(kept) else ""
        return sources.Slice(some, following)

    sources.register(entry.code, read)


def working_hour(day: dt.date = dt.date(2026, 11, 25)) -> dt.datetime:
    """Ten in the morning of a Wednesday in Shanghai."""
    return dt.datetime.combine(day, dt.time(2, 0), tzinfo=dt.UTC)
