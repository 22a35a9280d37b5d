"""The catalogue of shared data: written by providers, read by people and machines (Art 16)."""

import datetime as dt
import json

import pyshacl
import pytest
import rdflib
import rdflib.compare
import time_machine
import yaml
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.urls import reverse

from apps.datashare.catalogue import coverage, editing, freshness, listing, reminding
from apps.datashare.catalogue.models import Arrival, Dataset, DatasetVersion, Duty, Scenario
from apps.datashare.supply.models import SupplyDuty
from apps.kernel.audit.models import Event
from apps.kernel.notifications.models import Message
from apps.kernel.parties.models import Office, Role
from tests import factories, factories_doors, factories_sharing

pytestmark = pytest.mark.django_db

ABOUT = {
    "title": "取水许可和取水量",
    "title_en": "Water abstraction",
    "abstract": "取水许可证、水源类别和季度取水量。",
    "theme": "environment",
    "keywords": "取水 水资源",
    "sharing": "unconditional",
    "condition": "",
    "frequency": "monthly",
    "security": 2,
    "retention_days": 365,
    "covers_from": None,
    "contact": "数据管理科",
}
BLANK = {
    "required": False,
    "key": False,
    "max_length": None,
    "pattern": "",
    "minimum": None,
    "maximum": None,
    "codes": "",
}
PERMIT = {
    **BLANK,
    "name": "permit",
    "label": "许可证号",
    "type": "string",
    "key": True,
    "max_length": 20,
    "classification": "internal",
}
VOLUME = {
    **BLANK,
    "name": "volume",
    "label": "取水量",
    "type": "number",
    "required": True,
    "minimum": 0,
    "classification": "internal",
}
OWNER = {**BLANK, "name": "owner", "label": "权利人", "type": "string", "classification": "sensitive"}


@pytest.fixture
def officer():
    return factories.staff(factories.department(), Role.OFFICER)


@pytest.fixture
def scenario():
    return Scenario.objects.create(code="risk", title="风险分析", purpose="核对申报", basis="第三十二条")


def listed(officer, code="water-abstraction", *, fields=(PERMIT, VOLUME), scenarios=(), **about) -> Dataset:
    """An entry in force."""
    version = editing.begin(code=code, actor=officer, **{**ABOUT, **about})
    given = {**ABOUT, **about}
    editing.write(version, officer, about=given, scenarios=list(scenarios), fields=list(fields))
    return editing.publish(version, officer)


# --- writing -----------------------------------------------------------------------------------------


def test_an_entry_is_drafted_and_published(officer):
    dataset = listed(officer)
    assert dataset.current.number == 1
    assert [row.name for row in dataset.current.fields.all()] == ["permit", "volume"]
    actions = Event.objects.filter(stream="dataset/water-abstraction").order_by("seq").values_list("action", flat=True)
    assert list(actions) == ["catalogue.begun", "catalogue.published"]


def test_a_new_version_replaces_the_old_one_which_stays_as_it_was(officer):
    dataset = listed(officer)
    first = dataset.current
    draft = editing.draft(dataset, officer)
    assert editing.draft(dataset, officer) == draft, "there is one draft"
    fields = [*editing.as_given(draft), OWNER | {"classification": "internal"}]
    editing.write(draft, officer, about={**ABOUT, "title": "取水"}, scenarios=[], fields=fields)
    dataset = editing.publish(draft, officer)
    first.refresh_from_db()
    assert (first.state, first.title, first.fields.count()) == ("superseded", "取水许可和取水量", 2)
    assert (dataset.current.number, dataset.current.fields.count()) == (2, 3)


def test_a_published_version_is_never_changed(officer):
    version = listed(officer).current
    with pytest.raises(ValidationError, match="新版本"):
        editing.write(version, officer, about=ABOUT, scenarios=[], fields=[PERMIT])


@pytest.mark.parametrize(
    ("fields", "about", "words"),
    [
        ((), {}, "至少登记一个数据项"),
        ((VOLUME,), {}, "主键"),
        ((PERMIT,), {"sharing": "conditional", "condition": "限征税使用"}, "应用场景"),
        ((PERMIT, OWNER), {}, "个人信息"),
    ],
)
def test_what_is_incomplete_is_not_published(officer, fields, about, words):
    with pytest.raises(ValidationError, match=words):
        listed(officer, fields=fields, **about)


def test_a_condition_must_be_named_even_past_the_forms(officer):
    version = listed(officer).current
    with pytest.raises(IntegrityError), transaction.atomic():
        DatasetVersion.objects.filter(pk=version.pk).update(sharing="conditional")


def test_only_the_provider_and_the_centre_write(officer):
    dataset = listed(officer)
    other = factories.staff(factories.department("上海市水务局"), Role.OFFICER)
    for stranger in (other, factories.staff(factories.tax_office(), Role.CLERK), factories.citizen()):
        with pytest.raises(PermissionDenied):
            editing.draft(dataset, stranger)
    assert Event.objects.using("evidence").filter(action="catalogue.change").count() >= 3
    centre = factories.staff(factories.department("上海市大数据中心", kind=Office.Kind.DATA_CENTRE), Role.OFFICER)
    assert editing.draft(dataset, centre).number == 2


def test_an_entry_that_is_retired_leaves_the_catalogue(officer, client):
    dataset = listed(officer)
    assert client.get("/datashare/dataset/water-abstraction/").status_code == 200
    editing.retire(dataset, officer, reason="并入其他目录")
    assert client.get("/datashare/dataset/water-abstraction/").status_code == 404
    factories_doors.sign_in(client, officer.user)
    mine = client.get("/partner/catalogue/").content.decode()
    assert "已撤销" in mine
    assert 'class="tag' not in mine  # nothing is due of it any more
    with pytest.raises(ValidationError):
        editing.retire(dataset, officer, reason=" ")


# --- fresh, covered ----------------------------------------------------------------------------------


@pytest.mark.parametrize(("days", "standing"), [(0, "fresh"), (31, "fresh"), (32, "due"), (36, "due"), (37, "overdue")])
def test_freshness_follows_from_frequency_and_last_arrival(officer, days, standing):
    dataset = listed(officer)
    arrived = dt.datetime(2026, 10, 1, 23, 30, tzinfo=dt.timezone(dt.timedelta(hours=8)))
    Arrival.objects.create(dataset=dataset, at=arrived, rows=10)
    Arrival.objects.create(dataset=dataset, at=arrived - dt.timedelta(days=90), rows=10)
    with time_machine.travel(arrived + dt.timedelta(days=days), tick=False):
        found = freshness.of(Dataset.objects.full().get())
    assert found.standing == standing
    assert found.due == dt.date(2026, 11, 1)


def test_what_never_arrived_says_so(officer):
    listed(officer)
    assert freshness.of(Dataset.objects.full().get()).standing == "never"


def test_updates_that_do_not_come_are_reminded_and_escalated_once_each(officer):
    centre = factories_sharing.centre()
    dataset = listed(officer, frequency="monthly")
    first = dt.datetime(2026, 10, 1, 2, tzinfo=dt.UTC)
    Arrival.objects.create(dataset=dataset, at=first, rows=10)
    sent = []
    for day in (31, 32, 36, 37, 40, 43, 44, 50):  # due on the 31st day, overdue five days later
        with time_machine.travel(first + dt.timedelta(days=day), tick=False):
            sent.append(tuple(reminding.sweep().values()))
            assert sum(reminding.sweep().values()) == 0, "each once"
    assert [sum(kind) for kind in zip(*sent, strict=True)] == [1, 1, 1]
    assert sent[0] == (0, 0, 0), "on its last day it is not late"
    assert (sent[1], sent[3]) == ((1, 0, 0), (0, 1, 0))
    assert sent.index((0, 0, 1)) > 3, "the centre hears of it some working days after the provider"
    told = Message.objects.filter(template__startswith="data-freshness").order_by("pk")
    assert list(told.values_list("template", "office")) == [
        ("data-freshness-due", officer.office.pk),
        ("data-freshness-overdue", officer.office.pk),
        ("data-freshness-overdue", centre.office.pk),
    ]


def test_an_update_ends_the_reminders_and_the_next_one_missed_begins_new_ones(officer):
    factories_sharing.centre()
    dataset = listed(officer, frequency="daily")
    first = dt.datetime(2026, 10, 12, 2, tzinfo=dt.UTC)
    for begun in (first, first + dt.timedelta(days=10)):
        Arrival.objects.create(dataset=dataset, at=begun, rows=10)
        with time_machine.travel(begun, tick=False):
            assert sum(reminding.sweep().values()) == 0
        with time_machine.travel(begun + dt.timedelta(days=2), tick=False):
            assert reminding.sweep()["reminder"] == 1


def test_what_arrives_by_a_supply_duty_is_reminded_of_by_that_duty(officer):
    dataset = listed(officer, frequency="daily")
    Arrival.objects.create(dataset=dataset, at=dt.datetime(2026, 10, 1, 2, tzinfo=dt.UTC), rows=10)
    SupplyDuty.objects.create(
        office=officer.office, subject="登记", dataset=dataset, frequency="monthly", since=dt.date(2026, 1, 1)
    )
    with time_machine.travel(dt.datetime(2026, 10, 3, 2, tzinfo=dt.UTC), tick=False):
        assert sum(reminding.sweep().values()) == 0


def test_coverage_shows_what_duties_still_oblige_to_list(officer):
    dataset = listed(officer)
    for subject, entry in (("取水许可", dataset), ("水土保持", None), ("排水许可", None)):
        Duty.objects.create(office=officer.office, subject=subject, basis="第十六条", dataset=entry)
    (row,) = coverage.by_office()
    assert (row.duties, row.listed, row.percent) == (3, 1, 33)
    assert [duty.subject for duty in row.missing] == ["水土保持", "排水许可"]
    editing.retire(dataset, officer, reason="停用")
    assert coverage.by_office(officer.office)[0].percent == 0


# --- machines ----------------------------------------------------------------------------------------

# What DCAT-AP 3 makes mandatory, in our own words: every subject has its type, title, text and publisher.
SHAPES = """
@prefix sh: <http://www.w3.org/ns/shacl#> . @prefix dcat: <http://www.w3.org/ns/dcat#> .
@prefix dct: <http://purl.org/dc/terms/> . @prefix foaf: <http://xmlns.com/foaf/0.1/> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> . @prefix odrl: <http://www.w3.org/ns/odrl/2/> .
@prefix dqv: <http://www.w3.org/ns/dqv#> .
[] a sh:NodeShape ; sh:targetClass dcat:Catalog ;
  sh:property [ sh:path dct:title ; sh:minCount 1 ], [ sh:path dct:description ; sh:minCount 1 ],
    [ sh:path dct:publisher ; sh:minCount 1 ; sh:maxCount 1 ; sh:class foaf:Agent ],
    [ sh:path dcat:dataset ; sh:minCount 1 ; sh:class dcat:Dataset ] .
[] a sh:NodeShape ; sh:targetClass dcat:Dataset ;
  sh:property [ sh:path dct:title ; sh:minCount 1 ], [ sh:path dct:description ; sh:minCount 1 ],
    [ sh:path dct:publisher ; sh:minCount 1 ; sh:maxCount 1 ; sh:class foaf:Agent ],
    [ sh:path dct:accrualPeriodicity ; sh:maxCount 1 ; sh:class dct:Frequency, skos:Concept ],
    [ sh:path dct:accessRights ; sh:maxCount 1 ; sh:class dct:RightsStatement, skos:Concept ],
    [ sh:path dcat:theme ; sh:minCount 1 ; sh:class skos:Concept ],
    [ sh:path odrl:hasPolicy ; sh:minCount 1 ; sh:class odrl:Policy ],
    [ sh:path dqv:hasQualityMeasurement ; sh:minCount 1 ; sh:class dqv:QualityMeasurement ] .
[] a sh:NodeShape ; sh:targetClass dcat:Distribution ; sh:property [ sh:path dcat:accessURL ; sh:minCount 1 ],
    [ sh:path dct:format ; sh:maxCount 1 ; sh:class dct:MediaTypeOrExtent, skos:Concept ] .
[] a sh:NodeShape ; sh:targetClass skos:Concept ;
  sh:property [ sh:path skos:prefLabel ; sh:minCount 2 ; sh:maxCount 2 ; sh:uniqueLang true ] .
"""


@pytest.mark.parametrize(("form", "parser"), [("ttl", "turtle"), ("jsonld", "json-ld"), ("xml", "xml")])
def test_every_form_of_the_catalogue_says_the_same_and_conforms(officer, scenario, client, form, parser):
    listed(officer, sharing="conditional", condition="限征税使用", scenarios=[scenario], fields=(PERMIT, OWNER))
    graph = rdflib.Graph().parse(data=client.get(f"/datashare/catalog.{form}").content, format=parser)
    conforms, _report, words = pyshacl.validate(graph, shacl_graph=rdflib.Graph().parse(data=SHAPES, format="turtle"))
    assert conforms, words
    assert rdflib.Literal("取水许可和取水量", lang="zh") in set(graph.objects())
    assert rdflib.Literal("risk") in set(graph.objects(None, rdflib.URIRef("http://www.w3.org/ns/odrl/2/rightOperand")))


def test_the_graph_says_the_same_in_whatever_language_it_is_asked_for(officer, client):
    listed(officer)
    chinese, english = (
        rdflib.Graph().parse(data=client.get("/datashare/catalog.ttl", headers={"Accept-Language": code}).content)
        for code in ("zh-Hans", "en")
    )
    assert rdflib.compare.isomorphic(chinese, english)
    labels = set(chinese.objects(None, rdflib.SKOS.prefLabel))
    assert {rdflib.Literal("每月", lang="zh"), rdflib.Literal("依授权使用", lang="zh")} <= labels


def test_one_entry_in_every_form(officer, client):
    listed(officer)
    place = "/datashare/dataset/water-abstraction"
    assert client.get(f"{place}.ttl").status_code == 200
    schema = client.get(f"{place}/schema.json").json()
    assert schema["primaryKey"] == ["permit"]
    assert schema["fields"][1]["constraints"] == {"required": True, "minimum": "0"}
    contract = yaml.safe_load(client.get(f"{place}/contract.odcs.yaml").content)
    assert (contract["kind"], contract["id"]) == ("DataContract", "water-abstraction")
    assert contract["schema"][0]["properties"][0]["primaryKey"] is True
    package = client.get(f"{place}/datapackage.json").json()
    assert package["resources"][0]["schema"] == schema
    found = client.get("/datashare/api/3/action/package_show?id=water-abstraction").json()
    assert found["result"]["title"] == "取水许可和取水量"
    assert client.get("/datashare/api/3/action/package_list").json()["result"] == ["water-abstraction"]
    assert client.get("/datashare/api/3/action/package_search?q=许可证").json()["result"]["count"] == 1
    assert client.get("/datashare/api/3/action/package_show?id=absent").status_code == 404


def test_what_did_not_change_is_not_sent_again(officer, client):
    dataset = listed(officer)
    first = client.get("/datashare/catalog.ttl")
    again = {"HTTP_IF_NONE_MATCH": first["ETag"]}
    assert client.get("/datashare/catalog.ttl", **again).status_code == 304
    Arrival.objects.create(dataset=dataset, rows=5)
    assert client.get("/datashare/catalog.ttl", **again).status_code == 200


def test_only_what_changed_since_a_moment(officer, client):
    with time_machine.travel(dt.datetime(2026, 9, 1, tzinfo=dt.UTC), tick=False):
        listed(officer, "old-entry")
    with time_machine.travel(dt.datetime(2026, 10, 1, tzinfo=dt.UTC), tick=False):
        listed(officer, "new-entry")
    text = client.get("/datashare/catalog.ttl?modified_since=2026-09-15").content.decode()
    assert "new-entry" in text
    assert "old-entry" not in text
    for wrong in ("yesterday", "2026-13-01", "2026-09-15T00:00:00"):
        answer = client.get("/datashare/catalog.ttl", {"modified_since": wrong})
        assert (answer.status_code, list(answer.json())) == (400, ["modified_since"])
    assert client.get("/datashare/catalog.ttl?after=x").status_code == 400


def test_a_harvester_learns_what_was_withdrawn_and_when(officer, client):
    with time_machine.travel(dt.datetime(2026, 9, 1, tzinfo=dt.UTC), tick=False):
        for code in ("stays", "goes", "never-published"):
            listed(officer, code) if code != "never-published" else editing.begin(code=code, actor=officer, **ABOUT)
    whole = client.get("/datashare/catalog.ttl")
    with time_machine.travel(dt.datetime(2026, 10, 1, tzinfo=dt.UTC), tick=False):
        editing.retire(Dataset.objects.get(code="goes"), officer, reason="不再采集")
    answer = client.get("/datashare/catalog.ttl?modified_since=2026-09-15")
    graph = rdflib.Graph().parse(data=answer.content, format="turtle")
    goes = next(graph.subjects(rdflib.DCTERMS.identifier, rdflib.Literal("goes")))
    status = rdflib.URIRef("http://www.w3.org/ns/adms#status")
    assert graph.value(goes, status) == rdflib.URIRef("http://purl.org/adms/status/Withdrawn")
    assert str(graph.value(goes, rdflib.DCTERMS.modified)) == "2026-10-01T00:00:00+00:00"
    record = next(graph.subjects(rdflib.FOAF.primaryTopic, goes))
    assert graph.value(record, status) == graph.value(goes, status)
    assert not list(graph.objects(None, rdflib.DCAT.dataset)), "what is withdrawn is not listed"
    with time_machine.travel(dt.datetime(2026, 10, 2, tzinfo=dt.UTC), tick=False):
        listed(officer, "comes")
    graph = rdflib.Graph().parse(data=client.get("/datashare/catalog.ttl?modified_since=2026-09-15").content)
    conforms, _report, words = pyshacl.validate(graph, shacl_graph=rdflib.Graph().parse(data=SHAPES, format="turtle"))
    assert conforms, words
    again = client.get("/datashare/catalog.ttl", headers={"If-None-Match": whole["ETag"]})
    assert again.status_code == 200
    assert b'"goes"' not in again.content, "the whole catalogue no longer has it"
    assert b"Withdrawn" in client.get("/datashare/dataset/goes.ttl").content
    assert client.get("/datashare/dataset/never-published.ttl").status_code == 404


def test_data_that_arrived_count_as_a_change_of_the_entry(officer, client):
    with time_machine.travel(dt.datetime(2026, 9, 1, tzinfo=dt.UTC), tick=False):
        dataset = listed(officer, "fed")
        listed(officer, "silent")
    Arrival.objects.create(dataset=dataset, rows=5, at=dt.datetime(2026, 9, 20, tzinfo=dt.UTC))
    text = client.get("/datashare/catalog.ttl?modified_since=2026-09-15").content.decode()
    assert '"fed"' in text
    assert "2026-09-20T00:00:00+00:00" in text
    assert '"silent"' not in text


@pytest.mark.parametrize("call", ["package_list", "package_search", "package_show?id=entry-0"])
def test_ckan_calls_say_when_nothing_changed_and_page_on(officer, client, call):
    for number in range(3):
        listed(officer, f"entry-{number}")
    place = f"/datashare/api/3/action/{call}"
    first = client.get(place)
    again = {"If-None-Match": first["ETag"]}
    assert client.get(place, headers=again).status_code == 304
    editing.retire(Dataset.objects.get(code="entry-0"), officer, reason="不再采集")
    assert client.get(place, headers=again).status_code in (200, 404)
    assert client.get("/datashare/api/3/action/package_list?offset=1&limit=1").json()["result"] == ["entry-2"]
    page = client.get("/datashare/api/3/action/package_search?start=1&rows=1").json()["result"]
    assert (page["count"], [each["name"] for each in page["results"]]) == (2, ["entry-2"])


def test_pages_follow_each_other_by_key_and_cost_the_same(officer, client, monkeypatch, django_assert_num_queries):
    monkeypatch.setattr(listing, "PER_FEED", 2)
    for number in range(5):
        listed(officer, f"entry-{number}")
    address, seen, costs = "/datashare/catalog.jsonld", [], set()
    while address:
        with django_assert_num_queries(5):
            answer = client.get(address)
        nodes = json.loads(answer.content)
        seen += [node["@id"] for node in nodes if "http://www.w3.org/ns/dcat#Dataset" in node.get("@type", [])]
        link = answer.get("Link", "")
        address = link.partition("<")[2].partition(">")[0].partition("127.0.0.1")[2] if link else ""
        address = address[address.find("/") :] if address else ""
        costs.add(len(answer.content) > 0)
    assert len(seen) == len(set(seen)) == 5


# --- pages -------------------------------------------------------------------------------------------


def test_the_public_catalogue_finds_by_word_and_theme(officer, client):
    listed(officer)
    listed(officer, "land", title="土地出让", theme="property", keywords="土地", abstract="合同")
    page = client.get("/datashare/", {"q": "取水"}).content.decode()
    assert "取水许可" in page
    assert "土地出让" not in page
    assert "取水许可" not in client.get("/datashare/", {"theme": "property"}).content.decode()


def _posted(fields=(PERMIT, VOLUME), **more) -> dict:
    rows = {}
    for number, row in enumerate(fields):
        rows |= {f"field-{number}-{name}": value for name, value in row.items() if value not in (None, False)}
    about = {name: value for name, value in ABOUT.items() if value is not None}
    return {**about, **rows, "field-TOTAL_FORMS": len(fields), "field-INITIAL_FORMS": 0, **more}


def test_an_officer_lists_an_entry_on_the_pages(officer, client):
    client.force_login(officer.user, backend="allauth.account.auth_backends.AuthenticationBackend")
    answer = client.post(reverse("catalogue:begin"), {**_posted(), "code": "water-abstraction"})
    edit = reverse("catalogue:edit", args=["water-abstraction"])
    assert answer["Location"] == edit
    assert client.post(edit, _posted(fields=(VOLUME,), publish="1")).status_code == 422
    assert not Dataset.objects.get().versions.get().fields.exists(), "nothing half-written"
    assert client.post(edit, _posted(publish="1"))["Location"] == reverse("catalogue:mine")
    assert Dataset.objects.published().count() == 1
    assert "按时更新" not in client.get(reverse("catalogue:mine")).content.decode()
    retire = reverse("catalogue:retire", args=["water-abstraction"])
    assert client.post(retire, {"reason": ""}).status_code == 422
    assert client.post(retire, {"reason": "并入其他目录"}).status_code == 302


def test_a_code_twice_is_refused_with_words(officer, client):
    listed(officer)
    client.force_login(officer.user, backend="allauth.account.auth_backends.AuthenticationBackend")
    answer = client.post(reverse("catalogue:begin"), {**_posted(), "code": "water-abstraction"})
    assert answer.status_code == 422
    assert "请换一个" in answer.content.decode()


def test_who_provides_nothing_finds_nothing_to_write(officer, client):
    listed(officer)
    clerk = factories.staff(factories.tax_office(), Role.CLERK)
    other = factories.staff(factories.department("上海市水务局"), Role.OFFICER)
    edit = reverse("catalogue:edit", args=["water-abstraction"])
    for stranger, page in ((clerk, reverse("catalogue:mine")), (clerk, edit), (other, edit)):
        client.force_login(stranger.user, backend="allauth.account.auth_backends.AuthenticationBackend")
        assert client.get(page).status_code in (302, 404)


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
def test_the_pages_are_accessible(officer, new_page, sign_in, axe):
    listed(officer)
    Duty.objects.create(office=officer.office, subject="水土保持", basis="第十六条")
    page = new_page()
    sign_in(page, officer.user)
    for address in (
        "/datashare/",
        "/datashare/dataset/water-abstraction/",
        reverse("catalogue:mine"),
        reverse("catalogue:begin"),
        reverse("catalogue:edit", args=["water-abstraction"]),
    ):
        page.goto(address)
        axe(page, widths=(1280, 320))
