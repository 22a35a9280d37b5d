"""Pages of invoices, under ``/as/<party_ref>/``."""

from django.urls import include, path

from apps.services.invoices import views

acting_urlpatterns = [
    path(
        "invoices/",
        include(
            (
                [
                    path("", views.invoice_list, name="list"),
                    path("upload/", views.upload, name="upload"),
                    path("<str:number>/", views.detail, name="detail"),
                    path("<str:number>/original/", views.original, name="original"),
                ],
                "invoices",
            )
        ),
    ),
]
