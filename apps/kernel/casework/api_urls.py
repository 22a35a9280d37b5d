"""Routes of the case API, under ``/api/v1/``."""

from django.urls import path

from apps.kernel.casework import api, handover_api, paper_api, procedure_api, thread_api

urlpatterns = [
    path("cases/", api.CaseList.as_view(), name="api-cases"),
    path("cases/<str:number>/", api.CaseOne.as_view(), name="api-case"),
    path("cases/<str:number>/actions/", api.CaseActions.as_view(), name="api-case-actions"),
    path("cases/<str:number>/actions/<slug:action>/", api.CaseAction.as_view(), name="api-case-action"),
    path("cases/<str:number>/papers/", paper_api.CasePapers.as_view(), name="api-case-papers"),
    path("cases/<str:number>/papers/<str:ref>/", paper_api.CasePaperOne.as_view(), name="api-case-paper"),
    path("cases/<str:number>/timeline/", api.CaseTimeline.as_view(), name="api-case-timeline"),
    path("cases/<str:number>/clock/", api.CaseClock.as_view(), name="api-case-clock"),
    path("cases/<str:number>/code/", handover_api.Code.as_view(), name="api-hand-over-code"),
    path("cases/<str:number>/take-back/", handover_api.TakeBack.as_view(), name="api-hand-over-take-back"),
    path("hand-overs/", handover_api.Redeem.as_view(), name="api-hand-over"),
    path("threads/", thread_api.ThreadList.as_view(), name="api-threads"),
    path("threads/<str:ref>/", thread_api.ThreadOne.as_view(), name="api-thread"),
    path("procedures/", procedure_api.ProcedureList.as_view(), name="api-procedures"),
]
