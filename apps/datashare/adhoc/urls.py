"""Routes of ad hoc sharing at both staff doors (Art 18)."""

from django.urls import include, path

from apps.datashare.adhoc import views

_both = [
    path("", views.consultations, name="list"),
    path("propose/", views.propose, name="propose"),
    path("<str:number>/files/", views.files, name="files"),
]
counter_urlpatterns = [
    path("data/adhoc/", include(([*_both, path("listing/", views.ask_listing, name="ask_listing")], "adhoc")))
]
partner_urlpatterns = [path("data/adhoc/", include((_both, "adhoc_partner")))]
