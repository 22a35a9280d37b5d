"""A department's fee source from delivery to feedback: taken whole or not, billed once, told to the fen (Art 25)."""

import datetime as dt
import io
import threading
from decimal import Decimal

import pytest
import time_machine
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, connection, connections, transaction
from django.urls import reverse
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl import Workbook

from apps.collaboration.fees import (
    billing,
    changing,
    disputes,
    feedback,
    files,
    history,
    intake,
    matching,
    packing,
    reconciliation,
    tasks,
)
from apps.collaboration.fees.models import Feedback, FeeDelivery, FeeSource
from apps.kernel.casework import cases
from apps.kernel.casework.models import Case
from apps.kernel.documents.models import IssuedDocument
from apps.kernel.ledger.models import Charge, JournalEntry, Overpayment
from apps.kernel.notifications.models import Message
from tests import factories, factories_fees, factories_ledger
from tests.factories_doors import signed_in

pytestmark = pytest.mark.django_db
NOW = dt.datetime(2026, 10, 28, 2, 0, tzinfo=dt.UTC)


@pytest.fixture
def world():
    """A water department, a payer with somebody who acts for it, a clerk of its tax office."""
    with time_machine.travel(NOW, tick=False):

        class World:
            office = factories.tax_office()
            payer = factories.company(office=office)
            owner = factories.representative(payer)
            water = factories_fees.officer()
            clerk = factories.staff(office)

        yield World


def test_a_source_becomes_a_charge_and_the_payer_gets_a_bill(world):
    source = factories_fees.source(world.water, world.payer)
    assert source.state == "billed"
    charge = Charge.objects.get(about=source.about)
    assert (charge.party, charge.amount, charge.levy_id) == (world.payer, Decimal("6720.00"), "soil-conservation")
    entry = JournalEntry.objects.get(about=source.delivery.about)  # a delivery is one entry, however many its sources
    assert dict(entry.postings.values_list("account", "amount")) == {
        "receivable": charge.amount,
        charge.levy.account_id: -charge.amount,
    }
    assert billing.tell_payers() == 1
    assert billing.tell_payers() == 0
    assert IssuedDocument.objects.get(kind="fee-bill", party=world.payer).context["department"] == "上海市水务局"
    assert Message.objects.filter(party=world.payer, template="fee-billed").count() == 1
    assert [event.kind for event in history.of(source)] == ["delivered", "billed"]


def test_a_source_is_of_a_delivery_of_its_own_office(world):
    source = factories_fees.source(world.water, world.payer)
    elsewhere = "UPDATE collaboration_feesource SET office_id = %s; SET CONSTRAINTS ALL IMMEDIATE"
    with (
        pytest.raises(IntegrityError, match="names what is not in collaboration_feedelivery"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(elsewhere, [world.clerk.office.pk])
    with pytest.raises(IntegrityError, match="names what is not in ledger_levy"), transaction.atomic():
        FeeSource.objects.create(
            office=source.office,
            delivery=source.delivery,
            number="X-1",
            levy_id="no-such-levy",
            delivered=1,
            amount=1,
            due=source.due,
            state="unmatched",
        )


def test_one_wrong_row_and_nothing_is_taken(world):
    good = factories_fees.row(world.payer)
    wrong = factories_fees.row(world.payer, amount="10.005", levy="vat")
    delivery = factories_fees.delivered(world.water, good, wrong)
    assert delivery.state == FeeDelivery.State.REFUSED
    assert {(each["row"], each["field"]) for each in delivery.problems} == {(2, "amount"), (2, "levy")}
    assert not FeeSource.objects.exists()
    assert not Charge.objects.exists()


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"amount": "6万元"}, "amount"),
        ({"amount": "0"}, "amount"),
        ({"amount": "NaN"}, "amount"),
        ({"due": "2026-10-01"}, "due"),
        ({"due": "明年"}, "due"),
        ({"issued": "2026-10-29"}, "issued"),
        ({"issued": "昨天"}, "issued"),
        ({"number": ""}, "number"),
        ({"number": "=1+1"}, "number"),
        ({"payer": ""}, "payer"),
        ({"levy": "civil-defence"}, "levy"),
    ],
)
def test_a_row_that_is_not_right_is_named(world, changed, field):
    row = factories_fees.row(world.payer) | changed
    delivery = factories_fees.delivered(world.water, row, control_total=Decimal("6720.00"))
    assert field in {each["field"] for each in delivery.problems}


@pytest.mark.parametrize(
    ("changed", "field"),
    [({"control_count": 2}, "control_count"), ({"control_total": Decimal("6719.99")}, "control_total")],
)
def test_control_totals_that_do_not_add_up_refuse_the_delivery(world, changed, field):
    delivery = factories_fees.delivered(world.water, factories_fees.row(world.payer), **changed)
    assert [(each["row"], each["field"]) for each in delivery.problems] == [(0, field)]


def test_a_department_has_five_working_days_from_its_document_to_send_it(world):
    # Wednesday 28 October: from Wednesday the 21st there are five working days, from Tuesday one too many.
    rows_ = [factories_fees.row(world.payer, issued=day) for day in ("2026-10-21", "2026年10月20日", "")]
    intime, late, unsaid = factories_fees.delivered(world.water, *rows_).sources.order_by("id")
    assert (intime.send_by, intime.sent_late) == (dt.date(2026, 10, 28), False)
    assert (late.send_by, late.sent_late) == (dt.date(2026, 10, 27), True)
    assert (unsaid.send_by, unsaid.sent_late) == (None, False)


def test_what_no_table_can_keep_is_refused(world):
    with pytest.raises(ValidationError):
        factories_fees.delivered(world.water, factories_fees.row(world.payer, payer="上海\0"))


def test_a_file_sent_again_doubles_nothing_and_a_changed_row_is_refused(world):
    row = factories_fees.row(world.payer)
    factories_fees.delivered(world.water, row)
    again = factories_fees.delivered(world.water, row, factories_fees.row(world.payer, "1.00"))
    assert (again.state, again.repeated_count, again.sources.count()) == ("taken", 1, 1)
    assert [each["repeated"] for each in intake.results(again)] == [True, False]
    other = factories_fees.delivered(world.water, row | {"amount": "1.00"})
    assert other.state == "refused"
    assert Charge.objects.count() == 2


def test_the_same_key_answers_the_same_and_not_for_something_else(world):
    row = factories_fees.row(world.payer)
    first = factories_fees.delivered(world.water, row, idempotency_key="water-0001")
    assert factories_fees.delivered(world.water, row, idempotency_key="water-0001") == first
    with pytest.raises(ValidationError):
        factories_fees.delivered(world.water, factories_fees.row(), idempotency_key="water-0001")


def test_a_code_with_another_name_and_a_shared_name_match_nobody(world):
    factories.company("上海同名有限公司")
    factories.company("上海同名有限公司")
    alone = factories.company("上海独名有限公司")
    wrong_name = factories_fees.row(world.payer, payer="上海别的公司")
    shared = factories_fees.row(payer="上海同名有限公司")
    exact = factories_fees.row(payer="上海独名有限公司")
    delivery = factories_fees.delivered(world.water, wrong_name, shared, exact)
    assert dict(delivery.sources.values_list("number", "charge__party")) == {
        wrong_name["number"]: None,
        shared["number"]: None,
        exact["number"]: alone.pk,
    }


def test_a_clerk_matches_or_returns_and_a_returned_number_may_come_again(world):
    source = factories_fees.source(world.water)
    matching.assign(source, world.payer.organisation.uscc, actor=world.clerk)
    assert Charge.objects.get().party == world.payer
    source.refresh_from_db()
    assert [event.kind for event in history.of(source)] == ["delivered", "unmatched", "matched", "billed"]
    row = factories_fees.row()
    lost = factories_fees.delivered(world.water, row).sources.get()
    matching.send_back(lost, "名称与登记不一致", actor=world.clerk)
    assert Message.objects.filter(office=world.water.office, template="fee-source-returned").exists()
    mended = row | {"payer": world.payer.name}
    assert factories_fees.delivered(world.water, mended).sources.get().state == "billed"
    with pytest.raises(ValidationError):
        matching.assign(lost, world.payer.organisation.uscc, actor=world.clerk)


def test_payment_is_fed_back_within_the_clock_and_once(world):
    source = factories_fees.source(world.water, world.payer)
    factories_ledger.paid(Charge.objects.get(), actor=world.owner)
    feedback.tell_departments()
    feedback.tell_departments()
    told = Feedback.objects.get()
    assert (told.amount, told.office, told.in_time) == (source.amount, world.water.office, True)
    text = feedback.file_of(world.water.office, dt.date(2026, 10, 28))
    assert source.number in text
    assert text.splitlines()[-1].startswith("合计,1,,6720.00")
    source.refresh_from_db()
    assert source.standing == "已缴清并反馈"


def test_a_run_looks_at_what_moved_lately_and_the_night_at_what_was_left(world):
    source, other = (factories_fees.source(world.water, world.payer) for _each in range(2))
    factories_ledger.paid(source.charge, actor=world.owner)
    assert feedback.tell_departments(charge=other.charge) == 0
    with time_machine.travel(NOW + dt.timedelta(hours=2), tick=False):
        factories_ledger.paid(other.charge, actor=world.owner)
        tasks.tell()
        assert [told.source for told in Feedback.objects.all()] == [other]
        assert tasks.tell_all() == 1
    assert Feedback.objects.filter(source=source, amount=source.amount).exists()


def test_a_change_after_payment_gives_the_rest_back_and_tells_the_department(world):
    source = factories_fees.source(world.water, world.payer)
    factories_ledger.paid(Charge.objects.get(), actor=world.owner)
    feedback.tell_departments()
    changing.change(source, Decimal("6000.00"), reason="面积复核", actor=world.water)
    feedback.tell_departments()
    assert Overpayment.objects.get().amount == Decimal("720.00")
    bill = signed_in(world.owner).get(reverse("fees:bill", args=[world.payer.ref, source.ref])).content.decode()
    assert "多缴的部分在“我的账户”里申请退还" in bill
    changing.withdraw(source, reason="许可撤销", actor=world.water)
    feedback.tell_departments()
    assert list(Feedback.objects.order_by("id").values_list("amount", flat=True)) == [
        Decimal("6720.00"),
        Decimal("-720.00"),
        Decimal("-6000.00"),
    ]
    assert reconciliation.days(world.water.office)[0].accounted
    with pytest.raises(ValidationError):
        changing.change(source, Decimal("1.00"), reason="再改", actor=world.water)


def test_a_payers_objection_goes_to_the_department_and_the_account_follows(world):
    source = factories_fees.source(world.water, world.payer)
    client, bill = signed_in(world.owner), f"/as/{world.payer.ref}/fees/{source.ref}/"
    assert f"{bill}dispute/" in client.get(bill).content.decode()
    with pytest.raises(ValidationError) as more:
        disputes.dispute(source, claimed=Decimal("6720.01"), reason="应当更多", actor=world.owner, key="dispute-00")
    assert "claimed" in more.value.message_dict
    case = disputes.dispute(source, claimed=Decimal("700.00"), reason="面积有误", actor=world.owner, key="dispute-01")
    assert case.office == world.water.office
    assert case.clocks.get().term == "fee-dispute-answer"
    with pytest.raises(ValidationError):
        disputes.dispute(source, claimed=Decimal("0.00"), reason="又", actor=world.owner, key="dispute-02")
    assert f"{bill}dispute/" not in client.get(bill).content.decode()  # one is open
    cases.perform(case, "approve", world.water, amount=Decimal("700.00"), reason="复核成立")
    assert Charge.objects.get().amount == Decimal("700.00")


def test_only_whose_it_is_may_do_it(world):
    source = factories_fees.source(world.water, world.payer)
    lost = factories_fees.source(world.water)
    other = factories_fees.officer("civil-defence", factories.department("民防办"))
    stranger = factories.representative(factories.company("上海陌生有限公司"))
    with pytest.raises(PermissionDenied):
        factories_fees.delivered(world.clerk, factories_fees.row(world.payer))
    with pytest.raises(PermissionDenied):
        changing.change(source, Decimal("1.00"), reason="越权", actor=other)
    with pytest.raises(PermissionDenied):
        changing.withdraw(source, reason="越权", actor=world.owner)
    with pytest.raises(PermissionDenied):
        matching.assign(lost, world.payer.organisation.uscc, actor=world.water)
    with pytest.raises(PermissionDenied):
        matching.send_back(lost, "越权", actor=world.owner)
    with pytest.raises(ValidationError):
        disputes.dispute(source, claimed=Decimal("0.00"), reason="不是我的", actor=stranger, key="dispute-03")
    assert not FeeSource.objects.visible_to(other).exists()
    assert not FeeSource.objects.visible_to(stranger).exists()
    assert not Case.objects.filter(procedure="fee-dispute").exists()


def _sheet(*lines) -> bytes:
    book = Workbook()
    for line in lines:
        book.active.append(line)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def test_csv_and_excel_read_alike(world):
    row = factories_fees.row(world.payer)
    text = ",".join(packing.COLUMNS.values()) + "\n" + ",".join(f'"{row[name]}"' for name in packing.COLUMNS)
    cells = [float(row["amount"]) if name == "amount" else row[name] for name in packing.COLUMNS]
    sheet = _sheet(list(packing.COLUMNS.values()), cells)
    for content in (text.encode("utf-8-sig"), text.encode("gb18030"), sheet):
        assert files.read(SimpleUploadedFile("a", content))[0] | {"amount": row["amount"]} == row


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04nonsense", b"\xff\xff\x80", "甲,乙\n1,2".encode(), b"a\0b"])
def test_a_file_that_cannot_be_read_says_so(content):
    with pytest.raises(ValidationError) as refused:
        files.read(SimpleUploadedFile("a", content))
    assert set(refused.value.message_dict) == {"file"}


AMOUNTS = st.decimals(min_value="0.01", max_value="99999.99", places=2)


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    amounts=st.lists(
        st.tuples(AMOUNTS, st.booleans(), st.sampled_from(["", "pay", "change", "withdraw"])), min_size=1, max_size=5
    ),
    new=AMOUNTS,
)
def test_the_totals_always_reconcile(world, amounts, new):
    """Whatever becomes of them: delivered + changed = waiting + billed, collected = fed back."""
    office = factories.department("又一个水务局")
    water = factories_fees.officer(office=office)
    given = [factories_fees.row(world.payer if matched else None, str(amount)) for amount, matched, _next in amounts]
    for source, (_amount, matched, following) in zip(
        factories_fees.delivered(water, *given).sources.order_by("id"), amounts, strict=True
    ):
        if following == "pay" and matched:
            factories_ledger.paid(source.charge, actor=world.owner)
        if following in ("change", "pay"):
            changing.change(source, new, reason="复核", actor=water)
        if following == "withdraw":
            changing.withdraw(source, reason="撤销", actor=water)
    feedback.tell_departments()
    (day,) = reconciliation.days(office)
    assert day.accounted, day
    assert not reconciliation.differences(office, day.day).exists()
    assert day.collected == sum(Feedback.objects.filter(office=office).values_list("amount", flat=True))


def test_a_payment_not_told_yet_is_listed_as_a_difference(world):
    source = factories_fees.source(world.water, world.payer)
    FeeSource.objects.filter(pk=source.pk).update(fed_back=Decimal("1.00"))
    (day,) = reconciliation.days(world.water.office)
    assert not day.accounted
    assert reconciliation.differences(world.water.office, day.day).get() == source


@pytest.mark.django_db(transaction=True)
def test_the_same_number_delivered_twice_at_once_is_charged_once():
    water = factories_fees.officer()
    row = factories_fees.row(factories.company(office=factories.tax_office()))
    start, states = threading.Barrier(4), []

    def deliver():
        try:
            start.wait()
            states.append(factories_fees.delivered(water, row).state)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=deliver) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert states == ["taken"] * 4
    assert Charge.objects.count() == FeeSource.objects.count() == 1
