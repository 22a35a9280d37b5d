"""Routes of the ledger: under a taxpayer's identity, at the counter, for the gateway."""

from django.urls import path

from apps.kernel.ledger import views

acting_urlpatterns = [
    path("account/", views.account, name="account"),
    path("account/pay/", views.pay, name="pay"),
    path("account/charges/<str:ref>/", views.charge, name="charge"),
    path("account/payments/<str:number>/", views.payment, name="payment"),
    path("account/payments/<str:number>/refresh/", views.refresh, name="refresh"),
    path("account/payments/<str:number>/cancel/", views.cancel, name="cancel"),
    path("account/payments/<str:number>/certificate/", views.certificate, name="certificate"),
    path("account/overpayments/<str:ref>/", views.ask_back, name="ask_back"),
]

counter_urlpatterns = [
    path("refunds/", views.refund_list, name="refunds"),
    path("refunds/found/<str:ref>/", views.refund_found, name="refund_found"),
    path("refunds/<str:number>/", views.refund, name="refund"),
]

urlpatterns = [
    path("payments/callback/", views.callback, name="payment_callback"),
]
