"""Routes of risk management: the desk at the counter, the payer's answer, the API."""

from django.urls import include, path

from apps.supervision.risk import answering, api, views

acting_urlpatterns = [path("risk/<str:number>/", answering.answer, name="risk_answer")]

_counter = [
    path("", views.desk, name="desk"),
    path("runs/", views.runs, name="runs"),
    path("runs/<str:ref>/", views.run, name="run"),
    path("runs/<str:ref>/stop/", views.stop, name="stop"),
    path("payers/", views.payers, name="payers"),
    path("payers/<str:ref>/", views.payer, name="payer"),
    path("tasks/", views.tasks, name="tasks"),
    path("results/", views.results, name="results"),
    path("tuning/", views.tune, name="tune"),
]
counter_urlpatterns = [path("risk/", include((_counter, "risk")))]

api_urlpatterns = [
    path("risk/runs/", api.Runs.as_view(), name="api-risk-runs"),
    path("risk/levels/", api.Levels.as_view(), name="api-risk-levels"),
]
