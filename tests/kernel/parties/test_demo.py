"""The demonstration's accounts: what the README promises is there, once."""

import pytest
from allauth.mfa.models import Authenticator
from django.apps import apps
from django.urls import reverse

from apps.kernel.parties import acting, demo, second_factor
from apps.kernel.parties.models import Mandate, PartnerClient, Party, Person, User
from apps.kernel.parties.scopes import SCOPES
from sandbox.identity.people import PEOPLE

pytestmark = pytest.mark.django_db
PROMISED = """citizen elder guardian enterprise accountant agency clerk chief risk reports custodian auditor bdc hrss
medical planning water civildefence market police civilaffairs registry bank court procuratorate price office admin"""


@pytest.fixture
def _demo() -> None:
    demo.seed()


@pytest.mark.usefixtures("_demo")
def test_every_promised_user_is_there_and_staff_have_their_second_factor() -> None:
    for username in PROMISED.split():
        user = User.objects.get(username=username)
        assert user.check_password("Portal-demo-2026"), username
        assert not second_factor.missing(user), username


@pytest.mark.usefixtures("_demo")
def test_a_second_run_changes_nothing() -> None:
    tables = [*apps.get_app_config("parties").get_models(), Authenticator]
    before = [list(model.objects.order_by("pk").values()) for model in tables]
    demo.seed()
    assert [list(model.objects.order_by("pk").values()) for model in tables] == before


@pytest.mark.usefixtures("_demo")
def test_the_cast_is_valid_and_reaches_whom_it_should() -> None:
    for person in Person.objects.all():
        person.full_clean()
    for party in Party.objects.filter(organisation__isnull=False):
        party.organisation.full_clean()
    reach = {
        username: [identity.party.name for identity in acting.identities(User.objects.get(username=username))[1:]]
        for username in ("citizen", "guardian", "enterprise", "accountant", "agency")
    }
    assert reach["citizen"] == []
    assert reach["guardian"] == ["沈玉珍"]
    assert reach["enterprise"] == ["上海申澜精密机械有限公司"]
    assert len(reach["accountant"]) == 2
    assert len(reach["agency"]) == 4
    assert all(mandate.history.exists() for mandate in Mandate.objects.all())


@pytest.mark.usefixtures("_demo")
@pytest.mark.parametrize("what", ["rules.%s_parameterchange", "rules.%s_policyversion", "retention.%s_register"])
def test_what_two_people_decide_has_two_people(what) -> None:
    reviewer = User.objects.get(username="reviewer")
    assert reviewer.is_staff
    assert reviewer.has_perms([what % "view", what % "approve"])
    assert not reviewer.has_perm(what % "add")


@pytest.mark.usefixtures("_demo")
def test_each_client_gets_a_token_with_its_scopes(client) -> None:
    for partner in PartnerClient.objects.all():
        assert set(partner.scopes_allowed) <= set(SCOPES)
    answer = client.post(
        reverse("oauth_token"),
        {"grant_type": "client_credentials", "client_id": "demo-registry", "client_secret": "Portal-demo-2026"},
    ).json()
    assert set(answer["scope"].split()) == {"cases", "catalog.read", "registry.check"}


@pytest.mark.usefixtures("_demo")
def test_the_identity_provider_asserts_the_numbers_the_portal_knows() -> None:
    for username, person in PEOPLE.items():
        if username != "newcomer":
            known = Person.objects.select_related("party").get(user__username=username)
            assert (known.id_number, known.party.name) == (person.id_number, person.name)
