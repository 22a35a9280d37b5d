"""Pages of what is known of a party, under ``/as/<party_ref>/``."""

from django.urls import path

from apps.kernel.facts import views

acting_urlpatterns = [
    path("facts/", views.mine, name="mine"),
    path("facts/disputes/<str:ref>/withdraw/", views.withdraw, name="withdraw"),
    path("facts/<slug:field>/", views.history, name="history"),
    path("facts/<slug:field>/dispute/", views.dispute, name="dispute"),
]
