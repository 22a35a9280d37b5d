"""Routes of the directory of sites: the same pages signed in or not, and the public API."""

from django.urls import path

from apps.services.sites import api, views

urlpatterns = [
    path("offices/", views.offices, name="offices"),
    path("offices/<slug:code>/", views.site, name="site"),
]

acting_urlpatterns = urlpatterns

api_urlpatterns = [
    path("sites/", api.Sites.as_view(), name="api-sites"),
    path("sites/<slug:code>/", api.SiteDetail.as_view(), name="api-site"),
]
