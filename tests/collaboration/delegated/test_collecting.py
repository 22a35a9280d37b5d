"""What is collected: coded refusals, the payer's account and receipt, remittance, damages, fees (Art 23)."""

import datetime as dt
import threading
from decimal import Decimal

import pytest
import time_machine
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection, connections
from django.db.models import Sum
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from hypothesis import given, settings
from hypothesis import strategies as st

from apps.collaboration.delegated import booking, collectors, intake, paying, reconciling, remitting, tasks
from apps.collaboration.delegated.models import CollectedItem, CollectionBatch, Remittance
from apps.kernel.casework import cases
from apps.kernel.documents import letters
from apps.kernel.ledger.models import Charge, Payment, Posting
from apps.kernel.notifications.models import Message
from apps.kernel.parties.actors import Actor
from apps.kernel.parties.models import Party
from apps.kernel.rules.money import fen
from apps.kernel.workcalendar import clock
from tests import factories, factories_ledger
from tests import factories_delegated as make

pytestmark = pytest.mark.django_db
NOW = dt.datetime(2026, 10, 28, 2, 0, tzinfo=dt.UTC)


class World(make.Side):
    """A collector with a live agreement and a payer."""

    def __init__(self) -> None:
        super().__init__()
        self.payer = factories.company("上海阿强服饰店", office=self.office)
        self.agreement = make.in_force(self)


@pytest.fixture
def world():
    with time_machine.travel(NOW, tick=False):
        yield World()


def codes(batch: CollectionBatch) -> list[tuple[int, str]]:
    return [(each["row"], each["code"]) for each in batch.problems]


def books(party: Party) -> dict[str, Decimal]:
    rows = Posting.objects.filter(party=party).values_list("account").annotate(total=Sum("amount")).order_by()
    return {account: total for account, total in rows if total}


def brought() -> dict[str, Decimal]:
    """What charges assessed together brought to each account: nobody's alone."""
    return dict(Posting.objects.filter(party=None).values_list("account").annotate(total=Sum("amount")).order_by())


def remitted(world, *, paid_on: dt.date | None = None) -> Remittance:
    """The first day's money, transferred and found."""
    remittance = world.agreement.remittances.get()
    transfer = remitting.state_transfer(
        remittance,
        amount=remittance.outstanding,
        bank_reference="ICBC-0001",
        paid_on=paid_on or clock.today(),
        actor=world.owner,
    )
    remitting.decide_transfer(transfer, found=True, actor=world.clerk)
    return world.agreement.remittances.get()


def test_a_payer_has_paid_and_can_have_the_receipt_checked(world):
    batch = make.delivered(world.agreement, world.owner, make.row(world.payer, "120.00"))
    item = batch.items.get()
    assert (batch.state, item.state) == ("taken", "booked")
    assert item.charge.paid == item.charge.amount == Decimal("120.00")
    assert item.payment.collected_by == batch.about
    assert books(world.payer) == {"with-collectors": Decimal(120)}  # and nothing owed
    assert brought() == {"1010101": Decimal(-120)}
    page = Client().get(reverse("documents:verify_code", args=[item.receipt.code])).content.decode()
    assert item.receipt.number in page


def test_a_charge_that_is_owed_already_is_paid_and_not_charged_twice(world):
    owed = factories_ledger.owed(world.payer, "120.00", period="2026-10")
    make.delivered(world.agreement, world.owner, make.row(world.payer, "120.00", period="2026-10"))
    owed.refresh_from_db()
    assert owed.outstanding == 0
    assert Charge.objects.filter(party=world.payer).count() == 1


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"levy": "deed"}, "levy_not_covered"),
        ({"place": "南京东路步行街"}, "area_not_covered"),
        ({"amount": "2000000.00"}, "unit_suspect"),
        ({"collected_on": "2026-01-02"}, "outside_agreement_term"),
        ({"collected_on": "2026-12-31"}, "field"),
        ({"amount": "12.005"}, "field"),
        ({"period": "2026-13"}, "field"),
        ({"certificate": "无此证"}, "collector_unknown"),
    ],
)
def test_a_wrong_row_refuses_the_batch_with_its_code_and_nothing_is_booked(world, changed, code):
    batch = make.delivered(world.agreement, world.owner, make.row(world.payer), make.row(world.payer, **changed))
    assert batch.state == "refused"
    assert (2, code) in codes(batch)
    assert {row for row, _code in codes(batch)} == {2}
    assert not CollectedItem.objects.exists()
    assert not Payment.objects.exists()


def test_receipts_doubled_in_a_file_or_since_are_refused(world):
    once = make.row(world.payer)
    assert codes(make.delivered(world.agreement, world.owner, once, once)) == [(2, "receipt_doubled")]
    make.delivered(world.agreement, world.owner, once)
    assert codes(make.delivered(world.agreement, world.owner, once)) == [(1, "receipt_doubled")]


def test_totals_that_do_not_add_up_are_refused(world):
    rows = [make.row(world.payer), make.row(world.payer)]
    wrong = make.delivered(world.agreement, world.owner, *rows, control_count=3, control_total=Decimal(24000))
    assert codes(wrong) == [(0, "totals_differ"), (0, "totals_differ")]


def test_the_same_key_answers_alike_and_stands_for_one_batch(world):
    row = make.row(world.payer)
    first = make.delivered(world.agreement, world.owner, row, idempotency_key="k-000001")
    assert make.delivered(world.agreement, world.owner, row, idempotency_key="k-000001").pk == first.pk
    with pytest.raises(ValidationError, match="幂等键"):
        make.delivered(world.agreement, world.owner, make.row(world.payer), idempotency_key="k-000001")
    assert Payment.objects.count() == 1


def test_a_refused_batch_is_kept_and_taken_once_its_reason_is_gone(world):
    row = make.row(world.payer, certificate="代证-001")
    refused = make.delivered(world.agreement, world.owner, row)
    assert codes(intake.replay(refused, world.clerk)) == [(1, "collector_unknown")]
    make.grid(world.agreement, world)
    taken = intake.replay(refused, world.clerk)
    assert (taken.state, taken.replays, taken.rows) == ("taken", refused, refused.rows)
    assert taken.items.get().collector.certificate == "代证-001"
    with pytest.raises(ValidationError, match="已经入账"):
        intake.replay(refused, world.clerk)


def test_after_it_ended_only_what_was_collected_before_is_taken(world):
    before = make.row(world.payer)
    with time_machine.travel(NOW + dt.timedelta(days=1), tick=False):
        cases.perform(world.agreement.case, "end", world.owner, reason="停业。")
    with time_machine.travel(NOW + dt.timedelta(days=3), tick=False):
        late = make.row(world.payer)
        assert make.delivered(world.agreement, world.owner, before).state == "taken"
        assert codes(make.delivered(world.agreement, world.owner, late)) == [(1, "agreement_not_in_force")]


def test_an_ended_agreement_takes_batches_only_for_the_ten_working_days_of_settling(world):
    before = make.row(world.payer)
    cases.perform(world.agreement.case, "end", world.owner, reason="停业。")  # 2026-10-28
    upload = reverse("delegated:deliver", args=[world.collector.ref, world.agreement.case.number])
    page = reverse("delegated:agreement", args=[world.collector.ref, world.agreement.case.number])
    browser = Client()
    browser.force_login(world.owner.user)
    with time_machine.travel(dt.datetime(2026, 11, 11, 2, tzinfo=dt.UTC), tick=False):
        assert upload in browser.get(page).content.decode()
        assert "2026年11月11日" in browser.get(upload).content.decode()
    with time_machine.travel(dt.datetime(2026, 11, 12, 2, tzinfo=dt.UTC), tick=False):
        assert browser.get(upload).url == page
        shown = browser.get(page).content.decode()
        assert upload not in shown
        assert "结清期限 2026-11-11 已过" in shown
        assert codes(make.delivered(world.agreement, world.owner, before)) == [(0, "agreement_not_in_force")]


def test_an_unknown_payer_waits_is_registered_by_name_and_number_and_has_paid(world):
    number = factories.identity_number(dt.date(1950, 3, 4))
    batch = make.delivered(world.agreement, world.owner, make.row(None, "80.00", payer_code=number))
    item = batch.items.get()
    assert (item.state, item.receipt) == ("unmatched", None)
    assert world.agreement.remittances.get().charge.amount == Decimal(80)
    with pytest.raises(PermissionDenied):
        booking.register(item, number, actor=world.owner)
    elsewhere = factories.staff(factories.tax_office("别处税务所"))
    with pytest.raises(PermissionDenied):
        booking.register(item, number, actor=elsewhere)
    item = booking.register(item, number, actor=world.clerk)
    assert (item.state, item.party.name, item.party.person.user) == ("booked", "王阿婆", None)
    assert books(item.party) == {"with-collectors": Decimal(80)}
    assert brought() == {"1010101": Decimal(-80)}
    with pytest.raises(ValidationError, match="已经处理过"):
        booking.register(item, number, actor=world.clerk)


def test_a_number_registered_to_somebody_else_is_not_the_payer(world):
    other = factories.citizen("李四")
    batch = make.delivered(world.agreement, world.owner, make.row(None, payer_code=other.party.person.id_number))
    item = batch.items.get()
    assert item.state == "unmatched"
    with pytest.raises(ValidationError, match="另一个姓名"):
        booking.register(item, other.party.person.id_number, actor=world.clerk)
    assert booking.assign(item, world.payer.organisation.uscc, actor=world.clerk).party == world.payer


def test_who_may_not_deliver(world):
    stranger = make.Side("上海别家市场有限公司")
    for actor in (stranger.owner, world.clerk, factories.representative(world.payer)):
        with pytest.raises(PermissionDenied):
            make.delivered(world.agreement, actor, make.row(world.payer))


def test_a_named_grid_worker_collects_until_struck(world):
    street = make.street()
    side = make.Side("上海外滩街道社区事务中心")
    agreement = make.in_force(side, text={"works_as": street})
    worker = factories.staff(street, "grid", name="网格员")
    with pytest.raises(PermissionDenied):
        make.delivered(agreement, worker, make.row(world.payer))
    person = make.grid(agreement, side, username=worker.user.username)
    assert make.delivered(agreement, worker, make.row(world.payer, certificate=person.certificate)).state == "taken"
    collectors.strike(person, side.owner)
    with time_machine.travel(NOW + dt.timedelta(days=1), tick=False), pytest.raises(PermissionDenied):
        make.delivered(agreement, worker, make.row(world.payer))


def test_a_days_money_falls_due_as_agreed_and_more_of_the_day_adds_to_it(world):
    make.delivered(world.agreement, world.owner, make.row(world.payer, "100.00"))
    make.delivered(world.agreement, world.owner, make.row(world.payer, "50.50"))
    remittance = world.agreement.remittances.get()
    assert remittance.charge.amount == Decimal("150.50")
    assert remittance.due == dt.date(2026, 11, 4)  # five working days after Wednesday 28 October
    assert remittance.charge.party == world.collector


def test_money_handed_in_leaves_nothing_with_the_collector(world):
    make.delivered(world.agreement, world.owner, make.row(world.payer, "100.00"))
    remittance = remitted(world)
    assert remittance.outstanding == 0
    total = Posting.objects.filter(account="with-collectors").aggregate(total=Sum("amount"))["total"]
    assert total == 0


def test_it_can_be_remitted_through_the_gateway_like_any_charge(world):
    make.delivered(world.agreement, world.owner, make.row(world.payer, "100.00"))
    factories_ledger.paid(world.agreement.remittances.get().charge, actor=world.owner)
    assert world.agreement.remittances.get().outstanding == 0


def test_a_transfer_counts_only_when_a_clerk_has_found_it(world):
    make.delivered(world.agreement, world.owner, make.row(world.payer, "100.00"))
    remittance = world.agreement.remittances.get()
    said = {"bank_reference": "B-1", "paid_on": clock.today(), "actor": world.owner}
    with pytest.raises(ValidationError, match="多于尚未解缴"):
        remitting.state_transfer(remittance, amount=Decimal("100.01"), **said)
    transfer = remitting.state_transfer(remittance, amount=Decimal("60.00"), **said)
    with pytest.raises(ValidationError, match="已经填报"):
        remitting.state_transfer(remittance, amount=Decimal("40.00"), **said)
    with pytest.raises(PermissionDenied):
        remitting.decide_transfer(transfer, found=True, actor=world.owner)
    remitting.decide_transfer(transfer, found=False, actor=world.clerk)
    assert world.agreement.remittances.get().outstanding == Decimal(100)
    with pytest.raises(ValidationError, match="已经核实"):
        remitting.decide_transfer(transfer, found=True, actor=world.clerk)


def test_damages_for_late_money_are_a_chiefs_decision_with_a_reason_and_lines(world):
    make.delivered(world.agreement, world.owner, make.row(world.payer, "10000.00"))
    with time_machine.travel(dt.datetime(2026, 11, 14, 2, 0, tzinfo=dt.UTC), tick=False):
        with pytest.raises(ValidationError, match="还没有全部解缴"):
            remitting.impose(world.agreement.remittances.get(), reason="截留", actor=world.chief)
        remittance = remitted(world)
        with pytest.raises(PermissionDenied):
            remitting.impose(remittance, reason="截留", actor=world.clerk)
        with pytest.raises(ValidationError, match="过错"):
            remitting.impose(remittance, reason=" ", actor=world.chief)
        penalty = remitting.impose(remittance, reason="资金被挪用十天", actor=world.chief)
        assert penalty.amount == Decimal("50.00")  # 10,000 x 0.05 % x 10 days
        assert penalty.lines[0]["formula"] == "10,000.00 × 0.05% × 10 天"
        assert penalty.charge.levy_id == "collected-penalty"
        assert Message.objects.filter(party=world.collector, template="delegated-penalty").count() == 1
        with pytest.raises(ValidationError, match="已经决定"):
            remitting.impose(remittance, reason="再来", actor=world.chief)


def test_money_in_time_bears_no_damages(world):
    make.delivered(world.agreement, world.owner, make.row(world.payer))
    with pytest.raises(ValidationError, match="没有逾期"):
        remitting.impose(remitted(world), reason="无", actor=world.chief)


@settings(deadline=None)
@given(parts=st.lists(st.tuples(st.integers(1, 10**8), st.integers(-5, 400)), max_size=5), fen_rate=st.integers(0, 100))
def test_damages_grow_only_with_days_after_the_due_date(parts, fen_rate):
    due, rate = dt.date(2026, 10, 1), Decimal(fen_rate) / 10_000
    given_parts = [(Decimal(amount) / 100, due + dt.timedelta(days=days)) for amount, days in parts]
    late = remitting.late_parts(due, given_parts, rate)
    assert [each.amount for each in late] == [amount for amount, on in given_parts if on > due]
    for each in late:
        assert each.penalty == fen(each.amount * rate * each.days)
        assert 1 <= each.days <= 400


def test_the_days_agree_to_the_fen_or_the_difference_has_a_name(world):
    make.delivered(world.agreement, world.owner, make.row(world.payer, "100.00"), make.row(None, "30.00"))
    [day] = reconciling.days([world.agreement])
    assert (day.count, day.collected, day.booked, day.expected) == (2, Decimal(130), Decimal(100), Decimal(130))
    assert day.differences == ["未确认缴费人 30.00 元"]
    item = CollectedItem.objects.get(state="booked")
    letters.revoke(item.receipt, actor=Actor.system("test"), reason="error")
    [day] = reconciling.days([world.agreement])
    assert "凭证与入账相差 100.00 元" in day.differences
    with time_machine.travel(NOW + dt.timedelta(days=20), tick=False):
        [day] = reconciling.days([world.agreement])
        assert "逾期未解缴 130.00 元" in day.differences


def test_reconciliation_asks_two_questions_however_many_collections(world):
    for _each in range(6):
        make.delivered(world.agreement, world.owner, make.row(world.payer), make.row(world.payer))
    with CaptureQueriesContext(connection) as asked:
        reconciling.days([world.agreement])
    assert len(asked) == 2


def test_a_years_fee_is_on_what_was_handed_in_within_the_ceilings_and_by_two_people(world):
    rows = [make.row(world.payer, "1000.00"), make.row(world.payer, "333.33", levy="stamp")]
    make.delivered(world.agreement, world.owner, *rows)
    with time_machine.travel(NOW.replace(year=2027), tick=False):
        with pytest.raises(ValidationError, match="没有全部解缴"):
            paying.compute(world.agreement, 2026, world.clerk)
        remitted(world)
        with pytest.raises(ValidationError, match="年度结束"):
            paying.compute(world.agreement, 2027, world.clerk)
        both = factories.staff(world.office, "clerk", "chief", name="一身二任")
        statement = paying.compute(world.agreement, 2026, both)
        assert statement.amount == Decimal("40.00")  # 30.00 + 10.00, each line to the fen
        assert all(line.source and line.rate <= line.ceiling for line in statement.lines.all())
        with pytest.raises(PermissionDenied):
            paying.confirm(statement, both)
        paying.confirm(statement, world.chief)
        with pytest.raises(ValidationError, match="已经审定"):
            paying.compute(world.agreement, 2026, world.clerk)


def test_a_confirmed_fee_is_paid_out_once_with_its_voucher_and_the_collector_is_told(world):
    make.delivered(world.agreement, world.owner, make.row(world.payer, "1000.00"))
    with time_machine.travel(NOW.replace(year=2027), tick=False):
        remitted(world)
        statement = paying.compute(world.agreement, 2026, world.clerk)
        paid = {"paid_on": clock.today(), "reference": "GK-2027-0001"}
        with pytest.raises(ValidationError, match="审定以后"):
            paying.pay(statement, world.clerk, **paid)
        statement = paying.confirm(statement, world.chief)
        with pytest.raises(PermissionDenied):
            paying.pay(statement, world.owner, **paid)
        with pytest.raises(ValidationError) as wrong:
            paying.pay(statement, world.clerk, **paid | {"paid_on": clock.today() + dt.timedelta(days=1)})
        assert "paid_on" in wrong.value.message_dict
        statement = paying.pay(statement, world.clerk, **paid)
        assert (statement.paid_on, statement.paid_reference) == (clock.today(), "GK-2027-0001")
        assert Message.objects.filter(template="delegated-fee-paid", party=world.collector).count() == 1
        with pytest.raises(ValidationError, match="已经支付"):
            paying.pay(statement, world.clerk, **paid | {"reference": "GK-2027-0002"})


def test_a_long_batch_waits_for_a_worker_and_is_booked_whole_or_not_at_all(world, monkeypatch):
    monkeypatch.setattr(intake, "AT_ONCE", 1)
    rows = [make.row(world.payer) for _each in range(3)]
    batch = make.delivered(world.agreement, world.owner, *rows)
    assert (batch.state, Payment.objects.count()) == ("received", 0)
    for _again in range(2):
        tasks.take_in_batch(batch.pk)
    batch.refresh_from_db()
    assert (batch.state, Payment.objects.count()) == ("taken", 3)
    refused = make.delivered(world.agreement, world.owner, make.row(world.payer), make.row(world.payer, "0.00"))
    assert tasks.take_in_waiting() == 1  # what a lost worker left
    refused.refresh_from_db()
    assert (refused.state, refused.problems[0]["row"], Payment.objects.count()) == ("refused", 2, 3)


@pytest.mark.django_db(transaction=True)
def test_the_same_receipt_delivered_twice_at_once_is_booked_once(world):
    row, barrier, states = make.row(world.payer), threading.Barrier(2), []

    def send(key: str) -> None:
        barrier.wait()
        states.append(make.delivered(world.agreement, world.owner, row, idempotency_key=key).state)
        connections.close_all()

    threads = [threading.Thread(target=send, args=(f"race-{n}-key",)) for n in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(states) == ["refused", "taken"]
    assert Payment.objects.count() == 1
