"""Routes of contributions: the payer's, the employer's, the unit's, the agency's and the tax office's, and the API."""

from django.urls import include, path

from apps.collaboration.insurance import api, counter_views, list_views, partner_views, payer_api, payer_views

_acting = [
    path("", payer_views.mine, name="mine"),
    path("bills/<str:bill>/refund/", payer_views.refund, name="refund"),
    path("employer/", payer_views.employer, name="employer"),
    path("employer/template.csv", payer_views.template, name="template"),
    path("declarations/<str:declaration>/", payer_views.declaration, name="declaration"),
    path("declarations/<str:declaration>/errors.csv", payer_views.errors, name="errors"),
    path("lists/", list_views.lists, name="lists"),
    path("lists/template.csv", list_views.template, name="list_template"),
    path("lists/<str:group>/", list_views.group, name="group"),
]
acting_urlpatterns = [path("insurance/", include((_acting, "insurance")))]

_counter = [
    path("", counter_views.dashboard, name="dashboard"),
    path("exchanges/<str:ref>/", counter_views.exchange, name="exchange"),
    path("exchanges/<str:ref>/payers/<int:row>/", counter_views.payer, name="payer"),
]
counter_urlpatterns = [path("insurance/", include((_counter, "insurance_counter")))]

_partner = [
    path("", partner_views.exchanges, name="exchanges"),
    path("templates/<str:kind>.csv", partner_views.template, name="template"),
    path("exchanges/<str:ref>/", partner_views.exchange, name="exchange"),
    path("feedback/", partner_views.told, name="feedback"),
    path("feedback/<str:day>.csv", partner_views.day_file, name="day_file"),
    path("reconciliation/", partner_views.reconcile, name="reconciliation"),
    path("lists/", list_views.lists, name="lists"),
    path("lists/<str:group>/", list_views.group, name="group"),
]
partner_urlpatterns = [path("insurance/", include((_partner, "insurance_partner")))]

api_urlpatterns = [
    path("insurance/exchanges/", api.Exchanges.as_view(), name="api-insurance-exchanges"),
    path("insurance/exchanges/<str:ref>/", api.Exchange.as_view(), name="api-insurance-exchange"),
    path("insurance/exchanges/<str:ref>/replay/", api.Replay.as_view(), name="api-insurance-replay"),
    path("insurance/feedback/", api.FeedbackList.as_view(), name="api-insurance-feedback"),
    path("insurance/reconciliation/", api.Reconciliation.as_view(), name="api-insurance-reconciliation"),
    path("insurance/declarations/", payer_api.Declarations.as_view(), name="api-insurance-declarations"),
    path("insurance/declarations/<str:ref>/", payer_api.Declaration.as_view(), name="api-insurance-declaration"),
    path("insurance/declarations/<str:ref>/submit/", payer_api.Submit.as_view(), name="api-insurance-submit"),
    path("insurance/contributions/", payer_api.Contributions.as_view(), name="api-insurance-contributions"),
    path("insurance/lists/", payer_api.Lists.as_view(), name="api-insurance-lists"),
    path("insurance/lists/<str:ref>/", payer_api.List.as_view(), name="api-insurance-list"),
]
