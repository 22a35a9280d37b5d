"""Routes of certificate checks, in the partner portal and the API."""

from django.urls import path

from apps.collaboration.registry import api, views

partner_urlpatterns = [
    path("checks/", views.check, name="check"),
    path("checks/<str:ref>/", views.result, name="result"),
]

api_urlpatterns = [
    path("registry/checks/", api.Checks.as_view(), name="api-registry-checks"),
    path("registry/revocations/", api.Revocations.as_view(), name="api-registry-revocations"),
    path("registry/checks/<str:ref>/", api.Check.as_view(), name="api-registry-check"),
    path("registry/checks/<str:ref>/dispute/", api.Dispute.as_view(), name="api-registry-dispute"),
]
