"""Routes of the invoice API, under ``/api/v1/``."""

from django.urls import path

from apps.services.invoices import api

urlpatterns = [path("invoices/", api.InvoiceIn.as_view(), name="api-invoices")]
