"""Routes of corrections beside the pages of cases (Art 19)."""

from django.urls import include, path

from apps.datashare.corrections import api, views

counter_urlpatterns = [
    path("data/corrections/", include(([path("", views.report, name="report")], "corrections_counter")))
]
api_urlpatterns = [
    path("corrections/", api.Corrections.as_view(), name="api-corrections"),
    path("corrections/<str:number>/", api.Correction.as_view(), name="api-correction"),
    path("corrections/<str:number>/forward/", api.Forward.as_view(), name="api-correction-forward"),
    path("corrections/<str:number>/answer/", api.Answer.as_view(), name="api-correction-answer"),
]
