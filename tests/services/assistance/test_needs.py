"""What people need: consent first, little kept, every look logged, priority by a dated rule."""

import datetime as dt

import pytest
import time_machine
from django.core.exceptions import PermissionDenied, ValidationError
from django.urls import reverse

from apps.kernel.audit.models import Event
from apps.kernel.notifications.models import Message
from apps.services.assistance import needs, profiles
from apps.services.assistance.models import NeedsProfile
from tests import factories, factories_assistance
from tests.access.world import World

pytestmark = pytest.mark.django_db
TOLD = {"disability": "limb", "mobility": "wheelchair", "sign_language": False, "language": "wuu"}


@pytest.mark.parametrize(("day", "priority"), [(dt.date(2026, 2, 27), False), (dt.date(2026, 3, 1), True)])
def test_priority_begins_on_the_sixtieth_birthday(day, priority):
    born = factories.citizen(born=dt.date(1966, 2, 28)).party
    with time_machine.travel(dt.datetime.combine(day, dt.time(4), tzinfo=dt.UTC)):
        assert needs.of(born).priority is priority
        assert needs.of(born).waives is priority


def test_who_told_us_of_a_wheelchair_is_served_first_and_the_reason_names_no_disability():
    person = factories.citizen()
    factories_assistance.profile(person, **TOLD, wants_assistant=True)
    known = needs.of(person.party)
    assert (known.priority, known.elderly, known.step_free) == (True, False, True)
    assert known.wishes == ("使用轮椅", "请说上海话", "希望全程有人协助")
    assert known.reason == "残疾人或行动不便"


def test_a_firm_has_no_needs_and_many_people_cost_no_more_queries(django_assert_num_queries):
    people = [factories.citizen().party for _ in range(5)] + [factories.company()]
    with django_assert_num_queries(4):
        known = needs.of_all(people)
    assert not any(each.priority for each in known.values())


def test_nothing_is_kept_without_consent():
    person = factories.citizen()
    with pytest.raises(ValidationError, match="没有您的同意") as refused:
        profiles.save(person.party, person, consent=False, **TOLD)
    assert "consent" in refused.value.error_dict
    assert not NeedsProfile.objects.exists()


def test_taking_consent_back_erases_what_was_told():
    person = factories.citizen()
    factories_assistance.profile(person, **TOLD)
    profiles.withdraw(person.party, person)
    assert not NeedsProfile.objects.exists()
    erased = Event.objects.get(action="needs.erased")
    assert "wheelchair" not in str(erased.data)


def test_a_guardian_tells_for_the_elder_and_a_stranger_for_nobody():
    office = factories.tax_office()
    elder = factories_assistance.elder(office)
    profiles.save(elder.party, factories_assistance.guardian_of(elder), consent=True, **TOLD)
    others = (
        factories.citizen("陌生人"),
        factories.staff(factories.tax_office("浦东新区税务局第五税务所"), name="沈悦"),
    )
    for other in others:
        with pytest.raises(PermissionDenied):
            profiles.save(elder.party, other, consent=True, **TOLD)
    assert Event.objects.using("evidence").filter(action="needs.save").count() == len(others)


def test_the_office_names_an_assistant_and_the_person_is_told():
    office = factories.tax_office()
    elder, clerk = factories_assistance.elder(office), factories.staff(office)
    factories_assistance.profile(elder, **TOLD, wants_assistant=True)
    for _twice in range(2):
        profile = profiles.name_assistant(elder.party, clerk.user, actor=clerk)
    assert profile.assistant == clerk.user
    message = Message.objects.get(template="assistant-named")
    assert message.party == elder.party
    assert "陈静" in message.subject
    with pytest.raises(ValidationError, match="从本单位在岗人员中选择"):
        profiles.name_assistant(elder.party, elder.user, actor=clerk)
    with pytest.raises(PermissionDenied):
        profiles.name_assistant(elder.party, elder.user, actor=elder)


def test_on_the_page_a_missing_consent_is_told_beside_what_was_typed(client):
    person = factories.citizen()
    client.force_login(person.user)
    page = reverse("assistance:edit", args=[person.party.ref])
    answer = client.post(page, {**TOLD, "sign_language": ""})
    assert answer.status_code == 422
    assert "没有您的同意" in answer.content.decode()
    assert '<option value="wheelchair" selected>' in answer.content.decode()
    assert client.post(page, {**TOLD, "sign_language": "", "consent": "on"}).status_code == 302
    assert "使用轮椅" in client.get(reverse("assistance:overview", args=[person.party.ref])).content.decode()


def test_every_look_of_the_office_is_logged_and_another_office_finds_nobody(client):
    office = factories.tax_office()
    elder, clerk = factories_assistance.elder(office), factories.staff(office)
    factories_assistance.profile(elder, **TOLD)
    sign_in(client, clerk)
    found = client.post(
        reverse("counter_assistance:find"), {"number": elder.party.person.id_number, "name": elder.party.name}
    )
    assert found.url == reverse("counter_assistance:person", args=[elder.party.ref])
    assert "请说上海话" in client.get(found.url).content.decode()
    assert Event.objects.filter(stream=f"reads/{elder.party.pk}", actor_id=clerk.user.pk).count() == 1
    stranger = factories.staff(factories.tax_office("浦东新区税务局第五税务所"), name="沈悦")
    sign_in(client, stranger)
    assert client.get(found.url).status_code == 404
    wrong = client.post(reverse("counter_assistance:find"), {"number": "1", "name": "无人"})
    assert wrong.status_code == 422


def test_by_api_each_for_themselves(client):
    person = factories.citizen()
    client.force_login(person.user)
    url = reverse("api-needs")
    refused = client.put(url, {**TOLD, "consent": False}, content_type="application/json")
    assert refused.status_code == 400
    assert "consent" in str(refused.json())
    told = client.put(url, {**TOLD, "consent": True}, content_type="application/json").json()
    assert told["priority"] is True
    bad = client.put(url, {**TOLD, "mobility": "flying", "consent": True}, content_type="application/json")
    assert bad.status_code == 400
    assert client.delete(url).status_code == 204
    assert client.get(url).json()["priority"] is False


def sign_in(client, actor) -> None:
    World._sign_in(client, actor.user)
