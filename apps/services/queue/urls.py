"""Routes of the queue by front door."""

from django.urls import include, path

from apps.services.queue import api, counter_views, views

urlpatterns = [
    path(
        "queue/",
        include(
            (
                [
                    path("", views.index, name="index"),
                    path("site/<slug:code>/", views.site, name="site"),
                    path("screen/<slug:code>/", views.screen, name="screen"),
                    path("ticket/<str:code>/", views.ticket, name="ticket"),
                    path("machine/<str:key>/", views.kiosk, name="kiosk"),
                ],
                "queue",
            )
        ),
    ),
]

counter_urlpatterns = [
    path(
        "queue/",
        include(
            (
                [
                    path("", counter_views.day, name="day"),
                    path("window/", counter_views.window, name="window"),
                    path("window/begin/", counter_views.begin, name="begin"),
                    path("window/<slug:action>/", counter_views.act, name="act"),
                    path("draw/<slug:code>/", counter_views.draw, name="draw"),
                ],
                "counter_queue",
            )
        ),
    ),
]

api_urlpatterns = [
    path("queue/sites/<slug:code>/", api.Waits.as_view(), name="api-queue-waits"),
    path("queue/sites/<slug:code>/screen/", api.Screen.as_view(), name="api-queue-screen"),
    path("queue/machines/<str:key>/tickets/", api.Machine.as_view(), name="api-queue-draw"),
    path("queue/tickets/<str:code>/", api.TicketView.as_view(), name="api-queue-ticket"),
    path("queue/window/<slug:action>/", api.MyWindow.as_view(), name="api-queue-window"),
]
