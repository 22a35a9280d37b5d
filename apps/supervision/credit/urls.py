"""Routes of credit by front door."""

from django.urls import include, path

from apps.supervision.credit import api, counter_views, partner_views, views

urlpatterns = [path("credit/a/", views.public, name="credit_public")]

_acting = [
    path("", views.file, name="file"),
    path("certificate/", views.issue, name="certificate"),
    path("deductions/<str:ref>/", views.deduction, name="deduction"),
    path("years/<int:year>/dispute/", views.dispute_year, name="dispute"),
]
acting_urlpatterns = [path("credit/", include((_acting, "credit")))]

_counter = [
    path("", counter_views.search, name="search"),
    path("files/<str:ref>/", counter_views.file, name="file"),
    path("files/<str:ref>/enter/", counter_views.enter, name="enter"),
    path("entered/", counter_views.entered, name="entered"),
    path("entered/<str:ref>/", counter_views.proposal, name="proposal"),
    path("repairs/", counter_views.repairs, name="repairs"),
    path("runs/", counter_views.runs, name="runs"),
    path("runs/<str:ref>/", counter_views.run, name="run"),
    path("runs/<str:ref>/publish/", counter_views.publish, name="publish"),
    path("dashboard/", counter_views.dashboard, name="dashboard"),
]
counter_urlpatterns = [path("credit/", include((_counter, "credit_counter")))]

_partner = [
    path("", partner_views.tasks, name="tasks"),
    path("<str:ref>/", partner_views.task, name="task"),
]
partner_urlpatterns = [path("credit/", include((_partner, "credit_partner")))]

api_urlpatterns = [
    path("credit/file/", api.File.as_view(), name="api-credit-file"),
    path("credit/a/", api.LevelA.as_view(), name="api-credit-a"),
    path("credit/measures/", api.Measures.as_view(), name="api-credit-measures"),
    path("credit/measures/<str:ref>/report/", api.MeasureReport.as_view(), name="api-credit-measure-report"),
]
