"""Routes of standing supply: pages at both staff doors, and the API (Art 18 para 2)."""

from django.urls import include, path

from apps.datashare.supply import api, views

counter_urlpatterns = [path("data/supply/", include(([path("", views.dashboard, name="dashboard")], "supply_counter")))]
_partner = [path("", views.dashboard, name="dashboard"), path("<str:ref>/", views.duty, name="duty")]
partner_urlpatterns = [path("data/supply/", include((_partner, "supply")))]
api_urlpatterns = [
    path("supply/duties/", api.Duties.as_view(), name="api-supply-duties"),
    path("supply/duties/<str:ref>/", api.Duty.as_view(), name="api-supply-duty"),
    path("supply/duties/<str:ref>/deliveries/", api.Deliveries.as_view(), name="api-supply-deliveries"),
]
