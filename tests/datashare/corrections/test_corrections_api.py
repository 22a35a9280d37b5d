"""Corrections by interface: a department's system reads what is doubted and answers it (Art 19)."""

import pytest
import time_machine
from django.urls import reverse

from apps.datashare.corrections.models import DataCorrection
from apps.kernel.audit.models import Event
from apps.kernel.casework.models import Case
from tests import factories, factories_doors, factories_quality, factories_sharing

pytestmark = pytest.mark.django_db
NOW = factories_sharing.working_hour()


@pytest.fixture(autouse=True)
def _frozen():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def centre():
    return factories_sharing.centre()


@pytest.fixture
def hrss(centre):
    officer = factories_sharing.provider()
    factories_quality.speaks_for(officer.office)
    return officer


@pytest.fixture
def taxpayer(hrss):
    person = factories.citizen(office=factories.tax_office())
    factories_quality.says(person.party, 738400, days_ago=10)
    return person


@pytest.fixture
def case(taxpayer):
    return factories_quality.case_of(factories_quality.disputed(taxpayer))


@pytest.fixture
def ask(client):
    """A call of a system: GET without a body, POST with one."""

    def call(headers, name, *args, key="correct-0001", **given):
        place = reverse(name, args=args)
        if not given:
            return client.get(place, headers=headers)
        body = {name: value for name, value in given.items() if value is not None}
        extra = {"Idempotency-Key": key} if key else {}
        return client.post(place, body, content_type="application/json", headers={**headers, **extra})

    return call


@pytest.fixture
def systems(centre, hrss):
    """The tokens of the centre and of the department."""
    return tuple(factories_doors.system(each, "data.correct") for each in (centre, hrss))


def test_forwarded_read_and_answered_from_system_to_system(ask, systems, case, taxpayer):
    bdc, hrss = systems
    assert ask(hrss, "api-corrections").json()["results"] == []
    (row,) = ask(bdc, "api-corrections").json()["results"]
    assert (row["number"], row["state"], row["field"]) == (case.number, "routing", "si_base")
    assert ask(bdc, "api-correction-forward", case.number, office=None, _=1).json()["state"] == "verifying"
    said = ask(hrss, "api-correction", case.number).json()
    assert (said["party_code"], said["stated"]) == (taxpayer.party.person.id_number, "738400")
    assert said["due_at"].startswith("2026-12-09")
    assert Event.objects.filter(stream=f"reads/{taxpayer.party.pk}", target=f"correction/{case.number}").exists()
    answer = {"outcome": "corrected", "value": "8000", "write": True, "reason": "单位补报"}
    done = ask(hrss, "api-correction-answer", case.number, key="answer-0001", **answer)
    assert (done.status_code, done.json()["state"], done.json()["right_value"]) == (200, "closed", "800000")
    again = ask(hrss, "api-correction-answer", case.number, key="answer-0001", **answer)
    assert (again.status_code, again.json()["state"]) == (200, "closed"), "the same call again is the same thing"


def test_a_value_waits_for_the_pull_that_shows_it(ask, systems, case):
    bdc, hrss = systems
    ask(bdc, "api-correction-forward", case.number, _=1)
    done = ask(hrss, "api-correction-answer", case.number, key="answer-0001", outcome="corrected", value="8000")
    assert done.json()["state"] == "corrected"


def test_unfounded_names_its_clause_and_foreign_data_goes_back(ask, systems, case):
    bdc, hrss = systems
    ask(bdc, "api-correction-forward", case.number, _=1)
    missing = ask(hrss, "api-correction-answer", case.number, key="answer-0001", outcome="unfounded", reason="无误")
    assert (missing.status_code, list(missing.json()["errors"])) == (400, ["clause"])
    back = ask(hrss, "api-correction-answer", case.number, key="answer-0002", outcome="not_ours", reason="医保数据")
    assert back.json()["state"] == "routing"
    assert ask(bdc, "api-correction-forward", case.number, key="forward-0002", _=1).status_code == 400, "to whom?"
    DataCorrection.objects.filter(case=case).update(provider=None)
    office = Case.objects.get(pk=case.pk).office.code
    assert ask(bdc, "api-correction-forward", case.number, key="forward-0003", office="absent").status_code == 400
    assert office


@pytest.mark.parametrize(
    ("given", "where"),
    [
        ({"outcome": "maybe"}, "outcome"),
        ({"outcome": "corrected", "value": "viel"}, "value"),
        ({"outcome": "corrected", "value": "7384"}, "value"),
    ],
)
def test_a_wrong_answer_changes_nothing(ask, systems, case, given, where):
    bdc, hrss = systems
    ask(bdc, "api-correction-forward", case.number, _=1)
    answer = ask(hrss, "api-correction-answer", case.number, key="answer-0001", **given)
    assert (answer.status_code, list(answer.json()["errors"])) == (400, [where])
    assert Case.objects.get(pk=case.pk).state == "verifying"


def test_only_whose_turn_it_is_and_only_with_scope_and_key(ask, systems, case, centre):
    bdc, hrss = systems
    water = factories_doors.system(factories_sharing.provider("市水务局"), "data.correct")
    answer = {"outcome": "corrected", "value": "8000"}
    absent = ask(water, "api-correction", "SH0")
    foreign = ask(water, "api-correction", case.number)
    assert (foreign.status_code, foreign.content) == (404, absent.content)
    assert ask(hrss, "api-correction-answer", case.number, **answer).status_code == 404, "not forwarded yet"
    assert ask(bdc, "api-correction-forward", case.number, key="", _=1).status_code == 400
    ask(bdc, "api-correction-forward", case.number, _=1)
    assert ask(bdc, "api-correction-answer", case.number, key="answer-0001", **answer).status_code == 403
    unscoped = factories_doors.system(centre, "catalog.read")
    assert ask(unscoped, "api-corrections").status_code == 403
