"""The documents' part of ``/api/v1/``."""

from django.urls import path

from apps.kernel.documents.api import VerifyView

urlpatterns = [path("verify/<str:code>/", VerifyView.as_view(), name="api_verify")]
