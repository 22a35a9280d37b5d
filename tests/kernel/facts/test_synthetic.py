"""Invented taxpayers: the demonstration's cast and whole cities."""

import io
import resource

import pytest
from django.core.management import CommandError, call_command

from apps.kernel.facts import city, reading
from apps.kernel.facts.models import Profile, Provenance
from apps.kernel.parties.models import Organisation, Party, Person
from apps.services.invoices.models import Invoice

pytestmark = pytest.mark.django_db


def make(*arguments: str) -> str:
    out = io.StringIO()
    call_command("make_city", *arguments, stdout=out)
    return out.getvalue()


def profiles() -> list[tuple]:
    return list(Profile.objects.values_list("subject_kind", "vat_kind", "sales_quarter", "taxable_income"))


def test_a_city_is_the_same_for_the_same_seed_and_goes_away_again():
    assert "Filled 3,000 taxpayers" in make("--payers", "3000")
    first = sorted(profiles(), key=str)
    assert len(first) == Party.objects.count() == 3000
    assert "Taken away: 3,000" in make("--reset", "--payers", "3000")
    assert sorted(profiles(), key=str) == first
    make("--reset")
    assert not Profile.objects.exists()
    assert not Party.objects.exists()
    make("--payers", "3000", "--seed", "7")
    assert sorted(profiles(), key=str) != first


def test_a_city_grows_without_repeating_a_reference():
    make("--payers", "500")
    make("--payers", "500")
    assert Party.objects.values("ref").distinct().count() == 1000


def test_a_city_has_every_sort_of_payer_unknown_values_and_values_on_the_turn():
    make("--payers", "20000")
    everyone = profiles()
    assert {row[0] for row in everyone} == {"natural", "individual_business", "enterprise"}
    assert {row[1] for row in everyone} == {"none", "small", "general"}
    known = [row[2] for row in everyone if row[1] == "small"]
    assert None in known
    for value in (29_999_999, 30_000_000, 30_000_001):
        assert value in known


def test_a_citys_values_have_the_load_as_their_source():
    make("--payers", "50")
    profile = Profile.objects.exclude(vat_kind="none").select_related("party").first()
    (statement,) = reading.provenance(profile.party, "vat_kind")
    assert (statement.source, statement.value) == ("测试数据", profile.vat_kind)
    assert not Provenance.objects.exists()


def test_filling_takes_little_memory():
    told: list[int] = []
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    city.fill(120_000, progress=told.append)
    assert told == [50_000, 100_000, 120_000]
    assert (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024 < 100


def test_nothing_to_fill_is_said_so():
    with pytest.raises(CommandError):
        make()
    with pytest.raises(CommandError):
        make("--payers", "-5")


def test_the_demonstration_is_seeded_once_and_only_for_demonstrations(settings):
    settings.PORTAL_DEMO = False
    with pytest.raises(CommandError):
        call_command("seed_demo", stdout=io.StringIO())
    settings.PORTAL_DEMO = True
    counts = []
    for _ in range(2):
        call_command("seed_demo", "--parties", "300", stdout=io.StringIO())
        counts.append([model.objects.count() for model in (Party, Profile, Provenance, Invoice)])
    assert counts[0] == counts[1]
    assert counts[0][0] > 300
    for person in Person.objects.all():
        person.full_clean()
    for organisation in Organisation.objects.all():
        organisation.full_clean()
    shenlan = Organisation.objects.get(party__name="上海申澜精密机械有限公司").party
    known = reading.profile(shenlan)
    assert (known["vat_kind"], known["industry_code"], known["form"]) == ("general", "C3484", "enterprise")
    assert (known["invoice_net"], known["ending_vat_credit"]) == (1_000_000_00, 3_200_00)
