"""What was pulled is read under a grant by whom it is about: masked, page by page, one way for every entry (Art 21)."""

import csv
from pathlib import Path

import pytest
import time_machine
from django.conf import settings
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection

from apps.datashare.catalogue.models import Dataset
from apps.datashare.pulls import contract as contracts
from apps.datashare.pulls import tables
from apps.datashare.requests import granting
from apps.datashare.use import reading, sources
from apps.datashare.use.models import DataAccess
from tests import factories_pulls, factories_sharing

pytestmark = pytest.mark.django_db
NOW = factories_sharing.working_hour()
FIELDS = (
    {"name": "number", "label": "登记号", "type": "string", "key": True},
    {
        "name": "holder", "label": "权利人证件号码", "type": "string", "required": True, "party": True,
        "classification": "personal",
    },
    {"name": "area", "label": "面积", "type": "number", "minimum": 0},
    {"name": "on", "label": "登记日期", "type": "date"},
)  # fmt: skip


@pytest.fixture(autouse=True)
def _own_places(settings, tmp_path):
    settings.PULLS_DROP_DIR = str(tmp_path / "drop")
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def clerk():
    factories_sharing.centre()
    return factories_sharing.asker()


@pytest.fixture
def case(clerk):
    return factories_sharing.matter(clerk)


@pytest.fixture
def entry():
    return factories_sharing.dataset(factories_sharing.provider(), fields=FIELDS)


@pytest.fixture
def grant(clerk, entry):
    return factories_sharing.grant(clerk, entry, fields=["number", "holder", "area"])


def deliver(entry: Dataset, *rows: tuple[str, str, str]) -> None:
    """The department delivers all its rows, and they are pulled."""
    source = getattr(entry, "pull_source", None) or factories_pulls.source(entry)
    folder = Path(settings.PULLS_DROP_DIR) / entry.code
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "rows.csv").open("w", newline="", encoding="utf-8") as out:
        csv.writer(out).writerows([("number", "holder", "area", "on"), *((*row, "2026-10-01") for row in rows)])
    assert factories_pulls.pulled(source, whole=True).state == "done"


def of(case) -> str:
    return case.applicant.person.id_number


def test_rows_about_the_party_and_no_others_masked_by_their_class(grant, clerk, case, entry):
    deliver(entry, ("A1", of(case), "88.50"), ("A2", "310101199001011234", "70"), ("A3", of(case), "12"))
    found = reading.read(grant, clerk, reading.Request(case=case.number))
    masked = f"{of(case)[:3]}{'＊' * 13}{of(case)[-2:]}"
    assert found.rows == [["A1", masked, "88.50"], ["A3", masked, "12"]]
    whole = reading.read(grant, clerk, reading.Request(case=case.number, unmask=("holder",), reason="核对证件"))
    assert whole.rows[0][1] == of(case)
    assert DataAccess.objects.filter(released=True).count() == 2


def test_pages_go_on_by_key_until_the_grant_is_revoked(grant, clerk, case, entry, monkeypatch):
    monkeypatch.setattr(sources, "PER_PAGE", 2)
    deliver(entry, *((f"A{number}", of(case), str(number)) for number in range(1, 6)))
    first = reading.read(grant, clerk, reading.Request(case=case.number))
    second = reading.read(grant, clerk, reading.Request(case=case.number, after=first.next))
    assert [[row[0] for row in page.rows] for page in (first, second)] == [["A1", "A2"], ["A3", "A4"]]
    last = reading.read(grant, clerk, reading.Request(case=case.number, after=second.next))
    assert ([row[0] for row in last.rows], last.next) == (["A5"], "")
    granting.revoke(grant, factories_sharing.centre(), reason="用途不符")
    with pytest.raises(PermissionDenied, match="已撤销"):
        reading.read(grant, clerk, reading.Request(case=case.number, after=second.next))


@pytest.mark.parametrize("after", ["3", "[]", '["A1", "A2"]', "x"])
def test_a_place_nobody_gave_is_refused(grant, clerk, case, entry, after):
    deliver(entry, ("A1", of(case), "1"))
    with pytest.raises(ValidationError, match="第一页"):
        reading.read(grant, clerk, reading.Request(case=case.number, after=after))


def test_a_row_the_source_no_longer_holds_is_not_shown(grant, clerk, case, entry):
    others = [(f"B{number}", "310101199001011234", "1") for number in range(9)]
    deliver(entry, *others, ("A1", of(case), "1"))
    deliver(entry, *others)
    found = reading.read(grant, clerk, reading.Request(case=case.number))
    assert (found.rows, found.available) == ([], True)


def test_what_is_not_delivered_yet_or_names_nobody_says_so(grant, clerk, case, entry):
    assert not reading.read(grant, clerk, reading.Request(case=case.number)).available
    deliver(entry, ("A1", of(case), "1"))
    assert reading.read(grant, clerk, reading.Request(case=case.number)).available
    entry.current.fields.update(party=False)
    assert not reading.read(grant, clerk, reading.Request(case=case.number)).available


def test_a_delivery_comes_before_what_another_room_knows(grant, clerk, case, entry):
    factories_sharing.readable(entry, {"number": "X", "holder": "", "area": "0"})
    assert reading.read(grant, clerk, reading.Request(case=case.number)).rows[0][0] == "X"
    deliver(entry, ("A1", of(case), "1"))
    assert reading.read(grant, clerk, reading.Request(case=case.number)).rows[0][0] == "A1"


def test_the_rows_of_one_party_are_found_by_an_index(case, entry):
    deliver(entry, *((f"A{number}", of(case), "1") for number in range(3)))
    with connection.cursor() as cursor:
        tables.make_held(cursor, contracts.of(entry.current))
        cursor.execute(
            "SELECT count(*) FROM pg_index i JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = i.indkey[0]"
            " WHERE i.indrelid = %s::regclass AND a.attname = 'holder'",
            [f"{tables.SCHEMA}.d{entry.pk}"],
        )
        assert cursor.fetchone() == (1,), "made once, kept by the first delivery, not made again"


def test_a_party_field_is_text(entry):
    with pytest.raises(ValidationError, match="类型应为文本"):
        factories_sharing.dataset(
            factories_sharing.provider("市水务局"), fields=(FIELDS[0], {**FIELDS[2], "party": True})
        )
