"""Routes of the dual monitoring at the counter and of its API."""

from django.urls import include, path

from apps.services.entitlement import api, views

counter_urlpatterns = [
    path(
        "monitoring/",
        include(
            (
                [
                    path("", views.monitoring, name="dashboard"),
                    path("<slug:kind>/<str:code>/", views.payers, name="payers"),
                ],
                "monitoring",
            )
        ),
    )
]
api_urlpatterns = [
    path("policies/", api.Policies.as_view(), name="api-policies"),
    path("policies/<str:code>/", api.PolicyPage.as_view(), name="api-policy"),
    path("policies/<str:code>/fit/", api.PolicyFit.as_view(), name="api-policy-fit"),
    path("monitoring/", api.Monitoring.as_view(), name="api-monitoring"),
]
