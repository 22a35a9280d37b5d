"""The read log's part of ``/api/v1/``."""

from django.urls import path

from apps.kernel.audit.api import Looks

urlpatterns = [path("looks/", Looks.as_view(), name="api_looks")]
