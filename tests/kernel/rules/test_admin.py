"""Law and calendar in admin: rows are read, changes proposed by one administrator and decided by another."""

import datetime as dt

import pytest
from django.urls import reverse

from apps.kernel.audit.models import Event
from apps.kernel.rules import parameters
from apps.kernel.rules.models import LegalDocument, Parameter, ParameterChange
from apps.kernel.workcalendar import days
from apps.kernel.workcalendar.models import CalendarYear, Day, FilingDate
from tests import factories
from tests.access.roles import Role
from tests.access.world import World

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("plain_static_files")]

CHANGES = reverse("admin:rules_parameterchange_changelist")
ROWS = reverse("admin:rules_parameter_changelist")


def administrator():
    """A client signed in as an administrator."""
    user = factories.user()
    user.is_staff = user.is_superuser = True
    user.save()
    return World({Role.ADMIN: user}, {}).client(Role.ADMIN)


def proposal(**changes) -> dict:
    return {
        "code": "late-fee.rate",
        "region": "310000",
        "title": "滞纳金每日比例",
        "valid_from": "2027-01-01",
        "shape": "decimal",
        "value": '"0.0003"',
        "unit": "rate",
        "document": LegalDocument.objects.get(code="tax-collection-law").pk,
        "clause": "第三十二条",
        "confidence": "C",
        "reason": "法律修订",
        **changes,
    }


def run(client, page: str, action: str, *rows, opinion: str = "") -> str:
    chosen = {"action": action, "_selected_action": [row.pk for row in rows], "opinion": opinion}
    return client.post(page, chosen, follow=True).content.decode()


def test_one_proposes_and_another_approves():
    first, second = administrator(), administrator()
    assert first.post(reverse("admin:rules_parameterchange_add"), proposal()).status_code == 302
    change = ParameterChange.objects.get()
    assert "提出人不能复核" in run(first, CHANGES, "approve", change)
    assert "已办理" in run(second, CHANGES, "approve", change)
    assert str(parameters.value("late-fee.rate", dt.date(2027, 1, 1))) == "0.0003"


def test_a_change_begins_as_what_holds_and_numbers_are_typed_as_numbers():
    client, row = administrator(), parameters.row("late-fee.rate", dt.date(2026, 1, 1))
    page = client.get(reverse("admin:rules_parameter_change", args=[row.pk])).content.decode()
    link = f"{reverse('admin:rules_parameterchange_add')}?of={row.pk}"
    assert link in page
    begun = client.get(link).context["adminform"].form
    held = {"code": "late-fee.rate", "value": "0.0005", "clause": row.clause, "document": row.document_id}
    assert {name: begun[name].value() for name in held} == held
    assert begun["valid_from"].value() in (None, "")
    assert client.get(link + "x").status_code == 200
    client.post(link, proposal(value="0.00030"))
    assert ParameterChange.objects.get().value == "0.00030"


def test_a_refusal_is_shown_as_decided():
    first, second = administrator(), administrator()
    first.post(reverse("admin:rules_parameterchange_add"), proposal())
    change = ParameterChange.objects.get()
    assert "请填写退回理由" in run(second, CHANGES, "refuse", change)
    run(second, CHANGES, "refuse", change, opinion="与原文不符。")
    change.refresh_from_db()
    assert (change.state, change.opinion) == (ParameterChange.State.REFUSED, "与原文不符。")
    assert "已经复核" in run(second, CHANGES, "approve", change)


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"value": "万分之三"}, "请照下面的例子填写"),
        ({"value": "NaN"}, "请填写数值"),
        ({"valid_to": "2026-01-01"}, "终止日期"),
        ({"code": "Late"}, "小写字母"),
    ],
)
def test_a_wrong_proposal_is_shown_beside_its_field(wrong, message):
    answer = administrator().post(reverse("admin:rules_parameterchange_add"), proposal(**wrong))
    assert answer.status_code == 200
    assert message in answer.content.decode()
    assert not ParameterChange.objects.exists()


def test_a_row_found_right_is_proposed_as_it_stands():
    row = parameters.row("si.base.floor", dt.date(2024, 7, 1))
    run(administrator(), ROWS, "propose_as_it_stands", row)
    run(administrator(), CHANGES, "approve", ParameterChange.objects.get())
    confirmed = parameters.row("si.base.floor", dt.date(2024, 7, 1))
    assert (confirmed.value, confirmed.review) == (row.value, Parameter.Review.REVIEWED)
    assert confirmed.valid_to == row.valid_to


@pytest.mark.parametrize("model", ["parameter", "parameterchange", "legaldocument"])
def test_no_row_is_edited_or_deleted_in_place(model):
    client = administrator()
    client.post(reverse("admin:rules_parameterchange_add"), proposal())
    row = {"parameter": Parameter, "parameterchange": ParameterChange, "legaldocument": LegalDocument}[
        model
    ].objects.first()
    page = reverse(f"admin:rules_{model}_change", args=[row.pk])
    assert client.get(page).status_code == 200
    assert client.post(page, {"code": "x"}).status_code == 403
    assert client.post(reverse(f"admin:rules_{model}_delete", args=[row.pk]), {"post": "yes"}).status_code == 403


def test_a_new_year_is_entered_with_its_days_and_recorded():
    client = administrator()
    form = {
        "year": 2027,
        "confirmed": "on",
        "source": "国办发明电",
        "days-TOTAL_FORMS": 1,
        "days-INITIAL_FORMS": 0,
        "days-0-date": "2027-01-01",
        "days-0-kind": "holiday",
        "days-0-name": "元旦",
    }
    assert client.post(reverse("admin:workcalendar_calendaryear_add"), form).status_code == 302
    calendar = days.Calendar()
    assert not calendar.is_working(dt.date(2027, 1, 1))
    assert calendar.confirmed
    assert Event.objects.filter(stream="calendar", action="calendar.keep").count() == 2


def test_days_and_filing_dates_are_struck_out_on_record():
    client = administrator()
    day = Day.objects.get(date=dt.date(2026, 10, 1))
    client.post(reverse("admin:workcalendar_day_delete", args=[day.pk]), {"post": "yes"})
    assert days.is_working(dt.date(2026, 10, 1))
    page = reverse("admin:workcalendar_filingdate_changelist")
    chosen = {"action": "delete_selected", "_selected_action": ["2026-10-01"], "post": "yes"}
    client.post(page, chosen)
    assert not FilingDate.objects.filter(month=dt.date(2026, 10, 1)).exists()
    assert Event.objects.filter(stream="calendar", action="calendar.strike").count() == 2


@pytest.mark.parametrize(
    "page",
    [
        "rules_parameter",
        "rules_parameterchange",
        "rules_legaldocument",
        "workcalendar_calendaryear",
        "workcalendar_day",
        "workcalendar_filingdate",
    ],
)
def test_every_list_opens_and_searches(page):
    answer = administrator().get(reverse(f"admin:{page}_changelist"), {"q": "2026"})
    assert answer.status_code in {200, 302}  # a list without search says so by redirecting


def test_a_missing_year_is_warned_about_on_the_list():
    CalendarYear.objects.filter(year__gte=2026).update(confirmed=False)
    page = administrator().get(reverse("admin:workcalendar_calendaryear_changelist")).content.decode()
    assert "放假安排尚未确认" in page
