"""Routes of returns, under a taxpayer's identity: ``/as/<party_ref>/filing/vat/``."""

from django.urls import path

from apps.services.filing import views

app_name = "filing"

urlpatterns = [
    path("", views.periods, name="periods"),
    path("period/<str:period>/begin/", views.begin, name="begin"),
    path("period/<str:period>/correct/", views.correct, name="correct"),
    path("<str:number>/", views.figures, name="figures"),
    path("<str:number>/confirm/", views.confirm, name="confirm"),
    path("<str:number>/refresh/", views.refresh, name="refresh"),
    path("<str:number>/add/", views.add_rate, name="add"),
    path("<str:number>/figures/<str:code>/", views.figure, name="figure"),
    path("<str:number>/figures/<str:code>/dispute/", views.dispute, name="dispute"),
    path("<str:number>/computed/", views.computed, name="computed"),
    path("<str:number>/check/", views.check, name="check"),
    path("<str:number>/done/", views.done, name="done"),
]
