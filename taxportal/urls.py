"""Every route of the portal, by front door."""

from django.contrib import admin
from django.urls import include, path
from oauth2_provider import views as oauth

urlpatterns = [
    path("", include("apps.portal.urls")),
    path("accounts/", include("allauth.urls")),
    path("oauth/token/", oauth.TokenView.as_view(), name="oauth_token"),
    path("admin/", admin.site.urls),
]

handler400 = "apps.portal.errors.bad_request"
handler403 = "apps.portal.errors.forbidden"
handler404 = "apps.portal.errors.not_found"
handler500 = "apps.portal.errors.server_error"
