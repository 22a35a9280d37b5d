"""Routes of complaints and appeals by front door."""

from django.urls import include, path

from apps.supervision.complaints import api, counter_views, views

urlpatterns = [
    path("complaints/", views.about, name="complaints"),
    path("complaints/anonymous/", views.anonymous, name="complaint_anonymous"),
    path("complaints/follow/", views.follow, name="complaint_follow"),
    path("complaints/followed/", views.mine, name="complaint_followed"),
    path("complaints/followed/do/<slug:action>/", views.act, name="complaint_act"),
    path("complaints/leave/", views.leave, name="complaint_leave"),
]
acting_urlpatterns = [
    path("complaints/", views.about, name="complaints"),
    path("cases/<str:number>/appeal/", views.appeal, name="appeal"),
]
counter_urlpatterns = [
    path(
        "complaints/",
        include(
            (
                [
                    path("record/", counter_views.record, name="record"),
                    path("analysis/", counter_views.analysed, name="analysis"),
                    path(
                        "rectify/<slug:office>/<slug:kind>/<slug:month>/",
                        counter_views.rectify,
                        name="rectify",
                    ),
                ],
                "complaint_counter",
            )
        ),
    )
]
api_urlpatterns = [
    path("complaints/anonymous/", api.Anonymous.as_view(), name="api-complaint"),
    path("complaints/anonymous/follow/", api.Follow.as_view(), name="api-complaint-follow"),
    path("complaints/anonymous/act/", api.Act.as_view(), name="api-complaint-act"),
]
