"""Routes of corrections beside the pages of cases (Art 19)."""

from django.urls import include, path

from apps.datashare.corrections import views

counter_urlpatterns = [
    path("data/corrections/", include(([path("", views.report, name="report")], "corrections_counter")))
]
