"""Routes of cases: under a taxpayer's identity, at the counter and in the partner portal."""

from django.urls import URLPattern, path

from apps.kernel.casework import views

acting_urlpatterns = [
    path("matters/<slug:code>/begin/", views.begin, name="begin"),
    path("cases/", views.case_list, name="list"),
    path("cases/<str:number>/", views.page, name="page"),
    path("cases/<str:number>/fill/<slug:slug>/", views.fill, name="fill"),
    path("cases/<str:number>/papers/", views.papers, name="papers"),
    path("cases/<str:number>/check/", views.check, name="check"),
    path("cases/<str:number>/done/", views.done, name="done"),
    path("cases/<str:number>/do/<slug:action>/", views.act, name="act"),
]


def _office(door: str) -> list[URLPattern]:
    return [
        path("", views.case_list, {"door": door}, name="list"),
        path("<str:number>/", views.page, {"door": door}, name="page"),
        path("<str:number>/papers/", views.papers, {"door": door}, name="papers"),
        path("<str:number>/do/<slug:action>/", views.act, {"door": door}, name="act"),
    ]


counter_urlpatterns = _office("counter")
partner_urlpatterns = _office("partner")
