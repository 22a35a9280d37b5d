"""Routes of 一网通办: deep links for everyone, the staff page at the counter, the list of matters in the API."""

from django.urls import include, path

from apps.services.onenet import api, views

_links = [
    path("matters/<slug:code>/", views.matter, name="matter"),
    path("cases/<str:number>/", views.case, name="case"),
]
_counter = [
    path("", views.pushed, name="pushed"),
    path("<str:ref>/again/", views.again, name="again"),
]

urlpatterns = [path("onenet/", include((_links, "onenet")))]
counter_urlpatterns = [path("onenet/", include((_counter, "onenet_counter")))]
api_urlpatterns = [path("onenet/matters/", api.Matters.as_view(), name="api-onenet-matters")]
