"""Routes of supervision: pages at the partners' door, and the API (Art 20)."""

from django.urls import include, path

from apps.datashare.quality import api, views

_partner = [
    path("", views.dashboard, name="dashboard"),
    path("table.csv", views.table, name="table"),
    path("<slug:code>/", views.unit, name="unit"),
    path("<slug:code>/<slug:dataset>/", views.unit, name="dataset"),
    path("<slug:code>/report/<str:period>/", views.report, name="report"),
]
partner_urlpatterns = [path("data/quality/", include((_partner, "quality")))]
api_urlpatterns = [path("quality/assessments/", api.Assessments.as_view(), name="api-quality")]
