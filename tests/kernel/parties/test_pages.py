"""The pages of identities, mandates and the profile."""

import datetime as dt

import pytest
from django.urls import reverse

from apps.kernel.audit.models import Event
from apps.kernel.parties import mandates
from apps.kernel.parties.models import Mandate, Organisation, Role
from tests import factories

pytestmark = pytest.mark.django_db


def signed_in(client, person):
    client.force_login(person.user, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


def mandates_of(party, page: str = "list", **more) -> str:
    return reverse(f"mandates:{page}", kwargs={"party_ref": party.ref, **more})


# --- identities ----------------------------------------------------------------------------------


def test_a_foreign_and_an_absent_party_are_answered_byte_for_byte_alike(client) -> None:
    foreign, me = factories.company(), factories.citizen()
    signed_in(client, me)
    for page in ("mandates/", "mandates/invite/", "mandates/abcdefghjk/"):
        answers = [client.get(f"/as/{ref}/{page}") for ref in (foreign.ref, "zzzzzzzzzz")]
        assert [answer.status_code for answer in answers] == [404, 404]
        bodies = [answer.content.replace(foreign.ref.encode(), b"zzzzzzzzzz") for answer in answers]
        assert tokenless(bodies[0]) == tokenless(bodies[1])


def tokenless(body: bytes) -> list[bytes]:
    return [line for line in body.splitlines() if b"csrfmiddlewaretoken" not in line]


def test_whoever_is_not_signed_in_is_sent_to_sign_in_whatever_the_reference(client) -> None:
    for ref in (factories.company().ref, "zzzzzzzzzz"):
        url = f"/as/{ref}/mandates/"
        assert client.get(url)["Location"] == f"/accounts/login/?next={url}"


def test_two_companies_in_two_tabs_never_mix(client) -> None:
    first, second = factories.company("上海甲有限公司"), factories.company("上海乙有限公司")
    boss = factories.representative(first)
    Mandate.objects.create(
        principal=second,
        agent=boss.mandate.agent,
        kind=Mandate.Kind.LEGAL,
        state="active",
        valid_from=dt.date(2020, 1, 1),
    )
    signed_in(client, boss)
    for party, other in ((first, second), (second, first), (first, second)):
        text = client.get(mandates_of(party)).content.decode()
        assert f"<strong>{party.name}</strong>" in text
        assert other.name not in text


def test_a_revoked_mandate_loses_access_at_the_next_request(client) -> None:
    company = factories.company()
    accountant = factories.representative(company, Mandate.Kind.FINANCE)
    boss = factories.representative(company)
    signed_in(client, accountant)
    assert client.get(mandates_of(company)).status_code == 200
    mandates.revoke(accountant.mandate, actor=boss, reason="离职")
    assert client.get(mandates_of(company)).status_code == 404


# --- inviting ------------------------------------------------------------------------------------


@pytest.fixture
def company():
    return factories.company()


@pytest.fixture
def boss(client, company):
    person = factories.representative(company)
    signed_in(client, person)
    return person


def invitation(agent, **changes) -> dict:
    return {
        "kind": "filer",
        "agent_name": agent.party.name,
        "agent_number": agent.party.person.id_number,
        "valid_to": "2099-12-31",
        **changes,
    }


def test_the_representative_invites_checks_and_confirms(client, company, boss) -> None:
    filer = factories.citizen("李文静")
    url = mandates_of(company, "invite")
    check = client.post(url, invitation(filer))
    text = check.content.decode()
    assert "李文静" in text
    assert "2099年12月31日" in text
    assert f'<dd class="number">{filer.party.person.id_number}' not in text
    assert not Mandate.objects.filter(agent=filer.party).exists()
    change = client.post(url, invitation(filer, change="1"))
    assert f'value="{filer.party.name}"' in change.content.decode()
    done = client.post(url, invitation(filer, confirm="1"))
    mandate = Mandate.objects.get(agent=filer.party)
    assert done["Location"] == mandates_of(company, "detail", mandate_ref=mandate.ref)
    assert client.post(url, invitation(filer, confirm="1"))["Location"] == done["Location"]
    assert client.get(done["Location"]).status_code == 200


def test_a_wrong_answer_stays_on_the_form_with_its_words(client, company, boss) -> None:
    filer = factories.citizen("李文静")
    page = client.post(mandates_of(company, "invite"), invitation(filer, agent_name="李文敬", confirm="1"))
    assert list(page.context["form"].errors) == ["agent_number"]
    assert 'value="李文敬"' in page.content.decode()


def test_whoever_does_not_manage_sees_only_the_own_mandate_and_cannot_invite(client, company, boss) -> None:
    accountant = factories.representative(company, Mandate.Kind.FINANCE, "顾晓岚")
    signed_in(client, accountant)
    text = client.get(mandates_of(company)).content.decode()
    assert "顾晓岚" in text
    assert "赵立新" not in text
    assert client.get(mandates_of(company, "invite")).status_code == 403
    assert client.post(mandates_of(company, "invite"), invitation(factories.citizen())).status_code == 403
    others = mandates_of(company, "revoke", mandate_ref=boss.mandate.ref)
    assert client.post(others, {"reason": "x"}).status_code == 404


def test_the_invited_accepts_on_the_own_page_and_a_stranger_cannot(client, company, boss) -> None:
    filer, stranger = factories.citizen("李文静"), factories.citizen()
    offer = mandates.invite(company, filer.party, "filer", actor=boss)
    signed_in(client, stranger)
    assert company.name not in client.get("/mandates/").content.decode()
    for ref in (offer.ref, "zzzzzzzzzz"):
        assert client.post(reverse("offer_accept", args=[ref])).status_code == 404
    signed_in(client, filer)
    assert company.name in client.get("/mandates/").content.decode()
    assert client.get(reverse("offer_accept", args=[offer.ref])).status_code == 405
    client.post(reverse("offer_accept", args=[offer.ref]))
    assert client.get(mandates_of(company)).status_code == 200
    again = client.post(reverse("offer_accept", args=[offer.ref]), follow=True)
    assert "不能再做这项操作" in again.content.decode()


def test_a_firm_accepts_through_whoever_manages_it(client, company, boss) -> None:
    agency = factories.company("上海某税务师事务所有限公司", form=Organisation.Form.AGENCY)
    head, junior = factories.representative(agency), factories.representative(agency, Mandate.Kind.FILER, "小李")
    offer = mandates.invite(company, agency, "agent", actor=boss)
    signed_in(client, junior)
    assert client.post(reverse("offer_accept", args=[offer.ref])).status_code == 404
    signed_in(client, head)
    client.post(reverse("offer_accept", args=[offer.ref]))
    signed_in(client, junior)
    assert client.get(mandates_of(company)).status_code == 200


def test_revoking_asks_for_a_reason_and_shows_it_in_the_history(client, company, boss) -> None:
    filer = factories.representative(company, Mandate.Kind.FILER, "李文静")
    url = mandates_of(company, "revoke", mandate_ref=filer.mandate.ref)
    assert client.get(url).status_code == 200
    assert "reason" in client.post(url, {"reason": ""}).context["form"].errors
    assert client.post(url, {"reason": "人员离职"})["Location"] == mandates_of(company)
    detail = client.get(mandates_of(company, "detail", mandate_ref=filer.mandate.ref)).content.decode()
    assert "人员离职" in detail
    assert client.get(url).status_code == 302


def test_whoever_gives_up_the_own_mandate_lands_on_the_identities(client, company) -> None:
    filer = factories.representative(company, Mandate.Kind.FILER)
    signed_in(client, filer)
    answer = client.post(mandates_of(company, "revoke", mandate_ref=filer.mandate.ref), {"reason": "换工作"})
    assert answer["Location"] == reverse("identities")
    assert client.get(mandates_of(company)).status_code == 404


# --- guardians -----------------------------------------------------------------------------------


def test_a_clerk_confirms_a_guardian_and_the_reading_is_recorded(client) -> None:
    office = factories.tax_office()
    clerk = factories.staff(office, Role.CLERK)
    ward = factories.citizen("沈玉珍", dt.date(1946, 2, 9), office=office)
    guardian = factories.citizen("陆志明")
    offer = mandates.invite(ward.party, guardian.party, "guardian", actor=ward)
    signed_in(client, clerk)
    assert "沈玉珍" in client.get(reverse("guardians")).content.decode()
    page = client.get(reverse("guardian", args=[offer.ref]))
    assert ward.party.person.id_number not in page.content.decode()
    assert Event.objects.filter(stream=f"reads/{ward.party.pk}").exists()
    client.post(reverse("guardian", args=[offer.ref]), {"paper": "（2026）沪0101民特12号"})
    signed_in(client, guardian)
    assert client.get(mandates_of(ward.party)).status_code == 200


def test_other_offices_and_other_people_do_not_see_waiting_guardians(client) -> None:
    office = factories.tax_office()
    ward = factories.citizen(office=office)
    offer = mandates.invite(ward.party, factories.citizen().party, "guardian", actor=ward)
    elsewhere = factories.staff(factories.tax_office("徐汇区税务局第一税务所"))
    signed_in(client, elsewhere)
    assert client.get(reverse("guardian", args=[offer.ref])).status_code == 404
    for nobody in (ward, factories.staff(office, Role.RISK)):
        signed_in(client, nobody)
        assert client.get(reverse("guardians")).status_code == 403
        assert client.post(reverse("guardian", args=[offer.ref]), {"paper": "x"}).status_code == 403


# --- profile -------------------------------------------------------------------------------------


def test_my_own_data_is_shown_in_full_and_the_look_is_recorded(client) -> None:
    me = factories.citizen("周思远")
    signed_in(client, me)
    assert me.party.person.id_number not in client.get(reverse("profile")).content.decode()
    assert not Event.objects.filter(stream=f"reads/{me.party.pk}").exists()
    assert me.party.person.id_number in client.get(reverse("my_data")).content.decode()
    assert Event.objects.filter(stream=f"reads/{me.party.pk}", action="read").count() == 1


def test_whoever_is_no_registered_person_has_no_data_page(client) -> None:
    client.force_login(factories.user(), backend="allauth.account.auth_backends.AuthenticationBackend")
    assert client.get(reverse("my_data")).status_code == 404


# --- administration ------------------------------------------------------------------------------


@pytest.fixture
def admin(client):
    person = factories.second_factor(factories.user("管理员"))
    person.is_staff = person.is_superuser = True
    person.save()
    client.force_login(person, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


def test_the_administration_masks_numbers_in_lists_and_records_each_opening(admin) -> None:
    person = factories.citizen("周思远")
    number = person.party.person.id_number
    listed = admin.get(reverse("admin:parties_party_changelist")).content.decode()
    assert number not in listed
    assert number[:3] in listed
    assert number in admin.get(reverse("admin:parties_party_change", args=[person.party.pk])).content.decode()
    assert Event.objects.filter(stream=f"reads/{person.party.pk}", target="admin").count() == 1


def test_the_administration_does_not_change_parties_or_mandates(admin) -> None:
    mandate = factories.representative(factories.company()).mandate
    for name, pk in (("party", mandate.principal_id), ("mandate", mandate.pk)):
        assert admin.get(reverse(f"admin:parties_{name}_change", args=[pk])).status_code == 200
        assert admin.post(reverse(f"admin:parties_{name}_change", args=[pk]), {"state": "revoked"}).status_code == 403
        assert admin.get(reverse(f"admin:parties_{name}_add")).status_code == 403
        assert admin.post(reverse(f"admin:parties_{name}_delete", args=[pk]), {"post": "yes"}).status_code == 403


def test_every_list_and_search_of_the_administration_opens(admin) -> None:
    factories.representative(factories.company(office=factories.tax_office()))
    for name in ("user", "office", "party", "mandate", "partnerclient"):
        assert admin.get(reverse(f"admin:parties_{name}_changelist"), {"q": "上海"}).status_code == 200, name
    for name in ("user", "office", "partnerclient"):
        assert admin.get(reverse(f"admin:parties_{name}_add")).status_code == 200, name
