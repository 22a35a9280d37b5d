"""一网通办 single sign-on: an OpenID Connect client whose every answer is checked (Art 15).

allauth does the dance (state, PKCE, code exchange). Added here: a nonce, the signature of the
identity token, and a page instead of an error while the provider is away.
"""

from typing import Any

from allauth.account.internal.decorators import login_not_required
from allauth.socialaccount.helpers import render_authentication_error
from allauth.socialaccount.internal import jwtkit
from allauth.socialaccount.models import SocialApp, SocialLogin
from allauth.socialaccount.providers.oauth2.views import OAuth2CallbackView, OAuth2LoginView
from allauth.socialaccount.providers.openid_connect.provider import OpenIDConnectProvider
from allauth.socialaccount.providers.openid_connect.views import OpenIDConnectOAuth2Adapter
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.crypto import get_random_string
from requests import RequestException

PROVIDER_ID = "ywtb"


class YwtbOAuth2Adapter(OpenIDConnectOAuth2Adapter):
    """Verifies the identity token's signature even though it came straight from the provider."""

    def _decode_id_token(self, app: SocialApp, id_token: str) -> dict[str, Any]:
        return jwtkit.verify_and_decode(
            credential=id_token,
            keys_url=self.openid_config["jwks_uri"],
            issuer=self.openid_config["issuer"],
            audience=app.client_id,
            lookup_kid=jwtkit.lookup_kid_jwk,
        )


class YwtbProvider(OpenIDConnectProvider):
    """Sends a nonce along and keeps it with the state, to be compared with the identity token's."""

    oauth2_adapter_class = YwtbOAuth2Adapter

    def redirect(self, request: HttpRequest, process: str, next_url=None, data=None, **kwargs) -> HttpResponse:
        nonce = get_random_string(32)
        auth_params = {**(kwargs.pop("auth_params", None) or self.get_auth_params()), "nonce": nonce}
        return super().redirect(request, process, next_url, data, auth_params=auth_params, nonce=nonce, **kwargs)

    def sociallogin_from_response(self, request: HttpRequest, response: dict[str, Any]) -> SocialLogin:
        """Carries the claims for the adapter; only the subject is stored, never the identity number."""
        sociallogin = super().sociallogin_from_response(request, response)
        sociallogin.claims = response
        sociallogin.account.extra_data = {}
        return sociallogin


@login_not_required
def login(request: HttpRequest) -> HttpResponse:
    """Send the browser to the provider."""
    return _dance(OAuth2LoginView, request)


@login_not_required
def callback(request: HttpRequest) -> HttpResponse:
    """The browser comes back with a code."""
    return _dance(OAuth2CallbackView, request)


def _dance(view: type[OAuth2LoginView | OAuth2CallbackView], request: HttpRequest) -> HttpResponse:
    adapter = YwtbOAuth2Adapter(request, PROVIDER_ID)
    try:
        return view.adapter_view(adapter)(request)
    except SocialApp.DoesNotExist as error:
        raise Http404 from error
    except RequestException as error:
        return render_authentication_error(
            request, adapter.get_provider(), exception=error, extra_context={"reason": "unavailable"}
        )
