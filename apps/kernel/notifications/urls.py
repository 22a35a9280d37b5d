"""Routes of the inbox: under a taxpayer's identity, and in an office at the counter or as a partner."""

from django.urls import path

from apps.kernel.notifications import views

office_urlpatterns = [
    path("inbox/", views.message_list, name="inbox"),
    path("inbox/<uuid:ref>/", views.message, name="message"),
]

acting_urlpatterns = [
    path("inbox/channels/", views.channels, name="channels"),
    *office_urlpatterns,
]
