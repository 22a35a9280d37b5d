"""Pages of what is known of a party, under ``/as/<party_ref>/``."""

from django.urls import include, path

from apps.kernel.facts import views

acting_urlpatterns = [
    path(
        "facts/",
        include(
            (
                [
                    path("", views.mine, name="mine"),
                    path("disputes/<str:ref>/withdraw/", views.withdraw, name="withdraw"),
                    path("<slug:field>/", views.history, name="history"),
                    path("<slug:field>/dispute/", views.dispute, name="dispute"),
                ],
                "facts",
            )
        ),
    ),
]
