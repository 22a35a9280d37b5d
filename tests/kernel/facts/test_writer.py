"""The one writer: what it accepts, what it refuses, and whose word counts."""

import datetime as dt
import threading
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.db import connection, transaction

from apps.kernel.facts import reading, runs, writer
from apps.kernel.facts.models import Profile, Provenance, Run
from tests import factories

pytestmark = pytest.mark.django_db

JULY, AUGUST, SEPTEMBER = dt.date(2026, 7, 31), dt.date(2026, 8, 31), dt.date(2026, 9, 30)


@pytest.fixture(autouse=True)
def _november(time_machine) -> None:
    time_machine.move_to(dt.datetime(2026, 11, 2, 10, tzinfo=dt.UTC), tick=False)


@pytest.fixture
def company():
    return factories.company()


def said(source: str, *rows) -> tuple[writer.Counts, Run]:
    run = runs.start(source, kind="import")
    return writer.write(rows, run=run), run


def test_values_land_in_typed_columns_with_their_source(company):
    counts, _run = said(
        "returns",
        (company.pk, "sales_month", 100_000_00, SEPTEMBER),
        (company.pk, "employees_avg", Decimal("30.5"), SEPTEMBER),
        (company.pk, "hnte_valid", True, SEPTEMBER),
        (company.pk, "vat_kind", "general", SEPTEMBER),
        (company.pk, "registration_date", dt.date(2019, 2, 3), SEPTEMBER),
    )
    known = reading.profile(company)
    assert counts == writer.Counts(received=5, changed=5, confirmed=0, outdated=0)
    assert known["sales_month"] == 100_000_00
    assert known["employees_avg"] == Decimal("30.50")
    assert known["hnte_valid"] is True
    assert known["vat_kind"] == "general"
    assert known["registration_date"] == dt.date(2019, 2, 3)
    assert known["inventory"] is None
    (statement,) = reading.provenance(company, "sales_month")
    assert (statement.value, statement.source, statement.as_of) == ("10000000", "纳税申报", SEPTEMBER)


def test_a_newer_value_wins_whatever_the_order_of_arrival(company):
    said("returns", (company.pk, "inventory", 300, SEPTEMBER))
    counts, _ = said("returns", (company.pk, "inventory", 100, JULY))
    assert counts.outdated == 1
    assert reading.profile(company)["inventory"] == 300
    said("returns", (company.pk, "inventory", 400, dt.date(2026, 10, 31)))
    assert reading.profile(company)["inventory"] == 400
    history = [(s.value, s.current) for s in reading.provenance(company, "inventory")]
    assert history == [("400", True), ("300", False), ("100", False)]


def test_within_one_delivery_the_newest_leads_and_the_rest_is_history(company):
    said("returns", *((company.pk, "inventory", value, day) for value, day in [(2, AUGUST), (3, SEPTEMBER), (1, JULY)]))
    assert reading.profile(company)["inventory"] == 3
    assert [s.value for s in reading.provenance(company, "inventory")] == ["3", "2", "1"]


@pytest.mark.parametrize(("first", "second"), [("determinations", "declared"), ("declared", "determinations")])
def test_on_the_same_day_the_higher_source_prevails(company, first, second):
    values = {"determinations": True, "declared": False}
    for source in (first, second):
        said(source, (company.pk, "hnte_valid", values[source], SEPTEMBER))
    assert reading.profile(company)["hnte_valid"] is True
    assert len(reading.provenance(company, "hnte_valid")) == 2


def test_a_newer_word_of_a_lower_source_still_wins(company):
    said("determinations", (company.pk, "hnte_valid", True, AUGUST))
    said("declared", (company.pk, "hnte_valid", False, SEPTEMBER))
    assert reading.profile(company)["hnte_valid"] is False


def test_a_source_can_say_that_a_value_is_not_known(company):
    said("returns", (company.pk, "inventory", 5, AUGUST))
    said("returns", (company.pk, "inventory", None, SEPTEMBER))
    assert reading.profile(company)["inventory"] is None
    assert [s.value for s in reading.provenance(company, "inventory")] == [None, "5"]


def test_an_unchanged_value_is_confirmed_without_a_new_row(company):
    said("returns", (company.pk, "inventory", 5, AUGUST))
    counts, _run = said("returns", (company.pk, "inventory", 5, SEPTEMBER))
    assert counts == writer.Counts(received=1, changed=0, confirmed=1, outdated=0)
    (statement,) = reading.provenance(company, "inventory")
    assert (statement.as_of, statement.confirmed_on) == (AUGUST, SEPTEMBER)
    counts, _run = said("declared", (company.pk, "inventory", 6, dt.date(2026, 9, 15)))
    assert counts.outdated == 1


def test_another_source_saying_the_same_is_kept_as_its_own_statement(company):
    said("returns", (company.pk, "si_headcount", 12, SEPTEMBER))
    counts, _ = said("hrss", (company.pk, "si_headcount", 12, SEPTEMBER))
    assert counts.confirmed == 1
    assert [s.source for s in reading.provenance(company, "si_headcount")] == ["人力资源社会保障部门", "纳税申报"]


def test_repeating_a_run_changes_nothing(company):
    rows = [(company.pk, "inventory", 5, AUGUST), (company.pk, "sales", 7, AUGUST)]
    run = runs.start("returns", kind="import")
    writer.write(rows, run=run)
    before = list(Provenance.objects.order_by("id").values())
    counts = writer.write(rows, run=run)
    assert counts.changed == 0
    assert list(Provenance.objects.order_by("id").values()) == before


def test_one_run_cannot_say_two_things_of_one_day(company):
    run = runs.start("returns", kind="import")
    writer.write([(company.pk, "inventory", 5, AUGUST)], run=run)
    with pytest.raises(ValidationError) as refused:
        writer.write([(company.pk, "inventory", 6, AUGUST)], run=run)
    assert "inventory" in refused.value.message_dict
    with pytest.raises(ValidationError):
        writer.write([(company.pk, "sales", 5, AUGUST), (company.pk, "sales", None, AUGUST)], run=run)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("sales_month", "十万"),
        ("sales_month", "1.5"),
        ("sales_month", Decimal("100.00")),
        ("sales_month", True),
        ("sales_month", 10**19),
        ("sales_month", 99999.99),
        ("employees_avg", "-1"),
        ("employees_avg", "1.005"),
        ("employees_avg", "NaN"),
        ("children_under3", -1),
        ("mortgage_months", 40_000),
        ("disabled_ratio_bp", "1.5%"),
        ("hnte_valid", "1"),
        ("hnte_valid", 1),
        ("vat_kind", "big"),
        ("credit_rating", "a"),
        ("district", "3101010"),
        ("district", ""),
        ("address_key", "a\x00b"),
        ("registration_date", "2026-02-30"),
        ("registration_date", "03/02/2026"),
    ],
)
def test_a_value_of_the_wrong_type_is_refused_by_name(company, field, value):
    with pytest.raises(ValidationError) as refused:
        said("returns", (company.pk, "inventory", 5, AUGUST), (company.pk, field, value, AUGUST))
    assert list(refused.value.message_dict) == [field]
    assert not Provenance.objects.exists()
    assert not Profile.objects.exists()


def test_unknown_fields_absent_parties_and_future_dates_are_refused(company):
    with pytest.raises(ValidationError) as refused:
        said("returns", (company.pk, "shoe_size", 43, AUGUST), (company.pk, "sales", 1, dt.date(2026, 12, 31)))
    assert set(refused.value.message_dict) == {"shoe_size", "sales"}
    with pytest.raises(ValidationError) as refused:
        said("returns", (0, "sales", 1, AUGUST))
    assert "party" in refused.value.message_dict
    assert not Profile.objects.exists()


def test_column_names_cannot_be_smuggled_in(company):
    with pytest.raises(ValidationError):
        said("returns", (company.pk, 'sales" = 0; DROP TABLE facts_profile; --', "1", AUGUST))
    with pytest.raises(ValidationError):
        said("returns", (company.pk, "party_id", "1", AUGUST))
    assert Profile.objects.count() == 0


def test_text_survives_copy_unharmed(company):
    said("register", (company.pk, "address_key", "南京\\东路\t1号", AUGUST))
    assert reading.profile(company)["address_key"] == "南京\\东路\t1号"


def test_a_staged_table_takes_the_same_road(company):
    other = factories.company("上海黄浦江轮渡有限公司")
    run = runs.start("invoices", kind="aggregate")
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("CREATE TEMP TABLE staged_sales (party_id bigint, field text, value text, as_of date)")
        cursor.execute(
            "INSERT INTO staged_sales SELECT id, 'output_12m', (id * 100)::text, %s FROM parties_party", [SEPTEMBER]
        )
        counts = writer.write_staged("staged_sales", run=run)
    assert counts.changed == 2
    assert reading.profile(other)["output_12m"] == other.pk * 100
    assert runs.finish(run).changed == 2


def test_what_a_whole_city_load_said_counts_until_someone_knows_better(company):
    base = runs.start("synthetic", kind="load", as_of=AUGUST)
    Profile.objects.create(party=company, inventory=500, base_run=base)
    (statement,) = reading.provenance(company, "inventory")
    assert (statement.value, statement.as_of, statement.current) == ("500", AUGUST, True)
    counts, _ = said("returns", (company.pk, "inventory", 400, JULY))
    assert counts.outdated == 1
    assert reading.profile(company)["inventory"] == 500
    said("returns", (company.pk, "inventory", 600, SEPTEMBER))
    assert reading.profile(company)["inventory"] == 600
    assert [s.value for s in reading.provenance(company, "inventory")] == ["600", "400"]


@pytest.mark.django_db(transaction=True)
def test_two_writers_with_the_same_parties_in_opposite_order_both_finish():
    parties = [factories.company(f"上海第{n}有限公司") for n in range(20)]
    days = {"first": AUGUST, "second": SEPTEMBER}
    started = threading.Barrier(2)
    failures = []

    def deliver(name: str, order) -> None:
        try:
            for round_ in range(5):
                run = runs.start("returns", kind="import")
                started.wait(timeout=20)
                writer.write(
                    [(party.pk, field, round_, days[name]) for party in order for field in ("sales", "vat")], run=run
                )
        except Exception as error:  # noqa: BLE001 - reported by the test itself
            failures.append(error)
        finally:
            connection.close()

    threads = [
        threading.Thread(target=deliver, args=("first", parties)),
        threading.Thread(target=deliver, args=("second", parties[::-1])),
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    assert failures == []
    assert set(Profile.objects.values_list("sales", "vat")) == {(4, 4)}
    assert set(Provenance.objects.filter(current=True).values_list("value", "confirmed_on")) == {("4", SEPTEMBER)}
