"""Pages of invoices, under ``/as/<party_ref>/``."""

from django.urls import path

from apps.services.invoices import views

acting_urlpatterns = [
    path("invoices/", views.invoice_list, name="list"),
    path("invoices/upload/", views.upload, name="upload"),
    path("invoices/<str:number>/", views.detail, name="detail"),
    path("invoices/<str:number>/original/", views.original, name="original"),
]
