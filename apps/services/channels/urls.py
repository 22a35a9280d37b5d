"""Routes of self-service terminals and registered mail."""

from django.urls import include, path

from apps.services.channels import api, kiosk, views

urlpatterns = [
    path("kiosk/", kiosk.home, name="kiosk"),
    path("kiosk/still-there/", kiosk.warning, name="kiosk_warning"),
    path("kiosk/end/", kiosk.end, name="kiosk_end"),
]
acting_urlpatterns = [path("cases/<str:number>/mail/", views.register, name="mail_register")]
counter_urlpatterns = [
    path(
        "mail/",
        include(
            (
                [path("", views.expected, name="list"), path("<str:tracking>/", views.arrive, name="arrive")],
                "counter_mail",
            )
        ),
    )
]
api_urlpatterns = [
    path("cases/<str:number>/mailings/", api.Mailings.as_view(), name="api-mailings"),
    path("mailings/<str:tracking>/arrival/", api.Arrival.as_view(), name="api-arrival"),
]
