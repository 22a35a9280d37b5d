"""The catalogue for the departments' own systems: listed, changed and withdrawn by interface (Art 16)."""

import pytest
from django.urls import reverse

from apps.datashare.catalogue.models import DataField, Dataset, Duty, Scenario
from apps.kernel.audit.models import Event
from tests import factories_doors, factories_sharing

pytestmark = pytest.mark.django_db
PERMIT = {"name": "permit", "label": "许可证号", "type": "string", "key": True, "max_length": 20}
VOLUME = {"name": "volume", "label": "取水量", "type": "number", "minimum": "0"}
ENTRY = {
    "title": "取水许可",
    "title_en": "Water abstraction",
    "abstract": "取水许可证和季度取水量。",
    "theme": "environment",
    "sharing": "unconditional",
    "frequency": "monthly",
    "security": 2,
    "retention_days": 365,
    "contact": "数据管理科",
    "fields": [PERMIT, VOLUME],
}


@pytest.fixture
def water():
    return factories_sharing.provider("市水务局")


@pytest.fixture
def system(client, water):
    """The water authority's system, with both scopes."""
    return System(client, factories_doors.system(water, "catalog.read", "catalog.write"))


class System:
    """A partner system that calls."""

    def __init__(self, client, headers):
        self.client, self.headers = client, headers

    def put(self, code="water-permits", **changed):
        place = reverse("api-catalogue-entry", args=[code])
        return self.client.put(place, {**ENTRY, **changed}, content_type="application/json", headers=self.headers)

    def get(self, name, *args, **asked):
        return self.client.get(reverse(name, args=args), asked, headers=self.headers)

    def withdraw(self, code, **given):
        place = reverse("api-catalogue-withdraw", args=[code])
        return self.client.post(place, given, content_type="application/json", headers=self.headers)


def test_an_entry_is_put_published_and_read_back_as_it_was_given(system, client):
    made = system.put()
    assert made.status_code == 201, made.content.decode()
    assert client.get("/datashare/dataset/water-permits/").status_code == 200, "everybody sees it"
    said = system.get("api-catalogue-entry", "water-permits").json()
    assert (said["state"], said["version"], said["freshness"], said["draft"]) == ("listed", 1, "never", None)
    fields = said["in_force"]["fields"]
    assert [field["name"] for field in fields] == ["permit", "volume"]
    assert system.put(fields=fields).status_code == 200, "what was read can be put"


def test_the_same_again_makes_no_version_and_a_change_makes_one(system):
    assert [system.put().status_code, system.put().status_code] == [201, 200]
    assert system.get("api-catalogue-entry", "water-permits").json()["version"] == 1
    assert system.put(frequency="daily").json()["version"] == 2
    assert Event.objects.filter(action="catalogue.published").count() == 2


def test_a_draft_is_kept_until_it_is_published(system):
    draft = system.put(publish=False).json()
    assert (draft["state"], draft["in_force"], draft["draft"]["title"]) == ("draft", None, "取水许可")
    assert not Dataset.objects.published().exists()
    assert system.put().json()["version"] == 1


def test_what_is_left_out_of_a_change_is_no_longer_said(system):
    system.put(keywords="取水 水资源", covers_from="2026-01-01")
    changed = system.put().json()["in_force"]
    assert (changed["keywords"], changed["covers_from"]) == ("", None)


@pytest.mark.parametrize(
    ("changed", "where"),
    [
        ({"theme": "weather"}, "theme"),
        ({"sharing": "conditional"}, "condition"),
        ({"fields": []}, "detail"),
        ({"fields": [VOLUME]}, "detail"),
        ({"fields": [PERMIT, PERMIT]}, "detail"),
        ({"fields": [PERMIT, {**VOLUME, "minimum": "5", "maximum": "1"}]}, "fields"),
        ({"fields": [{**PERMIT, "pattern": "^(?=X)["}]}, "fields"),
        ({"fields": [{**PERMIT, "pattern": "\\p{Han}+"}]}, "fields"),
        ({"fields": [{**PERMIT, "type": "blob"}]}, "fields.0.type"),
        ({"scenarios": ["absent"]}, "scenarios"),
        ({"security": 9}, "security"),
    ],
)
def test_what_is_wrong_is_named_and_nothing_is_kept(system, changed, where):
    answer = system.put(**changed)
    assert (answer.status_code, list(answer.json()["errors"])) == (400, [where])
    assert not Dataset.objects.exists()
    assert not DataField.objects.exists()


def test_a_scenario_is_named_by_its_code(system):
    Scenario.objects.create(code="water-tax", title="水资源税", purpose="核对", basis="第十七条")
    said = system.put(scenarios=["water-tax"], sharing="conditional", condition="限水资源税征收").json()
    assert said["in_force"]["scenarios"] == ["water-tax"]


def test_a_withdrawn_entry_stays_withdrawn_and_is_told_of(system, client):
    system.put()
    assert system.withdraw("water-permits").status_code == 400, "a reason is needed"
    first = system.withdraw("water-permits", reason="并入新条目").json()
    again = system.withdraw("water-permits", reason="并入新条目").json()
    assert first["state"] == "withdrawn"
    assert again["withdrawn_at"] == first["withdrawn_at"]
    rows = system.get("api-catalogue", modified_since="2020-01-01").json()["results"]
    assert [(row["code"], row["state"]) for row in rows] == [("water-permits", "withdrawn")]
    assert client.get("/datashare/dataset/water-permits/").status_code == 404
    assert system.put().json()["state"] == "listed", "it can be listed again"


def test_a_department_keeps_its_own_and_the_centre_all(system, client, water):
    system.put()
    other = System(
        client, factories_doors.system(factories_sharing.provider("市民防办"), "catalog.read", "catalog.write")
    )
    assert other.get("api-catalogue").json()["results"] == []
    absent = other.get("api-catalogue-entry", "nothing")
    foreign = other.get("api-catalogue-entry", "water-permits")
    assert (foreign.status_code, foreign.content) == (404, absent.content)
    assert other.withdraw("water-permits", reason="x").status_code == 404
    assert "code" in other.put().json()["errors"], "the code is taken"
    assert other.put("their-own", provider=water.office.code).status_code == 403
    centre = System(client, factories_doors.system(factories_sharing.centre(), "catalog.read", "catalog.write"))
    assert [row["code"] for row in centre.get("api-catalogue").json()["results"]] == ["water-permits"]
    assert centre.put("listed-for-them", provider=water.office.code).json()["provider"] == water.office.code


def test_reading_and_writing_are_two_scopes(client, water):
    reader = System(client, factories_doors.system(water, "catalog.read"))
    writer = System(client, factories_doors.system(water, "catalog.write"))
    assert reader.put().status_code == 403
    assert writer.put().status_code == 201
    assert writer.get("api-catalogue").status_code == 403
    assert reader.get("api-catalogue-entry", "water-permits").status_code == 200
    clerk = System(client, factories_doors.system(factories_sharing.asker(), "catalog.read"))
    assert clerk.get("api-catalogue").status_code == 403


def test_pages_of_the_list_follow_each_other(system, monkeypatch):
    monkeypatch.setattr("apps.datashare.catalogue.listing.PER_FEED", 2)
    for number in range(5):
        system.put(f"entry-{number}")
    seen, after = [], ""
    while after is not None:
        page = system.get("api-catalogue", after=after).json()
        seen += [row["code"] for row in page["results"]]
        after = page["next"]
    assert seen == [f"entry-{number}" for number in range(5)]
    assert list(system.get("api-catalogue", after="x").json()["errors"]) == ["after"]


def test_coverage_names_what_is_not_listed(system, water):
    Duty.objects.create(office=water.office, subject="取水许可", basis="三定规定")
    (row,) = system.get("api-catalogue-coverage").json()
    assert (row["duties"], row["listed"], row["missing"][0]["subject"]) == (1, 0, "取水许可")
