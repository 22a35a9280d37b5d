"""What hardly changes is kept by each process, and never a moment longer than it is true."""

import datetime as dt

import pytest
from django.db import connection, transaction

from apps.kernel.kept.keeping import Kept
from apps.kernel.notifications import wording
from apps.kernel.notifications.models import MessageTemplate
from apps.kernel.parties import offices
from apps.kernel.parties.acting import staff_actor
from apps.kernel.parties.models import Membership
from apps.kernel.rules import parameters, terms
from apps.kernel.rules.models import Parameter
from apps.kernel.workcalendar import days
from apps.kernel.workcalendar.models import Day
from tests import factories

pytestmark = pytest.mark.django_db

DAY = dt.date(2026, 11, 26)


@pytest.fixture
def term(db) -> Parameter:
    return Parameter.objects.create(
        code="clock.kept-test",
        valid_from=dt.date(2020, 1, 1),
        title="测试",
        shape="term",
        value={"term": 5, "unit": "day"},
        confidence="C",
    )


def test_a_second_question_asks_for_the_mark_only(term, django_assert_num_queries) -> None:
    terms.term("kept-test", DAY)
    with django_assert_num_queries(1) as asked:
        assert terms.term("kept-test", DAY).term == 5
    assert "kept_mark" in asked.captured_queries[0]["sql"]


def test_a_change_by_plain_sql_counts_at_once(term) -> None:
    assert terms.term("kept-test", DAY).term == 5
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE rules_parameter SET value = %s WHERE code = 'clock.kept-test'", ['{"term": 7, "unit": "day"}']
        )
    assert terms.term("kept-test", DAY).term == 7


def test_a_change_taken_back_was_never_there(term) -> None:
    assert terms.term("kept-test", DAY).term == 5
    with transaction.atomic():
        Parameter.objects.filter(code=term.code).update(value={"term": 7, "unit": "day"})
        assert terms.term("kept-test", DAY).term == 7
        transaction.set_rollback(True)
    assert terms.term("kept-test", DAY).term == 5


def test_what_is_unknown_is_not_kept(term) -> None:
    term.delete()
    with pytest.raises(parameters.UnknownLaw):
        terms.term("kept-test", DAY)


def test_a_family_nobody_marks_is_read_each_time() -> None:
    found = iter([1, 2])
    family = Kept("unheard-of")
    assert [family.get("key", lambda: next(found)) for _ in range(2)] == [1, 2]


def test_the_calendar_follows_a_corrected_day() -> None:
    day = Day.objects.filter(kind=Day.Kind.HOLIDAY).latest("date")
    assert not days.is_working(day.date)
    Day.objects.filter(pk=day.pk).delete()
    assert days.is_working(day.date) == (day.date.weekday() < days.SATURDAY)


def test_the_wording_follows_its_rows() -> None:
    before = wording.in_force("case-submitted", "zh-hans")
    MessageTemplate.objects.create(code="case-submitted", language="zh-hans", subject="新标题", body="新正文")
    assert wording.in_force("case-submitted", "zh-hans").subject == "新标题" != before.subject


def test_whoever_begins_or_ends_work_in_an_office_is_known_at_once() -> None:
    office = factories.tax_office()
    user = factories.citizen().user
    assert staff_actor(user) is None
    membership = Membership.objects.create(user=user, office=office, role="clerk")
    assert staff_actor(user).office == office
    membership.delete()
    assert staff_actor(user) is None


def test_a_renamed_office_is_in_charge_under_its_new_name() -> None:
    party = factories.company(office=factories.tax_office())
    assert offices.in_charge(party) == party.office
    party.office.name = "新名称税务所"
    party.office.save()
    assert offices.in_charge(party).name == "新名称税务所"
