"""The register of tax sources: kept once, versioned, read by every period's combined return."""

import datetime as dt
from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from apps.kernel.casework import cases
from apps.kernel.parties.models import Mandate
from apps.services.filing import drafts, sources
from apps.services.filing.models import SourceDetail
from tests import factories
from tests.factories_filing import filed
from tests.factories_filing import payer as other_payer

pytestmark = pytest.mark.django_db

QUARTER = "2026Q3"
LAND = {
    "name": "中山路一号地块",
    "base": Decimal("2000.00"),
    "rate": Decimal(15),
    "basis": "主管税务机关土地等级通知",
    "since": dt.date(2020, 1, 1),
}
CONTRACT = {"name": "合同一", "item": "sales_contract", "base": Decimal("1000000.00"), "since": dt.date(2026, 7, 20)}


@pytest.fixture
def owner(office):
    return other_payer(office)


def test_a_rate_the_payer_states_is_seen_by_a_clerk_the_first_time_only(owner, clerk, october):
    sources.add(owner, "land-use", LAND)
    case = filed(owner, QUARTER, "property")
    assert (case.state, case.detail.total) == ("submitted", Decimal("7500.00"))
    assert "税率由纳税人填报" in case.steps.get(action="refer").reason
    assert cases.perform(case, "accept_return", clerk).state == "filed"
    october.move_to(dt.datetime(2027, 1, 11, 2, tzinfo=dt.UTC))
    assert filed(owner, "2026Q4", "property").state == "filed"


def test_a_rate_of_the_law_is_nobodys_to_state_and_needs_no_clerk(owner):
    sources.add(owner, "deed", {"name": "厂房", "base": Decimal("1000000.00"), "since": dt.date(2026, 8, 1)})
    case = filed(owner, QUARTER, "property")
    assert (case.state, case.detail.total) == ("filed", Decimal("30000.00"))


def test_deductions_the_payer_states_are_seen_by_a_clerk(owner):
    transfer = {"name": "旧厂房转让", "item": "settlement", "base": Decimal("2000000.00"), "since": dt.date(2026, 8, 1)}
    sources.add(owner, "land-appreciation", {**transfer, "deductions": Decimal("1000000.00")})
    case = filed(owner, QUARTER, "property")
    assert (case.state, case.detail.total) == ("submitted", Decimal("350000.00"))


def test_a_contract_is_taxed_in_the_quarter_it_is_signed_in(owner, october):
    sources.add(owner, "stamp", CONTRACT)
    assert len(drafts.begin(owner, "property", QUARTER).detail.sheet) == 1
    october.move_to(dt.datetime(2027, 1, 11, 2, tzinfo=dt.UTC))
    assert drafts.begin(owner, "property", "2026Q4").detail.sheet == []


def test_an_amended_source_leaves_the_filed_return_and_renews_the_draft(owner):
    row = sources.add(owner, "stamp", CONTRACT)
    before = filed(owner, QUARTER, "property")
    sources.amend(row, owner, {**CONTRACT, "base": Decimal("2000000.00")})
    assert before.detail.sheet[0].detail.base == Decimal("1000000.00")
    correction = drafts.begin(owner, "property", QUARTER, correct=True)
    assert correction.detail.sheet[0].imported == Decimal("2000000.00")


def test_a_draft_follows_the_register_when_asked_to(owner):
    row = sources.add(owner, "stamp", CONTRACT)
    case = drafts.begin(owner, "property", QUARTER)
    drafts.confirm(case, owner)
    sources.amend(row, owner, {**CONTRACT, "base": Decimal("2000000.00")})
    with pytest.raises(ValidationError, match="已更新"):
        cases.perform(case, "submit", owner)
    drafts.refresh(case, owner)
    (figure,) = case.detail.figures.all()
    assert (figure.imported, figure.confirmed) == (Decimal("2000000.00"), False)


def test_a_source_struck_off_leaves_the_draft(owner):
    row = sources.add(owner, "stamp", CONTRACT)
    case = drafts.begin(owner, "property", QUARTER)
    sources.strike(row, owner)
    drafts.refresh(case, owner)
    assert not case.detail.figures.exists()


@pytest.mark.parametrize(
    ("levy", "change", "field"),
    [
        ("stamp", {"item": ""}, "item"),
        ("stamp", {"item": "value"}, "item"),
        ("stamp", {"rate": Decimal("0.1")}, "rate"),
        ("stamp", {"base": Decimal(-1)}, "base"),
        ("stamp", {"name": ""}, "name"),
        ("land-use", {"rate": None}, "rate"),
        ("land-use", {"basis": ""}, "basis"),
        ("land-use", {"until": dt.date(2019, 1, 1)}, "until"),
        ("land-appreciation", {"item": "settlement", "rate": None}, "deductions"),
        ("land-appreciation", {"deductions": Decimal(1)}, "deductions"),
        ("deed", {"rate": Decimal("0.02")}, "rate"),
        ("deed", {"rate": Decimal("0.06")}, "rate"),
    ],
)
def test_what_does_not_go_with_the_tax_is_refused_by_field(owner, levy, change, field):
    with pytest.raises(ValidationError) as refusal:
        sources.add(owner, levy, {**(CONTRACT if levy == "stamp" else LAND), **change})
    assert field in refusal.value.message_dict
    assert not SourceDetail.objects.exists()


def test_nobody_else_touches_the_register(owner, office, clerk):
    row = sources.add(owner, "stamp", CONTRACT)
    with pytest.raises(ValidationError, match="刷新"):
        sources.amend(row, other_payer(office), CONTRACT)
    narrow = factories.representative(owner.party, Mandate.Kind.FILER, levies=["vat"])
    for actor in (clerk, factories.citizen(office=office), narrow):
        for change in (lambda who: sources.add(who, "stamp", CONTRACT), lambda who: sources.strike(row, who)):
            with pytest.raises(PermissionDenied):
                change(actor)


def test_a_source_is_amended_once_by_whoever_is_first(owner):
    row = sources.add(owner, "stamp", CONTRACT)
    sources.amend(row, owner, {**CONTRACT, "base": Decimal("2.00")})
    with pytest.raises(ValidationError, match="刷新"):
        sources.amend(row, owner, {**CONTRACT, "base": Decimal("3.00")})
    assert SourceDetail.objects.filter(ref=row.ref, closed_at=None).get().base == Decimal("2.00")
