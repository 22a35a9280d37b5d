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

MONTH = "2026-09"
LAND = {
    "name": "中山路一号地块",
    "item": "grade_1",
    "base": Decimal("2000.00"),
    "since": dt.date(2020, 1, 1),
}
CONTRACT = {"name": "合同一", "item": "sales_contract", "base": Decimal("1000000.00"), "since": dt.date(2026, 7, 20)}


@pytest.fixture
def owner(office):
    return other_payer(office)


def test_the_payer_states_the_grade_of_the_land_and_the_law_its_rate(owner):
    sources.add(owner, "land-use", LAND)
    case = filed(owner, MONTH, "property")
    assert (case.state, case.detail.total) == ("filed", Decimal("15000.00"))
    (line,) = case.detail.lines.all()
    assert (line.label, line.formula) == ("城镇土地使用税：一级区域", "2000.00 × 15 ÷ 12 × 6")
    assert "上海市城镇土地使用税实施规定" in line.source


def test_deductions_the_payer_states_are_seen_by_a_clerk_the_first_time_only(owner, clerk):
    transfer = {
        "name": "旧厂房转让",
        "item": "settlement",
        "base": Decimal("2000000.00"),
        "since": dt.date(2026, 10, 8),
    }
    sources.add(owner, "land-appreciation", {**transfer, "deductions": Decimal("1000000.00")})
    case = filed(owner, "2026-10-08", "land-appreciation")
    assert (case.state, case.detail.total) == ("submitted", Decimal("350000.00"))
    assert "扣除项目" in case.steps.get(action="refer").reason
    cases.perform(case, "accept_return", clerk)
    correction = drafts.begin(owner, "land-appreciation", "2026-10-08", correct=True)
    drafts.confirm(correction, owner)
    assert cases.perform(correction, "submit", owner).state == "filed"


def test_a_contract_is_taxed_in_the_quarter_it_is_signed_in(owner, october):
    sources.add(owner, "stamp", CONTRACT)
    assert len(drafts.begin(owner, "property", MONTH).detail.sheet) == 1
    october.move_to(dt.datetime(2027, 1, 11, 2, tzinfo=dt.UTC))
    assert drafts.begin(owner, "property", "2026-12").detail.sheet == []


def test_an_amended_source_leaves_the_filed_return_and_renews_the_draft(owner):
    row = sources.add(owner, "stamp", CONTRACT)
    before = filed(owner, MONTH, "property")
    sources.amend(row, owner, {**CONTRACT, "base": Decimal("2000000.00")})
    assert before.detail.sheet[0].detail.base == Decimal("1000000.00")
    correction = drafts.begin(owner, "property", MONTH, correct=True)
    assert correction.detail.sheet[0].imported == Decimal("2000000.00")


def test_a_draft_follows_the_register_when_asked_to(owner):
    row = sources.add(owner, "stamp", CONTRACT)
    case = drafts.begin(owner, "property", MONTH)
    drafts.confirm(case, owner)
    sources.amend(row, owner, {**CONTRACT, "base": Decimal("2000000.00")})
    with pytest.raises(ValidationError, match="已更新"):
        cases.perform(case, "submit", owner)
    drafts.refresh(case, owner)
    (figure,) = case.detail.figures.all()
    assert (figure.imported, figure.confirmed) == (Decimal("2000000.00"), False)


def test_a_source_struck_off_leaves_the_draft(owner):
    row = sources.add(owner, "stamp", CONTRACT)
    case = drafts.begin(owner, "property", MONTH)
    sources.strike(row, owner)
    drafts.refresh(case, owner)
    assert not case.detail.figures.exists()


@pytest.mark.parametrize(
    ("levy", "change", "field"),
    [
        ("stamp", {"item": ""}, "item"),
        ("stamp", {"item": "value"}, "item"),
        ("stamp", {"base": Decimal(-1)}, "base"),
        ("stamp", {"name": ""}, "name"),
        ("land-use", {"item": ""}, "item"),
        ("land-use", {"occasional": True}, "occasional"),
        ("land-use", {"basic_farmland": True}, "basic_farmland"),
        ("land-use", {"until": dt.date(2019, 1, 1)}, "until"),
        ("land-appreciation", {"item": "settlement"}, "deductions"),
        ("land-appreciation", {"item": "prepaid_other", "deductions": Decimal(1)}, "deductions"),
        ("deed", {"item": ""}, "until"),
        ("deed", {"item": "", "until": dt.date(2026, 11, 1), "occasional": True}, "occasional"),
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


def test_a_cleaner_chimney_pays_three_quarters_and_the_return_says_by_which_article(owner):
    chimney = {"name": "一号排口", "item": "nox", "base": Decimal("100.00"), "since": dt.date(2026, 9, 30)}
    sources.add(owner, "environmental", {**chimney, "relief": "below_30"})
    case = filed(owner, MONTH, "property")
    assert case.detail.total == Decimal("641.25")
    (line,) = case.detail.lines.all()
    assert "第十三条" in line.source
    assert "排放浓度低于标准30%以上" in case.detail.sheet[0].label
    with pytest.raises(ValidationError) as refused:
        sources.add(owner, "environmental", {**chimney, "item": "noise_3", "relief": "below_30"})
    assert "relief" in refused.value.message_dict
