"""Routes of assistance and home visits by front door."""

from django.urls import include, path

from apps.services.assistance import api, counter_views, views

acting_urlpatterns = [
    path(
        "assistance/",
        include(
            (
                [
                    path("", views.overview, name="overview"),
                    path("needs/", views.edit, name="edit"),
                    path("needs/withdraw/", views.withdraw, name="withdraw"),
                ],
                "assistance",
            )
        ),
    ),
    path(
        "visits/",
        include(
            (
                [
                    path("", views.begin, name="begin"),
                    path("<str:number>/time/", views.choose, name="choose"),
                    path("<str:number>/check/", views.check, name="check"),
                ],
                "visits",
            )
        ),
    ),
]

counter_urlpatterns = [
    path(
        "assistance/",
        include(
            (
                [
                    path("", counter_views.day, name="day"),
                    path("find/", counter_views.find, name="find"),
                    path("<str:ref>/", counter_views.person, name="person"),
                    path("<str:ref>/assistant/", counter_views.assistant, name="assistant"),
                ],
                "counter_assistance",
            )
        ),
    ),
]

api_urlpatterns = [
    path("needs/", api.MyNeeds.as_view(), name="api-needs"),
    path("visits/slots/", api.VisitSlots.as_view(), name="api-visit-slots"),
]
