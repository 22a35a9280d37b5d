"""A corrected value flags the drafts that were filled in with the old one, in place (Art 19)."""

import datetime as dt
from decimal import Decimal

import pytest
from django.test import Client
from django.urls import reverse

from apps.kernel.audit.models import Event
from apps.kernel.casework.models import Case
from apps.kernel.facts import runs, writer
from apps.kernel.facts.signals import fact_corrected
from apps.services.filing import drafts
from tests.factories_filing import SEPTEMBER
from tests.factories_filing import payer as other_payer

pytestmark = pytest.mark.django_db
FIELD, AUGUST = "ending_vat_credit", dt.date(2026, 8, 31)


@pytest.fixture
def browser(payer):
    client = Client()
    client.force_login(payer.user)
    return client


def at(payer, name: str, case: Case) -> str:
    return reverse(f"filing:{name}", args=[payer.party.ref, case.number])


def put_right(payer, value: str = "300000", field: str = FIELD) -> list[Case]:
    """The source says another value of the same day, and a correction tells of it: the cases that show the old one."""
    run = runs.start("returns", kind="correction")
    writer.write([(payer.party.pk, field, value, AUGUST)], run=run)
    runs.finish(run)
    told = fact_corrected.send(object, party=payer.party, field=field, value=value)
    return [case for _receiver, found in told for case in found or ()]


def test_the_draft_is_named_and_the_figure_flagged_with_old_and_new_value(payer, browser):
    case = drafts.begin(payer, "vat", SEPTEMBER)
    assert put_right(payer) == [case]
    event = Event.objects.get(stream=case.about, action="figures.outdated")
    assert event.data == {"figures": ["carry-in"], "fact": FIELD}
    for address in (at(payer, "figures", case), reverse("cases:page", args=[payer.party.ref, case.number])):
        assert "3,200.00 → 3,000.00</span> 元" in browser.get(address).content.decode()


def test_one_button_takes_over_that_figure_and_no_other(payer, browser):
    case = drafts.begin(payer, "vat", SEPTEMBER)
    drafts.confirm(case, payer)
    put_right(payer)
    page = browser.post(at(payer, "refresh", case), {"code": "carry-in"}, follow=True).content.decode()
    assert "3,000.00" in page
    assert "3,200.00" not in page
    figure = drafts.figure_of(case.detail, "carry-in")
    assert (figure.imported, figure.confirmed) == (Decimal("3000.00"), False)
    assert drafts.figure_of(case.detail, "input-vat").confirmed


def test_a_draft_that_did_not_use_the_value_and_one_of_another_payer_are_left_alone(payer, office):
    other = drafts.begin(other_payer(office), "vat", SEPTEMBER)
    case = drafts.begin(payer, "social", "2026-09")
    assert put_right(payer) == []
    assert not Event.objects.filter(stream__in=[case.about, other.about], action="figures.outdated").exists()


def test_what_is_submitted_is_not_flagged(payer):
    case = drafts.begin(payer, "vat", SEPTEMBER)
    Case.objects.filter(pk=case.pk).update(state="accepted")
    assert put_right(payer) == []


def test_the_same_value_again_flags_nothing(payer):
    drafts.begin(payer, "vat", SEPTEMBER)
    assert put_right(payer, "320000") == []


def test_circumstances_read_from_a_corrected_fact_are_flagged_and_taken_over(payer, browser):
    """The relief a draft was begun with rests on the profile: a wrong profile made it a wrong draft."""
    case = drafts.begin(payer, "cit", "2026Q3")
    assert not case.detail.high_tech
    assert put_right(payer, "true", "hnte_valid") == [case]
    event = Event.objects.get(stream=case.about, action="circumstances.outdated")
    assert event.data == {"circumstances": ["high_tech"], "fact": "hnte_valid"}
    for address in (at(payer, "figures", case), reverse("cases:page", args=[payer.party.ref, case.number])):
        assert "<li>高新技术企业：否 → 是</li>" in browser.get(address).content.decode()
    page = browser.post(at(payer, "refresh", case), follow=True).content.decode()
    assert "高新技术企业：否" not in page
    assert case.detail.high_tech
    assert put_right(payer, "true", "hnte_valid") == []


def test_circumstances_that_rest_on_other_facts_are_not_flagged(payer):
    case = drafts.begin(payer, "property", "2026-09")
    put_right(payer, "true", "hnte_valid")
    assert not Event.objects.filter(stream=case.about, action="circumstances.outdated").exists()
