"""The page of who looked, under ``/as/<party_ref>/``."""

from django.urls import path

from apps.kernel.audit import views

acting_urlpatterns = [path("looks/", views.looks, name="looks")]
