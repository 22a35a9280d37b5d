"""Real-name registration: a new person, and what happens to numbers the register knows already."""

import datetime as dt

import pytest
from django.urls import reverse

from apps.kernel.audit.models import Event
from apps.kernel.parties.models import Party, Person, User
from tests import factories

pytestmark = pytest.mark.django_db


def answers(**changes) -> dict:
    return {
        "name": "林若溪",
        "id_number": factories.identity_number(dt.date(1997, 9, 8), 24),
        "phone": "13800010199",
        "username": "linruoxi",
        "password1": "Magnolia-2026-x",
        "password2": "Magnolia-2026-x",
        **changes,
    }


def register(client, **changes):
    return client.post(reverse("account_signup"), answers(**changes))


def test_a_natural_person_registers_and_is_signed_in(client) -> None:
    assert register(client).status_code == 302
    person = Person.objects.select_related("party", "user").get(user__username="linruoxi")
    assert (person.party.name, person.birth_date, person.sex) == ("林若溪", dt.date(1997, 9, 8), "F")
    assert person.user.display_name == "林若溪"
    assert client.session["_auth_user_id"] == str(person.user.pk)
    assert Event.objects.filter(stream=f"party/{person.party.ref}", action="person.register").exists()


def test_a_number_with_spaces_and_small_x_is_put_in_order(client) -> None:
    number = next(
        found for serial in range(1, 99) if (found := factories.identity_number(dt.date(1997, 9, 8), serial))[-1] == "X"
    )
    register(client, id_number=f" {number[:6]} {number[6:].lower()} ")
    assert Person.objects.filter(id_number=number).exists()


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("id_number", "310101199709080000", "身份证号码不正确"),
        ("phone", "电话", "请填写正确的电话号码"),
        ("password2", "something else", ""),
        ("name", "", ""),
        ("username", "a b", ""),
    ],
)
def test_a_wrong_answer_is_named_and_nothing_is_half_written(client, field, value, words) -> None:
    page = register(client, **{field: value})
    assert page.status_code == 200
    assert page.context["form"].errors.get(field)
    assert words in page.content.decode()
    assert page.context["form"]["username"].value() == ("a b" if field == "username" else "linruoxi")
    assert not User.objects.exists()
    assert not Party.objects.exists()


@pytest.mark.parametrize("has_user", [True, False])
def test_a_known_number_is_not_handed_over_and_tells_nothing_of_its_owner(client, has_user) -> None:
    owner = factories.citizen("王秘密")
    if not has_user:
        Person.objects.filter(party=owner.party).update(user=None)
    page = register(client, id_number=owner.party.person.id_number)
    text = page.content.decode()
    assert list(page.context["form"].errors) == ["id_number"]
    assert "已经登记过" in text
    assert "王秘密" not in text
    assert owner.user.username not in text
    assert not User.objects.filter(username="linruoxi").exists()


def test_a_taken_user_name_is_refused_in_any_case_of_letters(client) -> None:
    factories.user()
    taken = User.objects.get().username.upper()
    assert "username" in register(client, username=taken).context["form"].errors
