"""How the API's description words the partner systems' sign-in: the token and the scope a call needs (Art. 21)."""

from typing import Any

from drf_spectacular.contrib.django_oauth_toolkit import DjangoOAuthToolkitScheme

from apps.kernel.parties.api_auth import HasScope


class PartnerScheme(DjangoOAuthToolkitScheme):
    """Client credentials, with the scope that ``HasScope`` asks for."""

    target_class = "apps.kernel.parties.api_auth.PartnerAuthentication"

    def get_security_requirement(self, auto_schema: Any) -> dict[str, list[str]]:
        permissions = auto_schema.view.get_permissions()
        return {self.name: [each.scope for each in permissions if isinstance(each, HasScope)]}
