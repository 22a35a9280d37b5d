"""Routes of Article 30 at the counter, for courts, for the person concerned, and in the API."""

from django.urls import include, path

from apps.collaboration.courts import api, payer_views, views

acting_urlpatterns = [path("courts/", payer_views.matters, name="court_matters")]

_counter = [
    path("", views.office, name="list"),
    path("parties/<str:ref>/claim/", views.claim, name="claim"),
]
counter_urlpatterns = [path("courts/", include((_counter, "courts_counter")))]

_partner = [
    path("", views.court, name="list"),
    path("sales/new/", views.ask_sale, name="sale"),
    path("bankruptcies/new/", views.tell_bankruptcy, name="bankruptcy"),
]
partner_urlpatterns = [path("courts/", include((_partner, "courts_partner")))]

api_urlpatterns = [
    path("enforcement/matters/", api.Matters.as_view(), name="api-court-matters"),
    path("enforcement/sales/", api.Sales.as_view(), name="api-court-sales"),
    path("enforcement/bankruptcies/", api.Bankruptcies.as_view(), name="api-court-bankruptcies"),
    path("enforcement/matters/<str:number>/", api.Matter.as_view(), name="api-court-matter"),
    path("enforcement/matters/<str:number>/<slug:action>/", api.Action.as_view(), name="api-court-action"),
]
