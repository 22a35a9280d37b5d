"""Routes of Article 29 at the counter, for banks, for the person concerned, and in the API."""

from django.urls import include, path

from apps.collaboration.banks import api, counter_views, views

acting_urlpatterns = [
    path(
        "enforcement/",
        include(
            (
                [path("", views.measures, name="list"), path("<str:number>/", views.measure, name="page")],
                "measures",
            )
        ),
    )
]

_counter = [
    path("", counter_views.dashboard, name="dashboard"),
    path("reads/", counter_views.reads, name="reads"),
    path("reads/<str:ref>/", counter_views.review, name="review"),
    path("parties/<str:ref>/", counter_views.party, name="party"),
    path("parties/<str:ref>/pay-order/", counter_views.pay_order, name="pay_order"),
    path("parties/<str:ref>/ask/<slug:measure>/", counter_views.ask, name="ask"),
    path("<str:number>/data/", counter_views.data, name="data"),
]
counter_urlpatterns = [path("accounts/", include((_counter, "banks_counter")))]

partner_urlpatterns = [path("accounts/", include(([path("", views.requests, name="requests")], "banks_partner")))]

api_urlpatterns = [
    path("accounts/requests/", api.Requests.as_view(), name="api-account-requests"),
    path("accounts/requests/<str:number>/", api.Request.as_view(), name="api-account-request"),
    path("accounts/requests/<str:number>/answer/", api.Answer.as_view(), name="api-account-answer"),
    path("accounts/requests/<str:number>/release/", api.Free.as_view(), name="api-account-release"),
]
