"""An employer's month: read in pieces, judged row by row, declared once, corrected by the difference (Art 24)."""

import datetime as dt
from decimal import Decimal

import pytest
import time_machine
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from apps.collaboration.insurance import (
    comparing,
    contributions,
    reading,
    reconciliation,
    reminding,
    submitting,
    tasks,
    uploading,
)
from apps.collaboration.insurance.models import DeclaredLine, InsuranceBill, InsuranceDeclaration, StagedEmployee
from apps.kernel.ledger import late_fees
from apps.kernel.ledger.models import Charge, Overpayment
from apps.kernel.notifications.models import Message
from apps.kernel.parties.models import Person
from apps.kernel.rules.calculators import calculate
from apps.kernel.workcalendar import clock
from tests import factories, factories_ledger
from tests import factories_insurance as make

pytestmark = pytest.mark.django_db
SHARES = ("pension", "medical", "unemployment")


@pytest.fixture
def registered(world):
    """hrss has delivered the employer's registration."""
    make.delivered(world.hrss, make.registration(world.employer), kind="registrations")
    return world


def test_a_sheet_becomes_lines_and_declared_one_charge_for_each_insurance(registered):
    declaration = make.uploaded(
        registered.owner, ("李晓", make.employee(), "10000"), ("王平", make.employee(), 40000.5)
    )
    assert (declaration.state, declaration.persons, declaration.base_total) == ("ready", 2, Decimal("47731.00"))
    assert [line.bound for line in declaration.lines.order_by("row")] == ["", "ceiling"]
    assert not Charge.objects.exists()
    declared = submitting.submit(declaration, actor=registered.owner)
    charges = {each.levy_id: each.amount for each in Charge.objects.filter(party=registered.employer)}
    assert sum(charges.values()) == declared.total
    assert charges["pension"] == Decimal("11455.44")
    assert {each.due for each in Charge.objects.all()} == {declared.due}
    assert submitting.submit(declared, actor=registered.owner).pk == declared.pk
    assert Charge.objects.count() == 4
    assert Message.objects.filter(template="insurance-declared", party=registered.employer).count() == 1


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.integers(1, 6_000_000))
def test_a_line_is_what_the_calculator_says_to_the_fen(registered, fen):
    wage = Decimal(fen) / 100
    line = make.uploaded(registered.owner, ("李晓", make.employee(), str(wage))).lines.get()
    said = calculate("social-insurance", {"month": "2026-09", "wage": str(wage), "injury_rate": "0.002"})
    amounts = said.amounts if hasattr(said, "amounts") else said
    assert line.base == Decimal(str(amounts["base"]))
    for insurance in SHARES:
        for share in ("employer", "employee"):
            assert getattr(line, f"{insurance}_{share}") == Decimal(str(amounts[f"{insurance}_{share}"]))
    assert line.injury_employer == Decimal(str(amounts["injury_employer"]))


def test_every_wrong_row_is_named_and_nothing_is_declared(registered):
    good, twice = make.employee(), make.employee()
    broken = good[:-1] + ("0" if good[-1] != "0" else "1")
    declaration = make.uploaded(
        registered.owner,
        ("好", good, "9000"),
        ("", make.employee(), "9000"),
        ("错号", broken, "9000"),
        ("短号", "123", "9000"),
        ("零", make.employee(), "0"),
        ("字", make.employee(), "九千"),
        ("厘", make.employee(), "9000.005"),
        ("变", make.employee(), "9000", "调岗"),
        ("重", twice, "9000"),
        ("重", twice, "9100"),
    )
    assert (declaration.state, declaration.wrong_rows, declaration.total_rows) == ("refused", 9, 10)
    wrong = {staged.row: staged.problems for staged in StagedEmployee.objects.exclude(problems=[])}
    assert wrong == {
        2: ["name"],
        3: ["number"],
        4: ["number"],
        5: ["wage"],
        6: ["wage"],
        7: ["wage"],
        8: ["change"],
        9: ["doubled"],
        10: ["doubled"],
    }
    assert not DeclaredLine.objects.exists()
    with pytest.raises(ValidationError):
        submitting.submit(declaration, actor=registered.owner)


def test_who_is_not_on_the_verified_list_must_be_new_and_who_is_missing_is_named(registered):
    known, gone, new = make.employee(), make.employee(), make.employee()
    rows = [make.insured(registered.employer, known), make.insured(registered.employer, gone, "赵走")]
    make.delivered(registered.hrss, *rows, kind="insured")
    refused = make.uploaded(registered.owner, ("李晓", known, "9000"), ("新人", new, "9000"))
    assert [staged.problems for staged in StagedEmployee.objects.exclude(problems=[])] == [["not-insured"]]
    assert refused.state == "refused"
    ready = make.uploaded(registered.owner, ("李晓", known, "9000"), ("新人", new, "9000", "新增"))
    refused.refresh_from_db()
    assert (refused.state, ready.state) == ("replaced", "ready")
    found = comparing.summary(ready)
    assert (found.joined, [each.name for each in found.missing]) == (1, ["赵走"])
    assert comparing.lines(ready).get(person_number=known).base_verified == Decimal("10000.00")


def test_who_was_new_last_month_is_known_this_month_until_they_leave(registered):
    known, new, leaving = make.employee(), make.employee(), make.employee()
    rows = [make.insured(registered.employer, known), make.insured(registered.employer, leaving)]
    make.delivered(registered.hrss, *rows, kind="insured")
    first = make.uploaded(registered.owner, ("李晓", known, "9000"), ("新人", new, "9000", "新增"))
    submitting.submit(first, actor=registered.owner)
    later = [("李晓", known, "9000"), ("新人", new, "9000")]
    assert make.uploaded(registered.owner, *later, period="2026-10").state == "ready"
    stranger = make.uploaded(registered.owner, *later, ("生人", make.employee(), "9000"), period="2026-10")
    assert stranger.wrong_rows == 1


def test_a_sheet_that_is_none_says_so(registered):
    for file in (make.sheet(excel=False), make.sheet()):
        declaration = uploading.upload(file, period="2026-09", actor=registered.owner)
        assert reading.take_in(declaration.pk).problem == "表里没有职工。"
    upload = SimpleUploadedFile("wages.xlsx", b"PKbroken")
    declaration = uploading.upload(upload, period="2026-09", actor=registered.owner)
    assert "不能读取" in reading.take_in(declaration.pk).problem


def test_reading_goes_on_where_a_lost_worker_left_it_and_reads_nothing_twice(registered, monkeypatch):
    monkeypatch.setattr(reading, "PIECE", 2)
    people = [(f"职工{place}", make.employee(), "9000") for place in range(7)]
    declaration = uploading.upload(make.sheet(*people), period="2026-09", actor=registered.owner)
    original, written = StagedEmployee.objects.bulk_create, []

    def dies(rows):
        written.append(len(rows))
        if len(written) == 3:
            raise SystemExit
        return original(rows)

    monkeypatch.setattr(StagedEmployee.objects, "bulk_create", dies)
    with pytest.raises(SystemExit):
        reading.take_in(declaration.pk)
    declaration.refresh_from_db()
    assert (declaration.state, declaration.read_rows) == ("reading", 4)
    assert tasks.go_on() == 1
    declaration.refresh_from_db()
    assert (declaration.state, declaration.persons) == ("ready", 7)
    assert written == [2, 2, 2, 2, 1]  # the piece that was lost once more, and the last


def test_a_corrected_month_adjusts_its_charges_and_more_bears_a_late_fee_from_the_first_day(registered):
    first, second = make.employee(), make.employee()
    declared = make.declared(registered.owner, ("李晓", first, "10000"))
    pension = Charge.objects.get(levy="pension")
    factories_ledger.paid(pension, actor=registered.owner)
    with time_machine.travel(dt.datetime(2026, 11, 25, tzinfo=dt.UTC), tick=False):
        again = make.declared(registered.owner, ("李晓", first, "10000"), ("王平", second, "10000"))
        pension.refresh_from_db()
        assert (pension.amount, pension.paid, pension.due) == (Decimal("4800.00"), Decimal("2400.00"), declared.due)
        days = (dt.date(2026, 11, 25) - declared.due).days
        added = late_fees.accrued(pension, clock.today()) - pension.late_fee_fixed
        assert added == Decimal("2400.00") * Decimal("0.0005") * days
    declared.refresh_from_db()
    assert (declared.in_force, again.in_force, Charge.objects.count()) == (False, True, 4)
    assert InsuranceBill.objects.get(levy="pension").persons == 2
    assert reconciliation.differences(registered.hrss.office)[0].places  # collected, not yet fed back
    make.declared(registered.owner, ("李晓", first, "7600"))
    pension.refresh_from_db()
    assert (pension.amount, pension.paid) == (Decimal("1824.00"), Decimal("1824.00"))
    assert Overpayment.objects.get().amount == Decimal("576.00") + Decimal("0.58")  # and the late fee on it


def test_a_month_declared_by_totals_or_assessed_is_not_charged_again(registered):
    factories_ledger.owed(registered.employer, levy="medical", period="2026-09")
    ready = make.uploaded(registered.owner, ("李晓", make.employee(), "9000"))
    with pytest.raises(ValidationError) as error:
        submitting.submit(ready, actor=registered.owner)
    assert "汇总申报" in error.value.messages[0]
    ready.refresh_from_db()
    assert (ready.state, Charge.objects.count()) == ("ready", 1)
    other = make.uploaded(registered.owner, ("李晓", make.employee(), "9000"), period="2026-08")
    make.delivered(registered.hrss, make.line(registered.employer, period="2026-08"))
    with pytest.raises(ValidationError):
        submitting.submit(other, actor=registered.owner)


def test_what_was_declared_cannot_be_assessed_again(registered):
    make.declared(registered.owner, ("李晓", make.employee(), "9000"))
    assert make.delivered(registered.hrss, make.line(registered.employer)).reason == "already-charged"


@pytest.mark.parametrize("period", ["2026-11", "2023-01", "2026Q3", "九月", "2026-13"])
def test_months_that_cannot_be_declared_are_refused(registered, period):
    with pytest.raises(ValidationError) as error:
        make.uploaded(registered.owner, ("李晓", make.employee(), "9000"), period=period)
    assert "period" in error.value.message_dict


def test_an_unregistered_employer_states_its_own_injury_rate(world):
    row = ("李晓", make.employee(), "9000")
    with pytest.raises(ValidationError):
        make.uploaded(world.owner, row)
    with pytest.raises(ValidationError):
        make.uploaded(world.owner, row, injury_rate=Decimal("0.5"))
    assert make.uploaded(world.owner, row, injury_rate=Decimal("0.004")).lines.get().injury_employer == Decimal("36.00")


def test_only_who_acts_for_the_employer_declares_and_sees(registered):
    ready = make.uploaded(registered.owner, ("李晓", make.employee(), "9000"))
    other = factories.representative(factories.company("上海别家有限公司"))
    narrow = factories.representative(registered.employer, "filer", "张办税", levies=["vat"])
    for refused in (other, narrow, registered.citizen, registered.clerk, registered.hrss):
        with pytest.raises(PermissionDenied):
            submitting.submit(ready, actor=refused)
    for refused in (narrow, registered.citizen, registered.hrss):
        with pytest.raises(PermissionDenied):
            uploading.upload(make.sheet(), period="2026-09", actor=refused)
        assert not InsuranceDeclaration.objects.visible_to(refused).exists()
    assert InsuranceDeclaration.objects.visible_to(registered.clerk).count() == 1


def test_the_same_key_is_the_same_sheet(registered):
    row = ("李晓", make.employee(), "9000")
    first = make.uploaded(registered.owner, row, idempotency_key="key-00001")
    assert make.uploaded(registered.owner, row, idempotency_key="key-00001").pk == first.pk
    assert InsuranceDeclaration.objects.count() == 1


def test_employers_are_reminded_once_when_the_last_day_is_near(registered):
    with time_machine.travel(dt.datetime(2026, 11, 3, tzinfo=dt.UTC), tick=False):
        assert reminding.remind() == 0
    with time_machine.travel(dt.datetime(2026, 11, 12, tzinfo=dt.UTC), tick=False):
        (todo,) = reminding.todos(registered.owner)
        assert todo.due == dt.date(2026, 11, 16)  # the 15th is a Sunday
        assert (reminding.remind(), reminding.remind()) == (1, 0)
        make.declared(registered.owner, ("李晓", make.employee(), "9000"), period="2026-10")
        assert list(reminding.todos(registered.owner)) == []


def test_a_person_sees_each_month_and_which_are_missing(registered):
    me = Person.objects.get(party=registered.citizen.party)
    for period in ("2026-06", "2026-09"):
        make.declared(registered.owner, (me.party.name, me.id_number, "10000"), period=period)
    (year,) = contributions.years(registered.citizen.party)
    assert year.missing == ["2026-07", "2026-08"]
    assert year.own == 2 * Decimal("1050.00")
    assert {row.by for row in year.rows} == {registered.employer.name}
    assert not any(row.paid for row in year.rows)
    assert contributions.years(registered.employer) == []
