"""Routes of requests and grants: the tax offices' and the departments' pages."""

from django.urls import include, path

from apps.datashare.requests import views

_counter = [
    path("", views.mine, name="mine"),
    path("ask/", views.choose, name="choose"),
    path("ask/<slug:code>/", views.ask, name="ask"),
    path("grants/", views.grants, name="grants"),
    path("grants/<str:ref>/", views.grant, name="grant"),
]
counter_urlpatterns = [path("data/", include((_counter, "data")))]

_partner = [
    path("", views.received, name="received"),
    path("grants/", views.supervise, name="grants"),
    path("grants/<str:ref>/", views.change, name="grant"),
]
partner_urlpatterns = [path("data/requests/", include((_partner, "data_partner")))]
