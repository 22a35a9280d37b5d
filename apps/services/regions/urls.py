"""Routes across provinces: the staff page, the taxpayer's consents, the signed door."""

from django.urls import include, path

from apps.services.regions import api, views

_acting = [path("", views.consents, name="consents"), path("<str:ref>/revoke/", views.revoke, name="revoke")]

acting_urlpatterns = [path("recognition/", include((_acting, "regions")))]
counter_urlpatterns = [
    path("regions/", include(([path("", views.partners, name="partners")], "regions_counter"))),
]
api_urlpatterns = [path("regions/messages/", api.Messages.as_view(), name="api-region-messages")]
