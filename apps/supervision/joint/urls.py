"""Routes of joint supervision by front door."""

from django.urls import include, path

from apps.supervision.joint import api, public_views, views

urlpatterns = [
    path("inspections/", public_views.draws, name="inspection_draws"),
    path("inspections/<str:ref>/", public_views.draw, name="inspection_draw"),
    path("inspections/<str:ref>/list.txt", public_views.list_file, name="inspection_list_file"),
]

_counter = [
    path("", views.listed, name="list"),
    path("plan/", views.plan, name="plan"),
    path("market/", views.market_messages, name="market"),
    path("<str:ref>/", views.inspection, name="page"),
]
counter_urlpatterns = [path("inspections/", include((_counter, "inspections")))]

_partner = [
    path("", views.partner_listed, name="list"),
    path("market/", views.partner_market, name="market"),
    path("<str:ref>/", views.partner_inspection, name="page"),
]
partner_urlpatterns = [path("inspections/", include((_partner, "inspections_partner")))]
api_urlpatterns = [path("market/signals/", api.Signals.as_view(), name="api-market-signals")]
