"""Routes of pulls: the providers' and the data centre's pages, the tax offices' view of the same, the API."""

from django.urls import include, path

from apps.datashare.pulls import api, views

_partner = [
    path("", views.sources, name="sources"),
    path("runs/<str:ref>/", views.run, name="run"),
    path("runs/<str:ref>/rows/", views.rows, name="rows"),
    path("<slug:code>/", views.source, name="source"),
]
partner_urlpatterns = [path("pulls/", include((_partner, "pulls")))]

_counter = [
    path("", views.sources, name="sources"),
    path("runs/<str:ref>/", views.run, name="run"),
    path("<slug:code>/", views.source, name="source"),
]
counter_urlpatterns = [path("pulls/", include((_counter, "pulls_counter")))]

api_urlpatterns = [
    path("pulls/", api.Sources.as_view(), name="api-pulls"),
    path("pulls/runs/<str:ref>/", api.Run.as_view(), name="api-pull-run"),
    path("pulls/<slug:code>/runs/", api.Runs.as_view(), name="api-pull-runs"),
]
