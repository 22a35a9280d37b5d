"""Every kind of return stands on the same mechanism; each worked example of the law is what its return comes to."""

import datetime as dt
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError

from apps.kernel.casework import cases
from apps.kernel.ledger.models import Charge
from apps.services.filing import drafts, sources, straight
from tests import factories, factories_ledger
from tests.factories_filing import filed, import_invoices
from tests.factories_filing import payer as other_payer
from tests.factories_invoices import sale, shanghai

pytestmark = pytest.mark.django_db

QUARTER, MONTH = "2026Q3", "2026-09"
JULY = dt.date(2026, 7, 20)


def declared(actor, kind: str, period: str, **figures: str):
    """A return with figures of the payer's own, submitted; a clerk accepts what the rules do not."""
    case = drafts.begin(actor, kind, period)
    drafts.confirm(case, actor)
    for code, amount in figures.items():
        drafts.declare(case, actor, code.replace("_", "-"), Decimal(amount), "按账簿记录。")
    case = cases.perform(case, "submit", actor)
    if case.state == "submitted":
        case = cases.perform(case, "accept_return", factories.staff(actor.party.office))
    return case


def owed(actor) -> dict[str, Decimal]:
    return {row.levy_id: row.amount for row in Charge.objects.filter(party=actor.party)}


@pytest.mark.parametrize(
    ("sold", "expected"),
    [
        # Worked example VAT-4 with the third quarter's law: the threshold itself is taxed, whole.
        (
            "300000.00",
            {"vat": "3000.00", "city-construction": "105.00", "education": "45.00", "local-education": "30.00"},
        ),
        (
            "320000.00",
            {"vat": "3200.00", "city-construction": "112.00", "education": "48.00", "local-education": "32.00"},
        ),
        ("299999.99", {}),
    ],
)
def test_a_small_scale_quarter_is_exempt_below_the_threshold_and_wholly_taxed_from_it(office, sold, expected):
    actor = other_payer(office, vat_kind="small")
    case = declared(actor, "vat-small", QUARTER, sales_1=sold)
    assert owed(actor) == {levy: Decimal(amount) for levy, amount in expected.items()}
    assert case.detail.total == sum(owed(actor).values(), Decimal(0))
    assert case.state == ("filed" if expected else "settled")


def test_stamp_duty_of_a_contract_registered_once(office):
    """Worked example STAMP-1: a technology contract of 1,000,000.00, not halved."""
    actor = other_payer(office)
    contract(actor, "technology_contract", "1000000.00")
    case = filed(actor, MONTH, "property")
    assert (case.state, owed(actor)) == ("filed", {"stamp": Decimal("300.00")})


def test_a_small_scale_payers_stamp_duty_is_halved(office):
    """Worked example STAMP-3: a lease of 120,000.00, halved."""
    actor = other_payer(office, vat_kind="small")
    contract(actor, "lease_contract", "120000.00")
    assert filed(actor, MONTH, "property").detail.total == Decimal("60.00")


def test_two_halves_of_property_tax_are_the_year_of_the_worked_example(office, october):
    """Worked example PROP-1: 12,000,000.00 at 1.2 % of 70 % is 100,800.00 a year."""
    actor = other_payer(office)
    building(actor, since=dt.date(2020, 5, 1))
    total = filed(actor, MONTH, "property").detail.total
    october.move_to(dt.datetime(2027, 4, 10, 2, tzinfo=dt.UTC))
    assert total + filed(actor, "2027-03", "property").detail.total == Decimal("100800.00")


def test_a_building_is_taxed_from_the_month_after_it_is_acquired(office):
    actor = other_payer(office)
    building(actor, since=JULY)
    assert filed(actor, MONTH, "property").detail.total == Decimal("42000.00")


@pytest.mark.parametrize(
    ("profit", "staff", "assets", "total"),
    [
        ("3000000.00", "300", "50000000.00", "150000.00"),  # worked example CIT-1
        ("3000000.01", "300", "50000000.00", "750000.00"),  # a fen beyond, and the whole is taxed at 25 %
    ],
)
def test_the_prepayment_is_the_tax_on_the_profit_so_far(office, profit, staff, assets, total):
    actor = other_payer(office)
    case = declared(actor, "cit", QUARTER, profit=profit, headcount=staff, assets=assets)
    assert (case.detail.total, owed(actor)) == (Decimal(total), {"cit": Decimal(total)})


def test_what_earlier_quarters_prepaid_is_known_and_taken_off(office, october):
    actor = other_payer(office)
    declared(actor, "cit", QUARTER, profit="1000000.00", headcount="10", assets="1000000.00", prepaid="20000.00")
    assert owed(actor) == {"cit": Decimal("30000.00")}
    october.move_to(dt.datetime(2027, 4, 12, 2, tzinfo=dt.UTC))
    declared(actor, "cit", "2027Q1", profit="100000.00", headcount="10", assets="1000000.00")
    october.move_to(dt.datetime(2027, 7, 12, 2, tzinfo=dt.UTC))
    prepaid = drafts.figure_of(drafts.begin(actor, "cit", "2027Q2").detail, "prepaid")
    assert (prepaid.imported, prepaid.source) == (Decimal("5000.00"), "本年以前各期申报")


def test_an_employers_contributions_are_those_of_the_worked_example(office):
    """Worked example SI-1, at the bases of September 2026: one employee at the ceiling of 37,731."""
    actor = other_payer(office)
    case = declared(actor, "social", "2026-09", employees="1", wage_base="40000.00", injury_rate="0.20")
    assert case.detail.amounts["base"] == Decimal("37731.00")
    assert owed(actor) == {
        "pension": Decimal("9055.44"),
        "medical": Decimal("4150.41"),
        "unemployment": Decimal("377.32"),
        "injury": Decimal("75.46"),
    }


def test_a_month_charged_by_lines_is_not_charged_by_totals_as_well(office):
    actor = other_payer(office)
    factories_ledger.owed(actor.party, "2400.00", levy="pension", period="2026-09")
    with pytest.raises(ValidationError, match="不能再汇总申报"):
        declared(actor, "social", "2026-09", employees="1", wage_base="40000.00", injury_rate="0.20")
    assert owed(actor) == {"pension": Decimal("2400.00")}


def test_the_month_after_is_prefilled_as_declared_and_filed_by_one_confirmation(office, october):
    actor = other_payer(office)
    declared(actor, "social", "2026-09", employees="12", wage_base="120000.00", injury_rate="0.50")
    october.move_to(dt.datetime(2026, 11, 10, 2, tzinfo=dt.UTC))
    case = drafts.begin(actor, "social", "2026-10")
    assert straight.way(case.detail) == straight.Way.AS_PREFILLED
    case = straight.file(case, actor)
    assert (case.state, case.detail.total) == ("filed", Decimal("43800.00"))


@pytest.mark.parametrize(
    ("kind", "period", "vat_kind"),
    [
        ("vat", "2026-09", "general"),
        ("vat-small", QUARTER, "small"),
        ("property", "2026-09", "general"),
        ("cit", QUARTER, "general"),
        ("social", "2026-09", "general"),
    ],
)
def test_a_nil_return_of_any_kind_is_one_confirmation_and_charges_nothing(office, kind, period, vat_kind):
    actor = other_payer(office, vat_kind=vat_kind)
    case = drafts.begin(actor, kind, period)
    assert straight.way(case.detail) == straight.Way.NIL
    case = straight.file(case, actor)
    assert (case.state, case.detail.total) == ("settled", Decimal("0.00"))
    assert not Charge.objects.exists()


def test_titles_are_kept_in_chinese_whatever_the_opener_reads(office):
    from django.utils import translation  # noqa: PLC0415 - used here alone

    actor = other_payer(office)
    with translation.override("en"):
        case = drafts.begin(actor, "cit", QUARTER)
    assert case.title == "2026Q3 企业所得税预缴申报"


def test_invoices_of_the_whole_quarter_prefill_a_small_scale_return(office):
    actor = other_payer(office, vat_kind="small")
    for month in (7, 8, 9):
        import_invoices(actor, sale(actor.party, "1000.00", at=shanghai(2026, month, 3, 9)))
    figure = drafts.begin(actor, "vat-small", QUARTER).detail.sheet[0]
    assert (figure.imported, figure.documents) == (Decimal("3000.00"), 3)


def contract(actor, item: str, amount: str):
    """A contract signed in the quarter."""
    return sources.add(actor, "stamp", {"name": "合同 2026-07", "item": item, "base": Decimal(amount), "since": JULY})


def building(actor, *, since: dt.date):
    """A building taxed by its value."""
    detail = {"name": "中山路一号厂房", "item": "value", "base": Decimal("12000000.00"), "since": since}
    return sources.add(actor, "property", detail)
