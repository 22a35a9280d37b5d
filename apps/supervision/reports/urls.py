"""Routes of reports: the public's under /report/, staff's under /counter/reports/."""

from django.urls import include, path

from apps.supervision.reports import counter_views, recovery_views, views

urlpatterns = [
    path(
        "report/",
        include(
            (
                [
                    path("", views.start, name="start"),
                    path("new/", views.new, name="new"),
                    path("kept/", views.kept, name="kept"),
                    path("back/", views.back, name="back"),
                    path("mine/", views.mine, name="mine"),
                    path("mine/write/", views.write, name="write"),
                    path("mine/files/", views.attach, name="attach"),
                    path("mine/files/<str:ref>/", views.file, name="file"),
                    path("mine/reward/", views.claim, name="claim"),
                    path("leave/", views.leave, name="leave"),
                ],
                "report",
            )
        ),
    ),
]

counter_urlpatterns = [
    path(
        "reports/",
        include(
            (
                [
                    path("", counter_views.index, name="index"),
                    path("box/", counter_views.box, name="box"),
                    path("box/new/", counter_views.make, name="make"),
                    path("box/lock/", counter_views.lock, name="lock"),
                    path("identities/<str:ref>/", counter_views.decide, name="decide"),
                    path("rewards/<str:number>/", counter_views.grant, name="grant"),
                    path("recovery/", recovery_views.make, name="recovery"),
                    path("recovery/shares/", recovery_views.recover, name="recover"),
                    path("<str:number>/", counter_views.report, name="report"),
                    path("<str:number>/files/", counter_views.attach, name="attach"),
                    path("<str:number>/files/<str:ref>/<slug:copy>/", counter_views.file, name="file"),
                    path("<str:number>/transfer/", counter_views.transfer, name="transfer"),
                    path("<str:number>/identity/", counter_views.identity, name="identity"),
                ],
                "reports_counter",
            )
        ),
    ),
]
