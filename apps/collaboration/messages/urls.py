"""Routes of partner messages."""

from django.urls import include, path

from apps.collaboration.messages import views

_counter = [
    path("", views.index, name="index"),
    path("<str:ref>/replay/", views.replay, name="replay"),
]
counter_urlpatterns = [path("partner-messages/", include((_counter, "messages_counter")))]
