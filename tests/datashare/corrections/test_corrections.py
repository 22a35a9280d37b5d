"""Corrections: disputed, reported or found, forwarded, verified; closed by the data, not by a word (Art 19)."""

import datetime as dt

import pytest
import time_machine
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from apps.datashare.corrections import auditing, following, opening
from apps.datashare.corrections.models import AuditRun, DataCorrection
from apps.datashare.corrections.spelling import spelled
from apps.datashare.pulls.models import Pull
from apps.kernel.audit.models import Event
from apps.kernel.casework import cases
from apps.kernel.casework.models import Case, Clock
from apps.kernel.facts import catalogue, disputes, reading
from apps.kernel.facts.signals import fact_corrected
from apps.kernel.notifications.models import Message
from tests import factories, factories_doors, factories_pulls, factories_quality, factories_sharing

pytestmark = pytest.mark.django_db
NOW = factories_sharing.working_hour()  # Wednesday, 25 November 2026
REFUSAL = {"clause": "《社会保险费征缴暂行条例》第十条", "reason": "缴费基数与单位申报的工资一致，附申报表编号。"}


@pytest.fixture(autouse=True)
def moment():
    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller


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


def test_a_dispute_opens_a_case_the_taxpayer_follows(case, taxpayer, centre, hrss):
    row = case.detail
    assert (case.state, case.office, case.applicant) == ("routing", centre.office, taxpayer.party)
    assert (row.provider, row.stated, row.stated_shown, row.claimed) == (
        hrss.office,
        "738400",
        "7,384.00 元",
        "8000 元",
    )
    assert case in Case.objects.visible_to(taxpayer)
    client = Client()
    client.force_login(taxpayer.user)
    page = client.get(reverse("cases:page", args=[taxpayer.party.ref, case.number])).content.decode()
    assert "7,384.00 元" in page
    assert "8000 元" in page


def test_the_centre_has_two_working_days_the_department_ten(case, centre, hrss):
    assert _due(case, "correction-forward") == dt.date(2026, 11, 27)
    case = cases.perform(case, "forward", centre, office=None)
    assert (case.state, case.office) == ("verifying", hrss.office)
    assert _due(case, "correction-verify") == dt.date(2026, 12, 9)
    assert Message.objects.filter(office=hrss.office, template="data-sharing").exists()


def test_nothing_is_closed_until_a_pull_shows_the_right_value(case, taxpayer, centre, hrss, moment):
    told = []

    def hear(**what) -> None:
        told.append((what["party"], what["field"], what["value"]))

    fact_corrected.connect(hear)
    case = _verifying(case, centre)
    case = cases.perform(case, "correct", hrss, value="8,000.00")
    assert case.state == "corrected"
    assert following.follow()["closed"] == 0
    moment.shift(dt.timedelta(days=1))
    factories_quality.says(taxpayer.party, 738400)  # a pull that still brings the old value
    assert following.follow() == {"closed": 0, "told": 1, "taken_up": 0}
    assert following.follow()["told"] == 0
    moment.shift(dt.timedelta(days=1))
    factories_quality.says(taxpayer.party, 800000)
    assert following.follow()["closed"] == 1
    case.refresh_from_db()
    row = case.detail
    assert (case.state, row.seen.value) == ("closed", "800000")
    assert (taxpayer.party, "si_base", "800000") in told
    assert not disputes.open_of(taxpayer.party)
    letter = Message.objects.get(party=taxpayer.party, template="correction-done")
    assert "8,000.00" in letter.body


def test_another_sources_word_closes_nothing(case, taxpayer, centre, hrss, moment):
    case = cases.perform(_verifying(case, centre), "correct", hrss, value="8000")
    moment.shift(dt.timedelta(days=1))
    factories_quality.says(taxpayer.party, 800000, source="returns")
    assert following.follow()["closed"] == 0


def test_a_value_pulled_between_report_and_answer_is_enough(case, taxpayer, centre, hrss, moment):
    case = _verifying(case, centre)
    moment.shift(dt.timedelta(days=1))
    factories_quality.says(taxpayer.party, 800000)
    assert cases.perform(case, "correct", hrss, value="8000").state == "closed"


def test_the_department_may_write_the_value_itself(case, taxpayer, centre, hrss):
    case = cases.perform(_verifying(case, centre), "correct", hrss, value="8000", write=True)
    assert case.state == "closed"
    statement = reading.current(taxpayer.party)["si_base"]
    assert (statement.value, statement.source) == ("800000", "人力资源社会保障部门")


def test_drafts_filled_in_with_the_old_value_are_named(taxpayer, centre, hrss):
    """Whoever filled a draft in with the value answers the signal with it; other drafts are not named."""
    from apps.services.procedures.deferral import DEFERRAL  # noqa: PLC0415 - a draft of chapter 2

    dependent = cases.open_case(DEFERRAL, taxpayer, {}, title="用到基数的草稿")
    cases.open_case(DEFERRAL, taxpayer, {}, title="无关的草稿")

    def hear(**_what) -> list[Case]:
        return [dependent]

    fact_corrected.connect(hear)
    case = factories_quality.case_of(factories_quality.disputed(taxpayer))
    cases.perform(_verifying(case, centre), "correct", hrss, value="8000", write=True)
    letter = Message.objects.get(party=taxpayer.party, template="correction-done").body
    assert "用到基数的草稿" in letter
    assert "无关的草稿" not in letter


def test_the_right_value_stands_for_the_day_of_the_wrong_one_too(case, taxpayer, centre, hrss, moment):
    """A past period is filled in with what was right then, also where the pull that shows it came later."""
    wrong = reading.current(taxpayer.party)["si_base"].as_of
    cases.perform(_verifying(case, centre), "correct", hrss, value="8000")
    moment.shift(dt.timedelta(days=1))
    factories_quality.says(taxpayer.party, 800000)
    assert following.follow()["closed"] == 1
    said = [(row.value, row.current) for row in reading.provenance(taxpayer.party, "si_base") if row.as_of == wrong]
    assert said == [("800000", False), ("738400", False)], "the right one comes first, the wrong one stays on record"
    assert reading.current(taxpayer.party)["si_base"].as_of > wrong


def test_a_rejection_gives_its_evidence_and_how_to_appeal(case, taxpayer, centre, hrss):
    case = _verifying(case, centre)
    case = cases.perform(case, "reject", hrss, **REFUSAL)
    letter = Message.objects.get(party=taxpayer.party, template="correction-rejected")
    assert case.state == "rejected"
    assert REFUSAL["reason"] in letter.body
    assert "行政复议" in letter.body
    assert not disputes.open_of(taxpayer.party)
    again = factories_quality.disputed(taxpayer)  # with new evidence it can be disputed again
    assert factories_quality.case_of(again).state == "routing"


def test_the_same_value_is_no_correction_and_nonsense_no_value(case, centre, hrss):
    case = _verifying(case, centre)
    with pytest.raises(ValidationError, match="这就是现有的值"):
        cases.perform(case, "correct", hrss, value="7384")
    with pytest.raises(ValidationError, match="以元为单位"):
        cases.perform(case, "correct", hrss, value="八千")


def test_a_department_sends_back_what_is_not_its_data(case, centre, hrss):
    case = cases.perform(_verifying(case, centre), "return", hrss, reason="由医保部门负责。")
    assert (case.state, case.office, case.detail.provider) == ("routing", centre.office, None)
    with pytest.raises(ValidationError, match="请选择"):
        cases.perform(case, "forward", centre, office=None)
    other = factories_sharing.provider("市医疗保障局")
    assert cases.perform(case, "forward", centre, office=other.office).office == other.office


def test_taking_back_the_dispute_ends_the_case_and_the_other_way_round(taxpayer, centre):
    first = factories_quality.disputed(taxpayer)
    disputes.withdraw(first, actor=taxpayer)
    assert factories_quality.case_of(first).state == "withdrawn"
    second = factories_quality.disputed(taxpayer)
    cases.perform(factories_quality.case_of(second), "withdraw", taxpayer)
    second.refresh_from_db()
    assert second.state == "withdrawn"


def test_what_the_tax_office_says_itself_takes_no_detour(centre):
    person = factories.citizen(office=factories.tax_office())
    factories_quality.says(person.party, 10000, field="si_base", source="returns")
    case = factories_quality.case_of(factories_quality.disputed(person))
    assert (case.state, case.office) == ("verifying", person.party.office)


def test_a_dispute_from_before_there_was_a_centre_is_taken_up():
    person = factories.citizen(office=factories.tax_office())
    factories_quality.says(person.party, 10000)
    dispute = factories_quality.disputed(person)
    assert not DataCorrection.objects.exists()
    factories_sharing.centre()
    assert following.follow()["taken_up"] == 1
    assert factories_quality.case_of(dispute).state == "routing"


def test_a_clerk_reports_once(taxpayer, centre, hrss):
    clerk = factories_sharing.asker()
    case = factories_quality.reported(clerk, taxpayer.party, key="one-key-here")
    assert (case.state, case.applicant, case.detail.office) == ("routing", None, clerk.office)
    assert factories_quality.reported(clerk, taxpayer.party, key="one-key-here") == case
    with pytest.raises(ValidationError, match="已经在校核中"):
        factories_quality.reported(clerk, taxpayer.party)
    cases.perform(_verifying(case, centre), "correct", hrss, value="8000", write=True)
    assert Message.objects.filter(office=clerk.office, template="data-sharing").exists()


def test_only_those_whose_turn_it_is_may_act(case, centre, hrss):
    stranger, clerk = factories_sharing.provider("市水务局"), factories_sharing.asker()
    for actor in (stranger, clerk, hrss):
        with pytest.raises(PermissionDenied):
            cases.perform(case, "forward", actor, office=None)
    with pytest.raises(PermissionDenied):
        factories_quality.reported(hrss, case.applicant)
    case = _verifying(case, centre)
    for actor in (stranger, clerk, centre):
        with pytest.raises(PermissionDenied):
            cases.perform(case, "correct", actor, value="8000")
    case = cases.perform(case, "correct", hrss, value="8000")
    with pytest.raises(PermissionDenied):
        cases.perform(case, "confirm", hrss)


def test_the_counters_page_reports_and_lists(taxpayer, centre):
    client = factories_doors.signed_in(factories_sharing.asker())
    address = reverse("corrections_counter:report")
    wrong = client.post(address, {"code": "310", "field": "si_base", "claimed": "1", "reason": "2"})
    assert wrong.status_code == 422
    given = {
        "code": taxpayer.party.person.id_number,
        "field": "si_base",
        "claimed": "8000",
        "reason": "申报表",
        "key": "k" * 8,
    }
    case = DataCorrection.objects
    answer = client.post(address, given)
    assert answer.status_code == 302
    assert case.get().case.number in client.get(address).content.decode()


def test_a_source_that_no_longer_fits_is_reported_once_and_closed_by_its_next_run(centre, hrss, moment):
    dataset = factories_pulls.entry(hrss)
    source = factories_pulls.source(dataset)
    run = _run(source, Pull.State.BLOCKED, block="missing", message="缺少数据项：volume。")
    case = opening.from_drift(run)
    assert opening.from_drift(run) is None
    assert (case.state, case.detail.provider) == ("routing", hrss.office)
    Pull.objects.filter(pk=run.pk).update(state=Pull.State.DISCARDED)
    case = cases.perform(_verifying(case, centre), "correct", hrss, value="")
    assert case.state == "corrected"
    moment.shift(dt.timedelta(hours=1))
    _run(source, Pull.State.DONE)
    assert following.follow()["closed"] == 1


AUDIT = auditing.Audit("bases", "缴费基数", "si_base", "hrss", "returns", 10000)


def test_an_audit_compares_in_sets_and_opens_once_for_each_value(centre, hrss):
    people = [factories.citizen(office=factories.tax_office()) for _each in range(3)]
    for person, (said, other) in zip(people, [(738400, 738400), (738400, 747000), (738400, 900000)], strict=True):
        factories_quality.says(person.party, other, source="returns", days_ago=3)
        factories_quality.says(person.party, said)
    run = auditing.run(AUDIT)
    assert (run.compared, run.matched, run.opened, run.office) == (3, 2, 1, hrss.office)
    row = DataCorrection.objects.get()
    assert (row.party, row.origin, row.stated, row.claimed) == (people[2].party, "audit", "738400", "9,000.00 元")
    assert auditing.run(AUDIT).opened == 0
    cases.perform(_verifying(row.case, centre), "reject", hrss, **REFUSAL)
    assert auditing.run(AUDIT).opened == 0  # answered: the same difference is not asked again
    assert AuditRun.objects.count() == 3


def test_an_audit_opens_what_it_finds_as_if_each_had_been_opened_alone(centre, hrss):
    people = _differing(2)
    auditing.run(AUDIT)
    for person in people:
        case = DataCorrection.objects.get(party=person.party).case
        assert (case.state, case.office, case.channel) == ("routing", centre.office, "system")
        assert [step.action for step in case.steps.all()] == ["submit"]
        assert [held.office for held in case.custodies.all()] == [centre.office]
        assert [clock.term for clock in case.clocks.all()] == ["correction-forward"]
        assert case.clocks.get().due_at > case.submitted_at
        assert list(Event.objects.filter(stream=case.about).order_by("id").values_list("action", flat=True)) == [
            "opened",
            "submit",
        ]


def test_many_corrections_cost_hardly_more_statements_than_one(centre, hrss):
    auditing.run(AUDIT)
    _differing(1)
    with CaptureQueriesContext(connection) as one:
        assert auditing.run(AUDIT).opened == 1
    _differing(31)
    with CaptureQueriesContext(connection) as many:
        assert auditing.run(AUDIT).opened == 31
    assert len(many) <= len(one) + 2, [query["sql"][:90] for query in many]


def test_what_the_tax_office_itself_says_goes_to_it_at_once(centre):
    (person,) = _differing(1)
    own = auditing.Audit("own", "缴费基数", "si_base", "returns", "hrss", 10000)
    assert auditing.run(own).opened == 1
    case = DataCorrection.objects.get().case
    assert (case.state, case.office) == ("verifying", person.party.office)


def test_the_declared_audits_run(centre):
    assert set(auditing.run_all()) == {audit.code for audit in auditing.audits()}


@pytest.mark.parametrize(
    ("field", "written", "kept"),
    [("si_base", "7,384.50", "738450"), ("employees_avg", "12.5", "12.50"), ("disabled_employees", "003", "3"),
     ("registration_date", "2026-01-02", "2026-01-02")],
)  # fmt: skip
def test_values_are_spelled_as_the_facts_keep_them(field, written, kept):
    assert spelled(catalogue.entries()[field], written) == kept


def _differing(count: int) -> list:
    """People of whom the two sources say different things."""
    people = [factories.citizen(office=factories.tax_office()) for _each in range(count)]
    for person in people:
        factories_quality.says(person.party, 900000, source="returns", days_ago=3)
        factories_quality.says(person.party, 738400)
    return people


def _verifying(case: Case, centre) -> Case:
    return cases.perform(case, "forward", centre, office=None)


def _due(case: Case, term: str) -> dt.date:
    return Clock.objects.get(case=case, term=term).due_at.astimezone(dt.timezone(dt.timedelta(hours=8))).date()


def _run(source, state: str, **more) -> Pull:
    from apps.kernel.workcalendar import clock  # noqa: PLC0415 - frozen

    finished = clock.now() if state == Pull.State.DONE else None
    return Pull.objects.create(
        source=source,
        version=source.dataset.current,
        kind="manual",
        state=state,
        finished=finished,
        at=clock.now(),
        **more,
    )
