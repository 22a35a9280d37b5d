"""Issuing: within the quota, numbered, readable by our own reader, handed over once."""

import datetime as dt
import threading
from decimal import Decimal

import pytest
import time_machine as travel
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, connection, transaction
from hypothesis import given
from hypothesis import strategies as st

from apps.kernel.audit.models import Event
from apps.kernel.notifications.models import Message
from apps.kernel.rules.money import fen
from apps.services.invoices import issuing, keeping, opening, parsing, quotas, writing
from apps.services.invoices.issuing import Item
from apps.services.invoices.layout import ofd
from apps.services.invoices.models import Invoice, InvoiceIssue, QuotaMonth
from apps.services.invoices.parsing import SHANGHAI, Parsed
from tests import factories
from tests.factories_invoices import MACHINE, OUTSIDER, issued, issuer, limit, order, side

NOVEMBER = dt.datetime(2026, 11, 23, 10, tzinfo=SHANGHAI)


@pytest.fixture(autouse=True)
def _november(time_machine) -> None:
    time_machine.move_to(NOVEMBER, tick=False)


@pytest.mark.django_db
def test_an_issued_invoice_has_its_number_its_amounts_and_its_evidence():
    actor = issuer()
    invoice = issued(actor, price="1234.56", quantity="3")
    assert invoice.number[:5] == "26318"
    assert len(invoice.number) == 20
    assert (invoice.amount, invoice.tax, invoice.total) == (
        Decimal("3703.68"),
        Decimal("481.48"),
        Decimal("4185.16"),
    )
    assert (invoice.seller, invoice.status) == (actor.party, Invoice.Status.NORMAL)
    assert Event.objects.filter(action="invoice.issued", target=invoice.number).count() == 1


@pytest.mark.django_db
def test_what_is_issued_our_own_reader_reads_as_xml_and_as_ofd():
    invoice = issued(issuer(), price="99.99", quantity="7")
    parsed = parsing.parse(bytes(invoice.original.content))
    assert keeping.digest(parsed) == invoice.digest
    again, kept = opening.read(ofd.write(invoice))
    assert again == parsed
    assert kept == bytes(invoice.original.content)


@pytest.mark.django_db
def test_the_same_key_issues_once():
    actor = issuer()
    first = issuing.issue(order(), actor=actor, idempotency_key="same-key-1")
    again = issuing.issue(order(price="77.00"), actor=actor, idempotency_key="same-key-1")
    assert again == first
    assert Invoice.objects.count() == 1
    assert quotas.of_month(actor.party, NOVEMBER.date()).used == first.amount


@pytest.mark.django_db
def test_numbers_differ():
    actor = issuer()
    assert len({issued(actor).number for _ in range(5)}) == 5


@pytest.mark.django_db
def test_beyond_the_quota_nothing_is_issued_and_nothing_is_lost():
    actor = issuer()
    limit(actor.party, "1500.00")
    issued(actor, price="1000.00")
    with pytest.raises(ValidationError, match=r"500\.00"):
        issued(actor, price="500.01")
    assert Invoice.objects.count() == InvoiceIssue.objects.count() == 1
    issued(actor, price="500.00")
    assert quotas.of_month(actor.party, NOVEMBER.date()).left == 0


@pytest.mark.django_db
def test_the_database_itself_refuses_an_overdrawn_quota():
    actor = issuer()
    row = quotas.of_month(actor.party, NOVEMBER.date())
    with pytest.raises(IntegrityError), transaction.atomic():
        QuotaMonth.objects.filter(pk=row.pk).update(used=row.granted + 1)


@pytest.mark.django_db
def test_a_new_month_brings_the_quota_anew(time_machine):
    actor = issuer()
    limit(actor.party, "1000.00")
    issued(actor, price="1000.00")
    time_machine.move_to(dt.datetime(2026, 12, 1, 0, 0, 1, tzinfo=SHANGHAI), tick=False)
    assert issued(actor, price="1000.00").number.startswith("26")


@pytest.mark.django_db
def test_the_buyer_here_is_told_and_finds_it_among_its_own():
    buyer = issuer("上海黄浦江轮渡有限公司")
    invoice = issued(issuer(), buyer.party)
    assert list(Invoice.objects.of(buyer.party)) == [invoice]
    assert invoice.number in Message.objects.get(party=buyer.party).subject


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"buyer_number": ""}, "buyer_number"),
        ({"buyer_number": "91310000000000000"}, "buyer_number"),
        ({"buyer_name": ""}, "buyer_name"),
        ({"kind": "paper"}, "kind"),
        ({"items": ()}, "items"),
        ({"rate": "0.14"}, "items.0.rate"),
        ({"rate": "NaN"}, "items.0.rate"),
        ({"price": "0.004"}, "items.0.price"),
        ({"quantity": "-1"}, "items.0.quantity"),
        ({"total": Decimal("1130.01")}, "total"),
    ],
)
def test_a_wrong_order_names_its_field_and_issues_nothing(change, field):
    actor = issuer()
    with pytest.raises(ValidationError) as refused:
        issued(actor, **change)
    assert field in refused.value.error_dict
    assert not Invoice.objects.exists()
    assert not QuotaMonth.objects.filter(used__gt=0).exists()


@pytest.mark.django_db
def test_the_registered_name_must_agree_and_is_not_given_away():
    buyer = factories.company("上海黄浦江轮渡有限公司")
    with pytest.raises(ValidationError) as refused:
        issued(issuer(), buyer, buyer_name="别的公司")
    assert buyer.name not in str(refused.value)


@pytest.mark.django_db
def test_small_taxpayers_have_their_own_rates():
    small = issuer(vat_kind="small")
    assert issued(small, rate="0.01").tax == Decimal("10.00")
    with pytest.raises(ValidationError, match="纳税人类型"):
        issued(small, rate="0.13")
    assert issued(small, rate="exempt", kind="ordinary").tax == 0


@pytest.mark.django_db
def test_only_a_company_and_only_within_the_mandate():
    with pytest.raises(PermissionDenied):
        issued(factories.citizen())
    limited = factories.representative(issuer().party, "filer", "钱多多", matters=["deferral"])
    with pytest.raises(PermissionDenied):
        issued(limited)
    with pytest.raises(PermissionDenied):
        issued(factories.staff(factories.tax_office()))
    assert not Invoice.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_many_issues_at_once_never_overdraw():
    with travel.travel(NOVEMBER, tick=False):
        actor = issuer()
        limit(actor.party, "3500.00")
        ready, outcomes = threading.Barrier(8), []

        def go(number: int) -> None:
            try:
                ready.wait(timeout=20)
                issuing.issue(order(), actor=actor, idempotency_key=f"at-once-{number:04d}")
                outcomes.append("issued")
            except ValidationError:
                outcomes.append("refused")
            finally:
                connection.close()

        threads = [threading.Thread(target=go, args=[number]) for number in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(timeout=60)
        assert sorted(outcomes) == ["issued"] * 3 + ["refused"] * 5
        assert Invoice.objects.count() == 3
        assert QuotaMonth.objects.get(party=actor.party).used == Decimal("3000.00")


@pytest.mark.django_db(transaction=True)
def test_one_key_at_once_issues_once():
    with travel.travel(NOVEMBER, tick=False):
        actor = issuer()
        ready, numbers = threading.Barrier(4), []

        def go() -> None:
            try:
                ready.wait(timeout=20)
                numbers.append(issuing.issue(order(), actor=actor, idempotency_key="one-key-1").number)
            finally:
                connection.close()

        threads = [threading.Thread(target=go) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(timeout=60)
        assert len(numbers) == 4
        assert len(set(numbers)) == 1
        assert QuotaMonth.objects.get(party=actor.party).used == Decimal("1000.00")


_quantities = st.decimals("0.00000001", "99999", places=8)
_prices = st.decimals("0.01", "999999", places=8)
_items = st.builds(
    Item,
    name=st.just(MACHINE.name),
    tax_class=st.just(MACHINE.tax_class),
    quantity=_quantities,
    price=_prices,
    rate=st.sampled_from(["0.13", "0.09", "0.06", "0.03", "0.01", "0.05", "exempt", "outside"]),
)


@given(items=st.lists(_items, min_size=1, max_size=12).map(tuple))
def test_lines_and_tax_always_make_the_total_under_the_one_rounding(items):
    lines = issuing.lines(items)
    for item, line in zip(items, lines, strict=True):
        assert line.amount == fen(item.quantity * item.price)
        assert line.tax == fen(line.amount * line.rate)
    amount, tax = sum(line.amount for line in lines), sum(line.tax for line in lines)
    made = Parsed(
        number="26318000000000000001",
        kind=Invoice.Kind.SPECIAL,
        status=Invoice.Status.NORMAL,
        issued_at=NOVEMBER,
        seller_number=OUTSIDER.number,
        seller_name=OUTSIDER.name,
        buyer_number="",
        buyer_name="个人",
        amount=amount,
        tax=tax,
        total=amount + tax,
        lines=lines,
    )
    # What is written is read back as the same invoice, to the last digit.
    assert parsing.parse(writing.xml(made)) == made


@pytest.mark.django_db
def test_who_buys_from_itself_is_told_so():
    actor = issuer()
    with pytest.raises(ValidationError, match="自己"):
        issued(actor, side(actor.party))
