"""Routes of the list of dishonest taxpayers by front door."""

from django.urls import include, path

from apps.supervision.dishonesty import api, views

urlpatterns = [path("dishonesty/", views.public, name="dishonesty")]

_counter = [
    path("", views.counter, name="list"),
    path("propose/", views.propose, name="propose"),
]
counter_urlpatterns = [path("dishonesty/", include((_counter, "dishonesty_counter")))]
partner_urlpatterns = [path("dishonesty/", views.partner, name="dishonesty_partner")]
api_urlpatterns = [path("dishonesty/", api.Entries.as_view(), name="api-dishonesty")]
