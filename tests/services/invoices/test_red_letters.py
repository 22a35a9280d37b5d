"""Taking an issued invoice back: who must agree, by when, how much, and what it does to the deduction."""

import datetime as dt
import itertools
import threading
from decimal import Decimal

import pytest
import time_machine as travel
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, connection, transaction
from django.db.models import F
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from apps.kernel.notifications.models import Message
from apps.kernel.parties import todos
from apps.services.invoices import aggregates, importing, marking, parsing, purposes, quotas, red_letters, tasks
from apps.services.invoices.models import Invoice, InvoiceLine, RedLetter
from apps.services.invoices.writing import xml
from tests import factories
from tests.factories_invoices import issued, issuer, order, sale, shanghai

NOVEMBER = shanghai(2026, 11, 23, 10)


@pytest.fixture(autouse=True)
def _november(time_machine) -> None:
    time_machine.move_to(NOVEMBER, tick=False)


@pytest.fixture
def trade():
    """Seller, buyer, and an invoice of 1,000.00 net at 13 % between them."""
    seller, buyer = issuer(), issuer("上海黄浦江轮渡有限公司")
    return seller, buyer, issued(seller, buyer.party)


def relied_upon(invoice: Invoice, buyer) -> None:
    purposes.confirm(invoice, "deduct", actor=buyer)


@pytest.mark.django_db
def test_while_the_buyer_does_not_rely_on_it_the_seller_takes_it_back_alone(trade):
    seller, buyer, blue = trade
    form = red_letters.ask(blue, actor=seller, reason="mistake")
    red = form.red
    assert form.state == RedLetter.State.ISSUED
    assert (red.status, red.amount, red.tax, red.total) == ("red", -blue.amount, -blue.tax, -blue.total)
    assert parsing.parse(bytes(red.original.content)).status == "red"
    assert blue.number in bytes(red.original.content).decode()
    assert aggregates.month(seller.party, 2026, 11).output_vat == 0
    assert aggregates.month(buyer.party, 2026, 11).input_vat == 0
    with pytest.raises(ValidationError, match="没有可以红冲"):
        red_letters.ask(blue, actor=seller, reason="mistake")


@pytest.mark.django_db
def test_once_a_use_is_confirmed_the_buyer_must_agree(trade):
    seller, buyer, blue = trade
    relied_upon(blue, buyer)
    form = red_letters.ask(blue, actor=seller, reason="return")
    assert form.state == RedLetter.State.WAITING
    assert form.due_at == NOVEMBER + dt.timedelta(hours=72)
    assert Message.objects.filter(party=buyer.party, template="red-letter-asked").count() == 1
    assert [todo.due for todo in todos.for_actor(buyer) if todo.kind == "invoice"] == [dt.date(2026, 11, 26)]
    with pytest.raises(PermissionDenied):
        red_letters.agree(form, actor=seller)
    agreed = red_letters.agree(form, actor=buyer)
    assert agreed.red.purpose.purpose == "deduct"
    assert aggregates.month(buyer.party, 2026, 11).input_vat == 0
    assert Message.objects.filter(party=seller.party, template="red-letter-answered").count() == 1


@pytest.mark.django_db
def test_each_side_reads_the_answer_in_its_own_language(trade):
    seller, buyer, blue = trade
    relied_upon(blue, buyer)
    form = red_letters.ask(blue, actor=seller, reason="return")
    with translation.override("en"):
        red_letters.agree(form, actor=buyer)
    told = Message.objects.get(party=seller.party, template="red-letter-answered").body
    assert str(RedLetter.State.ISSUED.label) in told
    assert "issued" not in told.lower()


@pytest.mark.django_db
def test_once_it_is_in_the_books_the_buyer_must_agree(trade):
    seller, buyer, blue = trade
    marking.mark(blue, "entered", "记-2026-11-018", actor=buyer)
    assert red_letters.ask(blue, actor=seller, reason="return").state == RedLetter.State.WAITING


@pytest.mark.django_db
def test_the_buyer_may_ask_and_then_the_seller_must_agree(trade):
    seller, buyer, blue = trade
    form = red_letters.ask(blue, actor=buyer, reason="return")
    with pytest.raises(PermissionDenied):
        red_letters.agree(form, actor=buyer)
    assert red_letters.agree(form, actor=seller).red.seller == seller.party


@pytest.mark.django_db
def test_disagreeing_withdrawing_and_lapsing_leave_the_invoice_as_it_was(trade, time_machine):
    seller, buyer, blue = trade
    relied_upon(blue, buyer)
    rejected = red_letters.ask(blue, actor=seller, reason="return")
    with pytest.raises(ValidationError, match="理由"):
        red_letters.reject(rejected, actor=buyer, why=" ")
    assert red_letters.reject(rejected, actor=buyer, why="货物没有退回").state == RedLetter.State.REJECTED
    withdrawn = red_letters.ask(blue, actor=seller, reason="return")
    with pytest.raises(PermissionDenied):
        red_letters.withdraw(withdrawn, actor=buyer)
    assert red_letters.withdraw(withdrawn, actor=seller).state == RedLetter.State.WITHDRAWN
    late = red_letters.ask(blue, actor=seller, reason="return")
    assert tasks.lapse_red_letters.run() == 0
    time_machine.move_to(NOVEMBER + dt.timedelta(hours=72, minutes=1), tick=False)
    with pytest.raises(ValidationError, match="期限已过"):
        red_letters.agree(late, actor=buyer)
    assert (tasks.lapse_red_letters.run(), tasks.lapse_red_letters.run()) == (1, 0)
    late.refresh_from_db()
    assert late.state == RedLetter.State.LAPSED
    line = blue.lines.get()
    assert (line.red_amount, line.red_tax) == (0, 0)
    assert not Invoice.objects.filter(status="red").exists()
    with pytest.raises(ValidationError, match="不能再处理"):
        red_letters.agree(late, actor=buyer)


@pytest.mark.django_db
def test_parts_may_be_taken_back_until_nothing_remains(trade):
    seller, _buyer, blue = trade
    red_letters.ask(blue, actor=seller, reason="allowance", amounts={1: Decimal("333.33")})
    with pytest.raises(ValidationError, match=r"666\.67"):
        red_letters.ask(blue, actor=seller, reason="allowance", amounts={1: Decimal("666.68")})
    rest = red_letters.ask(blue, actor=seller, reason="allowance", amounts={1: Decimal("666.67")})
    reds = Invoice.objects.filter(status="red")
    assert sum(red.amount for red in reds) == -blue.amount
    assert sum(red.tax for red in reds) == -blue.tax
    assert rest.tax == Decimal("86.67")


@pytest.mark.django_db
def test_the_database_itself_lets_nobody_take_back_more_than_there_is(trade):
    _seller, _buyer, blue = trade
    with pytest.raises(IntegrityError), transaction.atomic():
        InvoiceLine.objects.filter(invoice=blue).update(red_amount=F("amount") + 1)


@pytest.mark.django_db
def test_within_the_month_the_quota_comes_back_and_later_not(trade, time_machine):
    seller, _buyer, blue = trade
    red_letters.ask(blue, actor=seller, reason="return", amounts={1: Decimal("400.00")})
    assert quotas.of_month(seller.party, NOVEMBER.date()).used == Decimal("600.00")
    time_machine.move_to(shanghai(2026, 12, 2), tick=False)
    red_letters.ask(blue, actor=seller, reason="return")
    assert quotas.of_month(seller.party, NOVEMBER.date()).used == Decimal("600.00")


@pytest.mark.django_db
def test_what_cannot_be_taken_back_says_why(trade):
    seller, buyer, blue = trade
    with pytest.raises(PermissionDenied):
        red_letters.ask(blue, actor=issuer("上海晚到贸易有限公司"), reason="return")
    with pytest.raises(ValidationError, match="原因"):
        red_letters.ask(blue, actor=seller, reason="mood")
    red = red_letters.ask(blue, actor=seller, reason="return").red
    with pytest.raises(ValidationError, match="蓝字"):
        red_letters.ask(red, actor=seller, reason="return")
    elsewhere = importing.import_xml(xml(sale(seller.party, at=shanghai(2026, 11, 1))), actor=seller)
    with pytest.raises(ValidationError, match="原开票渠道"):
        red_letters.ask(elsewhere, actor=seller, reason="return")
    limited = factories.representative(buyer.party, "filer", "钱多多", matters=["deferral"])
    with pytest.raises(PermissionDenied):
        red_letters.ask(blue, actor=limited, reason="return")


@pytest.mark.django_db
def test_what_is_not_deducted_leaves_the_prefill_with_its_red_invoice(trade):
    seller, buyer, blue = trade
    assert aggregates.month(buyer.party, 2026, 11).input_vat == Decimal("130.00")
    purposes.confirm(blue, "not_deduct", actor=buyer)
    assert aggregates.month(buyer.party, 2026, 11).input_vat == 0
    form = red_letters.ask(blue, actor=seller, reason="return", amounts={1: Decimal("500.00")})
    red_letters.agree(form, actor=buyer)
    assert aggregates.month(buyer.party, 2026, 11).input_vat == 0
    purposes.confirm(blue, "deduct", actor=buyer)
    assert aggregates.month(buyer.party, 2026, 11).input_vat == Decimal("65.00")
    for actor, invoice in ((seller, blue), (buyer, form.blue.red_letters.get().red)):
        with pytest.raises(ValidationError):
            purposes.confirm(invoice, "deduct", actor=actor)


@pytest.mark.django_db(transaction=True)
def test_two_forms_at_once_never_take_back_more_than_there_is():
    with travel.travel(NOVEMBER, tick=False):
        seller = issuer()
        blue = issued(seller)
        ready, outcomes = threading.Barrier(4), []

        def go() -> None:
            try:
                ready.wait(timeout=20)
                red_letters.ask(blue, actor=seller, reason="allowance", amounts={1: Decimal("400.00")})
                outcomes.append("taken")
            except ValidationError:
                outcomes.append("refused")
            finally:
                connection.close()

        threads = [threading.Thread(target=go) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(timeout=60)
        assert sorted(outcomes) == ["refused", "refused", "taken", "taken"]
        assert blue.lines.get().red_amount == Decimal("800.00")


@given(
    cuts=st.lists(st.integers(1, 99_999), max_size=6, unique=True),
    rate=st.sampled_from([Decimal("0.13"), Decimal("0.06"), Decimal("0.01")]),
)
def test_however_a_line_is_cut_the_parts_make_its_tax_exactly(cuts, rate):
    amount = Decimal("1000.00")
    line = InvoiceLine(amount=amount, tax=(amount * rate), rate=rate, red_amount=Decimal(0), red_tax=Decimal(0))
    edges = [0, *sorted(cuts), 100_000]
    for low, high in itertools.pairwise(edges):
        share = Decimal(high - low) / 100
        tax = red_letters.tax_of(line, share)
        assert tax >= 0
        line.red_amount += share
        line.red_tax += tax
    assert (line.red_amount, line.red_tax) == (line.amount, line.tax)


@pytest.mark.django_db
def test_an_order_of_two_lines_is_taken_back_line_by_line():
    seller = issuer()
    made = order()
    blue = issued(seller, items=(made.items[0], made.items[0]))
    form = red_letters.ask(blue, actor=seller, reason="return", amounts={2: Decimal("1000.00")})
    assert (form.lines.get().line.position, form.red.amount) == (2, Decimal("-1000.00"))
    with pytest.raises(ValidationError, match="第 2 行"):
        red_letters.ask(blue, actor=seller, reason="return", amounts={2: Decimal("0.01")})
