"""Routes of the sandbox provider: its login page and the OpenID endpoints."""

from django.contrib.auth.views import LoginView
from django.urls import include, path
from oauth2_provider.urls import base_urlpatterns, oidc_urlpatterns

from sandbox.identity.people import PEOPLE

urlpatterns = [
    path(
        "login/",
        LoginView.as_view(template_name="login.html", extra_context={"people": PEOPLE.values()}),
        name="login",
    ),
    path("", include((base_urlpatterns + oidc_urlpatterns, "oauth2_provider"))),
]
