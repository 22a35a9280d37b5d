"""Routes of the guides: public, and under an identity; API under ``/api/v1/``."""

from django.urls import path

from apps.services.wizard import api, views

urlpatterns = [
    path("guide/", views.index, name="guides"),
    path("guide/<slug:code>/", views.guide, name="guide"),
]
acting_urlpatterns = [
    *urlpatterns,
    path("guide/<slug:code>/begin/", views.begin, name="guide_begin"),
    path("guide/<slug:code>/ask/", views.ask, name="guide_ask"),
]
api_urlpatterns = [
    path("guides/", api.Guides.as_view(), name="api-guides"),
    path("guides/<slug:code>/", api.Guide.as_view(), name="api-guide"),
]
