"""The ledger's part of ``/api/v1/``."""

from django.urls import path

from apps.kernel.ledger import api

urlpatterns = [
    path("account/", api.AccountView.as_view(), name="api_account"),
    path("payments/", api.PaymentsView.as_view(), name="api_payments"),
]
