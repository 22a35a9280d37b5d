"""Each tax falls due in its own period: what falls due together is one return, what arises once is its own return."""

import datetime as dt
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.test import Client

from apps.kernel.ledger.models import Charge
from apps.kernel.rules.models import Parameter
from apps.services.filing import drafts, periods, sources
from tests import factories
from tests.factories_filing import filed, payer

pytestmark = pytest.mark.django_db

OLD = dt.date(2020, 1, 1)
HELD = {
    "building": ("property", {"item": "value", "base": "12000000.00"}),
    "let": ("property", {"item": "rent", "base": "600000.00"}),
    "land": ("land-use", {"item": "grade_2", "base": "1200.00"}),
    "truck": ("vehicle-vessel", {"item": "truck", "base": "3.50"}),
    "gas": ("resource", {"item": "natural_gas", "base": "1000.00"}),
    "nox": ("environmental", {"item": "nox", "base": "100.00"}),
    "contract": ("stamp", {"item": "sales_contract", "base": "100000.00"}),
    "books": ("stamp", {"item": "account_books", "base": "100000.00"}),
    "presale": ("land-appreciation", {"item": "prepaid_other", "base": "100000.00"}),
    "tobacco": ("tobacco", {"base": "1000.00"}),
}


@pytest.fixture
def owner(office):
    return payer(office)


def held(actor, what: str, since: dt.date = OLD, **more):
    """A source of the payer's, by what it is."""
    levy, detail = HELD[what]
    base = Decimal(detail["base"])
    return sources.add(actor, levy, {**detail, "base": base, "name": what, "since": since, **more})


def bought(actor, since: dt.date, registered: dt.date):
    """A building taken over on a day, with the day its registration is meant for."""
    detail = {"name": "厂房", "base": Decimal("1000000.00"), "since": since, "until": registered}
    return sources.add(actor, "deed", detail)


def carried(actor, month: str) -> dict[str, str]:
    """What the return of a month asks about, each with its own tax period."""
    return {row.detail.name: str(row.own_period) for row in drafts.begin(actor, "property", month).detail.sheet}


@pytest.mark.parametrize(
    ("month", "arising", "expected"),
    [
        # September: the quarter ends, and half a year of property and land is paid in October.
        (
            "2026-09",
            dt.date(2026, 9, 1),
            {
                "building": "2026H2",
                "let": "2026Q3",
                "land": "2026H2",
                "gas": "2026-09",
                "nox": "2026Q3",
                "contract": "2026Q3",
                "presale": "2026-09",
                "tobacco": "2026-09",
            },
        ),
        # October: only what is declared by the month.
        (
            "2026-10",
            dt.date(2026, 10, 31),
            {"gas": "2026-10", "presale": "2026-10", "tobacco": "2026-10"},
        ),
        # November: and the year of vehicles, which is paid within it.
        (
            "2026-11",
            dt.date(2026, 11, 2),
            {"truck": "2026", "gas": "2026-11", "presale": "2026-11", "tobacco": "2026-11"},
        ),
        # December: the quarter and the year of account books end.
        (
            "2026-12",
            dt.date(2026, 12, 31),
            {
                "let": "2026Q4",
                "gas": "2026-12",
                "nox": "2026Q4",
                "contract": "2026Q4",
                "books": "2026",
                "presale": "2026-12",
                "tobacco": "2026-12",
            },
        ),
    ],
)
def test_the_return_of_a_month_carries_what_falls_due_with_it_and_nothing_else(
    owner, october, month, arising, expected
):
    october.move_to(dt.datetime(2027, 1, 20, 2, tzinfo=dt.UTC))
    for what in HELD:
        lasts = what in {"building", "let", "land", "truck"}
        held(owner, what, OLD if lasts else arising)
    assert carried(owner, month) == expected


def test_what_is_acquired_after_the_return_of_its_period_falls_due_with_the_month_it_is_taxed_from(owner, october):
    october.move_to(dt.datetime(2027, 1, 20, 2, tzinfo=dt.UTC))
    held(owner, "building", since=dt.date(2026, 10, 5))
    held(owner, "truck", since=dt.date(2026, 12, 24))
    assert carried(owner, "2026-09") == {}
    assert carried(owner, "2026-11") == {"building": "2026H2"}
    assert carried(owner, "2026-12") == {"truck": "2026"}
    assert filed(owner, "2026-11", "property").detail.total == Decimal("16800.00")  # November and December
    assert filed(owner, "2026-12", "property").detail.total == Decimal("4.67")  # 3.5 × 16 ÷ 12


def test_only_months_with_something_to_declare_are_asked_about(owner):
    assert "property" not in {row.kind.code for row in periods.rows(owner)}
    held(owner, "building")
    rows = [row for row in periods.rows(owner) if row.kind.code == "property"]
    assert [(str(row.period), row.due.due) for row in rows] == [("2026-09", dt.date(2026, 10, 26))]


def test_a_filed_return_stays_on_the_list_when_its_source_is_gone(owner):
    row = held(owner, "building")
    filed(owner, "2026-09", "property")
    sources.strike(row, owner)
    assert [str(each.period) for each in periods.rows(owner) if each.kind.code == "property"] == ["2026-09"]


def test_when_a_tax_falls_due_is_law_and_changes_with_it(owner):
    held(owner, "building")
    Parameter.objects.filter(code="tax-return.property.value").delete()
    Parameter.objects.filter(code="tax-period.property.value").update(value="3")
    assert carried(owner, "2026-09") == {"building": "2026Q3"}


# --- by the occurrence ----------------------------------------------------------------------


def once(actor) -> dict[str, tuple[str, dt.date]]:
    return {
        row.kind.code: (str(row.period), row.due.due)
        for row in periods.rows(actor)
        if row.kind.procedure == "property-return" and row.period.day
    }


def test_what_arises_once_is_a_return_of_its_day_and_due_as_its_law_counts(owner):
    arisen = dt.date(2026, 10, 9)
    bought(owner, arisen, dt.date(2026, 11, 20))
    sources.add(owner, "farmland", {"name": "新建厂区", "item": "qingpu", "base": Decimal(100), "since": arisen})
    held(owner, "contract", arisen, occasional=True)
    held(owner, "nox", arisen, occasional=True)
    assert once(owner) == {
        "deed": ("2026-10-09", dt.date(2026, 11, 20)),  # before the registration
        "farmland": ("2026-10-09", dt.date(2026, 11, 9)),  # thirty days end on a Sunday
        "stamp": ("2026-10-09", dt.date(2026, 10, 26)),  # fifteen days end on a Saturday
        "environmental": ("2026-10-09", dt.date(2026, 10, 26)),
    }
    case = filed(owner, "2026-10-09", "deed")
    (charge,) = Charge.objects.filter(party=owner.party)
    assert (case.state, charge.levy_id, charge.amount) == ("filed", "deed", Decimal("30000.00"))
    assert (charge.period, charge.due) == ("2026-10-09", dt.date(2026, 11, 20))


def test_what_is_declared_by_the_occurrence_is_not_declared_by_the_quarter_as_well(owner):
    held(owner, "contract", dt.date(2026, 9, 20), occasional=True)
    assert carried(owner, "2026-09") == {}
    assert once(owner) == {"stamp": ("2026-09-20", dt.date(2026, 10, 16))}  # eight days of holidays are added


def test_a_second_contract_of_the_same_day_corrects_its_return(owner):
    day = dt.date(2026, 10, 9)
    held(owner, "contract", day, occasional=True)
    filed(owner, "2026-10-09", "stamp")
    held(owner, "contract", day, occasional=True)
    correction = drafts.begin(owner, "stamp", "2026-10-09", correct=True)
    assert len(correction.detail.sheet) == 2


@pytest.mark.parametrize(
    ("kind", "period", "why"),
    [
        ("deed", "2026-10-08", "税源"),
        ("deed", "2026-10-13", "尚未结束"),
        ("deed", "2026-10", "按次"),
        ("property", "2026Q3", "按月"),
        ("property", "2026-10-09", "按月"),
        ("property", "nonsense", "按月"),
    ],
)
def test_a_period_that_is_not_one_of_the_kinds_is_refused_with_what_to_write(owner, kind, period, why):
    bought(owner, dt.date(2026, 10, 9), dt.date(2026, 11, 20))
    with pytest.raises(ValidationError, match=why) as refusal:
        drafts.begin(owner, kind, period)
    assert "period" in refusal.value.message_dict


def test_a_mandate_for_one_tax_files_that_tax_by_itself(owner):
    bought(owner, dt.date(2026, 10, 9), dt.date(2026, 11, 20))
    narrow = factories.representative(owner.party, "filer", levies=["deed"])
    assert {row.kind.code for row in periods.rows(narrow)} == {"deed"}
    assert filed(narrow, "2026-10-09", "deed").state == "filed"


def test_the_page_of_a_return_of_one_day_says_what_bears_on_it(owner):
    bought(owner, dt.date(2026, 10, 9), dt.date(2026, 11, 20))
    number = drafts.begin(owner, "deed", "2026-10-09").number
    browser = Client()
    browser.force_login(owner.user)
    page = browser.get(f"/as/{owner.party.ref}/filing/returns/{number}/").content.decode()
    assert "不适用六税两费减半" in page
    assert "税款所属期 2026-10-09" in page
    assert "参保职工" not in page
