"""Charges: assessed, corrected, found; the late fee derived for any day."""

import datetime as dt
from decimal import Decimal

import pytest
import time_machine
from django.core.exceptions import ValidationError
from hypothesis import given, settings
from hypothesis import strategies as st

from apps.kernel.audit.models import Event
from apps.kernel.ledger import accounts, charges, late_fees, payments, periods
from apps.kernel.ledger.models import Charge, Overpayment, Posting
from apps.kernel.parties.actors import Actor
from tests import factories
from tests.factories_ledger import begun, notice, owed, paid

pytestmark = pytest.mark.django_db
SYSTEM = Actor.system("test")
D = Decimal


def test_an_assessment_is_on_the_account_in_the_books_and_in_the_evidence():
    party = factories.company()
    charge = owed(party, "47376.00", due=dt.date(2026, 10, 26))
    assert charges.open_for(party) == [charge]
    assert (charge.period_start, charge.period_end) == (dt.date(2026, 9, 1), dt.date(2026, 9, 30))
    assert dict(Posting.objects.values_list("account", "amount")) == {
        "receivable": D("47376.00"),
        "1010101": D("-47376.00"),
    }
    event = Event.objects.get(stream=f"party/{party.ref}", action="charge-assessed")
    assert event.data["amount"] == "47376.00"


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"amount": D("0.00")}, "amount"),
        ({"amount": D("-1.00")}, "amount"),
        ({"amount": D("1.005")}, "amount"),
        ({"levy": "no-such-levy"}, "levy"),
        ({"period": "2026-13"}, "period"),
        ({"period": "九月"}, "period"),
    ],
)
def test_a_wrong_assessment_names_the_field_and_writes_nothing(wrong, field):
    given_ = {"party": factories.company(), "levy": "vat", "period": "2026-09", "amount": D("1.00")}
    with pytest.raises(ValidationError) as error:
        charges.assess(**{**given_, **wrong}, due=dt.date(2026, 10, 26), about="x", actor=SYSTEM)
    assert list(error.value.message_dict) == [field]
    assert not Charge.objects.exists()


@pytest.mark.parametrize(
    ("period", "start", "end"),
    [
        ("2026", (1, 1), (12, 31)),
        ("2026Q3", (7, 1), (9, 30)),
        ("2026H1", (1, 1), (6, 30)),
        ("2026-02", (2, 1), (2, 28)),
        ("2026-09-15", (9, 15), (9, 15)),
    ],
)
def test_periods_span_their_days(period, start, end):
    assert periods.span(period) == (dt.date(2026, *start), dt.date(2026, *end))


@pytest.mark.parametrize("period", ["2026H3", "2026Q0", "2026-00", "26-09", "2026-02-30", ""])
def test_periods_that_do_not_exist_are_refused(period):
    with pytest.raises(ValidationError):
        periods.span(period)


# --- late fee ------------------------------------------------------------------------------------


def test_the_late_fee_equals_the_worked_example():
    charge = owed(factories.company(), "47376.00", due=dt.date(2026, 10, 26))
    assert late_fees.days_late(charge.due, dt.date(2026, 11, 5)) == 10
    assert late_fees.accrued(charge, dt.date(2026, 11, 5)) == D("236.88")


def test_no_late_fee_on_the_due_date_and_one_day_after_it():
    charge = owed(factories.company(), "1000.00", due=dt.date(2026, 10, 26))
    assert late_fees.accrued(charge, dt.date(2026, 10, 26)) == 0
    assert late_fees.accrued(charge, dt.date(2026, 10, 27)) == D("0.50")


def test_income_without_late_fee_has_none():
    charge = owed(factories.company(), "1000.00", levy="land-transfer", due=dt.date(2026, 1, 1))
    assert late_fees.accrued(charge, dt.date(2026, 12, 31)) == 0


def test_the_late_fee_stops_growing_on_what_is_paid():
    actor = factories.citizen()
    with time_machine.travel("2026-10-01T02:00:00Z"):
        charge = owed(actor.party, "1000.00", due=dt.date(2026, 10, 26))
    with time_machine.travel("2026-11-05T02:00:00Z"):
        payment = paid(charge, actor=actor)
    charge.refresh_from_db()
    assert payment.received == D("1005.00")
    assert (charge.paid, charge.late_fee_paid) == (D("1000.00"), D("5.00"))
    assert late_fees.outstanding(charge, dt.date(2027, 11, 5)) == 0


def test_the_lines_of_a_late_fee_add_up_to_it():
    charge = owed(factories.company(), "1234.56", due=dt.date(2026, 10, 26))
    on = dt.date(2026, 12, 1)
    lines = late_fees.lines(charge, on)
    assert sum(line.amount for line in lines) == late_fees.outstanding(charge, on)
    assert "1,234.56" in lines[0].formula
    assert "36" in lines[0].formula


# --- corrections ---------------------------------------------------------------------------------


def test_a_correction_upwards_is_owed_on_top():
    actor = factories.citizen()
    charge = owed(actor.party, "100.00")
    paid(charge, actor=actor)
    charge = charges.adjust(charge, D("150.00"), reason="补充申报", actor=SYSTEM)
    assert charge.outstanding == D("50.00")


def test_a_correction_below_what_was_paid_becomes_an_overpayment_with_its_late_fee():
    actor = factories.citizen()
    with time_machine.travel("2026-10-01T02:00:00Z"):
        charge = owed(actor.party, "1000.00", due=dt.date(2026, 10, 26))
    with time_machine.travel("2026-11-05T02:00:00Z"):
        paid(charge, actor=actor)
        charge = charges.adjust(charge, D("600.00"), reason="更正申报", actor=SYSTEM)
    overpayment = Overpayment.objects.get(party=actor.party)
    assert overpayment.amount == D("402.00")
    assert (charge.paid, charge.late_fee_paid, charge.late_fee_fixed) == (D("600.00"), D("3.00"), D("3.00"))


def test_a_correction_to_zero_cancels_the_charge():
    charge = owed(factories.company(), "100.00")
    charge = charges.adjust(charge, D(0), reason="作废", actor=SYSTEM)
    assert charge.state(dt.date(2030, 1, 1)) == Charge.State.CANCELLED
    assert charges.open_for(charge.party) == []


@given(
    first=st.integers(1, 10**6),
    second=st.integers(0, 10**6),
    third=st.integers(0, 10**6),
    late=st.integers(-5, 400),
)
@settings(max_examples=25, deadline=None)
def test_whatever_is_corrected_no_fen_is_lost(first, second, third, late):
    """Paid in full, corrected twice: what is on the charge and what is to be refunded is what was received."""
    actor = factories.citizen()
    due = dt.date(2026, 1, 1)
    charge = owed(actor.party, str(D(first) / 100), due=due)
    with time_machine.travel(dt.datetime(2026, 1, 1, 4, tzinfo=dt.UTC) + dt.timedelta(days=late)):
        received = paid(charge, actor=actor).received
        charge = charges.adjust(charge, D(second) / 100, reason="一", actor=SYSTEM)
        charge = charges.adjust(charge, D(third) / 100, reason="二", actor=SYSTEM)
    refundable = sum((row.amount for row in Overpayment.objects.filter(party=actor.party)), D(0))
    assert charge.paid + charge.late_fee_paid + refundable == received
    assert sum(Posting.objects.filter(party=actor.party).values_list("amount", flat=True)) == 0


# --- the account ---------------------------------------------------------------------------------


def test_the_account_shows_what_is_owed_paid_and_coming_back():
    actor = factories.citizen()
    with time_machine.travel("2026-11-05T02:00:00Z"):
        one = owed(actor.party, "1000.00", due=dt.date(2026, 10, 26))
        two = owed(actor.party, "200.00", levy="stamp", due=dt.date(2026, 11, 30))
        paid(two, actor=actor)
        charges.adjust(two, D("150.00"), reason="更正", actor=SYSTEM)
        statement = accounts.statement(actor.party)
    assert [row.charge for row in statement.owed] == [one]
    assert (statement.principal, statement.late_fee) == (D("1000.00"), D("5.00"))
    assert statement.refundable == D("50.00")
    assert statement.balance == D("955.00")
    assert [entry.state for entry in statement.history] == ["paid", "overdue"]


def test_the_account_takes_the_same_queries_however_long_it_is(django_assert_num_queries):
    actor = factories.citizen()
    owed(actor.party, due=dt.date(2026, 1, 1))
    with django_assert_num_queries(7):
        accounts.statement(actor.party)
    for month in range(1, 10):
        owed(actor.party, period=f"2026-0{month}", due=dt.date(2026, 1, 1))
        paid(owed(actor.party, levy="stamp"), actor=actor)
    begun(owed(actor.party, levy="deed"), actor=actor)
    with django_assert_num_queries(8):  # one more: the lines of live payments
        accounts.statement(actor.party)


def test_the_history_is_paged_by_key():
    actor = factories.citizen()
    rows = [owed(actor.party) for _ in range(accounts.PER_PAGE + 3)]
    first = accounts.statement(actor.party)
    second = accounts.statement(actor.party, after=first.following)
    assert [entry.charge for entry in [*first.history, *second.history]] == rows[::-1]
    assert second.following is None


def test_a_limited_mandate_sees_its_levies_only():
    principal = factories.company()
    stamp, vat = owed(principal, levy="stamp"), owed(principal)
    limited = factories.representative(principal, kind="agent", levies=["stamp"])
    assert list(Charge.objects.visible_to(limited)) == [stamp]
    assert set(Charge.objects.visible_to(factories.representative(principal))) == {stamp, vat}


def test_the_office_in_charge_sees_its_payers_and_no_others():
    office, other = factories.tax_office(), factories.tax_office("静安区税务局第一税务所")
    charge = owed(factories.company(office=office))
    assert list(Charge.objects.visible_to(factories.staff(office))) == [charge]
    assert not Charge.objects.visible_to(factories.staff(other)).exists()
    assert not Charge.objects.visible_to(factories.staff(factories.department())).exists()


def test_a_payment_begun_before_a_correction_puts_the_rest_aside():
    actor = factories.citizen()
    charge = owed(actor.party, "100.00")
    payment = begun(charge, actor=actor)
    charges.adjust(charge, D("70.00"), reason="更正", actor=SYSTEM)
    payments.settle(notice(payment))
    charge.refresh_from_db()
    assert charge.outstanding == 0
    assert Overpayment.objects.get().amount == D("30.00")
