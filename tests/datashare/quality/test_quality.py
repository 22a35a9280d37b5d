"""Supervision: counts become indicators, indicators an assessment with its rules; who sees what (Art 20)."""

import datetime as dt
from decimal import Decimal

import pytest
import time_machine
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from apps.datashare.catalogue.models import Arrival
from apps.datashare.corrections.models import AuditRun
from apps.datashare.pulls.models import Pull, RunCount
from apps.datashare.quality import assessing, reporting
from apps.datashare.quality.models import QualityAssessment
from apps.datashare.supply.models import SupplyDuty
from apps.datashare.use.models import DataAccess
from apps.kernel.casework import cases
from apps.kernel.documents.models import IssuedDocument
from apps.kernel.parties.models import Office, Role
from apps.kernel.rules.models import Parameter
from apps.kernel.workcalendar import clock
from apps.kernel.workcalendar.periods import Period
from tests import factories, factories_doors, factories_pulls, factories_quality, factories_sharing

pytestmark = pytest.mark.django_db
NOW = factories_sharing.working_hour()  # Wednesday, 25 November 2026
MONTH = Period.parse("2026-11")


@pytest.fixture(autouse=True)
def _frozen():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def centre():
    return factories_sharing.centre()


@pytest.fixture
def water(centre):
    return factories_sharing.provider("市水务局")


@pytest.fixture
def dataset(water):
    return factories_pulls.entry(water)


def pulled(dataset, **counts) -> Pull:
    """A run with the counts it left."""
    source = getattr(dataset, "pull_source", None) or factories_pulls.source(dataset)
    run = Pull.objects.create(
        source=source, version=dataset.current, kind="scheduled", state="done", at=clock.now(), finished=clock.now(),
        **{"received": 100, "duplicates": 4, "quarantined": 10, "tried": 5, "succeeded": 4, "control_rows": 125,
           "on_time": True, **counts},
    )  # fmt: skip
    RunCount.objects.create(
        run=run, field="kind", rows=100, filled=90, expected=100, type_checked=90, type_failed=9, length_checked=0
    )
    return run


def of(office, dataset=None, period: str = "2026-11") -> QualityAssessment:
    return QualityAssessment.objects.get(office=office, dataset=dataset, period=period, current=True)


def values(assessment: QualityAssessment) -> dict[str, Decimal | None]:
    return {score.indicator: score.value for score in assessment.scores.all()}


def test_indicators_come_from_the_counts_of_runs(dataset, water):
    pulled(dataset)
    pulled(dataset, on_time=False)
    assessing.assess(MONTH)
    found = values(of(water.office, dataset))
    assert found == {
        "010101": Decimal("0.9"), "010102": None, "010103": None, "020100": Decimal("0.9"), "020200": Decimal("0.8"),
        "030300": Decimal("0.96"), "030500": Decimal("0.9"), "040100": None, "050200": Decimal("0.5"), "050400": None,
        "060100": Decimal("0.8"), "E1": None, "E2": None, "E3": None,
    }  # fmt: skip
    assert values(of(water.office)) == found
    row = of(water.office)
    weights = {"010101": 10, "020100": 10, "020200": 10, "030300": 5, "030500": 10, "050200": 15, "060100": 10}
    mean = sum(found[code] * weight for code, weight in weights.items()) / sum(weights.values())
    assert abs(row.total - mean) < Decimal("0.000001")
    assert (row.quality, row.effect, row.security) == (row.total, None, None)
    score = row.scores.get(indicator="030500")
    assert (score.hits, score.out_of, score.direction, score.weight) == (20, 200, "bad", Decimal(10))


def test_nothing_counted_makes_no_assessment_and_never_a_hundred(dataset, water):
    assert assessing.assess(MONTH) == 0
    pulled(dataset, received=0, duplicates=0, quarantined=0, control_rows=None, on_time=None, tried=0, succeeded=0)
    RunCount.objects.update(filled=0, expected=0, type_checked=0, type_failed=0)
    assessing.assess(MONTH)
    assert of(water.office).total is None


def test_a_result_that_says_the_same_is_left_another_takes_its_place_and_the_old_one_stays(dataset, water):
    pulled(dataset)
    assert assessing.assess(MONTH) == 2
    assert assessing.assess(MONTH) == 0
    first = of(water.office)
    pulled(dataset)
    assert assessing.assess(MONTH) == 2
    first.refresh_from_db()
    assert not first.current
    assert of(water.office).pk > first.pk
    assert first.scores.get(indicator="060100").out_of == 5


def test_the_weights_in_force_at_the_end_of_the_period_count_and_are_kept(dataset, water):
    pulled(dataset)
    assessing.assess(MONTH)
    assert of(water.office).rules == "2020-01-01"
    before = Parameter.objects.get(code="data-quality.weight-060100")
    Parameter.objects.filter(pk=before.pk).update(valid_to=dt.date(2026, 11, 14))
    before.pk, before.value, before.valid_from, before.valid_to = None, "60", dt.date(2026, 11, 15), None
    before.save(force_insert=True)
    assert assessing.assess(MONTH) == 2
    row = of(water.office)
    assert (row.rules, row.scores.get(indicator="060100").weight) == ("2026-11-15", Decimal(60))


def test_a_supply_duty_counts_instead_of_the_runs_of_its_dataset(dataset, water):
    pulled(dataset)
    SupplyDuty.objects.create(
        office=water.office,
        subject="取水",
        basis="第十八条",
        frequency="monthly",
        since=dt.date(2026, 9, 1),
        dataset=dataset,
    )
    assessing.assess(MONTH)
    score = of(water.office, dataset).scores.get(indicator="050200")
    assert (score.hits, score.out_of) == (0, 1)  # October's was due in November and is missing; the run is not counted
    Arrival.objects.create(dataset=dataset, rows=1, at=dt.datetime(2026, 11, 3, 2, tzinfo=dt.UTC))
    assessing.assess(MONTH)
    score = of(water.office, dataset).scores.get(indicator="050200")
    assert (score.hits, score.out_of) == (1, 1)


def test_use_outside_the_authorisation_shows_and_ranks_last(centre, water, dataset):
    pulled(dataset, received=1000, quarantined=900)
    clerk = factories_sharing.asker()
    grant = factories_sharing.grant(clerk)
    _read(grant, clerk)
    _read(grant, clerk, refusal="fields")
    assessing.assess(MONTH)
    row = of(clerk.office)
    assert (row.security, row.is_secure) == (Decimal("0.5"), False)
    assert values(of(grant.dataset.provider, grant.dataset))["050400"] == Decimal("0.5")
    assert row.scores.get(indicator="050400").falls_short
    ranked = [each.office for each in reporting.ranking(centre, "2026-11")]
    assert ranked.index(water.office) < ranked.index(clerk.office)


def test_effect_answers_in_time_grants_used_corrections_in_time(centre):
    clerk, owner = factories_sharing.asker(), factories_sharing.provider()
    factories_quality.speaks_for(owner.office)
    entry = factories_sharing.dataset(owner)
    with time_machine.travel(NOW - dt.timedelta(days=20), tick=False):
        case = cases.perform(factories_sharing.request(clerk, entry), "route", centre)
        person = factories.citizen(office=clerk.office)
        factories_quality.says(person.party, 738400)
        wrong = cases.perform(factories_quality.reported(clerk, person.party), "forward", centre, office=None)
    cases.perform(case, "approve", owner, without="")  # twenty days later: too late
    cases.perform(wrong, "correct", owner, value="8000")
    with time_machine.travel(NOW - dt.timedelta(days=1), tick=False):
        grant = factories_sharing.grant(clerk, entry)
        factories_sharing.grant(clerk)
    _read(grant, clerk)
    assessing.assess(MONTH)
    assert of(owner.office).scores.get(indicator="E3").value == 0
    answered = of(owner.office).scores.get(indicator="E1")
    assert (answered.hits, answered.out_of) == (1, 2), "one reply too late, one grant at once"
    used = of(clerk.office).scores.get(indicator="E2")
    assert (used.hits, used.out_of) == (1, 2)


def test_the_centre_answers_for_the_time_in_which_it_provides(centre):
    clerk, owner = factories_sharing.asker(), factories_sharing.provider()
    with time_machine.travel(NOW - dt.timedelta(days=20), tick=False):
        late = factories_sharing.request(clerk, factories_sharing.open_dataset(owner))
        cases.perform(factories_sharing.request(clerk, factories_sharing.open_dataset(owner)), "provide", centre)
    cases.perform(late, "provide", centre)
    assessing.assess(MONTH)
    provided = of(centre.office).scores.get(indicator="E1")
    assert (provided.hits, provided.out_of) == (1, 2)


def test_what_audits_compared_is_consistency(water):
    AuditRun.objects.create(audit="x", office=water.office, compared=10, matched=9, opened=1)
    assessing.assess(MONTH)
    assert values(of(water.office))["040100"] == Decimal("0.9")


def test_the_month_that_ended_and_with_it_its_quarter_and_year(dataset, water):
    with time_machine.travel(dt.datetime(2026, 12, 15, tzinfo=dt.UTC), tick=False):
        pulled(dataset)
    with time_machine.travel(dt.datetime(2027, 1, 3, tzinfo=dt.UTC), tick=False):
        assert list(assessing.assess_ended()) == ["2026-12", "2026Q4", "2026"]
        assert [each.period for each in reporting.trend(of(water.office, period="2026-12"))] == ["2026-12"]
    with time_machine.travel(dt.datetime(2026, 12, 3, tzinfo=dt.UTC), tick=False):
        assert list(assessing.assess_ended()) == ["2026-11"]


def test_counting_takes_the_same_statements_however_many_there_are(water, centre):
    def statements(period: str) -> int:
        with CaptureQueriesContext(
            connection,
        ) as seen:
            assessing.assess(Period.parse(period))
        return len(seen)

    first = factories_pulls.entry(water, code="one")
    pulled(first)
    few = statements("2026-11")
    for number in range(8):
        pulled(factories_pulls.entry(water, code=f"more-{number}"))
    assert statements("2026Q4") == few


def test_pages_show_counts_formulas_and_what_cannot_be_assessed(client, centre, dataset, water):
    pulled(dataset)
    assessing.assess(MONTH)
    factories_doors.sign_in(client, centre.user)
    page = client.get(reverse("quality:dashboard")).content.decode()
    assert "市水务局" in page
    assert "<svg" in page
    for address in (
        reverse("quality:unit", args=[water.office.code]),
        reverse("quality:dataset", args=[water.office.code, dataset.code]),
    ):
        page = client.get(address, {"period": "2026-11"}).content.decode()
        assert "不可评价" in page
        assert "96.00%" in page
    assert client.get(reverse("quality:unit", args=[water.office.code]), {"period": "2020-01"}).status_code == 404
    table = client.get(reverse("quality:table"))
    assert "市水务局" in table.content.decode()
    assert table["Content-Type"].startswith("text/csv")


def test_a_department_sees_its_own_only(centre, dataset, water):
    other = factories_sharing.provider("市医疗保障局")
    general = factories_sharing.provider("市政府办公厅")
    Office.objects.filter(pk=general.office.pk).update(kind=Office.Kind.GENERAL_OFFICE)
    pulled(dataset)
    assessing.assess(MONTH)
    address = reverse("quality:unit", args=[water.office.code])
    seen = {
        actor.office.name: factories_doors.signed_in(actor).get(address).status_code
        for actor in (centre, general, water, other)
    }
    assert list(seen.values()) == [200, 200, 200, 404]
    assert "市水务局" not in factories_doors.signed_in(other).get(reverse("quality:dashboard")).content.decode()
    clerk = factories_sharing.asker()
    assert factories_doors.signed_in(clerk).get(reverse("quality:dashboard")).status_code == 404


def test_the_annual_report_is_a_document_anyone_can_check(client, centre, dataset, water):
    pulled(dataset)
    assessing.assess(Period.parse("2026"))
    with pytest.raises(PermissionDenied):
        reporting.issue(water.office, "2026", water)
    with pytest.raises(ValidationError, match="年度"):
        reporting.issue(water.office, "2026-11", centre)
    factories_doors.sign_in(client, centre.user)
    for _twice in range(2):
        client.post(reverse("quality:report", args=[water.office.code, "2026"]))
    document = IssuedDocument.objects.get(kind="data-assessment")
    assert document.context["scores"][0]["title"] == "数据类型规范"
    assert (
        document.number
        in client.get(reverse("quality:unit", args=[water.office.code]), {"period": "2026"}).content.decode()
    )
    public = Client().get(reverse("documents:verify_code", args=[document.code]))
    assert document.number in public.content.decode()
    paper = reverse("documents:letter", args=[document.ref])
    general_office = factories.staff(factories.department("市政府办公厅", Office.Kind.GENERAL_OFFICE), Role.OFFICER)
    for reader in (centre, general_office, water):
        page = factories_doors.signed_in(reader)
        shown = page.get(reverse("quality:unit", args=[water.office.code]), {"period": "2026"}).content.decode()
        assert paper in shown
        assert b"".join(page.get(paper).streaming_content).startswith(b"%PDF")
    for stranger in (factories_sharing.provider("市医保局"), factories_sharing.asker()):
        assert factories_doors.signed_in(stranger).get(paper).status_code == 404


def test_the_api_gives_a_department_its_own_results(client, dataset, water):
    pulled(dataset)
    assessing.assess(MONTH)
    headers = factories_doors.system(water, "data.supply")
    rows = client.get(reverse("api-quality"), headers=headers).json()
    assert {row["dataset"] for row in rows} == {None, dataset.code}
    assert rows[0]["scores"][0]["value"] == "0.900000"
    assert client.get(reverse("api-quality"), {"period": "2026-13"}, headers=headers).status_code == 400
    assert (
        client.get(
            reverse("api-quality"),
            headers=factories_doors.system(factories_sharing.provider("市医保局"), "data.supply"),
        ).json()
        == []
    )


def _read(grant, clerk, refusal: str = "") -> None:
    case = factories_sharing.matter(clerk)
    about = {"case": case, "party": case.applicant} if not refusal else {}
    DataAccess.objects.create(
        grant=grant, office=clerk.office, user=clerk.user, released=not refusal, refusal=refusal, **about
    )
