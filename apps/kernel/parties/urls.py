"""Routes of parties: those for everybody, and those under ``/as/<party_ref>/``.

The sign-up and 一网通办 routes stand before allauth's own of the same path.
"""

from django.urls import include, path

from apps.kernel.parties import views, ywtb

urlpatterns = [
    path("accounts/signup/", views.RegistrationView.as_view(), name="account_signup"),
    path(f"accounts/oidc/{ywtb.PROVIDER_ID}/login/", ywtb.login, name="ywtb_login"),
    path(f"accounts/oidc/{ywtb.PROVIDER_ID}/login/callback/", ywtb.callback, name="ywtb_callback"),
    path("mandates/", views.identities, name="identities"),
    path("mandates/<str:mandate_ref>/accept/", views.answer, {"action": "accept"}, name="offer_accept"),
    path("mandates/<str:mandate_ref>/decline/", views.answer, {"action": "decline"}, name="offer_decline"),
    path("counter/guardians/", views.guardians, name="guardians"),
    path("counter/guardians/<str:mandate_ref>/", views.guardian, name="guardian"),
    path("profile/", views.profile, name="profile"),
    path("profile/data/", views.my_data, name="my_data"),
]

_mandates = [
    path("", views.mandate_list, name="list"),
    path("invite/", views.mandate_invite, name="invite"),
    path("<str:mandate_ref>/", views.mandate_detail, name="detail"),
    path("<str:mandate_ref>/revoke/", views.mandate_revoke, name="revoke"),
]
acting_urlpatterns = [path("mandates/", include((_mandates, "mandates")))]
