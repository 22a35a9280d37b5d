"""Partner systems: tokens within their scopes, and who acts behind an API request."""

import datetime as dt

import pytest
import time_machine
from django.urls import path, reverse
from rest_framework.response import Response
from rest_framework.views import APIView

from apps.kernel.parties.api_auth import HasScope, api_actor
from apps.kernel.parties.models import PartnerClient
from taxportal.urls import urlpatterns as portal_urls
from tests import factories

pytestmark = [pytest.mark.django_db, pytest.mark.urls(__name__)]
SECRET = "a-secret-between-two-systems"


class WhoAmI(APIView):
    """Tells who acts; asks partner systems for a scope."""

    permission_classes = [HasScope("registry.check")]

    def get(self, request) -> Response:
        actor = api_actor(request)
        return Response(
            {
                "user": actor.user.username,
                "office": actor.office and actor.office.code,
                "party": actor.party and actor.party.ref,
                "roles": sorted(actor.roles),
                "channel": actor.channel,
            }
        )


urlpatterns = [*portal_urls, path("who-am-i/", WhoAmI.as_view())]


@pytest.fixture
def partner() -> PartnerClient:
    officer = factories.staff(factories.department("市不动产登记中心"), "officer")
    return PartnerClient.objects.create(
        client_id="registry-system",
        client_secret=SECRET,
        client_type="confidential",
        authorization_grant_type="client-credentials",
        user=officer.user,
        office=officer.office,
        scopes_allowed=["registry.check", "cases"],
    )


def ask(client, scope: str | None = None, secret: str = SECRET):
    data = {"grant_type": "client_credentials", "client_id": "registry-system", "client_secret": secret}
    return client.post(reverse("oauth_token"), data | ({"scope": scope} if scope else {}))


def who(client, token: str = "", **headers):
    if token:
        headers["Authorization"] = f"Bearer {token}"
    return client.get("/who-am-i/", headers=headers)


def test_a_partner_system_acts_in_its_office(client, partner) -> None:
    token = ask(client, "registry.check").json()
    assert token["expires_in"] == 3600
    assert who(client, token["access_token"]).json() == {
        "user": partner.user.username,
        "office": partner.office.code,
        "party": None,
        "roles": ["officer"],
        "channel": "api",
    }


def test_a_scope_that_was_not_granted_is_not_given(client, partner) -> None:
    answer = ask(client, "registry.check fees.write")
    assert (answer.status_code, answer.json()["error"]) == (400, "invalid_scope")


def test_a_token_without_the_scope_is_refused(client, partner) -> None:
    token = ask(client, "cases").json()["access_token"]
    assert who(client, token).status_code == 403


def test_a_wrong_secret_gets_no_token(client, partner) -> None:
    assert ask(client, secret="guessed").status_code == 401


def test_a_token_ends_after_an_hour(client, partner) -> None:
    with time_machine.travel(dt.datetime(2026, 9, 1, 1, 0, tzinfo=dt.UTC), tick=False) as time:
        token = ask(client).json()["access_token"]
        time.shift(3599)
        assert who(client, token).status_code == 200
        time.shift(2)
        assert who(client, token).status_code == 401


def test_an_invented_token_is_401_and_so_is_none(client, partner) -> None:
    assert who(client, "invented").status_code == 401
    assert who(client).status_code == 401


def test_a_client_without_office_or_with_a_closed_one_is_shut_out(client, partner) -> None:
    token = ask(client).json()["access_token"]
    partner.office.active = False
    partner.office.save()
    assert who(client, token).status_code == 401


def test_a_partner_system_acts_for_nobody(client, partner) -> None:
    token = ask(client).json()["access_token"]
    assert who(client, token, **{"X-Acting-For": factories.company().ref}).status_code == 404


def test_a_signed_in_user_acts_for_the_party_in_the_header(client) -> None:
    company = factories.company()
    boss = factories.representative(company)
    client.force_login(boss.user, backend="allauth.account.auth_backends.AuthenticationBackend")
    assert who(client, **{"X-Acting-For": company.ref}).json()["party"] == company.ref
    assert who(client).json()["party"] == boss.mandate.agent.ref


def test_a_foreign_reference_and_an_absent_one_are_the_same_404(client) -> None:
    client.force_login(factories.citizen().user, backend="allauth.account.auth_backends.AuthenticationBackend")
    foreign, absent = (who(client, **{"X-Acting-For": ref}) for ref in (factories.company().ref, "zzzzzzzzzz"))
    assert (foreign.status_code, foreign.content) == (absent.status_code, absent.content)
    assert foreign.status_code == 404


def test_staff_act_in_their_office(client) -> None:
    clerk = factories.staff(factories.tax_office())
    client.force_login(clerk.user, backend="allauth.account.auth_backends.AuthenticationBackend")
    assert who(client).json()["office"] == clerk.office.code
