"""Home visits: computed times, one team in one place, from request to done."""

import datetime as dt
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
import time_machine
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, connections, transaction
from django.urls import reverse
from psycopg2.extras import DateTimeTZRange

from apps.kernel.casework import cases, rights
from apps.kernel.casework.models import Case
from apps.kernel.notifications.models import Message
from apps.kernel.parties.acting import own_actor
from apps.kernel.parties.districts import DISTRICTS
from apps.kernel.parties.models import Role
from apps.services.appointments import booking, refusals, waiting
from apps.services.assistance import expected, slots, travel, visits
from apps.services.assistance.models import HomeVisit
from tests import factories, factories_appointments, factories_assistance
from tests.factories_doors import signed_in

pytestmark = pytest.mark.django_db
MONDAY = dt.datetime(2026, 11, 23, 2, tzinfo=dt.UTC)
SHANGHAI = dt.timezone(dt.timedelta(hours=8))


@pytest.fixture
def clock():
    with time_machine.travel(MONDAY, tick=False) as traveller:
        yield traveller


@pytest.fixture
def office(clock):
    return factories.tax_office()


def given(slot, **more) -> dict:
    return {
        "purpose": "申请退税",
        "address": "永胜支路12弄3号",
        "district": "310101",
        "phone": "13800010102",
        "starts_at": slot.starts.isoformat(),
        **more,
    }


def book(who, slot=None, key="visit-0001", **more) -> Case:
    slot = slot or slots.offered(who.party.office, more.get("district", "310101"))[0]
    return cases.open_submitted(visits.HOME_VISIT, who, given(slot, **more), idempotency_key=key)


def test_times_begin_after_the_notice_within_the_day_with_the_way_there_and_back(office):
    factories_assistance.team(office)
    offered = slots.offered(office, "310101")
    first = offered[0]
    assert first.starts == dt.datetime(2026, 11, 24, 9, 30, tzinfo=SHANGHAI)
    assert (first.starts - first.leaves, first.returns - first.ends) == (dt.timedelta(minutes=20),) * 2
    for slot in offered:
        local = slot.leaves.astimezone(SHANGHAI)
        assert local.weekday() < 5
        assert dt.time(8, 30) <= local.time()
        assert slot.returns.astimezone(SHANGHAI).time() <= dt.time(17, 30)
    assert offered[-1].starts.astimezone(SHANGHAI).date() <= dt.date(2026, 12, 7)


def test_a_longer_way_leaves_fewer_times(office):
    factories_assistance.team(office)
    assert len(slots.offered(office, "310151")) < len(slots.offered(office, "310101"))


def test_every_pair_of_districts_has_minutes(db):
    pairs = [(one, other) for one in DISTRICTS for other in DISTRICTS]
    assert all(travel.minutes(one, other, MONDAY.date()) >= dt.timedelta(minutes=15) for one, other in pairs)


def test_a_held_visit_takes_its_time_and_the_ways_out_of_what_is_offered(office):
    factories_assistance.team(office)
    elder = factories_assistance.elder(office)
    before = [slot.starts for slot in slots.offered(office, "310101")]
    book(elder)
    after = [slot.starts for slot in slots.offered(office, "310101")]
    # The next hour overlaps the way back, so it is gone as well.
    assert set(before) - set(after) == set(before[:2])


def test_who_signs_comes_to_who_needs_signing(office):
    factories_assistance.team(office, "一组")
    signing = factories_assistance.team(office, "二组", sign_language=True)
    shanghainese = factories_assistance.team(office, "三组", languages=["wuu"])
    profile = factories_assistance.profile(factories.citizen(), sign_language=True, disability="hearing")
    assert slots.fitting(office, profile) == [signing]
    profile = factories_assistance.profile(factories.citizen(), language="wuu", mobility="aid")
    assert slots.fitting(office, profile)[0] == shanghainese


def test_the_database_keeps_a_team_in_one_place(office):
    factories_assistance.team(office)
    first = book(factories_assistance.elder(office)).detail
    other = cases.open_case(visits.HOME_VISIT, factories_assistance.elder(office, "王秀英"), {})
    overlapping = {
        "team": first.team,
        "starts_at": first.ends_at,
        "ends_at": first.ends_at + dt.timedelta(hours=1),
        "occupied": DateTimeTZRange(first.ends_at, first.ends_at + dt.timedelta(hours=1)),
        "holds": True,
    }
    with pytest.raises(IntegrityError, match="visit_team_in_one_place"), transaction.atomic():
        HomeVisit.objects.filter(case=other).update(**overlapping)
    cases.perform(first.case, "cancel", own_actor(first.case.opened_by))
    assert HomeVisit.objects.filter(case=other).update(**overlapping) == 1


def test_a_person_is_not_visited_twice_at_once(office):
    factories_assistance.team(office, "一组")
    factories_assistance.team(office, "二组")
    elder = factories_assistance.elder(office)
    first = book(elder).detail
    assert slots.offered(office, "310101")[0].starts == first.starts_at  # the other team could come
    assert all(slot.starts >= first.ends_at for slot in visits.times(elder.party, "310101"))
    told = signed_in(elder).get(
        "/api/v1/visits/slots/", {"district": "310101"}, headers={"X-Acting-For": elder.party.ref}
    )
    assert first.starts_at not in [dt.datetime.fromisoformat(row["starts"]) for row in told.json()]
    with pytest.raises(ValidationError, match="这段时间已经约好上门服务") as refusal:
        book(elder, key="visit-0002")
    assert "starts_at" in refusal.value.error_dict
    assert not HomeVisit.objects.filter(holds=True).exclude(pk=first.pk).exists()
    book(factories_assistance.elder(office, "王秀英"), key="visit-0003")  # somebody else may have the time


def test_the_database_keeps_a_person_at_home_for_one_visit(office):
    factories_assistance.team(office, "一组")
    other_team = factories_assistance.team(office, "二组")
    elder = factories_assistance.elder(office)
    first = book(elder).detail
    again = cases.open_case(visits.HOME_VISIT, elder, {})
    columns = {name: getattr(first, name) for name in ("starts_at", "ends_at", "occupied", "visited", "holds")}
    with pytest.raises(IntegrityError, match="visit_person_in_one_place"), transaction.atomic():
        HomeVisit.objects.filter(case=again).update(team=other_team, **columns)


def test_nobody_is_at_home_and_at_the_tax_hall_at_once(office):
    factories_assistance.team(office)
    elder = factories_assistance.elder(office)
    starts = slots.offered(office, "310101")[0].starts
    during = factories_appointments.slot(starts_at=starts + dt.timedelta(minutes=30))
    after = factories_appointments.slot(during.site, starts_at=starts + dt.timedelta(hours=1))
    held = booking.hold(elder, during)
    assert starts not in [slot.starts for slot in visits.times(elder.party, "310101")]
    with pytest.raises(ValidationError, match="这段时间您预约了到黄浦区政务服务中心办事"):
        book(elder)

    booking.cancel(held, elder)
    visit = book(elder, key="visit-0002")
    with pytest.raises(ValidationError, match="约了税务人员上门") as refusal:
        booking.hold(elder, during)
    assert refusals.codes(refusal.value) == {"engaged"}
    late = booking.hold(elder, after)
    details = {"identity_code": elder.party.person.id_number, "phone": "13800010102"}
    booking.confirm(late, elder, **details)
    with pytest.raises(ValidationError, match="约了税务人员上门"):
        booking.move(late, elder, during)
    cases.perform(visit, "cancel", elder)
    assert booking.move(late, elder, during).slot == during


def test_the_waiting_list_passes_over_who_is_visited_at_home_then(office, clock):
    factories_assistance.team(office)
    elder, neighbour = factories_assistance.elder(office), factories.citizen("周阿姨")
    starts = slots.offered(office, "310101")[0].starts
    full = factories_appointments.slot(starts_at=starts, places=1)
    taken = booking.hold(factories.citizen("钱先生"), full)
    first, second = (waiting.join(who, site=full.site, line=full.line, day=full.day) for who in (elder, neighbour))
    book(elder)
    clock.shift(taken.held_until - MONDAY)
    waiting.sweep()
    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.state, second.state) == ("waiting", "offered")


def test_from_request_to_done(office, clock):
    team = factories_assistance.team(office)
    elder, clerk = factories_assistance.elder(office), factories.staff(office)
    case = book(elder)
    assert case.state == "requested"
    assert case.clocks.get().due_at.astimezone(SHANGHAI).date() == dt.date(2026, 11, 24)
    case = cases.perform(case, "confirm", clerk)
    assert case.detail.assistant == team.lead
    assert "2026年11月24日 09:30" in Message.objects.get(template="visit-confirmed").body
    with pytest.raises(ValidationError, match="还没有到出发时间"):
        cases.perform(case, "depart", clerk)
    assert [row.action for row, _why in rights.barred_actions(case, clerk)] == ["depart"]
    clock.move_to(dt.datetime(2026, 11, 24, 9, 12, tzinfo=SHANGHAI))
    cases.perform(case, "depart", clerk)
    case = cases.perform(case, "finish", clerk, reason="已提交退税申请。")
    assert case.closed_at is not None
    assert case.detail.holds is False


def test_called_off_by_the_office_the_person_is_told_why_and_the_time_is_free_again(office):
    factories_assistance.team(office)
    elder = factories_assistance.elder(office)
    case = book(elder)
    cases.perform(case, "call_off", factories.staff(office), reason="台风预警。")
    assert "台风预警" in Message.objects.get(template="visit-called-off").body
    assert book(elder, key="visit-0002").detail.starts_at == case.detail.starts_at


@pytest.mark.parametrize(("action", "data"), [("confirm", {}), ("cancel", {}), ("call_off", {"reason": "无"})])
def test_nobody_else_moves_a_visit(office, action, data):
    factories_assistance.team(office)
    case = book(factories_assistance.elder(office))
    strangers = [
        factories_assistance.elder(office, "王秀英"),
        factories.staff(factories.tax_office("浦东新区税务局第五税务所"), name="沈悦"),
        factories.staff(office, Role.AUDITOR, name="何审"),
    ]
    for stranger in strangers:
        with pytest.raises(PermissionDenied):
            cases.perform(case, action, stranger, **data)


def test_who_is_young_and_well_is_told_what_to_do_instead(office):
    factories_assistance.team(office)
    young = factories.citizen(office=office)
    with pytest.raises(ValidationError, match="12366"):
        visits.begin(young)
    factories_assistance.profile(young, mobility="aid")
    assert visits.begin(young).state == "draft"


def test_a_guardian_books_for_the_elder(office):
    factories_assistance.team(office)
    elder = factories_assistance.elder(office)
    case = book(factories_assistance.guardian_of(elder))
    assert (case.applicant, case.mandate.kind) == (elder.party, "guardian")


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"starts_at": ""}, "starts_at"),
        ({"starts_at": "tomorrow"}, "starts_at"),
        ({"starts_at": "2026-11-24T03:00:00+08:00"}, "starts_at"),
        ({"district": "320500"}, "district"),
        ({"phone": "call me"}, "phone"),
        ({"address": ""}, "address"),
        ({"team": 1}, "team"),
    ],
)
def test_wrong_data_is_named_by_field_and_nothing_is_half_written(office, wrong, field):
    factories_assistance.team(office)
    with pytest.raises(ValidationError) as refused:
        book(factories_assistance.elder(office), slots.offered(office, "310101")[0], **wrong)
    assert field in refused.value.error_dict
    assert not Case.objects.exists()


def test_the_office_sees_who_needs_what_before_the_visit(office):
    factories_assistance.team(office)
    elder, clerk = factories_assistance.elder(office), factories.staff(office)
    factories_assistance.profile(elder, mobility="wheelchair", wants_assistant=True)
    book(elder)
    (person,) = expected.on(dt.date(2026, 11, 24), clerk)
    assert (person.party, person.needs.step_free) == (elder.party, True)
    assert expected.on(dt.date(2026, 11, 25), clerk) == []
    assert expected.without_assistant(clerk).get().party == elder.party
    stranger = factories.staff(factories.tax_office("浦东新区税务局第五税务所"), name="沈悦")
    assert expected.on(dt.date(2026, 11, 24), stranger) == []


def test_the_pages_lead_from_a_time_taken_meanwhile_to_another(client, office):
    factories_assistance.team(office)
    elder = factories_assistance.elder(office)
    client.force_login(elder.user)
    ref = elder.party.ref
    began = client.post(reverse("visits:begin", args=[ref]), {"key": "visit-page-1"})
    case = Case.objects.get()
    assert began.url == reverse("cases:fill", args=[ref, case.number, "what"])
    client.post(began.url, {"purpose": "申请退税"})
    client.post(
        reverse("cases:fill", args=[ref, case.number, "where"]),
        {"address": "永胜支路12弄3号", "district": "310101", "phone": "13800010102"},
    )
    choose = reverse("visits:choose", args=[ref, case.number])
    assert client.post(choose, {"starts_at": "2026-11-24T03:00:00+08:00"}).status_code == 422
    taken = slots.offered(office, "310101")[0]
    assert client.post(choose, {"starts_at": taken.starts.isoformat()}).status_code == 302
    book(factories_assistance.elder(office, "王秀英"), taken)
    check = reverse("visits:check", args=[ref, case.number])
    refused = client.post(check, {"key": "visit-page-2"})
    assert refused.status_code == 422
    assert "刚刚被约走" in refused.content.decode()
    other = slots.offered(office, "310101")[0]
    client.post(choose, {"starts_at": other.starts.isoformat()})
    assert client.post(check, {"key": "visit-page-3"}).url == reverse("cases:done", args=[ref, case.number])
    case.refresh_from_db()
    assert (case.state, case.detail.starts_at) == ("requested", other.starts)


@pytest.mark.django_db(transaction=True)
def test_two_who_take_the_last_team_at_once_get_one_visit():
    with time_machine.travel(MONDAY, tick=True):
        office = factories.tax_office()
        factories_assistance.team(office)
        people = [factories_assistance.elder(office, name) for name in ("沈玉珍", "王秀英", "李桂兰")]
        slot = slots.offered(office, "310101")[0]
        together = Barrier(len(people))

        def ask(who):
            try:
                together.wait()
                return book(who, slot).state
            except ValidationError as refusal:
                return refusal.error_dict["starts_at"][0].code
            finally:
                connections.close_all()

        with ThreadPoolExecutor(len(people)) as pool:
            answers = sorted(pool.map(ask, people))
    assert answers == ["gone", "gone", "requested"]
    assert HomeVisit.objects.filter(holds=True).count() == 1
