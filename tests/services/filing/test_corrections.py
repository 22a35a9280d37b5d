"""A filed return is corrected by another that replaces it; the account follows by the difference."""

import datetime as dt
from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied

from apps.kernel.casework import cases
from apps.kernel.facts import reading
from apps.kernel.ledger import late_fees
from apps.kernel.ledger.models import Charge, Overpayment
from apps.services.filing import drafts
from apps.services.filing.models import Return
from tests.factories_filing import SEPTEMBER, filed, import_invoices
from tests.factories_filing import payer as other_payer
from tests.factories_invoices import sale
from tests.services.filing.paying import pay

pytestmark = pytest.mark.django_db


def corrected(payer, code: str, amount: str):
    """A correction of September that declares one figure anew, submitted."""
    case = drafts.begin(payer, "vat", SEPTEMBER, correct=True)
    drafts.confirm(case, payer)
    drafts.declare(case, payer, code, Decimal(amount), "漏报，现更正。")
    return cases.perform(case, "submit", payer)


def test_a_correction_upwards_replaces_the_return_and_charges_the_difference(payer):
    first = filed(payer)
    second = corrected(payer, "sales-13", "1100000.00")
    first.refresh_from_db()
    assert (first.state, first.detail.standing) == ("corrected", Return.Standing.REPLACED)
    assert (second.state, second.detail.replaces.case) == ("filed", first)
    assert Charge.objects.count() == 4
    assert Charge.objects.get(levy="vat").amount == Decimal("55300.00")


def test_the_difference_bears_late_fee_from_the_original_due_date(payer, october):
    pay(payer, filed(payer))
    october.move_to(dt.datetime(2026, 11, 5, 1, tzinfo=dt.UTC))
    second = corrected(payer, "sales-13", "1100000.00")
    vat = Charge.objects.get(levy="vat")
    assert (second.state, vat.outstanding, vat.due) == ("filed", Decimal("13000.00"), dt.date(2026, 10, 26))
    assert late_fees.outstanding(vat, dt.date(2026, 11, 5)) == Decimal("65.00")


def test_a_correction_downwards_is_decided_by_a_clerk_and_frees_what_was_overpaid(payer, clerk):
    pay(payer, filed(payer))
    second = corrected(payer, "sales-13", "900000.00")
    assert second.state == "submitted"
    assert Return.objects.get(party=payer.party, standing="in_force").total == Decimal("47376.00")
    second = cases.perform(second, "accept_return", clerk)
    assert second.state == "settled"
    assert sum(row.amount for row in Overpayment.objects.filter(party=payer.party)) == Decimal("14560.00")
    assert reading.profile(payer.party)["sales"] == 90000000


def test_a_correction_under_way_leaves_the_return_in_force(payer):
    first = filed(payer)
    draft = drafts.begin(payer, "vat", SEPTEMBER, correct=True)
    first.refresh_from_db()
    assert (first.state, draft.state) == ("filed", "draft")
    assert drafts.begin(payer, "vat", SEPTEMBER, correct=True) == draft


def test_a_second_correction_starts_from_what_was_declared_last(payer):
    filed(payer)
    first = drafts.begin(payer, "vat", SEPTEMBER, correct=True)
    drafts.confirm(first, payer)
    drafts.declare(first, payer, "sales-13", Decimal("1100000.00"), "漏报，现更正。")
    drafts.add_rate(first, payer, Decimal("0.06"), Decimal("20000.00"), "未开票收入。")
    cases.perform(first, "submit", payer)
    second = drafts.begin(payer, "vat", SEPTEMBER, correct=True)
    kept = {figure.code: figure for figure in second.detail.sheet}
    assert (kept["sales-13"].imported, kept["sales-13"].declared) == (Decimal("1000000.00"), Decimal("1100000.00"))
    assert (kept["sales-6"].imported, kept["sales-6"].declared) == (None, Decimal("20000.00"))
    assert kept["sales-13"].reason == "漏报，现更正。"
    assert kept["input-vat"].declared is None  # the data were confirmed: what they say today counts
    assert not any(figure.confirmed for figure in kept.values())
    drafts.confirm(second, payer)
    assert cases.perform(second, "submit", payer).detail.total == Return.objects.get(case=first).total


def test_what_the_data_say_by_now_is_not_declared_once_more(payer):
    filed(payer)
    corrected(payer, "sales-13", "1100000.00")
    import_invoices(payer, sale(payer.party, "100000.00"))
    second = drafts.begin(payer, "vat", SEPTEMBER, correct=True)
    sales = drafts.figure_of(second.detail, "sales-13")
    assert (sales.imported, sales.declared) == (Decimal("1100000.00"), None)


def test_the_public_words_say_what_happened_to_the_replaced_return(payer):
    first = filed(payer)
    corrected(payer, "sales-13", "1100000.00")
    assert [step.past for step in first.steps.all()][-1] == "以更正申报取代了这份申报"


def test_nobody_corrects_a_foreign_return(payer, office):
    filed(payer)
    stranger = other_payer(office)
    draft = drafts.begin(payer, "vat", SEPTEMBER, correct=True)
    with pytest.raises(PermissionDenied):
        drafts.confirm(draft, stranger)
