"""A return opens prefilled, and what is imported, declared and confirmed stay three things."""

import datetime as dt
from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction

from apps.kernel.casework import cases
from apps.kernel.facts import runs, writer
from apps.kernel.facts.models import Dispute
from apps.kernel.parties.models import Mandate, Party
from apps.services.filing import drafts
from apps.services.filing.models import Return, ReturnFigure
from tests import factories
from tests.factories_filing import SEPTEMBER, confirmed, filed, import_invoices
from tests.factories_filing import payer as other_payer
from tests.factories_invoices import CONSULTING, purchase, sale, shanghai

pytestmark = pytest.mark.django_db


def sheet(case) -> dict[str, ReturnFigure]:
    return {figure.code: figure for figure in case.detail.sheet}


def test_a_return_opens_prefilled_with_source_and_date_of_each_figure(payer):
    found = sheet(drafts.begin(payer, "vat", SEPTEMBER))
    assert list(found) == ["sales-13", "input-vat", "carry-in"]
    assert [figure.imported for figure in found.values()] == [
        Decimal("1000000.00"),
        Decimal("84500.00"),
        Decimal("3200.00"),
    ]
    assert found["sales-13"].source == "电子发票（开具）"
    assert (found["input-vat"].as_of, found["input-vat"].documents) == (dt.date(2026, 9, 30), 1)
    assert (found["carry-in"].source, found["carry-in"].as_of) == ("纳税申报", dt.date(2026, 8, 31))
    assert all(figure.declared is None and not figure.confirmed for figure in found.values())


def test_sales_are_asked_for_at_each_rate_and_the_form_keeps_its_order(payer):
    import_invoices(payer, sale(payer.party, "2000.00", goods=CONSULTING))
    assert list(sheet(drafts.begin(payer, "vat", SEPTEMBER))) == ["sales-13", "sales-6", "input-vat", "carry-in"]


def test_a_payer_without_invoices_is_asked_about_the_usual_rate(office):
    found = sheet(drafts.begin(other_payer(office), "vat", SEPTEMBER))
    assert found["sales-13"].imported == 0
    assert found["carry-in"].imported is None


def test_what_is_carried_in_comes_from_the_return_before(payer, october):
    import_invoices(
        payer,
        sale(payer.party, "1000.00", at=shanghai(2026, 10, 8, 9)),
        purchase(payer.party, "900000.00", at=shanghai(2026, 9, 20, 9)),
    )
    filed(payer)  # input 201,500 and 3,200 carried in against 130,000
    october.move_to(dt.datetime(2026, 11, 3, tzinfo=dt.UTC))
    figure = sheet(drafts.begin(payer, "vat", "2026-10"))["carry-in"]
    assert (figure.imported, figure.as_of) == (Decimal("74700.00"), dt.date(2026, 9, 30))
    assert figure.source == "2026-09 申报（期末留抵税额）"


def test_opening_the_same_period_again_gives_the_same_draft(payer):
    first = drafts.begin(payer, "vat", SEPTEMBER)
    assert drafts.begin(payer, "vat", SEPTEMBER) == first


def test_confirming_takes_the_import_as_declared_and_keeps_both(payer):
    case = drafts.begin(payer, "vat", SEPTEMBER)
    drafts.confirm(case, payer, ["input-vat"])
    found = sheet(case)
    assert (found["input-vat"].declared, found["input-vat"].confirmed) == (Decimal("84500.00"), True)
    assert found["sales-13"].declared is None
    drafts.confirm(case, payer)
    assert all(figure.confirmed for figure in sheet(case).values())


def test_declaring_another_figure_leaves_the_import_alone_and_asks_why(payer):
    case = drafts.begin(payer, "vat", SEPTEMBER)
    with pytest.raises(ValidationError) as refusal:
        drafts.declare(case, payer, "sales-13", Decimal("1002000.00"))
    assert "说明原因" in refusal.value.message_dict["reason"][0]
    drafts.declare(case, payer, "sales-13", Decimal("1002000.00"), "未开票收入 2,000 元。")
    figure = sheet(case)["sales-13"]
    assert (figure.imported, figure.declared, figure.confirmed) == (
        Decimal("1000000.00"),
        Decimal("1002000.00"),
        True,
    )


@pytest.mark.parametrize(
    ("amount", "message"), [("-0.01", "不能小于"), ("100000000000000.00", "过大|数字"), ("1.005", "小数")]
)
def test_impossible_figures_are_refused_by_name(payer, amount, message):
    case = drafts.begin(payer, "vat", SEPTEMBER)
    with pytest.raises(ValidationError) as refusal:
        drafts.declare(case, payer, "sales-13", Decimal(amount), "试填")
    assert list(refusal.value.message_dict) == ["declared"]


def test_sales_at_another_rate_can_be_added_once(payer):
    case = drafts.begin(payer, "vat", SEPTEMBER)
    drafts.add_rate(case, payer, Decimal("0.06"), Decimal("500.00"), "未开票的咨询收入")
    with pytest.raises(ValidationError, match="已在申报表中"):
        drafts.add_rate(case, payer, Decimal("0.06"), Decimal("500.00"), "重复")
    assert sheet(case)["sales-6"].imported is None


def test_a_dispute_records_stated_and_claimed_and_declares_the_claim(payer):
    case = drafts.begin(payer, "vat", SEPTEMBER)
    drafts.dispute(case, payer, "input-vat", Decimal("84000.00"), "其中一张发票不是本公司取得。")
    figure = sheet(case)["input-vat"]
    opened = figure.disputes.get()
    assert (opened.stated, opened.claimed, opened.by) == (Decimal("84500.00"), Decimal("84000.00"), payer.user)
    assert (figure.imported, figure.declared) == (Decimal("84500.00"), Decimal("84000.00"))


def test_a_dispute_of_what_the_profile_says_asks_its_source_as_well(payer):
    case = drafts.begin(payer, "vat", SEPTEMBER)
    drafts.dispute(case, payer, "carry-in", Decimal("3000.00"), "上期申报表期末留抵为 3,000 元。")
    opened = Dispute.objects.get(party=payer.party)
    assert (opened.field, opened.stated, opened.claimed) == ("ending_vat_credit", "320000", "300000")
    drafts.dispute(case, payer, "carry-in", Decimal("3100.00"), "更正主张。")
    assert Dispute.objects.count() == 1


def test_disputing_needs_another_value_and_a_reason(payer):
    case = drafts.begin(payer, "vat", SEPTEMBER)
    with pytest.raises(ValidationError, match="与预填数相同"):
        drafts.dispute(case, payer, "input-vat", Decimal("84500.00"), "不对")
    with pytest.raises(ValidationError) as refusal:
        drafts.dispute(case, payer, "input-vat", Decimal("84000.00"), " ")
    assert list(refusal.value.message_dict) == ["reason"]


def test_newer_invoices_are_flagged_and_taken_over_only_when_asked(payer):
    case = confirmed(payer)
    assert drafts.changes(case.detail) == []
    import_invoices(payer, purchase(payer.party, "1000.00"))
    assert [row.kind for row in drafts.changes(case.detail)] == ["input_vat"]
    assert sheet(case)["input-vat"].imported == Decimal("84500.00")
    drafts.refresh(case, payer)
    figure = sheet(case)["input-vat"]
    assert (figure.imported, figure.declared, figure.confirmed) == (Decimal("84630.00"), None, False)
    assert sheet(case)["sales-13"].confirmed


def test_a_figure_of_ones_own_outlives_newer_data_but_must_be_confirmed_again(payer):
    case = confirmed(payer)
    drafts.declare(case, payer, "input-vat", Decimal("84000.00"), "一张发票用于集体福利。")
    import_invoices(payer, purchase(payer.party, "1000.00"))
    drafts.refresh(case, payer)
    figure = sheet(case)["input-vat"]
    assert (figure.imported, figure.declared, figure.confirmed) == (Decimal("84630.00"), Decimal("84000.00"), False)


def test_a_red_invoice_that_outweighs_the_sales_must_be_explained_not_confirmed(office):
    actor = other_payer(office)
    case = drafts.begin(actor, "vat", SEPTEMBER)
    case.detail.figures.filter(kind="sales").update(imported=Decimal("-100.00"))
    with pytest.raises(ValidationError, match="不能小于"):
        drafts.confirm(case, actor)


@pytest.mark.parametrize(
    ("period", "message"),
    [
        ("2026-13", "2026-09"),
        ("2026Q3", "按月"),
        ("2026-10", "尚未结束"),
        ("2026-08", "不受理"),
        ("sixth month", "2026-09"),
    ],
)
def test_only_a_finished_period_of_ones_own_kind_can_be_filed(payer, period, message):
    with pytest.raises(ValidationError, match=message) as refusal:
        drafts.begin(payer, "vat", period)
    assert list(refusal.value.message_dict) == ["period"]
    assert not Return.objects.exists()


def test_a_small_scale_payer_files_by_quarter_without_input_vat(office):
    actor = other_payer(office, vat_kind="small")
    import_invoices(actor, sale(actor.party, "1000.00", at=shanghai(2026, 7, 3, 9)))
    found = sheet(drafts.begin(actor, "vat-small", "2026Q3"))
    assert list(found) == ["sales-13"]
    assert found["sales-13"].imported == Decimal("1000.00")


def test_a_period_in_force_is_corrected_not_filed_again(payer):
    filed(payer)
    with pytest.raises(ValidationError, match="更正"):
        drafts.begin(payer, "vat", SEPTEMBER)


def test_a_period_without_a_return_cannot_be_corrected(payer):
    with pytest.raises(ValidationError, match="不需要更正"):
        drafts.begin(payer, "vat", SEPTEMBER, correct=True)


def test_a_payer_without_an_office_is_told_where_to_go(payer):
    Party.objects.filter(pk=payer.party.pk).update(office=None)
    with pytest.raises(ValidationError, match="办税服务厅"):
        drafts.begin(payer, "vat", SEPTEMBER)


def test_a_natural_person_and_a_narrow_mandate_may_not_file(office, payer):
    with pytest.raises(PermissionDenied):
        drafts.begin(factories.citizen(office=office), "vat", SEPTEMBER)
    narrow = factories.representative(payer.party, Mandate.Kind.FILER, matters=["deferral"])
    with pytest.raises(PermissionDenied, match="授权"):
        drafts.begin(narrow, "vat", SEPTEMBER)


def test_only_the_payer_changes_a_draft(payer, clerk, office):
    case = drafts.begin(payer, "vat", SEPTEMBER)
    for stranger in (clerk, other_payer(office)):
        with pytest.raises(PermissionDenied):
            drafts.confirm(case, stranger)


def test_a_submitted_return_cannot_be_changed(payer):
    case = filed(payer)
    with pytest.raises(cases.NotOpen):
        drafts.declare(case, payer, "sales-13", Decimal("1.00"), "改")


def test_the_database_keeps_one_return_under_way_and_never_a_confirmed_blank(payer):
    case = drafts.begin(payer, "vat", SEPTEMBER)
    twin = cases.open_case(case.definition, factories.representative(factories.company()), _columns(case.detail))
    with pytest.raises(IntegrityError, match="return_one_under_way"), transaction.atomic():
        Return.objects.filter(pk=twin.pk).update(party=payer.party)
    with pytest.raises(IntegrityError, match="figure_confirmed_is_declared"), transaction.atomic():
        ReturnFigure.objects.filter(tax_return=case.pk).update(confirmed=True)


def test_a_later_return_of_the_profile_is_not_carried_in(payer):
    run = runs.start("returns", kind="return", as_of=dt.date(2026, 9, 30))
    writer.write([(payer.party.pk, "ending_vat_credit", 999, dt.date(2026, 9, 30))], run=run)
    assert sheet(drafts.begin(payer, "vat", SEPTEMBER))["carry-in"].imported == Decimal("3200.00")


def _columns(detail: Return) -> dict:
    other = factories.company("另一家公司")
    names = ("period", "ends_on", "taxpayer_type", "location", "due_on")
    return {"party": other, **{name: getattr(detail, name) for name in names}}
