"""Routes of the inbox: under a taxpayer's identity, and in an office at the counter or as a partner."""

from django.urls import URLPattern, path

from apps.kernel.notifications import views


def _inbox(**door: str) -> list[URLPattern]:
    return [
        path("inbox/", views.message_list, door, name="inbox"),
        path("inbox/<uuid:ref>/", views.message, door, name="message"),
    ]


acting_urlpatterns = [path("inbox/channels/", views.channels, name="channels"), *_inbox()]
counter_urlpatterns = _inbox(door="counter")
partner_urlpatterns = _inbox(door="partner")
