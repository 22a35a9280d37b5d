"""Routes of cases: under a taxpayer's identity, at the counter and in the partner portal."""

from django.urls import URLPattern, path

from apps.kernel.casework import handover_views, thread_views, views

# For whoever has signed in: the code says which draft.
urlpatterns = [path("continue/", handover_views.continue_draft, name="continue_draft")]

acting_urlpatterns = [
    path("matters/<slug:code>/begin/", views.begin, name="begin"),
    path("cases/", views.case_list, name="list"),
    path("cases/<str:number>/", views.page, name="page"),
    path("cases/<str:number>/fill/<slug:slug>/", views.fill, name="fill"),
    path("cases/<str:number>/papers/", views.papers, name="papers"),
    path("cases/<str:number>/check/", views.check, name="check"),
    path("cases/<str:number>/code/", handover_views.code, name="code"),
    path("cases/<str:number>/take-back/", handover_views.take_back, name="take_back"),
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
counter_hand_over_urlpatterns = [path("", handover_views.take, name="take")]


def _threads(door: str) -> list[URLPattern]:
    return [
        path("", thread_views.thread_list, {"door": door}, name="list"),
        path("<str:ref>/", thread_views.page, {"door": door}, name="page"),
        path("<str:ref>/close/", thread_views.close, {"door": door}, name="close"),
        path("<str:ref>/transcript/", thread_views.transcript, {"door": door}, name="transcript"),
    ]


acting_thread_urlpatterns = [path("new/", thread_views.begin, name="begin"), *_threads("")]
counter_thread_urlpatterns = [
    *_threads("counter"),
    path("<str:ref>/assign/", thread_views.assign, {"door": "counter"}, name="assign"),
]
