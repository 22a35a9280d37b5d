"""One confirmation, giving a draft up, and the limits of a mandate by levy."""

import datetime as dt
from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from apps.kernel.casework import cases
from apps.kernel.casework.models import Case
from apps.kernel.ledger.models import Charge
from apps.kernel.parties.models import Mandate
from apps.services.filing import drafts, kinds, periods, straight
from apps.services.filing.models import Return
from tests import factories
from tests.factories_filing import EXAMPLE, SEPTEMBER, import_invoices
from tests.factories_filing import payer as other_payer
from tests.factories_invoices import purchase

pytestmark = pytest.mark.django_db


def test_a_return_in_line_with_the_data_is_one_confirmation(payer):
    case = drafts.begin(payer, "vat", SEPTEMBER)
    assert straight.way(case.detail) == straight.Way.AS_PREFILLED
    case = straight.file(case, payer)
    assert (case.state, case.detail.total) == ("filed", EXAMPLE["total"])
    assert all(figure.confirmed for figure in case.detail.figures.all())


def test_own_figures_and_newer_data_are_gone_through_one_by_one(payer):
    case = drafts.begin(payer, "vat", SEPTEMBER)
    drafts.declare(case, payer, "sales-13", Decimal("1100000.00"), "未开票收入。")
    with pytest.raises(ValidationError, match="逐项核对"):
        straight.file(case, payer)
    drafts.declare(case, payer, "sales-13", Decimal("1000000.00"))
    import_invoices(payer, purchase(payer.party, "1000.00"))
    assert straight.way(Case.objects.get(pk=case.pk).detail) is None
    assert not Charge.objects.exists()


def test_what_the_data_do_not_know_is_never_filed_as_zero_beside_what_they_know(office):
    actor = other_payer(office)
    case = drafts.begin(actor, "cit", "2026Q3")
    drafts.figure_of(case.detail, "headcount")
    case.detail.figures.filter(kind="headcount").update(imported=Decimal("12.00"))
    assert not straight.complete(straight.as_imported(case.detail))
    with pytest.raises(ValidationError):
        straight.file(case, actor)


def test_only_the_payer_files_in_one_confirmation(payer, clerk, office):
    case = drafts.begin(payer, "vat", SEPTEMBER)
    for stranger in (clerk, other_payer(office)):
        with pytest.raises(PermissionDenied):
            straight.file(case, stranger)


def test_a_draft_is_given_up_and_the_period_begun_anew(payer):
    case = drafts.begin(payer, "vat", SEPTEMBER)
    drafts.discard(case, payer)
    case.refresh_from_db()
    assert (case.state, case.detail.standing, case.submitted_at, case.office) == ("discarded", "dropped", None, None)
    assert drafts.begin(payer, "vat", SEPTEMBER) != case


def test_giving_up_a_correction_leaves_the_return_in_force(payer):
    first = straight.file(drafts.begin(payer, "vat", SEPTEMBER), payer)
    drafts.discard(drafts.begin(payer, "vat", SEPTEMBER, correct=True), payer)
    first.refresh_from_db()
    assert (first.state, first.detail.standing) == ("filed", Return.Standing.IN_FORCE)


def test_a_submitted_return_is_not_given_up_and_nobody_else_gives_a_draft_up(payer, office, clerk):
    draft = drafts.begin(payer, "vat", SEPTEMBER)
    for stranger in (clerk, other_payer(office)):
        with pytest.raises(PermissionDenied):
            drafts.discard(draft, stranger)
    case = straight.file(draft, payer)
    with pytest.raises(cases.NotOpen):
        drafts.discard(case, payer)


def test_a_mandate_for_some_levies_reaches_their_returns_only(payer):
    narrow = factories.representative(payer.party, Mandate.Kind.FILER, levies=["vat"])
    assert [kind.code for kind in kinds.open_to(narrow)] == ["vat"]
    assert {row.kind.code for row in periods.rows(narrow)} == {"vat"}
    assert drafts.begin(narrow, "vat", SEPTEMBER)
    for kind, period in (("cit", "2026Q3"), ("social", SEPTEMBER), ("property", SEPTEMBER)):
        with pytest.raises(PermissionDenied, match="税费种"):
            drafts.begin(narrow, kind, period)


def test_a_draft_of_another_levy_can_neither_be_changed_nor_submitted(payer):
    narrow = factories.representative(payer.party, Mandate.Kind.FILER, levies=["vat"])
    case = drafts.begin(payer, "social", SEPTEMBER)
    with pytest.raises(PermissionDenied):
        drafts.confirm(case, narrow)
    drafts.confirm(case, payer)
    with pytest.raises(PermissionDenied):
        cases.perform(case, "submit", narrow)


def test_what_is_to_be_filed_comes_soonest_first_with_official_dates(payer):
    rows = periods.rows(payer)
    assert [(row.kind.code, str(row.period)) for row in rows] == [
        ("vat", "2026-09"),
        ("cit", "2026Q3"),
        ("social", "2026-09"),
    ]
    assert {(row.due.due, row.due.official) for row in rows} == {(dt.date(2026, 10, 26), True)}
