"""Every bundle that ships works as declared, and one that cannot work stops the start."""

from dataclasses import replace

import pytest
from django.core.exceptions import ImproperlyConfigured

from apps.kernel.casework import procedures
from apps.kernel.rules import terms
from apps.kernel.workcalendar import clock
from apps.services.bundles import declaration
from apps.services.bundles.start_business import START_BUSINESS

CODES = ["close-business", "flexible-insurance", "newborn", "property-transfer", "start-business"]


def changed(code: str, **fields) -> declaration.Bundle:
    """The business start with one part declared differently."""
    parts = tuple(replace(part, **fields) if part.code == code else part for part in START_BUSINESS.parts)
    return replace(START_BUSINESS, code="broken", parts=parts)


def test_the_five_bundles_are_there():
    assert [bundle.code for bundle in declaration.all_bundles()] == CODES


@pytest.mark.parametrize("code", CODES)
@pytest.mark.django_db
def test_a_bundle_has_no_faults_and_every_part_its_procedure_and_its_term(code):
    bundle = declaration.get(code)
    assert list(declaration.faults(bundle)) == []
    assert procedures.get(code).audience
    for part in bundle.parts:
        assert not procedures.get(bundle.procedure_of(part)).audience  # nobody applies for a part alone
        assert terms.term(part.term, clock.today()).term > 0


@pytest.mark.parametrize(
    ("bundle", "fault"),
    [
        (changed("market", after=("medical",)), "parts wait for each other"),
        (changed("tax", after=("harbour",)), r"tax waits for unknown parts \['harbour'\]"),
        (changed("tax", takes=("name", "shoe_size")), r"questions needed but never asked: \['shoe_size'\]"),
        (changed("tax", takes=("name",)), r"questions nobody needs: \['monthly_sales', 'vat_kind'\]"),
        (changed("market", papers=("identity-card", "premises")), r"papers nobody needs: \['articles'\]"),
        (replace(START_BUSINESS, parts=(*START_BUSINESS.parts, START_BUSINESS.parts[0])), "a part is declared twice"),
    ],
    ids=["cycle", "unknown part", "unasked question", "idle question", "idle paper", "doubled part"],
)
def test_a_bundle_that_cannot_work_stops_the_start(bundle, fault):
    with pytest.raises(ImproperlyConfigured, match=fault):
        declaration.keep(bundle)
