"""Routes of orders to correct at the two front doors of offices."""

from django.urls import include, path

from apps.supervision.liability import views


def _at(door: str, *own) -> list:
    pages = [
        path("", views.index, {"door": door}, name="list"),
        path("new/", views.new, {"door": door}, name="new"),
        path("report/", views.quarter, {"door": door}, name="report"),
        *own,
    ]
    return [path("liability/", include((pages, f"liability_{door}")))]


counter_urlpatterns = _at("counter")
partner_urlpatterns = _at(
    "partner",
    path("report/issue/", views.issue, name="issue"),
    path("report/letters/<str:ref>/", views.letter, name="letter"),
)
