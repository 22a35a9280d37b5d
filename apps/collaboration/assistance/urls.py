"""Routes of requests for assistance, the same at both front doors of offices."""

from django.urls import include, path

from apps.collaboration.assistance import views


def _at(door: str) -> list:
    pages = [
        path("", views.index, {"door": door}, name="list"),
        path("new/", views.new, {"door": door}, name="new"),
    ]
    return [path("mutual-assistance/", include((pages, f"mutual_{door}")))]


counter_urlpatterns = _at("counter")
partner_urlpatterns = _at("partner")
