"""What is pulled becomes facts of parties, with source and date (Arts 16-19)."""

import pytest

from apps.datashare.pulls.models import FactMapping
from apps.kernel.facts import reading
from tests import factories
from tests.factories_pulls import drop, permit, permits, pulled

pytestmark = pytest.mark.django_db


def says(source, fact, form, field="volume"):
    FactMapping.objects.create(source=source, party_field="uscc", field=field, fact=fact, form=form)


def test_rows_become_facts_of_the_parties_they_name(source):
    company = factories.company()
    code = company.organisation.uscc
    says(source, "medical_institution", "present", field="permit")
    says(source, "export_sales_12m", "sum_fen")
    says(source, "si_headcount", "count", field="permit")
    drop([*permits(2), permit(3, uscc=code, volume="10.25"), permit(4, uscc=code, volume="0.50")], at=1)
    run = pulled(source)
    profile = reading.profile(company)
    assert (profile["medical_institution"], profile["export_sales_12m"], profile["si_headcount"]) == (True, 1075, 2)
    assert (run.facts_written, run.facts_note) == (3, "")
    said = reading.provenance(company, "export_sales_12m")
    assert said[0].source == "其他部门共享"


def test_a_party_that_is_gone_from_the_source_is_told_so(source):
    company = factories.company()
    says(source, "medical_institution", "present", field="permit")
    drop([*permits(9), permit(10, uscc=company.organisation.uscc)], at=1)
    pulled(source)
    drop(permits(9), "b.csv", at=2)
    assert pulled(source).gone == 1
    assert reading.profile(company)["medical_institution"] is False


def test_a_value_the_fact_does_not_accept_is_noted_and_stops_nothing(source):
    company = factories.company()
    says(source, "si_headcount", "value")
    drop([permit(1, uscc=company.organisation.uscc, volume="1.5")], at=1)
    run = pulled(source)
    assert (run.state, run.inserted, run.facts_written) == ("done", 1, 0)
    assert "si_headcount" in run.facts_note
