"""What agencies deliver: once, whole, within its window, to the fen; billed, posted, fed back, reconciled (Art 24)."""

import datetime as dt
import io
import threading
from decimal import Decimal

import pytest
import time_machine
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection, connections
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl import Workbook

from apps.collaboration.insurance import (
    assessments,
    billing,
    contributions,
    feedback,
    intake,
    packing,
    reconciliation,
    tasks,
)
from apps.collaboration.insurance.models import (
    AssessedLine,
    AssessedPayer,
    InsuranceBill,
    InsuranceExchange,
    InsuranceFeedback,
    InsuranceRegistration,
    InsuredPerson,
)
from apps.kernel.audit.models import Event
from apps.kernel.ledger.models import Charge, JournalEntry
from apps.kernel.notifications.models import Message
from apps.kernel.parties.models import Role
from apps.kernel.workcalendar import clock
from tests import factories, factories_ledger
from tests import factories_insurance as make

pytestmark = pytest.mark.django_db


def test_assessed_lines_become_one_bill_and_charge_for_each_insurance(world):
    people = [make.line(world.employer), make.line(world.employer), make.line(world.employer, levy="injury")]
    exchange = make.delivered(world.hrss, *people)
    assert (exchange.state, exchange.lines, exchange.unmatched) == ("taken", 3, 0)
    pension = InsuranceBill.objects.get(levy="pension")
    assert (pension.persons, pension.amount, pension.office) == (2, Decimal("4800.00"), world.hrss.office)
    charge = Charge.objects.get(about=pension.about)
    assert (charge.party, charge.amount, charge.due) == (world.employer, Decimal("4800.00"), pension.due)
    entry = JournalEntry.objects.get(about=exchange.about)  # a delivery is one entry: what a payer owes, what it is for
    owed = entry.postings.get(account="receivable")
    assert (owed.party, owed.amount) == (world.employer, sum(Charge.objects.values_list("amount", flat=True)))
    assert entry.postings.count() == 3
    assert assessments.lines_of(pension.payers.get()).count() == 2
    assert Message.objects.filter(party=world.employer, template="insurance-billed").count() == 1


def test_a_person_who_insures_themselves_is_billed_on_their_own_account(world):
    make.delivered(world.hrss, make.line(world.citizen.party))
    bill = InsuranceBill.objects.visible_to(world.citizen).get()
    assert (bill.amount, bill.due) == (Decimal("800.00"), billing.due_of("2026-09"))


def test_a_resident_without_a_payers_code_is_found_by_their_own_number_and_name(world):
    number = world.citizen.party.person.id_number
    own = {"levy": "resident-pension", "period": "2026", "employer": "0.00", "base": "0.00"}
    mine = make.line(person=world.citizen.party.name, payer=world.citizen.party.name, person_number=number, **own)
    unknown = make.line(person="路人甲", payer="路人甲", **own)
    exchange = make.delivered(world.hrss, mine, unknown)
    assert (exchange.state, exchange.unmatched) == ("taken", 1)
    bill = InsuranceBill.objects.get()
    assert (bill.party, bill.amount) == (world.citizen.party, Decimal("800.00"))
    assert assessments.lines_of(bill.payers.get()).get().person_number == number
    assert [row.levy for year in contributions.years(world.citizen.party) for row in year.rows]
    assert reconciliation.differences(world.hrss.office) == []


@pytest.mark.parametrize(
    ("changed", "reason"),
    [
        ({"unit": "wan"}, "wrong-unit"),
        ({"unit": "fen"}, "wrong-unit"),
        ({"sent_at": dt.datetime(2026, 10, 20, tzinfo=dt.UTC)}, "stale"),
        ({"sent_at": dt.datetime(2026, 10, 29, tzinfo=dt.UTC)}, "stale"),
        ({"control_count": 2}, "wrong-count"),
        ({"control_total": Decimal("2400.01")}, "wrong-total"),
    ],
)
def test_a_frame_that_is_wrong_refuses_with_a_code_and_nothing_is_charged(world, changed, reason):
    exchange = make.delivered(world.hrss, make.line(world.employer), **changed)
    assert (exchange.state, exchange.reason) == ("refused", reason)
    assert exchange.problems[0]["code"] == reason
    assert not Charge.objects.exists()
    assert not AssessedLine.objects.exists()


@pytest.mark.parametrize(
    ("changed", "reason", "field"),
    [
        ({"employer": "1600.005"}, "bad-row", "employer"),
        ({"employer": "-1.00"}, "bad-row", "employer"),
        ({"employer": "一千"}, "bad-row", "employer"),
        ({"base": "NaN"}, "bad-row", "base"),
        ({"period": "2026-13"}, "bad-row", "period"),
        ({"payer": ""}, "bad-row", "payer"),
        ({"person_number": "123"}, "bad-row", "person_number"),
        ({"levy": "medical"}, "other-agency", "levy"),
        ({"levy": "vat"}, "other-agency", "levy"),
    ],
)
def test_a_row_that_is_wrong_is_named_with_its_code(world, changed, reason, field):
    rows = [make.line(world.employer), make.line(world.employer, **changed)]
    exchange = make.delivered(world.hrss, *rows, control_total=_total(rows))
    assert (exchange.state, exchange.reason) == ("refused", reason)
    assert (2, field) in {(each["row"], each["field"]) for each in exchange.problems}
    assert not Charge.objects.exists()


def _total(rows) -> Decimal:
    """The sum as far as the rows can be read."""
    total = Decimal(0)
    for row in rows:
        for name in ("employer", "employee"):
            try:
                total += Decimal(row[name])
            except ArithmeticError:
                continue
    return total


def test_a_person_twice_in_one_delivery_is_refused(world):
    row = make.line(world.employer)
    exchange = make.delivered(world.hrss, row, row)
    assert (exchange.reason, exchange.problems[0]["row"]) == ("doubled-row", 2)


def test_the_same_message_gets_its_first_answer_and_another_content_is_refused(world):
    row = make.line(world.employer)
    first = make.delivered(world.hrss, row, message_id="HRSS-0001")
    again = make.delivered(world.hrss, row, message_id="HRSS-0001")
    assert (again.pk, Charge.objects.count()) == (first.pk, 1)
    with pytest.raises(ValidationError) as error:
        make.delivered(world.hrss, make.line(world.employer), message_id="HRSS-0001")
    assert "message_id" in error.value.message_dict


def test_the_same_content_under_another_number_is_not_charged_twice(world):
    row = make.line(world.employer)
    make.delivered(world.hrss, row)
    again = make.delivered(world.hrss, row)
    assert (again.state, again.reason, Charge.objects.count()) == ("refused", "already-charged", 1)


def test_a_month_charged_by_a_return_with_totals_is_not_charged_again(world):
    factories_ledger.owed(world.employer, levy="pension", period="2026-09")
    assert make.delivered(world.hrss, make.line(world.employer)).reason == "already-charged"


def test_unknown_payers_wait_for_a_clerk_who_matches_or_returns(world):
    lost, other = make.line(person="甲"), make.line(person="乙", payer="另一个")
    exchange = make.delivered(world.hrss, make.line(world.employer), lost, other)
    assert (exchange.state, exchange.unmatched) == ("taken", 2)
    first, second = AssessedPayer.objects.filter(bill=None).order_by("row")
    assessments.assign(first, world.citizen.party, actor=world.clerk)
    assert InsuranceBill.objects.get(party=world.citizen.party).amount == first.total
    assessments.send_back(second, "查无此人", actor=world.clerk)
    exchange.refresh_from_db()
    assert exchange.unmatched == 0
    assert Message.objects.filter(office=world.hrss.office, template="insurance-line-returned").exists()
    with pytest.raises(ValidationError):
        assessments.assign(second, world.citizen.party, actor=world.clerk)
    for refused in (world.hrss, world.owner, world.chief):
        with pytest.raises(PermissionDenied):
            assessments.assign(second, world.citizen.party, actor=refused)


def test_a_clerk_cannot_match_what_was_charged_already(world):
    make.delivered(world.hrss, make.line(world.employer))
    make.delivered(world.hrss, make.line())
    with pytest.raises(ValidationError):
        assessments.assign(AssessedPayer.objects.get(bill=None), world.employer, actor=world.clerk)


def test_waiting_lines_are_matched_by_replay_once_the_payer_is_registered(world):
    stranger = factories.citizen("孙新来")
    row = make.line(stranger.party)
    stranger.party.active = False
    stranger.party.save()
    exchange = make.delivered(world.hrss, row)
    assert exchange.unmatched == 1
    stranger.party.active = True
    stranger.party.save()
    for _again in range(2):
        intake.replay(exchange, actor=world.hrss)
        exchange.refresh_from_db()
    assert (exchange.unmatched, InsuranceBill.objects.get(party=stranger.party).persons) == (0, 1)


def test_a_refused_delivery_is_kept_and_replayed_when_its_cause_is_gone(world):
    newcomer = factories.company("上海新来科技有限公司")
    newcomer.active = False
    newcomer.save()
    exchange = make.delivered(world.hrss, make.registration(newcomer), kind="registrations")
    assert exchange.reason == "unknown-payer"
    newcomer.active = True
    newcomer.save()
    with time_machine.travel(clock.now() + dt.timedelta(days=30)):  # its window has long passed
        replayed = intake.replay(exchange, actor=world.hrss)
    assert (replayed.state, replayed.attempts) == ("taken", 2)
    assert InsuranceRegistration.objects.get(party=newcomer).injury_rate == Decimal("0.002")
    other = factories.staff(factories.department("市水务局"), Role.OFFICER)
    for refused in (other, world.medical, world.owner, world.chief):
        with pytest.raises(PermissionDenied):
            intake.replay(exchange, actor=refused)
    assert Event.objects.using("evidence").filter(action="insurance.replay", data__reason="not allowed").count() == 4


def test_lists_of_insured_people_are_brought_up_to_date(world):
    number = make.employee()
    make.delivered(world.hrss, make.insured(world.employer, number), kind="insured")
    make.delivered(world.hrss, make.insured(world.employer, number, base="12000.00"), kind="insured")
    assert InsuredPerson.objects.get(person_number=number).base == Decimal("12000.00")
    wrong = make.insured(world.employer, number) | {"payer": "别的名字"}
    assert make.delivered(world.hrss, wrong, kind="insured").reason == "unknown-payer"
    assert make.delivered(world.hrss, make.insured(world.employer, number, since="2026-02-30"), kind="insured").reason


def test_only_agencies_in_charge_deliver_and_the_attempt_is_on_record(world):
    other = factories.staff(factories.department("市水务局"), Role.OFFICER)
    for refused in (other, world.clerk, world.owner, world.citizen):
        with pytest.raises(PermissionDenied):
            make.delivered(refused, make.line(world.employer))
    assert Event.objects.using("evidence").filter(action="insurance.deliver", data__reason="not allowed").count() == 4


def test_what_is_collected_goes_back_once_and_the_days_file_is_the_same_again(world):
    make.delivered(world.hrss, make.line(world.employer))
    bill = InsuranceBill.objects.get()
    factories_ledger.paid(bill.charge, actor=world.owner)
    assert feedback.tell() == 1
    assert feedback.tell() == 0
    told = InsuranceFeedback.objects.get()
    assert (told.amount, told.total, told.collected_on) == (bill.amount, bill.amount, clock.today())
    file = feedback.file_of(world.hrss.office, clock.today())
    assert file == feedback.file_of(world.hrss.office, clock.today())
    assert world.employer.organisation.uscc in file
    assert "2400.00" in file.splitlines()[-1]
    billing.correct(bill, Decimal("400.00"), reason="重复缴费", actor=world.chief)
    feedback.tell()
    assert list(InsuranceFeedback.objects.values_list("amount", flat=True)) == [Decimal("2400.00"), Decimal("-2000.00")]
    assert list(InsuranceFeedback.objects.visible_to(world.medical)) == []
    assert InsuranceFeedback.objects.visible_to(world.hrss).count() == 2


def test_a_run_looks_at_what_moved_lately_and_the_night_at_what_was_left(world):
    make.delivered(world.hrss, make.line(world.employer), make.line(world.citizen.party))
    before, later = (
        InsuranceBill.objects.get(party=world.employer),
        InsuranceBill.objects.get(party=world.citizen.party),
    )
    factories_ledger.paid(before.charge, actor=world.owner)
    assert feedback.tell(charge=later.charge) == 0
    with time_machine.travel(clock.now() + dt.timedelta(hours=2), tick=False):
        factories_ledger.paid(later.charge, actor=world.citizen)
        assert tasks.tell() == 1
        assert [told.bill for told in InsuranceFeedback.objects.all()] == [later]
        assert tasks.tell_all() == 1
    assert InsuranceFeedback.objects.filter(bill=before, amount=before.amount).exists()


def test_a_day_agrees_to_the_fen_until_something_differs_and_then_the_bill_is_named(world):
    make.delivered(world.hrss, make.line(world.employer), make.line(world.citizen.party))
    bill = InsuranceBill.objects.get(party=world.employer)
    factories_ledger.paid(bill.charge, actor=world.owner)
    (day,) = reconciliation.days(world.hrss.office)
    assert not day.accounted  # collected and not yet fed back
    feedback.tell()
    billing.correct(bill, Decimal("2000.00"), reason="核减", actor=world.chief)
    feedback.tell()
    (day,) = reconciliation.days(world.hrss.office)
    assert day.accounted
    assert (day.assessed, day.changed, day.charged) == (Decimal("3200.00"), Decimal("-400.00"), Decimal("2800.00"))
    assert reconciliation.differences(world.hrss.office) == []
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE collaboration_assessedline SET employer = employer + 0.01 WHERE payer = %s", [world.employer.name]
        )
    (found,) = reconciliation.differences(world.hrss.office, clock.today())
    assert (found.ref, [str(place) for place in found.places]) == (bill.ref, ["明细合计与应征单不符"])
    assert reconciliation.days(world.medical.office) == []


def _excel(*rows) -> SimpleUploadedFile:
    book, out = Workbook(), io.BytesIO()
    for row in rows:
        book.active.append(row)
    book.save(out)
    return SimpleUploadedFile("lines.xlsx", out.getvalue())


def test_a_file_in_any_usual_form_holds_the_same_rows(world):
    names = [
        "缴费人代码",
        "缴费人名称",
        "险种",
        "所属期",
        "证件号码",
        "姓名",
        "缴费基数（元）",
        "单位缴纳（元）",
        "个人缴纳（元）",
    ]
    row = make.line(world.employer)
    order = ["payer_code", "payer", "levy", "period", "person_number", "person", "base", "employer", "employee"]
    cells = [row[name] for name in order]
    text = "\n".join((",".join(names), ",".join(cells), ""))
    files = [
        SimpleUploadedFile("a.csv", b"\xef\xbb\xbf" + text.encode()),
        SimpleUploadedFile("b.csv", text.encode("gb18030")),
        _excel(names, cells),
    ]
    for place, file in enumerate(files):
        period = f"2026-0{place + 1}"
        packed = packing.of_file("assessments", file)
        exchange = intake.deliver(
            packed,
            kind="assessments",
            message_id=f"file-{place}",
            sent_at=clock.now(),
            unit="yuan",
            control_count=1,
            control_total=Decimal("2400.00"),
            actor=world.hrss,
        )
        assert exchange.state == ("taken" if not place else "refused"), (period, exchange.problems)
    assert Charge.objects.count() == 1  # the same line three times, charged once


@pytest.mark.parametrize(
    "content", [b"", b"\x00\xff\xfe", "姓名,年龄\n甲,3\n".encode(), "缴费人代码,缴费人代码\n".encode(), b"PKnotazip"]
)
def test_a_file_that_is_not_one_is_refused_in_words(world, content):
    with pytest.raises(ValidationError) as error:
        packing.of_file("assessments", SimpleUploadedFile("x.csv", content))
    assert "file" in error.value.message_dict


def test_a_line_with_too_few_cells_is_malformed_and_says_where(world):
    head = "payer_code,payer,person_number,person,levy,period,base,employer,employee"
    packed = packing.of_file("assessments", SimpleUploadedFile("x.csv", f"{head}\na,b\n".encode()))
    frame = {"message_id": "x", "sent_at": clock.now(), "unit": "yuan", "control_count": 1, "control_total": Decimal(0)}
    exchange = intake.deliver(packed, kind="assessments", actor=world.hrss, **frame)
    assert (exchange.reason, "line 1" in exchange.problems[0]["message"]) == ("malformed", True)


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(st.integers(0, 10**7), st.integers(1, 10**7)), min_size=1, max_size=12))
def test_every_fen_of_the_lines_is_on_a_charge_or_waits(world, fens):
    AssessedPayer.objects.all().delete()
    period = (
        f"20{25 + InsuranceExchange.objects.count() // 12 % 70:02d}-{InsuranceExchange.objects.count() % 12 + 1:02d}"
    )
    payers = [world.employer, world.citizen.party, None]
    rows = [
        make.line(
            payers[place % 3], period=period, employer=str(Decimal(first) / 100), employee=str(Decimal(second) / 100)
        )
        for place, (first, second) in enumerate(fens)
    ]
    before = sum(Charge.objects.values_list("amount", flat=True), Decimal(0))
    exchange = make.delivered(world.hrss, *rows)
    assert exchange.state == "taken", exchange.problems
    charged = sum(Charge.objects.values_list("amount", flat=True), Decimal(0)) - before
    waiting = sum((each.total for each in AssessedPayer.objects.filter(bill=None)), Decimal(0))
    assert charged + waiting == exchange.control_total


@pytest.mark.django_db(transaction=True)
def test_the_same_message_from_two_connections_at_once_is_taken_once():
    hrss = make.agency()
    employer = factories.company()
    row, results = make.line(employer), []

    def send() -> None:
        try:
            results.append(make.delivered(hrss, row, message_id="race-1", sent_at=sent).pk)
        finally:
            connections.close_all()

    sent = clock.now()
    threads = [threading.Thread(target=send) for _each in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(set(results)) == 1
    assert (Charge.objects.count(), InsuranceExchange.objects.count()) == (1, 1)
