"""Routes of appointments: the way in for everybody, under an identity, at the counter, and the API."""

from django.urls import include, path

from apps.services.appointments import api, counter, views

# The way in, before it is known who books: leads through sign-in to the page of the same name below.
urlpatterns = [
    path("appointments/", views.enter, {"name": "my_appointments"}, name="my_appointments"),
    path("appointments/book/", views.enter, {"name": "book"}, name="book"),
    path("appointments/book/<slug:line>/<slug:site>/", views.enter, {"name": "book_at"}, name="book_at"),
]

acting_urlpatterns = [
    path("appointments/", views.mine, name="my_appointments"),
    path("appointments/book/", views.line, name="book"),
    path("appointments/book/<slug:line>/<slug:site>/", views.times, name="book_at"),
    path(
        "appointments/",
        include(
            (
                [
                    path("book/<slug:line>/", views.site, name="site"),
                    path("book/<slug:line>/<slug:site>/wait/", views.wait, name="wait"),
                    path("waiting/<str:ref>/stop/", views.stop_waiting, name="stop_waiting"),
                    path("<str:ref>/", views.page, name="page"),
                    path("<str:ref>/check/", views.check, name="check"),
                    path("<str:ref>/calendar.ics", views.calendar, name="calendar"),
                    path("<str:ref>/cancel/", views.cancel, name="cancel"),
                    path("<str:ref>/move/", views.move, name="move"),
                    path("<str:ref>/appeal/", views.appeal, name="appeal"),
                ],
                "appointments",
            )
        ),
    ),
]

counter_urlpatterns = [
    path(
        "appointments/",
        include(
            (
                [
                    path("", counter.today, name="today"),
                    path("book/", counter.book, name="book"),
                    path("appeals/", counter.appeals, name="appeals"),
                    path("appeals/<str:ref>/", counter.appeal, name="appeal"),
                    path("<str:ref>/cancel/", counter.cancel, name="cancel"),
                ],
                "counter_appointments",
            )
        ),
    ),
]

api_urlpatterns = [
    path("appointments/", api.Appointments.as_view(), name="api-appointments"),
    path("appointments/slots/", api.Slots.as_view(), name="api-appointment-slots"),
    path("appointments/<str:ref>/", api.Appointment.as_view(), name="api-appointment"),
    path("appointments/<str:ref>/confirm/", api.Confirm.as_view(), name="api-appointment-confirm"),
    path("appointments/<str:ref>/cancel/", api.Cancel.as_view(), name="api-appointment-cancel"),
    path("appointments/<str:ref>/move/", api.Move.as_view(), name="api-appointment-move"),
]
