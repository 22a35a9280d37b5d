"""Routes of delegated collection: the same pages at three front doors, the public notice, the API."""

from django.urls import include, path

from apps.collaboration.delegated import api, counter_views, public_views, views

_shared = [
    path("batches/<str:ref>/", views.batch, name="batch"),
    path("remittances/<str:ref>/", views.remittance, name="remittance"),
]
_collecting = [
    path("template.csv", views.template, name="template"),
    *_shared,
    path("<str:number>/", views.agreement, name="agreement"),
    path("<str:number>/deliver/", views.deliver, name="deliver"),
]
_counter = [
    path("", counter_views.dashboard, name="index"),
    path("reconciliation/", counter_views.reconciliation, name="reconciliation"),
    path("unmatched/", counter_views.unmatched, name="unmatched"),
    path("items/<str:ref>/", counter_views.item, name="item"),
    *_shared,
    path("<str:number>/", views.agreement, name="agreement"),
]

urlpatterns = [path("collectors/", public_views.collectors, name="collectors")]
acting_urlpatterns = [
    path("delegated/", include(([path("", views.index, name="index"), *_collecting], "delegated"))),
]
counter_urlpatterns = [path("delegated/", include((_counter, "delegated_counter")))]
partner_urlpatterns = [
    path("delegated/", include(([path("", views.index, name="index"), *_collecting], "delegated_partner"))),
]
api_urlpatterns = [
    path("delegated/batches/<str:ref>/", api.Batch.as_view(), name="api-collected-batch"),
    path("delegated/<str:number>/batches/", api.Batches.as_view(), name="api-collected-batches"),
    path("delegated/<str:number>/remittances/", api.Remittances.as_view(), name="api-collected-remittances"),
]
