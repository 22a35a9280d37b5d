"""Routes of fee sources: the payer's, the department's and the tax office's pages, and the API."""

from django.urls import include, path

from apps.collaboration.fees import api, counter_views, payer_views, views

_acting = [
    path("", payer_views.mine, name="mine"),
    path("<str:ref>/", payer_views.bill, name="bill"),
    path("<str:ref>/dispute/", payer_views.dispute, name="dispute"),
]
acting_urlpatterns = [path("fees/", include((_acting, "fees")))]

_counter = [
    path("", counter_views.unmatched, name="unmatched"),
    path("<str:ref>/", counter_views.source, name="source"),
]
counter_urlpatterns = [path("fees/", include((_counter, "fees_counter")))]

_partner = [
    path("", views.sources, name="sources"),
    path("deliver/", views.deliver, name="deliver"),
    path("deliver/template.csv", views.template, name="template"),
    path("deliveries/<str:ref>/", views.delivery, name="delivery"),
    path("feedback/", views.told, name="feedback"),
    path("feedback/<str:day>.csv", views.day_file, name="day_file"),
    path("reconciliation/", views.reconcile, name="reconciliation"),
    path("reconciliation/<str:day>/", views.differing, name="differences"),
    path("sources/<str:ref>/", views.source, name="source"),
]
partner_urlpatterns = [path("fees/", include((_partner, "fees_partner")))]

api_urlpatterns = [
    path("fees/sources/", api.Sources.as_view(), name="api-fee-sources"),
    path("fees/sources/<str:ref>/", api.Source.as_view(), name="api-fee-source"),
    path("fees/deliveries/<str:ref>/", api.Delivery.as_view(), name="api-fee-delivery"),
    path("fees/feedback/", api.FeedbackList.as_view(), name="api-fee-feedback"),
]
