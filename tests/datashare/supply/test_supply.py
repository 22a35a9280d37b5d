"""Standing supply: expected deliveries derived in SQL; on time, late, missing; told once; delivered (Art 18 para 2)."""

import datetime as dt
import io
import secrets

import pytest
import time_machine
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl import Workbook, load_workbook

from apps.datashare.catalogue import editing
from apps.datashare.catalogue.models import Arrival
from apps.datashare.supply import delivering, expected, reminding
from apps.datashare.supply.models import SupplyDelivery, SupplyDuty
from apps.kernel.documents.models import Upload
from apps.kernel.notifications.models import Message
from apps.kernel.workcalendar import days
from tests import factories_doors, factories_sharing

pytestmark = pytest.mark.django_db
NOW = factories_sharing.working_hour()  # Wednesday, 25 November 2026


@pytest.fixture(autouse=True)
def _frozen():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def officer():
    factories_sharing.centre()
    return factories_sharing.provider()


def duty(officer, frequency="monthly", since=dt.date(2026, 8, 1), within=5, **more) -> SupplyDuty:
    return SupplyDuty.objects.create(
        office=officer.office,
        subject=f"数据{secrets.token_hex(3)}",
        basis="第十八条第二款",
        frequency=frequency,
        since=since,
        within=within,
        **more,
    )


def at(*day: int) -> dt.datetime:
    return dt.datetime(*day, 2, tzinfo=dt.UTC)


def workbook(rows: int = 3) -> SimpleUploadedFile:
    book, out = Workbook(), io.BytesIO()
    for number in range(rows + 1):
        book.active.append([number or "a"])
    book.save(out)
    return SimpleUploadedFile("供数.xlsx", out.getvalue())


def test_periods_are_on_time_late_missing_or_awaited(officer):
    entry = factories_sharing.open_dataset(officer, arrived=False)
    row = duty(officer, dataset=entry)
    Arrival.objects.create(dataset=entry, at=at(2026, 9, 3), rows=10)  # August, due 7 September
    Arrival.objects.create(dataset=entry, at=at(2026, 10, 29), rows=12)  # September, late
    found = expected.of([row.pk])
    assert [(e.last, e.standing) for e in found] == [
        (dt.date(2026, 10, 31), "missing"),
        (dt.date(2026, 9, 30), "late"),
        (dt.date(2026, 8, 31), "on_time"),
    ]
    assert found[2].due == dt.date(2026, 9, 7)
    assert found[1].rows == 12
    with time_machine.travel(at(2026, 11, 3)):
        assert expected.of([row.pk])[0].standing == "awaited"
    (tally,) = expected.tallies([row.pk])
    assert (tally.on_time, tally.late, tally.missing, tally.awaited) == (1, 1, 1, 0)


def test_a_delivery_named_for_a_period_counts_for_that_period_only(officer):
    row = duty(officer)
    delivering.deliver(row, officer, period_end=dt.date(2026, 9, 30), rows=3, file=workbook())
    assert [(e.last.month, e.standing) for e in expected.of([row.pk])] == [(10, "missing"), (9, "late"), (8, "missing")]


def test_a_delivery_with_an_entry_of_the_catalogue_counts_as_its_arrival_once(officer):
    entry = factories_sharing.open_dataset(officer, arrived=False)
    row = duty(officer, dataset=entry)
    delivering.deliver(row, officer, period_end=dt.date(2026, 8, 31), rows=3, file=workbook())
    assert Arrival.objects.get().rows == 3
    assert [e.standing for e in expected.of([row.pk])] == ["missing", "missing", "late"]


@pytest.mark.parametrize(
    ("frequency", "since", "last", "periods"),
    [
        ("daily", dt.date(2026, 11, 16), dt.date(2026, 11, 24), 7),
        ("weekly", dt.date(2026, 11, 2), dt.date(2026, 11, 22), 3),
        ("quarterly", dt.date(2026, 1, 1), dt.date(2026, 9, 30), 3),
        ("yearly", dt.date(2025, 1, 1), dt.date(2025, 12, 31), 1),
        ("monthly", dt.date(2026, 8, 15), dt.date(2026, 10, 31), 2),
    ],
)
def test_every_frequency_has_its_periods(officer, frequency, since, last, periods):
    found = expected.of([duty(officer, frequency, since).pk], back=800)
    assert len(found) == periods
    assert found[0].last == last


def test_a_duty_that_ended_expects_nothing_more(officer):
    found = expected.of([duty(officer, until=dt.date(2026, 9, 30)).pk])
    assert [e.last.month for e in found] == [9, 8]


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture]
)
@given(today=st.dates(dt.date(2025, 6, 1), dt.date(2027, 6, 1)), within=st.integers(1, 30))
def test_due_days_in_sql_are_those_of_the_working_calendar(officer, today, within):
    row = duty(officer, since=dt.date(2025, 1, 1), within=within)
    with time_machine.travel(dt.datetime.combine(today, dt.time(4), tzinfo=dt.UTC), tick=False):
        for each in expected.of([row.pk]):
            assert each.due == days.add_working_days(each.last, within)
    row.delete()


def test_reminders_and_escalation_go_out_once_each(officer):
    row = duty(officer, since=dt.date(2026, 10, 1))  # October is due on 6 November
    with time_machine.travel(at(2026, 11, 5)):
        assert reminding.sweep() == {"reminder": 1, "overdue": 0, "escalation": 0}
        assert sum(reminding.sweep().values()) == 0
    with time_machine.travel(at(2026, 11, 9)):
        assert reminding.sweep() == {"reminder": 0, "overdue": 1, "escalation": 0}
    with time_machine.travel(at(2026, 11, 20)):
        assert reminding.sweep() == {"reminder": 0, "overdue": 0, "escalation": 1}
        assert sum(reminding.sweep().values()) == 0
    assert Message.objects.filter(office=officer.office).count() == 2
    assert Message.objects.get(office__kind="data_centre").template == "data-supply-overdue"
    delivering.deliver(row, officer, period_end=dt.date(2026, 10, 31), rows=1, file=workbook(1))
    assert row.notices.count() == 3


def test_only_the_office_with_the_duty_delivers(officer):
    row = duty(officer)
    for stranger in (factories_sharing.provider("市水务局"), factories_sharing.asker(), factories_sharing.centre()):
        with pytest.raises(PermissionDenied):
            delivering.deliver(row, stranger, period_end=dt.date(2026, 9, 30), rows=3, file=workbook())
    assert not Upload.objects.exists()


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"period_end": dt.date(2026, 11, 30)}, "period_end"),
        ({"period_end": dt.date(2026, 9, 29)}, "period_end"),
        ({"rows": 0}, "rows"),
        ({"rows": 4}, "rows"),
        ({"file": SimpleUploadedFile("a.exe", b"MZ")}, "file"),
    ],
)
def test_a_bad_delivery_leaves_nothing(officer, changed, field):
    given_ = {"period_end": dt.date(2026, 9, 30), "rows": 3, "file": workbook(), **changed}
    entry = factories_sharing.open_dataset(officer, arrived=False)
    with pytest.raises(ValidationError) as refused:
        delivering.deliver(duty(officer, dataset=entry), officer, **given_)
    assert field in refused.value.message_dict
    assert not SupplyDelivery.objects.exists()
    assert not Arrival.objects.exists()


# --- API -----------------------------------------------------------------------------------


def post(client, row, headers, records, key="supply-0001", period_end="2026-10-31"):
    return client.post(
        reverse("api-supply-deliveries", args=[row.ref]),
        {"period_end": period_end, "records": records},
        content_type="application/json",
        headers={**headers, "Idempotency-Key": key},
    )


RECORD = {"person": "91310000000000001X", "kind": "110", "base": "7384.00"}


def test_a_system_delivers_rows_that_keep_to_the_catalogue(client, officer):
    row = duty(officer, dataset=factories_sharing.open_dataset(officer, arrived=False))
    headers = factories_doors.system(officer, "data.supply")
    listed = client.get(reverse("api-supply-duties"), headers=headers).json()
    assert [each["ref"] for each in listed] == [row.ref]
    answer = post(client, row, headers, [RECORD, {**RECORD, "person": "91310000000000002B"}])
    assert answer.status_code == 201, answer.content
    assert answer.json()["rows"] == 2
    again = post(client, row, headers, [RECORD, {**RECORD, "person": "91310000000000002B"}])
    assert again.json()["ref"] == answer.json()["ref"]
    assert SupplyDelivery.objects.count() == 1
    sheet = load_workbook(Upload.objects.get().file).active
    assert [cell.value for cell in sheet[2]] == ["91310000000000001X", "110", "7384.00"]
    found = client.get(reverse("api-supply-duty", args=[row.ref]), headers=headers).json()
    assert found["expected"][0]["standing"] == "late"


@pytest.mark.parametrize(
    ("record", "words"),
    [
        ({"kind": "110"}, "必填"),
        ({**RECORD, "kind": "999"}, "代码值"),
        ({**RECORD, "base": "-1"}, "取值范围"),
        ({**RECORD, "base": "many"}, "不是有效的"),
        ({**RECORD, "base": 7384.1}, "以文本提供"),
        ({**RECORD, "salary": "1"}, "salary"),
    ],
)
def test_rows_that_break_the_catalogue_are_refused_whole(client, officer, record, words):
    row = duty(officer, dataset=factories_sharing.open_dataset(officer, arrived=False))
    other = {**RECORD, "person": "91310000000000002B"}
    answer = post(client, row, factories_doors.system(officer, "data.supply"), [other, record])
    assert answer.status_code == 400
    assert words in answer.content.decode()
    assert not SupplyDelivery.objects.exists()


def test_a_system_needs_the_scope_and_finds_only_its_own_duties(client, officer):
    row = duty(officer)
    water = factories_sharing.provider("市水务局")
    assert post(client, row, factories_doors.system(officer, "catalog.read"), [RECORD]).status_code == 403
    foreign = post(client, row, factories_doors.system(water, "data.supply"), [RECORD])
    assert foreign.status_code == 404
    assert client.get(
        reverse("api-supply-duty", args=["nothing"]), headers=factories_doors.system(water, "data.supply")
    ).content == (foreign.content)


def test_the_pages_show_and_take_deliveries(client, officer):
    row = duty(officer)
    factories_doors.sign_in(client, officer.user)
    assert row.subject in client.get(reverse("supply:dashboard")).content.decode()
    page = reverse("supply:duty", args=[row.ref])
    assert client.post(page, {"period_end": "2026-10-31", "rows": "0", "file": workbook()}).status_code == 422
    assert client.post(page, {"period_end": "2026-10-31", "rows": "5", "file": workbook(5)}).status_code == 302
    shown = client.get(page).content.decode()
    assert "供数.xlsx" in shown
    assert "未交" in shown
    clerk = factories_doors.sign_in(client, factories_sharing.asker().user)
    assert clerk.get(reverse("supply_counter:dashboard")).status_code == 200
    assert clerk.get(page).status_code == 404


def test_no_page_leads_to_an_entry_that_was_taken_out(client, officer):
    entry = factories_sharing.open_dataset(officer)
    page = reverse("supply:duty", args=[duty(officer, dataset=entry).ref])
    public = reverse("datashare:dataset", args=[entry.code])
    factories_doors.sign_in(client, officer.user)
    assert f'href="{public}"' in client.get(page).content.decode()
    editing.retire(entry, officer, reason="并入其他目录")
    shown = client.get(page).content.decode()
    assert public not in shown
    assert f"{entry.current.called}（已撤销）" in shown
    assert client.get(public).status_code == 404
