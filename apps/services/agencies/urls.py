"""Routes of agencies: public directory, the agency's own pages, supervision at the counter, API."""

from django.urls import include, path

from apps.services.agencies import api, views

_public = [path("", views.public_list, name="list"), path("<str:number>/", views.public_detail, name="detail")]
_acting = [path("clients/", views.client_list, name="clients"), path("", views.own, name="own")]
_counter = [
    path("", views.supervised, name="list"),
    path("<str:number>/", views.supervise, name="one"),
    path("<str:number>/conduct/<str:ref>/withdraw/", views.withdraw, name="withdraw"),
]

urlpatterns = [path("agencies/", include((_public, "agencies")))]
acting_urlpatterns = [path("agency/", include((_acting, "agency")))]
counter_urlpatterns = [path("agencies/", include((_counter, "agency_counter")))]
api_urlpatterns = [
    path("agencies/", api.Agencies.as_view(), name="api-agencies"),
    path("agency/clients/", api.Clients.as_view(), name="api-agency-clients"),
]
