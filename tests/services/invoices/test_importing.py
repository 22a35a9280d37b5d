"""Handing invoices in: kept once, only by those they concern, and added up."""

import datetime as dt
import threading
from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection

from apps.kernel.audit.models import Event
from apps.kernel.facts import reading
from apps.kernel.parties import demo as parties_demo
from apps.kernel.parties.acting import taxpayer_actor
from apps.kernel.parties.actors import Actor
from apps.kernel.parties.models import Organisation, User
from apps.services.invoices import aggregates, demo, importing
from apps.services.invoices.models import Invoice, InvoiceLine, InvoiceOriginal
from apps.services.invoices.samples import Side
from apps.services.invoices.writing import Style, xml
from tests import factories
from tests.factories_invoices import CONSULTING, OUTSIDER, purchase, sale, shanghai, side, trading_company

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _november(time_machine) -> None:
    time_machine.move_to(dt.datetime(2026, 11, 2, 10, tzinfo=dt.UTC), tick=False)


def test_an_invoice_is_kept_with_its_lines_its_original_and_an_event():
    party, actor = trading_company()
    content = xml(sale(party, "1000.00"))
    invoice = importing.import_xml(content, actor=actor)
    assert (invoice.seller, invoice.buyer, invoice.total) == (party, None, Decimal("1130.00"))
    assert invoice.lines.get().rate == Decimal("0.13")
    assert bytes(invoice.original.content) == content
    assert Event.objects.filter(action="invoice.imported", target=invoice.number).count() == 1


def test_the_same_invoice_again_changes_nothing_even_when_its_file_is_spaced_differently():
    party, actor = trading_company()
    made = sale(party)
    first = importing.import_xml(xml(made), actor=actor)
    again = importing.import_xml(xml(made, Style(indented=False, percent_rates=True)), actor=actor)
    assert again == first
    assert Invoice.objects.count() == InvoiceLine.objects.count() == InvoiceOriginal.objects.count() == 1


def test_the_buyer_finds_what_the_seller_handed_in():
    seller, selling = trading_company()
    buyer, buying = trading_company("上海黄浦江轮渡有限公司")
    content = xml(sale(seller, to=side(buyer)))
    assert importing.import_xml(content, actor=selling) == importing.import_xml(content, actor=buying)
    assert list(Invoice.objects.of(buyer)) == list(Invoice.objects.of(seller)) != []


def test_another_content_under_the_same_number_is_a_conflict():
    party, actor = trading_company()
    made = sale(party, "1000.00")
    importing.import_xml(xml(made), actor=actor)
    with pytest.raises(ValidationError) as refused:
        importing.import_xml(xml(made).replace(OUTSIDER.name.encode(), "别的公司".encode()), actor=actor)
    assert refused.value.error_dict["file"][0].code == "conflict"
    assert Invoice.objects.get().buyer_name == OUTSIDER.name


def test_an_invoice_between_others_is_refused():
    party, _actor = trading_company()
    _other, stranger = trading_company("上海黄浦江轮渡有限公司")
    with pytest.raises(ValidationError, match="都不是"):
        importing.import_xml(xml(sale(party)), actor=stranger)
    assert not Invoice.objects.exists()


def test_only_someone_acting_for_a_taxpayer_may_hand_in():
    party, _actor = trading_company()
    for actor in (Actor(), factories.staff(factories.tax_office())):
        with pytest.raises(PermissionDenied):
            importing.import_xml(xml(sale(party)), actor=actor)
    limited = factories.representative(party, "filer", "钱多多", matters=["deferral"])
    with pytest.raises(PermissionDenied):
        importing.import_xml(xml(sale(party)), actor=limited)
    assert Event.objects.using("evidence").filter(action="invoice.import").count() == 1


def test_numbers_of_other_regions_are_taken_as_purchases_only():
    party, actor = trading_company()
    assert importing.import_xml(xml(purchase(party)), actor=actor).buyer == party
    with pytest.raises(ValidationError, match="31"):
        importing.import_xml(xml(sale(party, region="32")), actor=actor)


def test_an_invoice_from_the_future_is_refused():
    party, actor = trading_company()
    with pytest.raises(ValidationError, match="晚于现在"):
        importing.import_xml(xml(sale(party, at=shanghai(2026, 12, 1))), actor=actor)


def test_a_month_is_added_up_by_rate_and_by_what_can_be_deducted():
    party, actor = trading_company()
    made = [
        sale(party, "1000.00"),
        sale(party, "500.00", goods=CONSULTING),
        sale(party, "-200.00"),
        sale(party, "900.00", at=shanghai(2026, 8, 31, 23, 59, 59)),
        sale(party, "70.00", at=shanghai(2026, 9, 30, 23, 59, 59)),
        sale(party, "800.00", at=shanghai(2026, 10, 1)),
        purchase(party, "300.00"),
        purchase(party, "400.00", kind=Invoice.Kind.ORDINARY),
    ]
    for invoice in made:
        importing.import_xml(xml(invoice), actor=actor)
    totals = aggregates.month(party, 2026, 9)
    assert [(row.rate, row.amount, row.tax, row.invoices) for row in totals.sales_by_rate] == [
        (Decimal("0.13"), Decimal("870.00"), Decimal("113.10"), 3),
        (Decimal("0.06"), Decimal("500.00"), Decimal("30.00"), 1),
    ]
    assert (totals.sales, totals.output_vat, totals.invoices_issued) == (Decimal("1370.00"), Decimal("143.10"), 4)
    assert (totals.special_received, totals.special_amount, totals.input_vat) == (
        1,
        Decimal("300.00"),
        Decimal("39.00"),
    )
    assert totals.invoices_received == 2


def test_a_month_without_invoices_is_zero():
    party, _actor = trading_company()
    totals = aggregates.month(party, 2026, 2)
    assert (totals.sales, totals.input_vat, totals.sales_by_rate) == (Decimal("0.00"), Decimal("0.00"), ())


def test_the_facts_learn_what_the_invoices_say_and_the_other_side_is_found_when_it_registers():
    party, actor = trading_company()
    late = Side(factories.credit_code(), "上海晚到贸易有限公司")
    for made in (
        sale(party, "1000.00", to=late),
        sale(party, "-100.00"),
        sale(party, "400.00", at=shanghai(2026, 8, 3)),
        purchase(party, "300.00"),
    ):
        importing.import_xml(xml(made), actor=actor)
    newcomer = factories.company(late.name)
    Organisation.objects.filter(party=newcomer).update(uscc=late.number)

    run = aggregates.refresh_facts(2026, 9)
    known = reading.profile(party)
    assert known["invoice_net"] == 900_00
    assert known["output_12m"] == 1300_00
    assert known["input_12m"] == 300_00
    assert (known["output_vat"], known["output_vat_prev"]) == (117_00, 52_00)
    assert (known["input_vat"], known["input_vat_prev"], known["input_vat_12m"]) == (39_00, 0, 39_00)
    assert (known["invoices_issued_month"], known["invoices_issued_3m"], known["invoices_red_3m"]) == (2, 3, 1)
    assert known["invoice_lines_12m"] == 4
    assert known["class_similarity_bp"] == 10_000
    assert reading.profile(newcomer)["input_12m"] == 1000_00
    (statement,) = reading.provenance(party, "invoice_net")
    assert (statement.source, statement.as_of) == ("电子发票", dt.date(2026, 9, 30))
    assert run.changed > 0
    assert aggregates.refresh_facts(2026, 9).changed == 0


def test_the_demonstration_month_is_the_worked_example():
    parties_demo.seed()
    demo.seed()
    demo.seed()
    company = Organisation.objects.get(uscc=demo.own_side().number).party
    actor = taxpayer_actor(User.objects.get(username="enterprise"), company.ref)
    totals = aggregates.month(actor.party, 2026, 9)
    assert totals.sales == Decimal("1000000.00")
    assert [(row.rate, row.tax) for row in totals.sales_by_rate] == [(Decimal("0.13"), Decimal("130000.00"))]
    assert totals.input_vat == Decimal("84500.00")
    (carried,) = reading.provenance(company, "ending_vat_credit")
    assert (carried.value, carried.as_of) == ("320000", dt.date(2026, 8, 31))
    assert totals.output_vat - totals.input_vat - Decimal(carried.value) / 100 == Decimal("42300.00")


def test_the_demonstration_files_are_what_the_generator_makes():
    parties_demo.seed()
    made = demo.september(demo.own_side())
    assert {path.name: path.read_bytes() for path in demo.FILES.iterdir()} == made


@pytest.mark.django_db(transaction=True)
def test_two_people_handing_in_the_same_invoice_keep_one():
    party, actor = trading_company()
    content = xml(sale(party))
    ready = threading.Barrier(4)
    kept, failures = [], []

    def hand_in() -> None:
        try:
            ready.wait(timeout=20)
            kept.append(importing.import_xml(content, actor=actor).pk)
        except Exception as error:  # noqa: BLE001 - reported by the test itself
            failures.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=hand_in) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    assert failures == []
    assert len(kept) == 4
    assert len(set(kept)) == 1 == Invoice.objects.count()
